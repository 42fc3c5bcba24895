import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import type { LogImport } from '../../src/app/importLogs.ts';
import type { Cursor, ImportStatus } from '../../src/ports.ts';
import { createLogReading } from '../../src/worker/logReading.ts';
import { fakeClock } from '../fakes/fakeClock.ts';

const ROUND_MS = 3_000;

beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }));
afterEach(() => mock.timers.reset());

/** Windows that share cursors; each counts how many readings run in it. */
function sharedLedger() {
  const cursors = new Map<string, Cursor>();
  return function openWindow() {
    const clock = fakeClock();
    const log: string[] = [];
    let running = 0;
    let most = 0;
    const status: ImportStatus[] = [{ source: 's', agent: 'a', roots: [], files: 1, observations: 2, problems: [] }];
    const reading = createLogReading({
      clock,
      cursor: (key) => cursors.get(key),
      keep: async (kept) => {
        for (const [key, value] of Object.entries(kept)) cursors.set(key, value);
      },
      create: async (fromTheBeginning): Promise<LogImport> => {
        await Promise.resolve();
        return {
          start() {
            log.push(fromTheBeginning ? 'from the beginning' : 'start');
            running++;
            most = Math.max(most, running);
          },
          caughtUp: async () => {},
          status: () => status,
          async stop() {
            await new Promise((resolve) => setImmediate(resolve));
            log.push('stop');
            running--;
          },
        };
      },
      onTrouble: (error) => assert.fail(String(error)),
    });
    return { reading, clock, log, running: () => running, most: () => most };
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

test('only the leading window reads, and ends when it ceases to lead', async () => {
  const { reading, log } = sharedLedger()();
  await reading.restart();
  assert.deepEqual(log, []);
  reading.lead(true);
  await settled();
  reading.lead(false);
  await settled();
  assert.deepEqual(log, ['start', 'stop']);
});

test('however often it is asked, one reading runs at a time, and none after close', async () => {
  const { reading, most, running } = sharedLedger()();
  reading.lead(true);
  await Promise.all([reading.rescan(), reading.restart(), reading.rescan(), reading.restart()]);
  await reading.close();
  await settled();
  assert.equal(most(), 1);
  assert.equal(running(), 0);
});

test('another window sees how the reading fares and can ask for a new one', async () => {
  const openWindow = sharedLedger();
  const leader = openWindow();
  const other = openWindow();
  leader.reading.lead(true);
  await settled();
  mock.timers.tick(ROUND_MS);
  assert.equal(other.reading.status()[0]?.observations, 2);
  other.clock.advance(5);
  await other.reading.rescan();
  assert.deepEqual(other.log, []);
  mock.timers.tick(ROUND_MS);
  await settled();
  assert.deepEqual(leader.log, ['start', 'stop', 'from the beginning']);
  mock.timers.tick(ROUND_MS);
  await settled();
  assert.equal(leader.log.length, 3, 'one request is one reading');
  await leader.reading.close();
  await other.reading.close();
});
