/**
 * A window that writes to a shared ledger as fast as it can, for tests that kill it.
 * Arguments: ledger, report file, own number, epoch ms. Each acknowledged call is reported as a line `kept <callId>`.
 */
import { openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { groupCommit } from '../../src/storage/groupCommit.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { madeEvent } from './madeEvent.ts';

const [path = '', reportFile = '', number = '0', now = '0'] = process.argv.slice(2);
const AT_ONCE = 64;
const report = openSync(reportFile, 'a');
const store = openLedger(path, { clock: Date });
const commit = groupCommit(store, {
  pendingFile: join(dirname(path), `pending-${number}.jsonl`),
  onTrouble: (sentence) => sentence && writeSync(report, `error ${sentence}\n`),
});
let stopped = false;
let next = Number(number) * 10_000_000;
let longestWaitMs = 0;

process.on('message', () => {
  stopped = true;
});

async function client(): Promise<void> {
  while (!stopped) {
    const event = madeEvent(next++, Number(now));
    const sent = performance.now();
    await commit.append([event]);
    longestWaitMs = Math.max(longestWaitMs, performance.now() - sent);
    writeSync(report, `kept ${event.callId}\n`);
  }
}

process.send?.('writing');
try {
  await Promise.all(Array.from({ length: AT_ONCE }, client));
} catch (error) {
  writeSync(report, `error ${error}\n`);
}
commit.close();
store.close();
writeSync(report, `wait ${longestWaitMs}\n`);
process.disconnect?.();
