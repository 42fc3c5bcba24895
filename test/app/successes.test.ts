import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createExplainer } from '../../src/app/explainer.ts';
import { successes } from '../../src/app/successes.ts';
import type { OutcomeEvent } from '../../src/core/ledger/event.ts';
import { startOfDay } from '../../src/core/ledger/localDay.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { fakeClock } from '../fakes/fakeClock.ts';
import { ledgerFolder } from '../fakes/ledgerFolder.ts';

const AT = startOfDay('2026-11-26') + 12 * 60 * 60 * 1000;

test('what a success costs is read from the ledger: all attempts by the accepted ones', async (context) => {
  const ledger = openLedger(ledgerFolder(context).path, { clock: { now: () => AT + 1 } });
  context.after(() => ledger.close());
  const explainer = createExplainer({ clock: fakeClock(), ledger, priceOf: () => undefined });
  const call = (runId: string, model: string, credits: number) =>
    ({
      kind: 'settled',
      callId: `call-${runId}`,
      at: AT,
      source: 'claude-code-log',
      facts: { agent: 'claude-code', model, runId },
      cost: { nanoCredits: credits * 1e9, confidence: 'priced' },
    }) as const;
  const outcome = (runId: string, name: string, success: number): OutcomeEvent => ({
    kind: 'outcome',
    callId: `outcome:${runId}:${name}`,
    at: AT,
    source: 'workspace',
    taskId: runId,
    runId,
    outcome: name,
    success,
  });
  ledger.append([
    call('a', 'small', 2),
    call('b', 'small', 4),
    call('c', 'large', 9),
    call('d', 'large', 100),
    outcome('a', 'checkFailed', 0),
    outcome('b', 'checkPassed', 1),
    outcome('b', 'survived30', 1),
    outcome('c', 'committed', 1),
    outcome('gone', 'committed', 1),
  ]);
  const { all, byModel, runs } = await successes(ledger, explainer, '2026-11-26', '2026-11-26');
  assert.deepEqual([runs, all.attempts, all.judged, all.accepted, all.perSuccess], [4, 3, 3, 2, 7.5e9]);
  assert.deepEqual(
    byModel.map(({ key, perRequest, perSuccess }) => [key, perRequest, perSuccess]),
    [
      ['large', 9e9, 9e9],
      ['small', 3e9, 6e9],
    ],
  );
  assert.equal((await successes(ledger, explainer, '2026-11-25', '2026-11-25')).all.attempts, 0);
});
