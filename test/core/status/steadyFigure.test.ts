import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MoneySum, NO_MONEY } from '../../../src/core/money.ts';
import { type SteadyFigure, type SteadyInput, steadyFigure } from '../../../src/core/status/steadyFigure.ts';

function credits(amount: number): MoneySum {
  return { nanoCredits: amount * 1e9, confidence: 'priced', unknown: 0 };
}

function follow(...inputs: readonly Partial<SteadyInput>[]): SteadyFigure {
  let figure: SteadyFigure | undefined;
  for (const part of inputs) {
    figure = steadyFigure(figure, {
      day: '2026-11-22',
      at: 0,
      revision: 1,
      settled: credits(100),
      live: NO_MONEY,
      ...part,
    });
  }
  assert(figure);
  return figure;
}

function shown(figure: SteadyFigure): number {
  return figure.shown.nanoCredits / 1e9;
}

test('between a stream’s end and the ledger’s word the last figure is held', () => {
  const held = follow({ live: credits(12) }, { at: 100 });
  assert.equal(shown(held), 112);
  assert.equal(held.correction, undefined);
  const settled = follow({ live: credits(12) }, { at: 100 }, { at: 150, revision: 2, settled: credits(113) });
  assert.equal(shown(settled), 113);
  assert.equal(settled.correction, undefined);
});

test('a step that was reported below its estimate is a correction', () => {
  const figure = follow({ live: credits(12) }, { at: 100 }, { at: 150, revision: 2, settled: credits(110) });
  assert.equal(shown(figure), 110);
  assert.deepEqual(figure.correction, { at: 150, fromNanoCredits: 112e9, toNanoCredits: 110e9, reason: 'estimate' });
});

test('a surer source that lowers the ledger’s sum is a correction', () => {
  const figure = follow({}, { revision: 2, settled: credits(90) });
  assert.equal(shown(figure), 90);
  assert.equal(figure.correction?.reason, 'ledger');
});

test('a summary that was overtaken changes nothing', () => {
  const figure = follow({ revision: 5, settled: credits(120) }, { revision: 4, settled: credits(110) });
  assert.equal(shown(figure), 120);
  assert.equal(figure.revision, 5);
});

test('a figure is not held for ever when the ledger stays silent', () => {
  assert.equal(shown(follow({ live: credits(12) }, { at: 1_000 }, { at: 3_900 })), 112);
  assert.equal(shown(follow({ live: credits(12) }, { at: 1_000 }, { at: 4_000 })), 100);
});

test('a new day begins anew, without a correction', () => {
  const figure = follow({}, { day: '2026-11-23', revision: 2, settled: credits(0) });
  assert.equal(shown(figure), 0);
  assert.equal(figure.correction, undefined);
});
