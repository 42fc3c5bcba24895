// Takes the README's pictures: a real VS Code on the sample workspace, where the demo's run in Agent mode has just ended,
// with the dashboard open; and the gate's dialog. The run is real, and so is the gate's judgement; the days before are sample
// data (below), so that the chart has something to show, and the hook is called as Claude Code calls it.
// usage: node scripts/node24.mjs scripts/picture.mjs
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hookFolder } from '../src/adapters/hookFolder.ts';
import { openLedger } from '../src/storage/ledger.ts';
import { openHost } from '../test/host/driver.ts';
import { eventually } from '../test/host/look.ts';
import { BURN, builtVsix, ledgerFile } from '../test/host/setup.ts';
import { startDemoEndpoint } from './demo/endpoint.mjs';
import { demoModel } from './demo/script.mjs';
import { repository } from './host/paths.mjs';

const picture = join(repository, 'media/pictures/first-light.png');
const gatePicture = join(repository, 'media/pictures/gate.png');
const mostBytes = 250_000;
const days = 30;
const dayMs = 86_400_000;

const endpoint = await startDemoEndpoint();
const host = await openHost({
  vsix: builtVsix(),
  workspace: join(repository, 'scripts/demo/workspace'),
  settings: {
    'workbench.colorTheme': 'Default Dark Modern',
    'marginal.endpoints': [
      { id: 'demo', kind: 'openai', url: endpoint.url, label: demoModel.endpointLabel, demo: true },
    ],
    // As `npm start` has it.
    'marginal.prices': { [demoModel.id]: { input: 3, cachedInput: 0.3, output: 15 } },
    'marginal.budget.dayCredits': 400,
    'chat.tools.riskAssessment.enabled': false,
  },
});
try {
  await host.statusBarText(BURN);
  writeSampleHistory();
  await arrange();
  await host.chat.pickMode('Agent');
  await host.chat.pickModel(`${demoModel.name} (${demoModel.endpointLabel})`);
  await host.chat.send('Make the tests pass.');
  await host.chat.confirm('Allow');
  await host.chat.confirm('Allow');
  await host.chat.answer();
  await host.webview('answered');
  await sleep(1_000);
  await mkdir(dirname(picture), { recursive: true });
  await host.page.screenshot({ path: picture });
  await takeGatePicture();
} finally {
  await host.close();
  await endpoint.stop();
}
for (const file of [picture, gatePicture]) {
  const { size } = await stat(file);
  console.log(`${file}: ${size} bytes`);
  if (size > mostBytes) throw new Error(`The picture has ${size} bytes, and should have at most ${mostBytes}.`);
}

/** An agent is about to delete notes that no commit has: the dialog, before it is denied. */
async function takeGatePicture() {
  const { page, workspace, home } = host;
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.com', ...args], { cwd: workspace });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'first');
  const notes = join(workspace, 'notes');
  mkdirSync(notes);
  for (const name of ['plan.md', 'ideas.md', 'interview.md']) writeFileSync(join(notes, name), `${name}\n`);
  await hookFolder(home, process.platform, { runtime: process.execPath, script: 'x' }).install();
  await eventually(page, 'the window answers hooks', () =>
    readdirSync(join(home, '.marginal/windows')).some((name) => name.endsWith('.json')),
  );
  const hook = spawn(join(home, '.marginal/hook'), ['claude-code', 'PreToolUse'], {
    cwd: workspace,
    env: { PATH: process.env.PATH, HOME: home },
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  hook.stdin.end(
    JSON.stringify({
      session_id: randomUUID(),
      cwd: workspace,
      permission_mode: 'bypassPermissions',
      hook_event_name: 'PreToolUse',
      tool_name: 'Bash',
      tool_input: { command: 'git clean -fdx', description: 'Clean up' },
      tool_use_id: randomUUID(),
    }),
  );
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.waitFor({ timeout: 30_000 });
  await sleep(500);
  const { x, y, width, height } = await dialog.boundingBox();
  const margin = 32;
  await page.screenshot({
    path: gatePicture,
    clip: { x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin },
  });
  await page.keyboard.press('Enter');
  await new Promise((resolve) => hook.once('close', resolve));
}

/** Room for the dashboard and the chat. */
async function arrange() {
  const { page } = host;
  await page.setViewportSize({ width: 1400, height: 900 });
  await host.command('View: Toggle Primary Side Bar Visibility');
  await host.command('Marginal: Open Dashboard');
  await host.webview('Burn by day', 60_000);
  const hint = page.locator('.part.auxiliarybar').getByLabel(/close|dismiss/i);
  if ((await hint.count()) > 0) await hint.first().click();
}

/** Sample data, invented: a month of three agents, as their importers would have written it. */
function writeSampleHistory() {
  const agents = [
    {
      agent: 'claude-code',
      source: 'claude-code-log',
      confidence: 'priced',
      models: ['claude-opus-4-8', 'claude-sonnet-4-6'],
      credits: 9,
    },
    {
      agent: 'copilot',
      source: 'copilot-store',
      confidence: 'billed',
      models: ['gpt-5.5', 'claude-sonnet-4-6'],
      credits: 5,
    },
    {
      agent: 'vscode-chat',
      source: 'provider',
      confidence: 'priced',
      models: ['qwen3-coder:30b', 'gpt-5.5-mini'],
      credits: 1.6,
    },
  ];
  const next = numbers(11);
  const midnight = new Date().setHours(0, 0, 0, 0);
  const events = [];
  for (let back = days - 1; back >= 0; back--) {
    const start = midnight - back * dayMs;
    const weekend = [0, 6].includes(new Date(start).getDay());
    for (const { agent, source, confidence, models, credits } of agents) {
      const calls = Math.round((4 + next() * 18) * (weekend && back > 0 ? 0.15 : 1));
      for (let call = 0; call < calls; call++) {
        // Today's lie in its first minutes, whenever the picture is taken.
        const at = back === 0 ? start + call * 1_000 : start + 9 * 3_600_000 + next() * 9 * 3_600_000;
        const nanoCredits = Math.round((0.3 + next() * 1.4) * credits * 1e9);
        const cacheRead = Math.round(20_000 + next() * 60_000);
        events.push({
          kind: 'settled',
          callId: `sample:${agent}:${back}:${call}`,
          at: Math.round(at),
          source,
          facts: {
            agent,
            model: models[next() < 0.65 ? 0 : 1],
            sessionId: `sample-${agent}-${back}`,
            runId: `sample-${agent}-${back}-${Math.floor(call / 6)}`,
            folder: host.workspace,
          },
          usage: {
            fresh: Math.round(200 + next() * 900),
            cacheRead,
            cacheWrite: Math.round(next() * 2_000),
            text: Math.round(100 + next() * 700),
          },
          usageBasis: 'reported',
          ...(confidence === 'billed' ? { billedNanoCredits: nanoCredits } : {}),
          cost: { nanoCredits, confidence },
          latency: { totalMs: Math.round(1_500 + next() * 9_000) },
          tools: [],
          finish: 'toolCalls',
        });
      }
    }
  }
  const ledger = openLedger(ledgerFile(host), { clock: Date });
  ledger.append(events);
  ledger.close();
}

/** A repeatable stream of numbers from 0 to 1. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
