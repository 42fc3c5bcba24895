// What the ledger holds can be taken out, looked through and forgotten: Export, Show Import Report, Forget.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fixturePath } from '../contract/importer.ts';
import { addCopilotChat } from './agentsHome.ts';
import { type Host, openHost } from './driver.ts';
import { eventually } from './look.ts';
import { BURN, builtVsix, readLedger } from './setup.ts';

let host: Host;

before(async () => {
  host = await openHost({ vsix: builtVsix() });
  // A log that somebody's Claude Code wrote earlier, with a line that broke.
  const project = join(host.home, '.claude/projects/-somewhere');
  mkdirSync(project, { recursive: true });
  cpSync(fixturePath('claude-code/claude-code-0d8ec70c.jsonl'), join(project, '0d8ec70c.jsonl'));
  await host.statusBarText(BURN);
  await host.command('Marginal: Rescan');
  await eventually(host.page, 'the log is in the ledger', () => readLedger(host).steps.length === 3);
});

after(async () => {
  await host?.close();
});

async function pick(title: string, answer: string): Promise<void> {
  await eventually(host.page, `the list "${title}" is open`, async () =>
    (await host.page.locator('.quick-input-widget:visible').innerText()).includes(title),
  );
  await host.typeInQuickInput(answer);
}

test('the steps are exported to a file, as they stand in the ledger', { timeout: 120_000 }, async () => {
  const target = join(host.workspace, 'steps.csv');
  await host.command('Marginal: Export…');
  await pick('Export: what?', 'Steps');
  await pick('Export: of which time?', 'All time');
  await pick('Export: in which form?', 'CSV');
  await eventually(host.page, 'the place is asked for', async () =>
    (await host.page.locator('.quick-input-widget:visible input').first().inputValue()).includes('marginal-steps-'),
  );
  await host.screenshot('export-where');
  await host.typeInQuickInput(target);
  await eventually(host.page, 'the file is there', () => existsSync(target), 60_000);
  const [head = '', ...rows] = readFileSync(target, 'utf8').trim().split('\r\n');
  const columns = head.split(',');
  assert.equal(rows.length, 3);
  assert.deepEqual(
    rows.map((row) => row.split(',')[columns.indexOf('freshInputTokens')]),
    readLedger(host).steps.map(({ usage }) => String(usage.fresh)),
  );
});

test('the import report says where was looked and what was found', { timeout: 60_000 }, async () => {
  await host.command('Marginal: Show Import Report');
  const editor = host.page.locator('.editor-instance .view-lines').first();
  const text = await eventually(host.page, 'the report is shown', async () => {
    // An editor shows spaces that don't break, and wraps lines.
    const shown = (await editor.innerText()).replaceAll(/\s+/g, ' ');
    return shown.includes('Claude Code log') ? shown : undefined;
  });
  assert.match(text, /Marginal’s import report/);
  assert.match(text, /~\/\.claude\/projects/);
  assert.match(text, /1 file, 3 observations/);
  await host.screenshot('import-report');
});

test('what is forgotten is gone from the figures, and a rescan doesn’t bring it back', {
  timeout: 120_000,
}, async () => {
  await host.command('Marginal: Forget…');
  await pick('Forget: what?', 'A stretch of time');
  await pick('Forget: of which time?', 'All time');
  const dialog = host.page.locator('.monaco-dialog-box');
  await dialog.waitFor({ timeout: 20_000 });
  const said = await dialog.innerText();
  assert.match(said, /Forget 3 calls of all time\?/);
  assert.match(said, /by Claude Code/);
  assert.match(said, /can’t be undone/);
  await host.screenshot('forget-dialog');
  await host.pressInDialog('Cancel');
  assert.equal(readLedger(host).steps.length, 3, 'turning away forgets nothing');

  await host.command('Marginal: Forget…');
  await pick('Forget: what?', 'A stretch of time');
  await pick('Forget: of which time?', 'All time');
  await host.pressInDialog('Forget');
  await eventually(host.page, 'the calls are gone', () => readLedger(host).steps.length === 0, 60_000);
  await host.command('Marginal: Rescan');
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  assert.equal(readLedger(host).steps.length, 0);
  assert.equal(await host.statusBarText(BURN), '◆ Marginal');
});

test('exact figures of Copilot are offered where its chats have none, and turned on only on a yes', {
  timeout: 180_000,
}, async () => {
  const setting = 'github.copilot.chat.agentDebugLog.fileLogging.enabled';
  const file = join(host.userFolder, 'User/settings.json');
  const isOn = () => (existsSync(file) ? new RegExp(`"${setting}":\\s*true`).test(readFileSync(file, 'utf8')) : false);
  addCopilotChat(host.userFolder, Date.now() - 60_000);
  await host.command('Marginal: Rescan');
  await host.command('Marginal: Open Dashboard');
  const page = await host.webview('Copilot can write down what each call was billed', 60_000);
  await page.getByRole('button', { name: 'Exact figures…' }).click();
  const dialog = host.page.locator('.monaco-dialog-box');
  await dialog.waitFor({ timeout: 20_000 });
  const said = await dialog.innerText();
  assert.match(said, /Turn on Copilot’s debug log for exact figures\?/);
  assert.match(said, /the whole of each chat to files on this disk/);
  assert.match(said, /To end it/);
  await host.screenshot('exact-figures');
  await host.pressInDialog('Cancel');
  await eventually(
    host.page,
    'it is offered once',
    async () => !(await page.locator('body').innerText()).includes('Exact figures…'),
  );
  assert.equal(isOn(), false, 'turning away turns nothing on');

  await host.command('Marginal: Turn On Exact Copilot Figures…');
  await host.pressInDialog('Turn On');
  await eventually(host.page, 'the setting is on', isOn);
  await host.command('Marginal: Turn On Exact Copilot Figures…');
  await host.pressInDialog('Turn Off');
  await eventually(host.page, 'the setting is off again', () => !isOn());
});
