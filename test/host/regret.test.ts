// The regret report and the learning budget in a real VS Code: a ledger with choices whose outcome is known, and what is said of them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { DecisionEvent, LedgerEvent } from '../../src/core/ledger/event.ts';
import { NANO_PER_CREDIT } from '../../src/core/money.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { type ScriptedEndpoint, startScriptedEndpoint } from '../fakes/scriptedEndpoint.ts';
import { type Host, openHost } from './driver.ts';
import { eventually } from './look.ts';
import { builtVsix, ledgerFile } from './setup.ts';

const RUNS = 40;
const HOUR_MS = 3_600_000;
const VALUE = 100;
/** What was foretold of each, and what its runs cost: 12 credits and 1. */
const MODELS = {
  'gpt-5': { success: 0.9, foretold: 10, cost: 12 },
  'gpt-5-mini': { success: 0.6, foretold: 1, cost: 1 },
} as const;
type Model = keyof typeof MODELS;

let host: Host;
let endpoint: ScriptedEndpoint;

/** Every fifth is tried with the small model, and fails; of the others every tenth does. */
const isTrial = (index: number) => index % 5 === 4;
const succeeds = (index: number) => !isTrial(index) && index % 10 !== 0;

function settledRun(index: number, start: number): readonly LedgerEvent[] {
  const runId = `run-${index}`;
  const at = start + index * HOUR_MS;
  const model: Model = isTrial(index) ? 'gpt-5-mini' : 'gpt-5';
  const facts = { agent: 'vscode-chat', runId, sessionId: runId, taskId: runId, policy: 'balanced', taskKind: 'fix' };
  const decision: DecisionEvent = {
    kind: 'decision',
    callId: `decision:${runId}`,
    at,
    source: 'provider',
    facts,
    choice: model,
    reason: 'Made for the test.',
    candidates: Object.entries(MODELS).map(([name, { success, foretold }]) => ({
      use: { kind: 'answer', model: name, endpointId: 's' },
      terms: { value: credits(VALUE * success), cost: -credits(foretold), wait: 0, risk: 0 },
      net: credits(VALUE * success - foretold),
      quality: success,
      nanoCredits: credits(foretold),
      propensity: name === 'gpt-5' ? 0.8 : 0.2,
    })),
    situation: {
      valueNanoCredits: credits(VALUE),
      prices: { kappa: 1, beta: 0, lambda: 0, rho: 1 },
      explored: isTrial(index),
    },
    features: { dense: [0.5, 0, 1], words: [17, 4_000, 9_001], length: 120, requestClass: 'simple' },
  };
  const { cost } = MODELS[model];
  return [
    decision,
    {
      kind: 'settled',
      callId: `call-${index}`,
      at: at + 60_000,
      source: 'provider',
      facts: { ...facts, model, endpointId: 's' },
      usage: { fresh: 10_000, text: 500 },
      usageBasis: 'reported',
      cost: { nanoCredits: credits(cost), confidence: 'priced' },
      finish: 'stop',
    },
    {
      kind: 'outcome',
      callId: `vote:${runId}`,
      at: at + 120_000,
      source: 'outcomes',
      taskId: runId,
      runId,
      outcome: 'vote',
      weight: 0.9,
      success: succeeds(index) ? 1 : 0,
    },
  ];
}

function credits(amount: number): number {
  return Math.round(amount * NANO_PER_CREDIT);
}

before(async () => {
  endpoint = await startScriptedEndpoint({
    models: [{ id: 'gpt-5' }, { id: 'gpt-5-mini' }],
    script: () => ({ text: ['Fine.'] }),
  });
  host = await openHost({
    vsix: builtVsix(),
    settings: {
      'marginal.endpoints': [{ id: 's', kind: 'openai', url: endpoint.url, label: 'S' }],
      'marginal.prices': { 'gpt-5': { input: 10, output: 40 }, 'gpt-5-mini': { input: 0.8, output: 4 } },
      'marginal.budget.monthCredits': 1_000,
    },
  });
});

after(async () => {
  await host?.close();
  await endpoint?.stop();
});

test('the regret report holds figures, each with its basis, and the chat the same in short', {
  timeout: 300_000,
}, async () => {
  const { chat, page } = host;
  await eventually(
    page,
    'the picker offers the models',
    async () => (await chat.models()).includes('gpt-5 (S)'),
    120_000,
  );
  const start = Date.now() - (RUNS + 2) * HOUR_MS;
  const ledger = openLedger(ledgerFile(host), { clock: Date });
  try {
    ledger.append(Array.from({ length: RUNS }, (_, index) => settledRun(index, start)).flat());
  } finally {
    ledger.close();
  }
  await host.command('Marginal: Show Regret Report');
  const report = await host.webview('regret report', 60_000);
  const text = (await report.locator('body').innerText()).replaceAll(/\s+/g, ' ');
  await host.screenshot('regret-report');
  // 28 successes of 40 at 100 credits each, less 32 × 12 and 8 × 1.
  assert.match(text, /40 choices with a known outcome\. In 100 % of them more than one model had a chance\./);
  assert.match(text, /what was done 2,408 observed/);
  assert.match(text, /always the strongest model \(gpt-5\) [\d,]+ \([\d,]+ to [\d,]+\) [\d,]+ \(.+?\) estimated/);
  assert.match(text, /the best single model in hindsight \(gpt-5\) .+? estimated/);
  assert.match(text, /a step’s cost 40 \d+(\.\d)? % \d+(\.\d)? % [\d.]+ cr [\d.]+/);
  // (8 × 0.6² + 28 × 0.1² + 4 × 0.9²) ÷ 40
  assert.match(text, /a request’s success 40 0\.160 0\.\d{3} [\d.]+ % [\d.]+ % [\d.]+ %/);
  assert.match(text, /60 % → 0 % \(8\), 90 % → 87\.5 % \(32\)/);
  assert.match(text, /8 choices were made to learn/);
  assert.match(text, /κ, cash for a credit 1\.0/);
  assert.doesNotMatch(text, /NaN|undefined|Infinity|−0 /);
  await report.locator('h2', { hasText: 'Learning budget' }).scrollIntoViewIfNeeded();
  await host.screenshot('regret-report-below');

  const said = await chat.ask('@marginal /regret');
  assert.match(said, /What was done: 2,408 cr net \(observed\)/);
  assert.match(said, /The best single model \(gpt-5\): [\d,]+ \(.+?\) cr net, regret [\d,]+ \(.+?\) cr/);
  await host.screenshot('regret-chat');
});

test('forecasts that have proven themselves are told without value ?', { timeout: 120_000 }, async () => {
  const quote = await host.chat.ask('@marginal /quote fix the failing test in src/a.ts');
  assert.match(quote, /Balanced\s+[\d,.]+ \([\d,.]+–[\d,.]+\)\s+\d+ %/);
  assert.doesNotMatch(quote, /value \?/);
  await host.screenshot('regret-quote');
});

test('the prices stand in the dashboard, each with its constraint', { timeout: 120_000 }, async () => {
  await host.command('Marginal: Open Dashboard');
  const dashboard = await host.webview('Plan and forecast', 60_000);
  const prices = dashboard.locator('section', { hasText: 'a minute of waiting' }).last();
  await prices.waitFor({ timeout: 30_000 });
  const text = (await prices.innerText()).replaceAll(/\s+/g, ' ');
  assert.match(text, /β, a credit of the budget beyond its cash price [\d.]+ cr [\d,.]+ credits for \d+ working hours/);
  assert.match(text, /λ, a minute of waiting 10 cr your time; no latency target is set/);
  assert.match(text, /ρ, a credit of expected loss 1\.0 cr no risk limit is set/);
  await prices.scrollIntoViewIfNeeded();
  await host.screenshot('dashboard-prices');
});
