// A prompt typed in Chat, answered by a real model server: what llama-server itself counts is what the ledger holds.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { llamaMissing, startLlama } from '../../scripts/host/llama.mjs';
import { type Host, openHost } from './driver.ts';
import { eventually } from './look.ts';
import { BURN, builtVsix, readLedger } from './setup.ts';

const contextTokens = 65_536;

const missing = await llamaMissing({ log: console.error });
if (missing) console.error(`SKIPPED: ${missing}`);

let llama: Awaited<ReturnType<typeof startLlama>> | undefined;
let host: Host | undefined;

before(async () => {
  if (missing) return;
  llama = await startLlama({ contextTokens, slots: 1, answerTokens: 150 });
  host = await openHost({
    vsix: builtVsix(),
    settings: {
      'marginal.endpoints': [{ id: 'llama', kind: 'openai', url: `${llama.origin}/v1`, label: 'llama-server' }],
    },
  });
});

after(async () => {
  await host?.close();
  await llama?.stop();
});

const skip = missing ? { skip: missing } : {};

test('in Ask mode a real llama-server answers, and the ledger holds its own counts', skip, async (t) => {
  const { chat, page, screenshot, statusBarWhere } = started().host;
  await chat.pickMode('Ask');
  await chat.pickModel('random-o200k (llama-server)');
  for (const [turn, prompt] of ['Say something.', 'And something more.'].entries()) {
    const before = await counters();
    await chat.send(prompt);
    await eventually(
      page,
      'the step is settled',
      () => readLedger(started().host).steps.length === turn + 1 && settled(),
      120_000,
    );
    await chat.answer();
    const after = await counters();
    const step = readLedger(started().host).steps.at(-1);
    assert.equal(step?.usageBasis, 'reported');
    const served = {
      fresh: after.prompt - before.prompt,
      cacheRead: after.cached - before.cached,
      output: after.output - before.output,
    };
    t.diagnostic(`turn ${turn + 1}: ${JSON.stringify(step.usage)}, llama-server: ${JSON.stringify(served)}`);
    const { fresh, cacheRead, text = 0, reasoning = 0 } = step.usage;
    assert.deepEqual({ fresh, cacheRead, output: text + reasoning }, served);
    if (turn === 0) continue;
    assert.ok((step.usage.cacheRead ?? 0) > 1_000, 'the second turn finds the first in the cache');
    assert.equal(step.facts.local, true);
  }
  const [run] = readLedger(started().host).runs;
  const last = run?.steps.at(-1)?.usage;
  const share = parseFloat(await chat.contextUsage());
  const expected = (100 * ((last?.fresh ?? 0) + (last?.cacheRead ?? 0) + (last?.text ?? 0))) / contextTokens;
  t.diagnostic(`context indicator: ${share} %, of the tokens: ${expected.toFixed(1)} %`);
  assert.ok(Math.abs(share - expected) <= 2, `VS Code shows ${share} % of the context, and it is ${expected} %`);
  await statusBarWhere(BURN, (text) => text.includes(' cr today'));
  await screenshot('llama-server');
});

test('Stop in the chat frees the slot of the server', skip, async () => {
  const { chat, page } = started().host;
  await restartWithoutEnd();
  await chat.startNew();
  await chat.send('Go on and on.');
  await eventually(page, 'the server is at work', async () => (await busySlots()) === 1);
  await chat.cancel();
  await eventually(page, 'the server has stopped', async () => (await busySlots()) === 0, 5_000);
  const step = await eventually(page, 'the step is kept', () => {
    const last = readLedger(started().host).steps.at(-1);
    return last?.finish === 'cancelled' && last;
  });
  assert.equal(step.state, 'settled');
});

test('killing the server in the middle of an answer is said in one sentence, and kept', skip, async () => {
  const { chat, page, screenshot } = started().host;
  await chat.startNew();
  await chat.send('Go on and on.');
  // What the random model says may be nothing that the chat shows, such as spaces.
  await eventually(page, 'the server has begun its answer', async () => (await decodedTokens()) > 20, 60_000);
  await llama?.kill();
  await chat.answer();
  await screenshot('llama-server-killed');
  assert.match(await chat.shown(), /llama-server broke off in the middle of its answer: try again[^.]*\.\n/);
  const last = readLedger(started().host).steps.at(-1);
  assert.deepEqual([last?.state, last?.fault], ['failed', 'brokenOff']);
});

/** The same address, but its answers go on until they are stopped. */
async function restartWithoutEnd(): Promise<void> {
  const { origin } = started();
  await llama?.stop();
  llama = await startLlama({ port: Number(new URL(origin).port), contextTokens, slots: 1 });
}

function started() {
  assert.ok(host && llama);
  return { host, origin: llama.origin };
}

function settled(): boolean {
  return readLedger(started().host).steps.every(({ state }) => state === 'settled');
}

/** llama-server's own totals of tokens since it started. */
async function counters(): Promise<{ readonly prompt: number; readonly cached: number; readonly output: number }> {
  const text = await (await fetch(`${started().origin}/metrics`)).text();
  const count = (name: string) => Number(new RegExp(`^llamacpp:${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return {
    prompt: count('prompt_tokens_total'),
    cached: count('prompt_tokens_cached_total'),
    output: count('tokens_predicted_total'),
  };
}

async function busySlots(): Promise<number> {
  return (await slots()).filter(({ is_processing }) => is_processing).length;
}

/** Tokens of the answer that is under way. */
async function decodedTokens(): Promise<number> {
  const [slot] = await slots();
  return slot?.is_processing ? ([slot.next_token].flat()[0]?.n_decoded ?? 0) : 0;
}

interface Slot {
  readonly is_processing: boolean;
  readonly next_token?: Token | readonly Token[];
}

interface Token {
  readonly n_decoded: number;
}

async function slots(): Promise<readonly Slot[]> {
  return (await fetch(`${started().origin}/slots`)).json() as Promise<readonly Slot[]>;
}
