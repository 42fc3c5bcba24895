/** What the dashboard asks the ledger for when it opens, over 100,000 entries. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayOf } from '../../src/core/ledger/localDay.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { ledgerFolder } from '../fakes/ledgerFolder.ts';
import { madeEvent } from '../fakes/madeEvent.ts';

const ENTRIES = 100_000;
const MONTH_MS = 30 * 86_400_000;
const NOW = Date.parse('2026-11-22T12:00:00Z');
/** Of the 300 ms in which the dashboard opens, the rest is VS Code's and the page's. */
const LEDGERS_SHARE_MS = 150;

test('the ledger answers an opening dashboard in a fraction of its 300 ms, with 100,000 entries', (context) => {
  const ledger = openLedger(ledgerFolder(context).path, { clock: { now: () => NOW } });
  context.after(() => ledger.close());
  for (let index = 0; index < ENTRIES; index += 5_000) {
    const at = (offset: number) => NOW - MONTH_MS + ((index + offset) / ENTRIES) * MONTH_MS;
    ledger.append(Array.from({ length: 5_000 }, (_, offset) => madeEvent(index + offset, at(offset))));
  }
  const open = () => {
    const began = performance.now();
    const summary = ledger.summary(NOW, []);
    const runs = ledger.runs(30, 1);
    const run = ledger.run(runs[0]?.runId ?? '', 200);
    const burn = ledger.burn(dayOf(NOW - MONTH_MS), dayOf(NOW));
    const sources = ledger.sources(NOW - MONTH_MS);
    const took = performance.now() - began;
    assert.equal(
      burn.reduce((sum, { calls }) => sum + calls, 0),
      ENTRIES,
    );
    assert.equal(
      sources.reduce((sum, { calls }) => sum + calls, 0),
      ENTRIES,
    );
    assert.equal(runs.length, 30);
    assert.ok(run && summary.today.nanoCredits > 0);
    return took;
  };
  const first = open();
  const times = [first, open(), open(), open(), open()].sort((a, b) => a - b);
  context.diagnostic(`first ${first.toFixed(0)} ms, median ${times[2]?.toFixed(0)} ms`);
  assert.ok((times[2] ?? Number.POSITIVE_INFINITY) < LEDGERS_SHARE_MS, `${times.map(Math.round)} ms`);
});
