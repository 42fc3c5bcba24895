// Several agents had worked before Marginal came: what they spent is there by itself, with what it went to, what pays for
// it and how long that lasts. Their logs are true ones.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sumTokens, type Usage } from '../../src/core/usage.ts';
import { fillWithAgentsLogs } from './agentsHome.ts';
import { type Host, openHost } from './driver.ts';
import { eventually } from './look.ts';
import { BURN, builtVsix, readLedger } from './setup.ts';

let host: Host;

before(async () => {
  host = await openHost({
    vsix: builtVsix(),
    fillHome: (home) => fillWithAgentsLogs(home, Date.now() - 60_000),
    settings: { 'marginal.prices': { 'scripted-model': { input: 3, output: 15, cachedInput: 0.3 } } },
  });
});

after(async () => {
  await host?.close();
});

/** Numbers of the calls that Codex' recordings have: the fork's, 7 and 8, stand in a file that isn't here. */
const CODEX = [1, 2, 3, 4, 5, 6, 9, 10];

function sumOf(numbers: readonly number[], of: (n: number) => number): number {
  return numbers.reduce((sum, n) => sum + of(n), 0);
}

/** Calls and their tokens, as the endpoints of the recordings served them: see the notes in test/fixtures. */
const SERVED = {
  'claude-code': { calls: 7, input: 112 + 53_000 + 36_500, output: 112 },
  codex: { calls: 8, input: sumOf(CODEX, (n) => 3_000 + 100 * n), output: sumOf(CODEX, (n) => 30 + n) },
  'gemini-cli': { calls: 1, input: 3_000, output: 7 },
  'qwen-code': {
    calls: 4,
    input: sumOf([1, 2, 3, 4], (n) => 3_000 + 100 * n),
    output: sumOf([1, 2, 3, 4], (n) => 30 + n),
  },
  copilot: { calls: 3, input: 20_100 + 20_200 + 20_300, output: 31 + 32 + 33 },
};

async function pick(title: string, answer: string): Promise<void> {
  const widget = host.page.locator('.quick-input-widget:visible');
  await eventually(host.page, `"${title}" is asked`, async () => {
    // The palette shows the command's title, too.
    const isPalette = (await widget.locator('input').first().inputValue()).startsWith('>');
    return !isPalette && (await widget.innerText()).includes(title);
  });
  await host.typeInQuickInput(answer);
}

/** Exports a view, of all time where it is asked for one. */
async function exportJson(view: string, proposed: string, target: string): Promise<void> {
  await host.command('Marginal: Export…');
  await pick('Export: what?', view);
  if (view !== 'Forecast') await pick('Export: of which time?', 'All time');
  await pick('Export: in which form?', 'JSON');
  await eventually(host.page, 'the place is asked for', async () =>
    (await host.page.locator('.quick-input-widget:visible input').first().inputValue()).includes(proposed),
  );
  await host.typeInQuickInput(target);
}

test('all is told by itself at the first start: found, counted to the token, in the status bar and its hover', {
  timeout: 180_000,
}, async (t) => {
  const found = await eventually(
    host.page,
    'what was found is said',
    async () => host.page.locator('.statusbar-item', { hasText: 'Marginal: Found' }).first().innerText(),
    60_000,
  );
  assert.match(found, /Found Claude Code, Codex, Gemini CLI, Qwen Code \(at list price\), Copilot/);
  await host.screenshot('meters-found');
  const { steps } = await eventually(host.page, 'all calls are in the ledger', () => {
    const reading = readLedger(host);
    return reading.steps.length >= 23 ? reading : undefined;
  });
  const counted = Object.fromEntries(
    Object.keys(SERVED).map((agent) => {
      const own = steps.filter(({ facts }) => facts.agent === agent);
      const sum = (kinds: readonly (keyof Usage)[]) =>
        sumTokens(...own.flatMap(({ usage }) => kinds.map((kind) => usage[kind] ?? 0)));
      const input = sum(['fresh', 'cacheRead', 'cacheWrite', 'cacheWriteHour']);
      return [agent, { calls: own.length, input, output: sum(['text', 'reasoning']) }];
    }),
  );
  assert.deepEqual(counted, SERVED);
  // Qwen Code's model has no price: its calls are told as unknown, never as 0.
  t.diagnostic(await host.statusBarWhere(BURN, (text) => / cr \+ \? today/.test(text)));
  const hover = (await host.statusBarHover(BURN)).replaceAll(/\s+/g, ' ');
  for (const row of [
    /Codex\s+[\d.]+ cr\s+8 calls · priced · at list price \(a plan may pay\)/,
    /Qwen Code\s+\? cr/,
    /This month/,
  ])
    assert.match(hover, row);
  await host.screenshot('meters-hover');
});

test('the dashboard shows the dearest prompts with their reasons, and one of them in all its parts', {
  timeout: 120_000,
}, async () => {
  await host.command('Marginal: Open Dashboard');
  const page = await host.webview('Dearest prompts');
  const dearest = page.locator('.dearest li');
  await dearest.nth(2).waitFor({ timeout: 20_000 });
  // No plan is chosen and no budget set: the month has its range all the same.
  const month = page.locator('.plan', { hasText: 'This month, all agents' });
  await eventually(host.page, 'the month is forecast', async () => /80 % range/.test(await month.innerText()));
  for (const reason of await dearest.locator('.sentence').allInnerTexts()) assert.match(reason, /\d cr\b.*\.$/, reason);
  await dearest.filter({ hasText: '· Copilot ·' }).getByRole('button').click();
  const header = page.locator('.run > p').first();
  await eventually(host.page, 'its steps are shown', async () =>
    /^Copilot · work · 3 steps/.test(await header.innerText()),
  );
  await page.locator('.causes .cause').first().waitFor({ timeout: 20_000 });
  await page.getByRole('button', { name: 'Show the figures' }).click();
  assert.match(await page.locator('.tree').innerText(), /\(this prompt\)[\s\S]*sub-agent/);
  await host.screenshot('meters-dearest');
});

test('a plan is chosen from the list, and the forecast says until when it lasts', { timeout: 120_000 }, async (t) => {
  await host.command('Marginal: Choose Plan…');
  await pick('Choose Plan', 'GitHub Copilot Pro');
  await pick('Credits a month', '20');
  await pick('Day of the month', '1');
  const page = await host.webview('GitHub Copilot Pro');
  const plan = page.locator('.plan', { hasText: 'GitHub Copilot Pro' });
  const forecast = await eventually(host.page, 'the forecast is there', async () => {
    const shown = await plan.innerText();
    return /80 % range/.test(shown) ? shown : undefined;
  });
  assert.match(forecast, /20 cr to 1 /);
  assert.match(forecast, /Spent here\s+10 cr priced/);
  assert.match(forecast, /Elsewhere\s+\? cr/);
  assert.match(forecast, /lasts to|dry/);
  t.diagnostic(await host.statusBarWhere(BURN, (text) => /dry|lasts/.test(text)));
  await plan.scrollIntoViewIfNeeded();
  await host.screenshot('meters-plan');

  await host.command('Marginal: Choose Plan…');
  await pick('Choose Plan', 'Claude Max (5×)');
  await page.locator('.plan', { hasText: 'Claude Max (5×)' }).waitFor({ timeout: 20_000 });
  await page.locator('.dearest li').filter({ hasText: '· Claude Code ·' }).first().getByRole('button').click();
  const header = page.locator('.run > p').first();
  await eventually(host.page, 'the run says who pays', async () =>
    /^Claude Code .* at list price \(the subscription pays\)/.test(await header.innerText()),
  );
});

test('what the credits went to is shown by agent, project and sub-agent, and exported as it is shown', {
  timeout: 120_000,
}, async () => {
  const page = await host.webview('Dearest prompts');
  const groups = page.locator('.burn table.groups');
  assert.match(await groups.first().innerText(), /Claude Code[\s\S]*Codex|Codex[\s\S]*Claude Code/);
  await page.getByRole('combobox', { name: 'Show the period by' }).selectOption('Session');
  await eventually(host.page, 'the sessions are shown', async () =>
    /Session\s+Calls/.test(await groups.first().innerText()),
  );
  await groups.first().scrollIntoViewIfNeeded();
  await host.screenshot('meters-sessions');
  const target = join(host.workspace, 'sessions.json');
  await exportJson('Sessions', 'marginal-sessions-', target);
  const rows = await eventually(
    host.page,
    'the file is there',
    () => JSON.parse(readFileSync(target, 'utf8')) as readonly { agents: string; calls: number }[],
  );
  const calls = (agent: string) => sumTokens(...rows.filter(({ agents }) => agents === agent).map((row) => row.calls));
  for (const [agent, served] of Object.entries(SERVED)) assert.equal(calls(agent), served.calls, agent);
});

test('the dearest prompts and the forecast are exported with all that the dashboard says of them', {
  timeout: 120_000,
}, async () => {
  const rowsOf = async (view: string, proposed: string) => {
    const target = join(host.workspace, `${proposed}.json`);
    await exportJson(view, proposed, target);
    return eventually(
      host.page,
      'the file is there',
      () => JSON.parse(readFileSync(target, 'utf8')) as readonly Readonly<Record<string, unknown>>[],
    );
  };
  const dearest = await rowsOf('Dearest prompts', 'marginal-dearest-');
  assert.ok(dearest.length >= 3);
  for (const { why, credits } of dearest) {
    assert.match(String(why), /\.$/);
    assert.ok(Number(credits) > 0);
  }
  const forecast = await rowsOf('Forecast', 'marginal-forecast-');
  const pool = forecast.find(({ name }) => name === 'GitHub Copilot Pro');
  assert.deepEqual([pool?.of, pool?.poolCredits], ['pool', 20]);
  assert.ok(Number(pool?.endP10Credits) <= Number(pool?.endP90Credits));
  assert.ok(
    forecast.some(({ name, window, usedShare }) => name === 'Claude Max (5×)' && window === '5h' && usedShare === null),
  );
});
