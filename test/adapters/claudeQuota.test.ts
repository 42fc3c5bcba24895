import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { claudeQuota } from '../../src/adapters/claudeQuota.ts';
import { claudeReadings } from '../../src/core/plans/claudeReadings.ts';

const FETCHED = Date.parse('2026-11-20T10:00:00Z');

/** The shape that several readers of this file describe; names and numbers are invented. */
function file(utilization: object, fetchedAtMs: unknown = FETCHED): string {
  const oauthAccount = { emailAddress: 'somebody@example.com', accountUuid: 'not-to-be-kept' };
  return JSON.stringify(
    { oauthAccount, cachedUsageUtilization: { fetchedAtMs, accountUuid: 'not-to-be-kept', utilization } },
    null,
    2,
  );
}

const TOLD = {
  five_hour: { utilization: 46, resets_at: '2026-11-20T14:50:00.665316+00:00', limit_dollars: null },
  seven_day: { utilization: 31.5, resets_at: '2026-11-24T04:00:00+00:00' },
  seven_day_opus: null,
  some_codename: { utilization: 3 },
};

test('the windows that Claude Code keeps are read with their time, and nothing else of its file', () => {
  const readings = claudeReadings(file(TOLD));
  assert.deepEqual(
    readings.map(({ at, quota }) => [at, quota]),
    [
      [
        FETCHED,
        {
          agent: 'claude-code',
          window: '5h',
          windowMinutes: 300,
          usedShare: 0.46,
          resetsAt: Date.parse('2026-11-20T14:50:00.665Z'),
        },
      ],
      [
        FETCHED,
        {
          agent: 'claude-code',
          window: 'week',
          windowMinutes: 10_080,
          usedShare: 0.315,
          resetsAt: Date.parse('2026-11-24T04:00:00Z'),
        },
      ],
    ],
  );
  assert.doesNotMatch(JSON.stringify(readings), /example|not-to-be-kept/);
});

test('a file without them, half written, or of another shape tells nothing', () => {
  assert.deepEqual(claudeReadings('{}'), []);
  assert.deepEqual(claudeReadings(file(TOLD).slice(0, 200)), []);
  assert.deepEqual(claudeReadings(file(TOLD, 0)), []);
  assert.deepEqual(claudeReadings(file(TOLD, 'today')), []);
  assert.deepEqual(claudeReadings(file({ five_hour: { utilization: -1 }, seven_day: { utilization: '31' } })), []);
  fc.assert(fc.property(fc.string(), (text) => void claudeReadings(text)));
  fc.assert(fc.property(fc.anything(), (value) => void claudeReadings(file({ five_hour: value }))));
});

test('the file is read again only when it changed', async () => {
  const home = mkdtempSync(join(tmpdir(), 'marginal-claude-'));
  try {
    const path = join(home, '.claude.json');
    const quota = claudeQuota({ home, env: {} });
    assert.deepEqual(await quota.look(), []);
    writeFileSync(path, file(TOLD));
    assert.equal((await quota.look()).length, 2);
    assert.deepEqual(await quota.look(), []);
    writeFileSync(path, file({ five_hour: TOLD.five_hour }));
    utimesSync(path, new Date(), new Date(Date.now() + 5_000));
    assert.equal((await quota.look()).length, 1);
    const elsewhere = claudeQuota({ home: '/nowhere', env: { CLAUDE_CONFIG_DIR: home } });
    assert.equal((await elsewhere.look()).length, 1);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
