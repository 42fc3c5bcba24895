// What becomes of an agent's work, in a real VS Code: it edits a file, the developer runs the tests as a task and in a
// terminal and commits; the ledger and the dashboard tell.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { OutcomeEvent } from '../../src/core/ledger/event.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { type ScriptedEndpoint, startScriptedEndpoint } from '../fakes/scriptedEndpoint.ts';
import { type Host, openHost } from './driver.ts';
import { eventually } from './look.ts';
import { builtVsix, ledgerFile, readLedger } from './setup.ts';

const WRONG = 'export const total = (items) => items.length;\n';
const RIGHT = 'export const total = (items) => items.reduce((sum, { price }) => sum + price, 0);\n';
const FILES = {
  'cart.js': WRONG,
  'package.json': '{ "type": "module", "scripts": { "test": "node check.js" } }\n',
  'check.js': "import { total } from './cart.js';\nif (total([{ price: 5 }]) !== 5) process.exit(1);\n",
  '.vscode/tasks.json': JSON.stringify({
    version: '2.0.0',
    tasks: [
      {
        label: 'check the cart',
        type: 'shell',
        command: 'node check.js',
        group: { kind: 'test', isDefault: true },
        problemMatcher: [],
      },
    ],
  }),
};

let host: Host;
let endpoint: ScriptedEndpoint;
const project = mkdtempSync(join(tmpdir(), 'marginal-outcomes-'));

function git(folder: string, ...parameters: readonly string[]): void {
  const who = ['-c', 'user.name=Developer', '-c', 'user.email=developer@example.com'];
  execFileSync('git', [...who, ...parameters], { cwd: folder, stdio: 'pipe' });
}

function outcomes(): readonly OutcomeEvent[] {
  const ledger = openLedger(ledgerFile(host), { clock: Date });
  try {
    return ledger.outcomes(0, Number.MAX_SAFE_INTEGER);
  } finally {
    ledger.close();
  }
}

const told = () => outcomes().map(({ outcome, success, runId }) => ({ outcome, success, runId }));

before(async () => {
  mkdirSync(join(project, '.vscode'));
  for (const [path, text] of Object.entries(FILES)) writeFileSync(join(project, path), text);
  git(project, 'init', '-q', '-b', 'main');
  git(project, 'add', '-A');
  git(project, 'commit', '-q', '-m', 'The cart');
  endpoint = await startScriptedEndpoint({
    models: [{ id: 'scripted', context_length: 200_000 }],
    script: (request) => {
      if (!JSON.stringify(request.body).includes('REPAIR the total')) return { text: ['Fine.'] };
      const usage = { prompt_tokens: 10_000, completion_tokens: 50 };
      if (request.body.messages.some(({ role }: { role: string }) => role === 'tool'))
        return { text: ['It adds up prices now, and all tests pass.'], usage };
      const edit = { filePath: `${host.workspace}/cart.js`, oldString: WRONG, newString: RIGHT };
      return { toolCalls: [{ id: 'call_edit', name: 'replace_string_in_file', arguments: edit }], usage };
    },
  });
  host = await openHost({
    vsix: builtVsix(),
    workspace: project,
    settings: {
      'marginal.endpoints': [{ id: 's', kind: 'openai', url: endpoint.url, label: 'S' }],
      'marginal.prices': { scripted: { input: 10, output: 50 } },
      'git.enabled': true,
    },
  });
});

after(async () => {
  await host?.close();
  await endpoint?.stop();
  rmSync(project, { recursive: true, force: true });
});

test('the developer’s tests and commit after an agent’s edit are in the ledger and in the dashboard', {
  timeout: 400_000,
}, async () => {
  const { chat, page } = host;
  await eventually(
    page,
    'the picker offers the model',
    async () => (await chat.models()).includes('scripted (S)'),
    120_000,
  );
  await chat.pickMode('Agent');
  await chat.pickModel('scripted (S)');
  // Before the agent: the tests fail.
  await host.command('Tasks: Run Test Task');
  await chat.ask('REPAIR the total of the cart, please', 90_000);
  await eventually(page, 'the file is edited', () => readFileSync(join(host.workspace, 'cart.js'), 'utf8') === RIGHT);
  const run = readLedger(host).runs.find(({ steps }) =>
    steps.some(({ tools }) => tools.includes('replace_string_in_file')),
  );
  assert(run);
  assert.deepEqual([run.steps[0]?.facts.taskKind, run.steps[0]?.facts.taskSize], ['fix', 'simple']);
  // What it says of itself is no label.
  assert.deepEqual(told(), []);

  await page.waitForTimeout(8_000);
  await host.command('Tasks: Run Test Task');
  const passed = await eventually(
    page,
    'the tests’ outcome is in the ledger',
    () => outcomes().find(({ outcome }) => outcome === 'checkPassed'),
    30_000,
  );
  assert.deepEqual([passed.runId, passed.success, passed.evidence?.runs], [run.runId, 1, 1]);
  const text = JSON.stringify(outcomes());
  for (const secret of ['cart', 'check', host.workspace, 'node ']) {
    assert(!text.replaceAll('checkPassed', '').includes(secret), secret);
  }

  git(host.workspace, 'commit', '-q', '-a', '-m', 'Add up prices');
  const committed = await eventually(
    page,
    'the commit is in the ledger',
    () => outcomes().find(({ outcome }) => outcome === 'committed'),
    60_000,
  );
  assert.deepEqual([committed.runId, committed.success], [run.runId, 1]);

  await host.command('Terminal: Create New Terminal');
  const terminal = page.locator('.terminal-wrapper.active .xterm').first();
  await terminal.waitFor();
  await page.waitForTimeout(3_000);
  await terminal.click();
  await page.keyboard.type('npm test');
  await page.keyboard.press('Enter');
  await eventually(
    page,
    'the terminal’s outcome is in the ledger',
    () => outcomes().filter(({ outcome }) => outcome === 'checkPassed').length > 1,
    60_000,
  );

  await host.command('Marginal: Open Dashboard');
  const dashboard = await host.webview('Cost per success', 60_000);
  const rows = await dashboard.locator('.successes tbody tr').allInnerTexts();
  const perRun = run.cost.nanoCredits / 1e9;
  assert.match(rows[0] ?? '', /All\s+1 of 1\s/);
  assert.match(rows.find((row) => row.startsWith('scripted')) ?? '', new RegExp(`${Math.round(perRun)} cr$`));
  assert(
    rows.some((row) => /task: fix\s+1 of 1/.test(row)),
    rows.join('\n'),
  );
  await dashboard.locator('.successes').scrollIntoViewIfNeeded();
  await host.screenshot('outcomes');
});
