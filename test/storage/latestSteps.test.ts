/** A run that is asked for with its latest steps only tells the same of itself as with all of them. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import { openLedger } from '../../src/storage/ledger.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');

test('the latest steps come with the cost, the beginning and the liveness of all', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'marginal-'));
  const ledger = openLedger(join(folder, 'ledger.db'), { clock: { now: () => NOW } });
  context.after(() => {
    ledger.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const step = (number: number): LedgerEvent => ({
    kind: 'settled',
    callId: `call-${number}`,
    at: NOW - 60_000 + number * 1_000,
    source: 'claude-code-log',
    facts: { agent: 'claude-code', runId: 'run', model: 'opus' },
    ...(number === 3 ? {} : { cost: { nanoCredits: number * 1e9, confidence: 'priced' } }),
  });
  const [open]: LedgerEvent[] = [
    {
      kind: 'started',
      callId: 'open',
      at: NOW - 59_500,
      source: 'provider',
      facts: { agent: 'claude-code', runId: 'run' },
    },
  ];
  assert(open);
  ledger.append([open, ...Array.from({ length: 10 }, (_, number) => step(number))]);

  const all = ledger.run('run');
  const latest = ledger.run('run', 3);
  assert(all && latest);
  assert.equal(all.omitted, undefined);
  assert.deepEqual(latest.steps, all.steps.slice(-3));
  assert.deepEqual(latest.omitted, { steps: 8, startedAt: all.steps[0]?.at });
  assert.deepEqual(latest.cost, all.cost);
  assert.equal(latest.live, true, 'an earlier step is still open');
  assert.deepEqual(ledger.run('run', 11), all);
  assert.deepEqual(
    ledger.runs(5, 1).map(({ steps, omitted }) => [steps.length, omitted?.steps]),
    [[1, 10]],
  );
});
