// A run that can't be rerouted and goes as those went that failed, in a real VS Code: once outcomes have proven the forecasts, the
// status bar and the dashboard advise the stronger model that the developer has, by name, with its terms.
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { startVendorServer, type VendorServer } from '../fakes/vendorServer.ts';
import { type Host, openHost } from './driver.ts';
import { eventually } from './look.ts';
import { BURN, builtVsix, ledgerFile } from './setup.ts';

const OWN = 'claude-3-5-haiku';
/** What an Ollama serves from its cloud isn't on own hardware. */
const STRONG = { name: 'grand:700b', details: { parameter_size: '700B' }, remote_host: 'https://ollama.com' };
const RUNS = 60;
const STEPS = 14;
const HOUR_MS = 3_600_000;
const SESSION = '2f3b2c1d-1111-4222-8333-944445555668';

let server: VendorServer;
let host: Host;

before(async () => {
  server = await startVendorServer(({ path }) => {
    const capabilities = ['completion', 'tools'];
    const json = (value: unknown) => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(value),
    });
    if (path === '/api/tags') return json({ models: [{ ...STRONG, digest: 'd', capabilities }] });
    if (path === '/api/ps') return json({ models: [] });
    return json({ ...STRONG, capabilities, model_info: { 'general.context_length': 200_000 } });
  });
  host = await openHost({
    vsix: builtVsix(),
    settings: {
      'marginal.endpoints': [{ id: 'o', kind: 'ollama', url: server.url, label: 'O', contextTokens: 200_000 }],
      'marginal.prices': {
        [STRONG.name]: { input: 2, output: 8, cachedInput: 0.2 },
        [OWN]: { input: 1, output: 5, cachedInput: 0.1 },
      },
    },
  });
});

after(async () => {
  await host?.close();
  await server?.stop();
});

/** Runs that edit in a small context are accepted, those that read more and more aren't. */
const usageOf = (good: boolean, step: number) => ({
  fresh: 200,
  cacheRead: good ? 8_000 + 500 * step : 60_000 + 4_000 * step,
  text: good ? 200 : 900,
});

function pastRun(index: number, now: number): readonly LedgerEvent[] {
  const good = index % 2 === 0;
  const at = now - (RUNS - index + 2) * 4 * HOUR_MS;
  const runId = `claude-code:past-${index}`;
  const facts = { agent: 'claude-code', sessionId: runId, runId, model: OWN, provider: 'anthropic' };
  const steps = Array.from({ length: STEPS }, (_, step): LedgerEvent => {
    const usage = usageOf(good, step);
    const isLast = step === STEPS - 1;
    return {
      kind: 'settled',
      callId: `${runId} ${step}`,
      at: at + step * 20_000,
      source: 'claude-code-log',
      facts,
      usage,
      usageBasis: 'reported',
      cost: { nanoCredits: usage.fresh * 1e5 + usage.cacheRead * 1e4 + usage.text * 5e5, confidence: 'priced' },
      tools: isLast ? [] : [good ? 'Edit' : 'Read'],
      finish: isLast ? 'stop' : 'toolCalls',
    };
  });
  const vote: LedgerEvent = {
    kind: 'outcome',
    callId: `vote:${runId}`,
    at: at + 600_000,
    source: 'outcomes',
    taskId: runId,
    runId,
    outcome: 'vote',
    weight: 0.9,
    success: good ? 1 : 0,
  };
  return [...steps, vote];
}

/** One more step of the session, as Claude Code writes it: it reads another file. */
function read(file: string, index: number): void {
  const common = { timestamp: new Date().toISOString(), cwd: host.workspace, sessionId: SESSION, version: '2.1.197' };
  const prompt = {
    ...common,
    promptId: `${SESSION}-p`,
    type: 'user',
    uuid: 'u',
    message: { role: 'user', content: 'Fix it' },
  };
  const { fresh, cacheRead, text } = usageOf(false, index);
  const reply = {
    ...common,
    type: 'assistant',
    uuid: `a${index}`,
    requestId: `req_${index}`,
    message: {
      id: `msg_${index}`,
      role: 'assistant',
      model: OWN,
      content: [{ type: 'tool_use', id: `t${index}`, name: 'Read', input: { file_path: `/code/${index}.ts` } }],
      stop_reason: 'tool_use',
      usage: { input_tokens: fresh, cache_read_input_tokens: cacheRead, output_tokens: text },
    },
  };
  const lines = index === 0 ? [prompt, reply] : [reply];
  appendFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

test('a run that goes as failures went: the stronger model is advised by name, and why it is worth it', {
  timeout: 240_000,
}, async (t) => {
  await host.statusBarWhere(BURN, (text) => text.startsWith('◆'), 60_000);
  const ledger = openLedger(ledgerFile(host), { clock: Date });
  const now = Date.now();
  ledger.append(Array.from({ length: RUNS }, (_, index) => pastRun(index, now)).flat());
  ledger.close();
  const folder = join(host.home, '.claude/projects/-code');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${SESSION}.jsonl`);
  let index = 0;
  const said = new Set<string>();
  const advice = await eventually(
    host.page,
    'the status bar advises the stronger model',
    async () => {
      if (index < 20) read(file, index++);
      await sleep(1_500);
      const text = await host.statusBarText(BURN);
      said.add(text);
      return /try: grand:700b/.test(text) ? text : undefined;
    },
    90_000,
  ).catch((error: Error) => assert.fail(`${error.message}: ${[...said].join(' | ')}`));
  t.diagnostic(advice);
  const hover = (await host.statusBarHover(BURN)).replaceAll(/\s+/g, ' ');
  assert.match(
    hover,
    /try: grand:700b Escalate to grand:700b: it is worth [\d.,]+ cr net\. It raises the chance of success/,
  );
  await host.screenshot('escalate-hover');
  await host.command('Marginal: Open Dashboard');
  const page = await host.webview('Outlook', 40_000);
  read(file, index++);
  await eventually(host.page, 'the outlook says what is advised', async () =>
    /^Escalate to grand:700b/.test(await page.locator('.outlook .sentence').innerText()),
  );
  await page.getByRole('button', { name: 'Show the terms and forecasts' }).click();
  const rows = await page.locator('.outlook tbody tr').allInnerTexts();
  assert.match(rows[0] ?? '', /^Escalate to grand:700b\s+\+\d/);
  assert.match(rows[1] ?? '', /runner-up/);
  await page.locator('.outlook').scrollIntoViewIfNeeded();
  await host.screenshot('escalate-dashboard');
  const scores = page.locator('section[data-key="scores"]');
  await scores.scrollIntoViewIfNeeded();
  const told = (await scores.innerText()).replaceAll(/\s+/g, ' ');
  assert.match(told, /A run’s success proven 60 times · Brier 0\.\d+, by the rate alone 0\.\d+/);
  assert.match(told, /A step’s cost \d+ % inside [\d,]+ times · width [\d.]+ cr · Winkler [\d.]+/);
  assert.match(told, /An agent’s run, quoted at its first step \d+ % inside 60 times/);
  await host.screenshot('scores-dashboard');
});
