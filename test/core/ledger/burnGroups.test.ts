import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { burnBy, burnByDay } from '../../../src/core/ledger/burnGroups.ts';
import type { BurnRow } from '../../../src/core/ledger/entry.ts';
import { joinMoney, NO_MONEY } from '../../../src/core/money.ts';
import { sumTokens } from '../../../src/core/usage.ts';

const rows = fc.array(
  fc.record({
    day: fc.constantFrom('2026-11-20', '2026-11-21', '2026-11-22'),
    agent: fc.constantFrom('claude-code', 'copilot'),
    model: fc.constantFrom('opus', 'gpt', ''),
    calls: fc.nat({ max: 100 }),
    usage: fc.record({ fresh: fc.option(fc.nat(), { nil: undefined }), text: fc.option(fc.nat(), { nil: undefined }) }),
    cost: fc.record({
      nanoCredits: fc.nat(),
      confidence: fc.constantFrom('billed' as const, 'priced' as const, 'estimated' as const),
      unknown: fc.nat({ max: 4 }),
    }),
  }),
) as fc.Arbitrary<BurnRow[]>;

test('groups sum to the rows: calls, credits with their doubt, tokens with unknowns kept', () => {
  fc.assert(
    fc.property(rows, (given) => {
      const total = given.reduce((sum, { cost }) => joinMoney(sum, cost), NO_MONEY);
      for (const groups of [burnBy('agent', given), burnBy('model', given), burnByDay(given)]) {
        assert.deepEqual(
          groups.reduce((sum, { cost }) => joinMoney(sum, cost), NO_MONEY),
          total,
        );
        assert.equal(
          groups.reduce((sum, { calls }) => sum + calls, 0),
          given.reduce((sum, { calls }) => sum + calls, 0),
        );
      }
      const fresh = sumTokens(...given.map(({ usage }) => usage.fresh));
      assert.equal(sumTokens(...burnBy('model', given).map(({ usage }) => usage.fresh)), fresh);
    }),
  );
});

test('days rise, and the dearest comes first', () => {
  fc.assert(
    fc.property(rows, (given) => {
      const days = burnByDay(given).map(({ day }) => day);
      assert.deepEqual(days, [...days].sort());
      const amounts = burnBy('model', given).map(({ cost }) => cost.nanoCredits);
      assert.deepEqual(
        amounts,
        [...amounts].sort((a, b) => b - a),
      );
    }),
  );
});
