import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { askCopilotQuota, CopilotQuotaError, NOT_INSTALLED, NOT_SIGNED_IN } from '../../src/adapters/copilotQuota.ts';

const program = fileURLToPath(new URL('../fakes/copilotCli.mjs', import.meta.url));
chmodSync(program, 0o755);
const folder = mkdtempSync(join(tmpdir(), 'marginal-quota-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const notes = join(folder, 'notes.json');
// The double is started by its first line, which a shell on Windows doesn't know.
const skip = process.platform === 'win32' ? 'the double needs a shebang' : false;

const AT = Date.parse('2026-11-20T12:00:00Z');

function ask(answer: unknown, more: { timeoutMs?: number; program?: string } = {}) {
  const env = {
    PATH: process.env.PATH,
    ANSWER: typeof answer === 'string' ? answer : JSON.stringify({ jsonrpc: '2.0', id: 1, ...(answer as object) }),
    ARGUMENTS_FILE: notes,
  };
  return askCopilotQuota({ clock: { now: () => AT }, program, env, ...more });
}

/** As github/copilot-sdk types the answer, with numbers of our own. */
const SNAPSHOT = {
  isUnlimitedEntitlement: false,
  entitlementRequests: 7_000,
  usedRequests: 614,
  usageAllowedWithExhaustedQuota: false,
  overage: 0,
  overageAllowedWithExhaustedQuota: true,
  remainingPercentage: 91.25,
  resetDate: '2026-12-01T00:00:00Z',
};

test('the account’s count becomes a reading of the month', { skip }, async () => {
  const [reading, ...others] = await ask({
    result: { quotaSnapshots: { premium_interactions: { ...SNAPSHOT, tokenBasedBilling: true }, chat: SNAPSHOT } },
  });
  assert.deepEqual(others, []);
  assert.deepEqual(reading, {
    kind: 'quota',
    callId: `quota:copilot-account:copilot:month:${AT}`,
    at: AT,
    source: 'copilot-account',
    quota: {
      agent: 'copilot',
      window: 'month',
      unit: 'credits',
      entitlement: 7_000,
      used: 614,
      usedShare: 0.0875,
      overage: 0,
      overageAllowed: true,
      resetsAt: Date.parse('2026-12-01T00:00:00Z'),
    },
  });
  const { arguments: given } = JSON.parse(readFileSync(notes, 'utf8'));
  assert.deepEqual(given, ['--headless', '--stdio', '--no-auto-update', '--log-level', 'none']);
});

test('what isn’t told is left out: the unit, a reset, an unlimited allowance’s count', { skip }, async () => {
  const of = async (part: object) => {
    const answer = { result: { quotaSnapshots: { premium_interactions: { ...SNAPSHOT, ...part } } } };
    return (await ask(answer))[0]?.quota;
  };
  assert.equal((await of({}))?.unit, undefined);
  assert.equal((await of({ tokenBasedBilling: false }))?.unit, 'requests');
  const unlimited = await of({ entitlementRequests: -1, resetDate: null });
  assert.deepEqual(
    [unlimited?.unlimited, unlimited?.entitlement, unlimited?.usedShare, unlimited?.resetsAt],
    [true, undefined, undefined, undefined],
  );
  assert.deepEqual(await ask({ result: { quotaSnapshots: { chat: SNAPSHOT } } }), []);
});

test('what goes wrong is one sentence that names the remedy', { skip }, async () => {
  const sentence = (promise: Promise<unknown>) =>
    promise.then(
      () => 'no error',
      (error) => (error instanceof CopilotQuotaError ? error.message : String(error)),
    );
  // As the real CLI 1.0.102 answers without a login.
  const message = 'Request account.getQuota failed with message: Not authenticated. Please authenticate first.';
  assert.equal(await sentence(ask({ error: { code: -32_603, message } })), NOT_SIGNED_IN);
  assert.equal(await sentence(ask('', { program: join(folder, 'nothing-here') })), NOT_INSTALLED);
  assert.match(await sentence(ask('exit')), /in a way that Marginal doesn’t know/);
  assert.match(await sentence(ask('flood')), /in a way that Marginal doesn’t know/);
  assert.match(await sentence(ask({ result: 5 })), /in a way that Marginal doesn’t know/);
  assert.match(await sentence(ask({ error: { code: 1, message: 'Method not found' } })), /doesn’t know/);
});

test('one that stays silent is given up, and ended', { skip }, async () => {
  await assert.rejects(ask('silence', { timeoutMs: 1_500 }), /didn’t answer in time/);
  const { pid } = JSON.parse(readFileSync(notes, 'utf8'));
  for (let round = 0; round < 40 && isRunning(pid); round += 1) await pause(100);
  assert.equal(isRunning(pid), false);
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
