// The real Copilot CLI, without a login: it speaks as the adapter expects, and is ended.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { installAgent } from '../../scripts/agents/install.mjs';
import { askCopilotQuota, CopilotQuotaError, NOT_SIGNED_IN } from '../../src/adapters/copilotQuota.ts';

test('the real Copilot CLI says that it is not signed in', { timeout: 300_000 }, async (context) => {
  let program: string;
  try {
    program = await installAgent('copilot-cli');
  } catch (error) {
    return context.skip(`The Copilot CLI could not be installed here: ${(error as Error).message}`);
  }
  const home = mkdtempSync(join(tmpdir(), 'marginal-copilot-'));
  try {
    const env = { PATH: process.env.PATH, HOME: home, USERPROFILE: home, COPILOT_HOME: join(home, '.copilot') };
    await assert.rejects(
      askCopilotQuota({ clock: Date, program, env, timeoutMs: 60_000 }),
      (error) => error instanceof CopilotQuotaError && error.message === NOT_SIGNED_IN,
    );
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
});
