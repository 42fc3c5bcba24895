import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type ConfirmLimits, confirmation, notSentText, type Spending } from '../../../src/core/budget/confirmation.ts';
import { NANO_PER_CREDIT } from '../../../src/core/money.ts';

const credits = (amount: number) => amount * NANO_PER_CREDIT;
const range = (p50: number, p90: number) => ({ p10: 0, p50: credits(p50), p90: credits(p90) });
const NO_LIMITS: ConfirmLimits = { requestNanoCredits: undefined, runNanoCredits: undefined, onLeavingQuote: false };
const first: Spending = {
  model: 'gpt-5 on OpenAI',
  local: false,
  step: range(3, 8),
  rest: range(20, 60),
  run: { steps: 0, nanoCredits: 0, unknown: 0, quoted: undefined },
};
const later: Spending = {
  ...first,
  run: { steps: 4, nanoCredits: credits(30), unknown: 0, quoted: range(10, 25) },
};

describe('confirmation', () => {
  it('asks nothing where no limit is set', () => {
    assert.equal(confirmation(first, NO_LIMITS), undefined);
    assert.equal(confirmation({ ...first, step: undefined }, NO_LIMITS), undefined);
  });

  it('asks where p90 of a request is above the limit, with the amount and why', () => {
    const asked = confirmation(first, { ...NO_LIMITS, requestNanoCredits: credits(5) });
    assert.equal(asked?.message, 'This request may cost 8.0 credits with gpt-5 on OpenAI.');
    assert.equal(
      asked?.detail,
      'Nine in ten like it cost less, half of them less than 3.0 credits. You set a limit of 5.0 credits a request (marginal.confirm.requestCredits).',
    );
    assert.match(
      asked ? notSentText(asked) : '',
      /^Not sent, as you chose\. This request may cost 8.0 credits .*raise the limit/,
    );
    assert.equal(confirmation(first, { ...NO_LIMITS, requestNanoCredits: credits(8) }), undefined);
  });

  it('asks before a run by all that it may cost, and later by what it has cost and the next request', () => {
    const limits = { ...NO_LIMITS, runNanoCredits: credits(37) };
    assert.equal(confirmation(first, limits)?.message, 'This run may cost 60 credits with gpt-5 on OpenAI.');
    const asked = confirmation(later, limits);
    assert.equal(asked?.message, 'This run may come to 38 credits with its next request to gpt-5 on OpenAI.');
    assert.match(asked?.detail ?? '', /^So far 4 requests cost 30 credits\. You set a limit of 37 credits a run/);
    assert.equal(confirmation(later, { ...NO_LIMITS, runNanoCredits: credits(38) }), undefined);
  });

  it('asks where a run has cost more than was foretold, if it may', () => {
    const asked = confirmation(later, { ...NO_LIMITS, onLeavingQuote: true });
    assert.equal(asked?.message, 'This run has left its range: 30 credits so far.');
    assert.equal(confirmation(later, NO_LIMITS), undefined);
    const within = { ...later, run: { ...later.run, nanoCredits: credits(25) } };
    assert.equal(confirmation(within, { ...NO_LIMITS, onLeavingQuote: true }), undefined);
  });

  it('an unknown price is not 0: with a limit it is asked about', () => {
    const asked = confirmation({ ...first, step: undefined }, { ...NO_LIMITS, requestNanoCredits: credits(5) });
    assert.equal(asked?.kind, 'unknown');
  });

  it('own hardware is never asked about', () => {
    const limits = { requestNanoCredits: 0, runNanoCredits: 0, onLeavingQuote: true };
    assert.equal(confirmation({ ...later, local: true }, limits), undefined);
  });

  it('a lower limit, and a dearer request, never ask less', () => {
    const amount = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(amount, amount, amount, amount, (p90, more, limit, lower) => {
        const spending = (most: number) => ({ ...first, step: range(0, most), rest: range(0, most) });
        const limits = (most: number): ConfirmLimits => ({
          ...NO_LIMITS,
          requestNanoCredits: credits(most),
          runNanoCredits: credits(most * 2),
        });
        if (confirmation(spending(p90), limits(limit)) === undefined) return true;
        return (
          confirmation(spending(p90 + more), limits(limit)) !== undefined &&
          confirmation(spending(p90), limits(Math.min(limit, lower))) !== undefined
        );
      }),
    );
  });
});
