// Takes the README's picture: a real VS Code on the sample workspace, where the demo's run in Agent mode has just ended,
// with the dashboard open. The run is real; the days before it are sample data (below), so that the chart has something
// to show.
// usage: node scripts/node24.mjs scripts/picture.mjs
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLedger } from '../src/storage/ledger.ts';
import { openHost } from '../test/host/driver.ts';
import { BURN, builtVsix, ledgerFile } from '../test/host/setup.ts';
import { startDemoEndpoint } from './demo/endpoint.mjs';
import { demoModel } from './demo/script.mjs';
import { repository } from './host/paths.mjs';

const picture = join(repository, 'media/pictures/first-light.png');
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
} finally {
  await host.close();
  await endpoint.stop();
}
const { size } = await stat(picture);
console.log(`${picture}: ${size} bytes`);
if (size > mostBytes) throw new Error(`The picture has ${size} bytes, and should have at most ${mostBytes}.`);

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
