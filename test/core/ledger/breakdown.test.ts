import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BREAKDOWN_KINDS, breakdownBy, breakdownKey, joinGroups } from '../../../src/core/ledger/breakdown.ts';
import { foldCall } from '../../../src/core/ledger/fold.ts';
import { withCoverage } from '../../../src/core/ledger/runs.ts';
import { sessionParts, sessionTree } from '../../../src/core/ledger/sessionTree.ts';
import { sumEntries } from '../../../src/core/ledger/sums.ts';
import { callEvents } from '../../fakes/ledgerEvents.ts';

const entries = fc
  .array(callEvents, { maxLength: 12 })
  .map((calls) => withCoverage(calls.map((events) => foldCall(events)).filter((entry) => entry !== undefined)));

test('groups of every kind sum to the whole, unknowns kept, in any order', () => {
  fc.assert(
    fc.property(
      entries.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: all.length }))),
      ([all, shuffled]) => {
        for (const kind of BREAKDOWN_KINDS) {
          const groups = breakdownBy(kind, all);
          assert.deepEqual(joinGroups(groups), sumEntries(all), kind);
          assert.deepEqual(breakdownBy(kind, shuffled), groups, kind);
        }
      },
    ),
  );
});

test('a session’s nodes add up: each node’s total is its own and its children’s', () => {
  fc.assert(
    fc.property(entries, (all) => {
      const tree = sessionTree('session', sessionParts(all));
      assert.deepEqual(tree.total, sumEntries(all));
      for (const run of tree.children) {
        assert.deepEqual(run.total, joinGroups([run.own, ...run.children.map(({ total }) => total)]));
        assert.deepEqual(run.total, sumEntries(all.filter((entry) => breakdownKey('run', entry) === run.id)));
      }
    }),
  );
});
