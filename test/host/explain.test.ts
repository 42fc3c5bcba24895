// `Marginal: Explain a Command…` and `Marginal: Cap Runs and Days…` in a real VS Code: what the gate would do, by which rule, and from
// which cost on.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { type Host, openHost } from './driver.ts';
import { eventually } from './look.ts';
import { builtVsix, ledgerFile } from './setup.ts';

let host: Host;

before(async () => {
  host = await openHost({
    vsix: builtVsix(),
    settings: {
      'marginal.gate.rules': [
        { decide: 'deny', command: 'git push --force', because: 'main is shared' },
        { decide: 'allow', command: 'git commit **' },
      ],
      'marginal.ollama.discover': false,
    },
  });
});
after(() => host?.close());

const row = (text: string) => host.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();

async function explain(kind: string, written: string): Promise<string> {
  const { page } = host;
  await host.command('Marginal: Explain a Command…');
  await row(kind).click();
  await page.locator('.quick-input-widget:visible .quick-input-title', { hasText: 'Explain a Command' }).waitFor();
  await host.typeInQuickInput(written);
  const preview = await host.webview(written, 60_000);
  return (await preview.locator('body').innerText()).replaceAll(/\s+/g, ' ');
}

test('a command is explained with its class, its loss and what would happen', async () => {
  const page = await explain('A command', 'git reset --hard && rm -rf ~/notes');
  assert.match(page, /You are asked first/);
  assert.match(page, /irreversible/);
  assert.match(page, /Expected loss\s+1,\d{3} credits/);
  await host.screenshot('explain-reset');
});

test('the rule that decides is named', async () => {
  const page = await explain('A command', 'git push --force origin main');
  assert.match(page, /It is denied/);
  assert.match(page, /your rule: deny command git push --force/);
  await host.screenshot('explain-rule');
});

test('so is PowerShell', async () => {
  const page = await explain('A PowerShell command', 'Remove-Item -Force README.md');
  assert.match(page, /You are asked first/);
  assert.match(page, /irreversible/);
  await host.screenshot('explain-powershell');
});

test('an edit is explained too', async () => {
  assert.match(await explain('An edit of a file', '.github/workflows/ci.yml'), /You are asked first/);
});

test('a cap that would have stopped one run of the last month is offered, and holds once a mode is chosen', async () => {
  const ledger = openLedger(ledgerFile(host), { clock: Date });
  ledger.append([40, 900, 60].flatMap((credits, day) => callOf(day, credits)));
  ledger.close();
  await host.command('Marginal: Cap Runs and Days…');
  const offer = row('Cap a run at');
  assert.match(
    await offer.innerText(),
    /Would have stopped one in 30 days: 900 credits by Claude Code with claude-opus-4-8/,
  );
  await host.page.waitForTimeout(300);
  await host.screenshot('cap-suggested');
  await offer.click();
  const stop = row('Stop it');
  await stop.waitFor();
  await host.page.waitForTimeout(300);
  await host.screenshot('cap-mode');
  await stop.click();
  await eventually(host.page, 'the cap is in the settings', () => {
    const [credits, mode] = ['budget.runCredits', 'budget.mode'].map(
      (name) => new RegExp(`"marginal\\.${name}": (.+?),?$`, 'm').exec(settings())?.[1],
    );
    return Number(credits) > 60 && Number(credits) < 900 && mode === '"refuse"';
  });
});

const settings = () =>
  ['User', 'Machine'].map((scope) => readFileSync(join(host.userFolder, scope, 'settings.json'), 'utf8')).join('\n');

/** One call of a run of its own, so many days ago. */
function callOf(daysAgo: number, credits: number): LedgerEvent {
  return {
    kind: 'settled',
    callId: `call-${daysAgo}`,
    at: Date.now() - (daysAgo + 1) * 86_400_000,
    source: 'claude-code-log',
    facts: {
      agent: 'claude-code',
      model: 'claude-opus-4-8',
      sessionId: `session-${daysAgo}`,
      runId: `run-${daysAgo}`,
      taskId: `run-${daysAgo}`,
    },
    usage: { fresh: 1_000, cacheRead: 0, cacheWrite: 0, text: 500 },
    usageBasis: 'reported',
    cost: { nanoCredits: credits * 1e9, confidence: 'priced' },
    latency: { totalMs: 1_000 },
    tools: [],
    finish: 'stop',
  };
}
