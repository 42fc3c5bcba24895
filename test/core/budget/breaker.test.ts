import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyBreaker, type BreakerState, type BreakerStep, CLOSED_BREAKER } from '../../../src/core/budget/breaker.ts';

const CREDIT = 1_000_000_000;
const step = (signature: string, more: Partial<BreakerStep> = {}, failed = false): BreakerStep => ({
  calls: [{ signature, failed }],
  edited: false,
  nanoCredits: CREDIT,
  ...more,
});
const after = (steps: readonly BreakerStep[], state: BreakerState = CLOSED_BREAKER) =>
  steps.reduce((before, each) => applyBreaker(before, { kind: 'step', step: each }), state);

describe('the breaker', () => {
  it('opens when the same call is made again and again', () => {
    const { open } = after([step('ls'), step('cat'), step('ls'), step('ls'), step('ls')]);
    assert.equal(open?.reason, 'repeats');
    assert.equal(
      open.why,
      'The same call was made 4 times among the last 5, without an edit in between (5.0 credits since anything new).',
    );
  });

  it('not when there are edits in between: tests are run again after each', () => {
    const steps = Array.from({ length: 12 }, (_, index) =>
      index % 2 === 0 ? step('edit', { edited: true }) : step('test'),
    );
    assert.equal(after(steps).open, undefined);
  });

  it('opens when tools keep failing', () => {
    const failing = Array.from({ length: 10 }, (_, index) => step(`try ${index}`, {}, index !== 3));
    assert.equal(after(failing.slice(0, 9)).open, undefined);
    const { open } = after(failing);
    assert.equal(open?.reason, 'failures');
    assert.match(open.why, /^9 of the last 10 tool calls failed/);
  });

  it('opens after many dear steps without a new edit, not after cheap ones; what is unknown is said', () => {
    const reading = (nanoCredits: number | undefined) =>
      Array.from({ length: 30 }, (_, index) => step(`read ${index}`, { nanoCredits }));
    assert.equal(after(reading(CREDIT)).open?.reason, 'noEdits');
    assert.equal(after(reading(CREDIT / 100)).open, undefined);
    const { open } = after([...reading(CREDIT), step('last', { nanoCredits: undefined })]);
    assert.match(open?.why ?? '', /^31 steps without a new edit or a test that passes \(30 \+ \? credits/);
  });

  it('stays open until there is progress or the developer lets it go on', () => {
    const opened = after([step('ls'), step('ls'), step('ls'), step('ls')]);
    const later = after(
      Array.from({ length: 10 }, (_, index) => step(`other ${index}`)),
      opened,
    );
    assert.equal(later.open?.reason, 'repeats');
    assert.equal(after([step('edit', { edited: true })], opened).open, undefined);
    assert.equal(after([step('test', { passed: true })], opened).open, undefined);
    const resumed = applyBreaker(opened, { kind: 'resumed' });
    assert.equal(resumed.open, undefined);
    assert.equal(after([step('ls')], resumed).open, undefined, 'counted anew');
  });

  it('its state is plain data', () => {
    const opened = after([step('ls'), step('ls'), step('ls'), step('ls')]);
    assert.deepEqual(JSON.parse(JSON.stringify(opened)), opened);
  });
});
