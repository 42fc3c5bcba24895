// Real agents, whose model orders what can't be undone, with the hooks that Marginal itself put into their settings: nothing is
// lost unless a person has clicked Allow in the real VS Code.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { type ScriptedEndpoint, startScriptedEndpoint } from '../fakes/scriptedEndpoint.ts';
import { type Host, openHost } from './driver.ts';
import { eventually } from './look.ts';
import { installOrdered, type OrderedAgentId, type OrderedRun, type Orders, runOrdered } from './orderedAgent.ts';
import { builtVsix } from './setup.ts';

const AGENTS: readonly OrderedAgentId[] = ['claude-code', 'codex', 'gemini-cli', 'copilot'];
const RESET = 'git reset --hard';
/** Codex refuses `rm -rf` by itself, whoever asks. */
const removeOf = (agent: OrderedAgentId) => (agent === 'codex' ? 'rm -r drafts' : 'rm -rf drafts');

/** Credits of a run: far above what the other tests' runs cost. */
const CAP = 220;

const LOCAL_PROMPT = 'DO what is ordered';

let host: Host;
let endpoint: ScriptedEndpoint;

/** What VS Code's own agent last sent its model. */
const told = () => JSON.stringify(endpoint.completions().at(-1)?.body?.messages);

before(async () => {
  endpoint = await startScriptedEndpoint({
    models: [{ id: 'scripted', context_length: 200_000 }],
    script({ body }) {
      if (!JSON.stringify(body).includes(LOCAL_PROMPT)) return { text: ['Fine.'] };
      const done = body.messages.filter(({ role }: { readonly role: string }) => role === 'tool').length;
      const command = [RESET, 'rm -rf drafts'][done];
      const given = { command, explanation: 'as ordered', goal: 'as ordered', mode: 'sync', timeout: 10_000 };
      return command === undefined
        ? { text: ['done'] }
        : { toolCalls: [{ id: `call_${done}`, name: 'run_in_terminal', arguments: given }] };
    },
  });
  host = await openHost({
    vsix: builtVsix(),
    settings: {
      'marginal.budget.runCredits': CAP,
      'marginal.budget.mode': 'refuse',
      'marginal.endpoints': [{ id: 'scripted', kind: 'openai', url: endpoint.url, label: 'Scripted' }],
      'marginal.prices': { scripted: { input: 1, output: 5 } },
    },
    fillHome(home) {
      for (const folder of ['.claude', '.codex', '.copilot']) mkdirSync(join(home, folder));
      writeFileSync(
        join(home, '.gitconfig'),
        '[user]\n\tname = Dev\n\temail = dev@example.com\n[init]\n\tdefaultBranch = main\n',
      );
      mkdirSync(join(home, '.gemini'));
      writeFileSync(
        join(home, '.gemini', 'settings.json'),
        JSON.stringify({
          security: { auth: { selectedType: 'gemini-api-key' } },
          privacy: { usageStatisticsEnabled: false },
          general: { disableAutoUpdate: true },
        }),
      );
    },
  });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'first');
  await guardAll();
  await eventually(host.page, 'the window answers hooks', () => existsSync(join(host.home, '.marginal', 'windows')));
});

after(async () => {
  await host?.close();
  await endpoint?.stop();
});

for (const agent of AGENTS) {
  test(`${agent}: a denial keeps everything and the agent is told; Allow Once lets one thing through, and it can be undone`, {
    timeout: 300_000,
  }, async (t) => {
    const run = await ordered(t, agent, { commands: [RESET, removeOf(agent)] });
    if (!run) return;
    const question = await inDialog('Deny', RESET);
    await host.screenshot(`gate-${agent}`);
    assert.match(question, /can’t be undone/);
    assert.match(question, /discards the uncommitted changes of 1 file/);
    await press('Deny');
    assert.match(await inDialog('Deny', 'drafts'), /not in version control/);
    await press('Deny');
    const denied = await run.ended;
    assert.equal(whatIsThere(), 'changed, drafts', denied.output);
    assert.equal(denied.told.split('Your developer said no').length - 1, 2, denied.told);

    const second = await ordered(t, agent, { commands: [RESET, removeOf(agent)] });
    await inDialog('Allow Once', RESET);
    await press('Deny');
    await inDialog('Allow Once', 'drafts');
    await press('Allow Once');
    const allowed = await second?.ended;
    assert.equal(whatIsThere(), 'changed', allowed?.output);
    if (agent !== 'claude-code') return;

    await host.command('Marginal: Show Decisions');
    await undoTheLatest();
    await eventually(host.page, 'the folder is back', () => whatIsThere() === 'changed, drafts');
    assert.equal(readFileSync(join(host.workspace, 'drafts', 'plan.md'), 'utf8'), 'a plan\n');
  });
}

test('VS Code’s own agent: the same hooks, the same dialog', { timeout: 300_000 }, async () => {
  unsavedWork();
  await host.chat.pickMode('Agent');
  await host.chat.pickModel('scripted (Scripted)');
  await host.chat.send(LOCAL_PROMPT);
  const question = await inDialog('Deny', RESET);
  assert.match(question, /Asked by: Copilot/);
  await host.screenshot('gate-vscode-agent');
  await press('Deny');
  await inDialog('Deny', 'drafts');
  await press('Deny');
  await eventually(
    host.page,
    'the model was told of both',
    () => told().split('Your developer said no').length - 1 === 2,
  );
  assert.equal(whatIsThere(), 'changed, drafts');
});

test('a run over its cap is stopped before its next action, its sub-agent’s spending counted', {
  timeout: 300_000,
}, async (t) => {
  const commands = Array.from({ length: 12 }, () => 'sleep 1; git status');
  const run = await ordered(t, 'claude-code', { commands, bySubagent: true, inputTokens: 100_000 });
  if (!run) return;
  const { told, output } = await run.ended;
  const allowed = told.split('nothing added to commit').length - 1 + (told.split('Changes not staged').length - 1);
  t.diagnostic(`${allowed} commands ran`);
  assert.match(told, /its cap is 220 \(marginal.budget.runCredits\)/, output);
  assert.ok(allowed >= 1 && allowed < commands.length, told);
});

test('the window is killed while its dialog is open: denied, and so is all that follows while VS Code is closed', {
  timeout: 300_000,
}, async (t) => {
  const run = await ordered(t, 'claude-code', { commands: [RESET, removeOf('claude-code')] });
  if (!run) return;
  await inDialog('Deny', RESET);
  const browser = host.page.context().browser();
  await host.killExtensionHost();
  await browser?.close();
  const killed = await run.ended;
  assert.equal(whatIsThere(), 'changed, drafts', killed.output);
  assert.match(killed.told, /window/i);
  for (const agent of AGENTS) {
    const closed = await ordered(t, agent, { commands: ['git status', RESET, removeOf(agent)] });
    const { told, output } = (await closed?.ended) ?? { told: '', output: '' };
    if (!closed) continue;
    assert.equal(whatIsThere(), 'changed, drafts', `${agent}: ${output}`);
    assert.match(told, /open VS Code/i, agent);
  }
});

test('what the launcher runs is gone: denied', { timeout: 300_000 }, async (t) => {
  writeFileSync(join(host.home, '.marginal', 'target'), '/nowhere/node\n/nowhere/hook.cjs\n');
  for (const agent of AGENTS) {
    const run = await ordered(t, agent, { commands: [RESET, removeOf(agent)] });
    const { told, output } = (await run?.ended) ?? { told: '', output: '' };
    if (!run) continue;
    assert.equal(whatIsThere(), 'changed, drafts', `${agent}: ${output}`);
    assert.match(told, /Marginal/, agent);
  }
});

/** Of the two kinds of work that no commit has, what is still there. */
function whatIsThere(): string {
  const changed = readFileSync(join(host.workspace, 'README.md'), 'utf8') === '# Changed\n';
  return [
    ...(changed ? ['changed'] : []),
    ...(existsSync(join(host.workspace, 'drafts', 'plan.md')) ? ['drafts'] : []),
  ].join(', ');
}

/** As a person does it: all that are here, the change looked at, agreed to. */
async function guardAll(): Promise<void> {
  await host.command('Marginal: Guard My Agents…');
  const widget = host.page.locator('.quick-input-widget:visible');
  await eventually(host.page, 'the agents are listed', async () =>
    (await widget.innerText({ timeout: 1_000 })).includes('4 Selected'),
  );
  await widget.locator('.quick-input-count, .quick-input-action').getByText('OK').click();
  await host.pressInDialog('Write These Files');
  await host.notification('an agent counts as guarded when it was heard');
}

/** In the list of decisions, by the keyboard: the latest, then what puts it back. */
async function undoTheLatest(): Promise<void> {
  const rows = host.page.locator('.quick-input-list .monaco-list-row');
  const list = (text: string) =>
    eventually(host.page, `a list with ${text}`, async () => (await rows.allInnerTexts()).join('\n').includes(text));
  await list('deletes drafts');
  await host.screenshot('gate-decisions');
  await host.page.keyboard.press('Enter');
  await list('Put Back');
  await host.page.keyboard.press('Enter');
  await inDialog('Put It Back', 'drafts');
  await host.screenshot('gate-undo');
  await press('Put It Back');
}

/** Presses the button of exactly this name. */
async function press(button: string): Promise<void> {
  await host.page
    .locator('.monaco-dialog-box .monaco-button')
    .getByText(button, { exact: true })
    .click({ timeout: 10_000 });
}

/** Waits for a dialog with a button, and returns what it says. */
function inDialog(button: string, text: string): Promise<string> {
  return eventually(host.page, `the dialog about ${text}`, async () => {
    const shown = await host.page.locator('.monaco-dialog-box').innerText({ timeout: 500 });
    return shown.includes(button) && shown.includes(text) && shown;
  });
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: host.workspace, encoding: 'utf8', env: { ...process.env, HOME: host.home } });
}

/** Unsaved work of both kinds, then the agent's run. undefined: it can't be installed here. */
async function ordered(
  t: TestContext,
  agent: OrderedAgentId,
  orders: Orders,
): Promise<{ readonly ended: Promise<OrderedRun> } | undefined> {
  const program = await installOrdered(agent).catch((error: Error) => error);
  if (typeof program !== 'string') {
    const reason = `${agent} could not be installed here: ${program.message}`;
    console.error(`SKIPPED: ${reason}`);
    t.skip(reason);
    return undefined;
  }
  unsavedWork();
  return { ended: runOrdered(agent, program, { home: host.home, work: host.workspace }, orders) };
}

/** Of both kinds that git can't bring back. */
function unsavedWork(): void {
  writeFileSync(join(host.workspace, 'README.md'), '# Changed\n');
  rmSync(join(host.workspace, 'drafts'), { recursive: true, force: true });
  mkdirSync(join(host.workspace, 'drafts'));
  writeFileSync(join(host.workspace, 'drafts', 'plan.md'), 'a plan\n');
}
