// The allocator in VS Code's Chat: Balanced chooses and says why, a rule goes before it, and a limit asks before it costs much.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ReplyPart } from '../../src/core/chat.ts';
import { createOllamaReplyWriter } from '../../src/core/wire/ollama/replyWriter.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { startVendorServer, type VendorServer } from '../fakes/vendorServer.ts';
import { type Host, openHost } from './driver.ts';
import { eventually } from './look.ts';
import { BURN, builtVsix, ledgerFile } from './setup.ts';

/** What an Ollama serves from its cloud isn't on own hardware, though its address is. */
const MODELS = [
  { name: 'tiny:1b', details: { parameter_size: '1B' } },
  { name: 'fine:70b', details: { parameter_size: '70B' }, remote_host: 'https://ollama.com' },
  { name: 'grand:700b', details: { parameter_size: '700B' }, remote_host: 'https://ollama.com' },
];
const CONTEXT_TOKENS = 200_000;
const REQUEST_LIMIT_CREDITS = 200;

let server: VendorServer;
let host: Host;
const asked = () => server.at('/api/chat').filter(({ text }) => text.includes('<userRequest>'));

before(async () => {
  server = await startVendorServer(({ path, body }) => {
    const json = (value: unknown) => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(value),
    });
    const capabilities = ['completion', 'tools'];
    if (path === '/api/tags')
      return json({ models: MODELS.map((model) => ({ ...model, digest: model.name, capabilities })) });
    if (path === '/api/ps') return json({ models: [] });
    if (path === '/api/show') {
      const model = MODELS.find(({ name }) => name === body.model);
      return json({ ...model, capabilities, model_info: { 'general.context_length': CONTEXT_TOKENS } });
    }
    const said: readonly ReplyPart[] = [
      { kind: 'text', text: `It was ${body.model}.` },
      { kind: 'finished', reason: 'stop', usage: { fresh: 15_000, text: 40 } },
    ];
    const write = createOllamaReplyWriter({ model: body.model, createdAt: new Date().toISOString() });
    return { headers: { 'content-type': 'application/x-ndjson' }, body: said.map(write).join('') };
  });
  host = await openHost({
    vsix: builtVsix(),
    settings: {
      'marginal.endpoints': [{ id: 'o', kind: 'ollama', url: server.url, label: 'O', contextTokens: CONTEXT_TOKENS }],
      'marginal.prices': { 'fine:70b': { input: 1, output: 5 }, 'grand:700b': { input: 300, output: 900 } },
      'marginal.rules': [{ when: { task: 'docs' }, use: 'local' }],
      'marginal.confirm.requestCredits': REQUEST_LIMIT_CREDITS,
    },
  });
});

after(async () => {
  await host?.close();
  await server?.stop();
});

function latestDecision() {
  const ledger = openLedger(ledgerFile(host), { clock: Date });
  try {
    return ledger.latestDecision();
  } finally {
    ledger.close();
  }
}

/** The decision of a run, once it is on disk. */
function decisionOf(choice: string) {
  return eventually(host.page, `the choice of ${choice} is in the ledger`, () => {
    const decision = latestDecision();
    return decision?.choice === choice && decision;
  });
}

test('the picker offers Balanced, and says what each policy is expected to bring and cost', {
  timeout: 180_000,
}, async () => {
  const { chat, page } = host;
  const names = await eventually(page, 'the picker offers the models', async () => {
    const offered = await chat.models();
    return offered.includes('fine:70b (O)') && offered;
  });
  for (const name of ['Marginal: Frugal', 'Marginal: Balanced', 'Marginal: Best']) assert(names.includes(name), name);
  const hover = await eventually(
    page,
    'the contract of Balanced is known',
    async () => {
      const text = await chat.modelHover('Marginal: Balanced');
      return text.includes('For a usual request') && text;
    },
    90_000,
  );
  assert.match(hover, /worth most to you after its cost/);
  assert.match(hover, /For a usual request: \S+, success \d+ %, .+ credits \(9 in 10 below .+\), \d+ s\./);
  await chat.modelHover('Marginal: Balanced', () => host.screenshot('allocator-picker'));
});

test('Balanced answers; why is recorded and shown, with the class of the task', { timeout: 180_000 }, async () => {
  const { chat } = host;
  await chat.pickMode('Agent');
  await chat.pickModel('Marginal: Balanced');
  assert.equal(await chat.ask('Fix the crash in the parser: it fails on empty input'), 'It was fine:70b.');
  const decision = await decisionOf('fine:70b');
  assert.equal(decision.facts.policy, 'balanced');
  assert.equal(decision.facts.taskKind, 'fix');
  assert.match(decision.reason ?? '', /Answer with fine:70b: it is worth .* net/);
  assert(decision.features);
  const hover = (await host.statusBarHover(BURN)).replaceAll(/\s+/g, ' ');
  assert.match(hover, /Task fix (simple|medium|complex) · Correct the Task’s Class…/);
  await host.screenshot('allocator-hover');
  await host.command('Marginal: Open Dashboard');
  const dashboard = await host.webview('Answer with fine:70b');
  assert.match(await dashboard.locator('.run').innerText(), /fix · \w+/);
  await host.screenshot('allocator-reason');
});

test('a rule of the developer goes before it', { timeout: 180_000 }, async () => {
  const { chat } = host;
  await chat.startNew();
  await chat.pickMode('Agent');
  await chat.pickModel('Marginal: Balanced');
  assert.equal(await chat.ask('Document the parser in the README'), 'It was tiny:1b.');
  const decision = await decisionOf('tiny:1b');
  assert.match(decision.reason ?? '', /Your rule “docs → local” holds\./);
});

test('the class of a task can be corrected, and the run says so', { timeout: 180_000 }, async () => {
  const { page } = host;
  await host.command("Marginal: Correct the Task's Class…");
  const list = page.locator('.quick-input-list:visible');
  await eventually(page, 'the runs are listed', async () => (await list.innerText()).includes('docs'));
  await page.keyboard.press('Enter');
  await eventually(page, 'the kinds are listed', async () =>
    (await list.innerText()).includes('the same, in a better form'),
  );
  await host.screenshot('allocator-correct');
  await host.typeInQuickInput('refactor');
  await host.typeInQuickInput('complex');
  await host.notification('Marginal takes that run’s task for refactor · complex');
  await host.webview('refactor · complex');
});

test('what may cost more than the limit is asked about first: nothing is sent unless the developer says so', {
  timeout: 240_000,
}, async () => {
  const { chat, page } = host;
  await chat.startNew();
  await chat.pickMode('Agent');
  await chat.pickModel('grand:700b (O)');
  const before = asked().length;
  await chat.send('Fix the lexer: it drops the last character');
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.waitFor({ timeout: 60_000 });
  const text = await dialog.innerText();
  assert.match(text, /This request may cost [\d,]+ credits with grand:700b on O\./);
  assert.match(text, /You set a limit of 200 credits a request/);
  await host.screenshot('allocator-confirm');
  // Who hits Enter without having read it sends nothing.
  assert.equal(await page.locator('.monaco-dialog-box .monaco-button:focus').innerText(), 'Don’t Send');
  // By keyboard alone.
  await page.keyboard.press('Escape');
  await eventually(page, 'the chat says that it was not sent', async () =>
    (await chat.shown()).includes('Not sent, as you chose.'),
  );
  await host.screenshot('allocator-not-sent');
  assert.equal(asked().length, before);
  await chat.startNew();
  await chat.send('Fix the lexer: it drops the last character');
  await dialog.waitFor({ timeout: 60_000 });
  await host.pressInDialog('Go On Once');
  assert.equal(await chat.answer(), 'It was grand:700b.');
});
