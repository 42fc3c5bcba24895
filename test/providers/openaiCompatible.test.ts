import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import type { ModelInfo, ReplyPart } from '../../src/core/chat.ts';
import { createOpenAiCompatibleEndpoint } from '../../src/providers/openaiCompatible.ts';
import { startVendorServer, type VendorServer } from '../fakes/vendorServer.ts';

const file = (name: string) => readFileSync(new URL(`../fixtures/providers/openai/${name}`, import.meta.url));
const never = new AbortController().signal;
const clock = { now: () => 0, elapsed: () => 0 };
const servers: VendorServer[] = [];
after(() => Promise.all(servers.map((server) => server.stop())));

async function models(bodies: Readonly<Record<string, string>>): Promise<readonly ModelInfo[]> {
  const server = await startVendorServer(({ path }) => {
    const name = bodies[path];
    return name === undefined ? { status: 404 } : { body: file(name) };
  });
  servers.push(server);
  const endpoint = createOpenAiCompatibleEndpoint({ id: 'x', url: server.url }, { fetch, clock });
  return JSON.parse(JSON.stringify(await endpoint.listModels(never))) as ModelInfo[];
}

/** A fetch that answers for a public vendor, and what it was asked. */
function answering(name: string, contentType = 'text/event-stream') {
  const asked: { url: string; body: string }[] = [];
  const fake = async (url: string, init?: RequestInit) => {
    asked.push({ url, body: String(init?.body ?? '') });
    return new Response(file(name), { headers: { 'content-type': contentType } });
  };
  return { fetch: fake, asked };
}

async function send(url: string, name: string) {
  const { fetch: fake, asked } = answering(name);
  const endpoint = createOpenAiCompatibleEndpoint({ id: 'x', url }, { fetch: fake, clock });
  const request = {
    model: 'm',
    messages: [
      {
        role: 'assistant' as const,
        content: [
          { kind: 'thinking' as const, text: 'hm' },
          { kind: 'text' as const, text: 'a' },
        ],
      },
    ],
    tools: [],
    toolMode: 'auto' as const,
    maxOutputTokens: 9,
  };
  const parts: ReplyPart[] = [];
  for await (const part of endpoint.send(request, never)) parts.push(part);
  return { endpoint, parts, url: asked[0]?.url, body: JSON.parse(asked[0]?.body ?? '{}') };
}

test('llama-server tells more at /props', async () => {
  const bodies = { '/v1/models': 'llama-server-models.json', '/props': 'llama-server-props.json' };
  assert.deepEqual(await models(bodies), [
    { name: 'model.gguf', contextTokens: 4096, tools: false, images: false, parameterCount: 6_409_920, resident: true },
  ]);
});

test('LM Studio tells more in its own list; a server that does not answer has told nothing', async () => {
  const bodies = { '/v1/models': 'lm-studio-models.json', '/api/v0/models': 'lm-studio-api-v0-models.json' };
  assert.deepEqual(await models(bodies), [
    { name: 'qwen3-8b', contextTokens: 8192, family: 'qwen3', images: false, tools: true, resident: true },
  ]);
  const names = (await models({ '/v1/models': 'lm-studio-models.json' })).map((model) => model.name);
  assert.deepEqual(names, ['qwen3-8b', 'text-embedding-nomic']);
});

test("OpenAI's models that don't chat are left out", async () => {
  const { fetch: fake } = answering('models.json', 'application/json');
  const endpoint = createOpenAiCompatibleEndpoint({ id: 'x', url: 'https://api.openai.com' }, { fetch: fake, clock });
  assert.deepEqual(
    (await endpoint.listModels(never)).map((model) => model.name),
    ['gpt-5-mini'],
  );
});

test('models that a request can not tell how much to think are marked', async () => {
  const list = { data: [{ id: 'gpt-5' }, { id: 'gpt-5.6-sol' }] };
  const marks = async (url: string) => {
    const fake = async () => Response.json(list);
    const endpoint = createOpenAiCompatibleEndpoint({ id: 'x', url }, { fetch: fake, clock });
    return (await endpoint.listModels(never)).map((model) => model.takesEffort);
  };
  assert.deepEqual(await marks('https://api.openai.com'), [undefined, false]);
  assert.deepEqual(await marks('https://api.x.ai'), [false, false]);
  assert.deepEqual(await marks('http://localhost:8080'), [undefined, undefined]);
});

test('each vendor gets what it takes', async () => {
  const openai = await send('https://api.openai.com', 'text.sse');
  assert.deepEqual(
    [openai.endpoint.provider, openai.endpoint.local, openai.endpoint.label],
    ['openai', false, 'OpenAI'],
  );
  assert.equal(openai.url, 'https://api.openai.com/v1/chat/completions');
  assert.deepEqual([openai.body.max_completion_tokens, openai.body.max_tokens], [9, undefined]);
  assert.deepEqual(openai.body.messages, [{ role: 'assistant', content: 'a' }]);
  const openrouter = await send('https://openrouter.ai/api/v1', 'openrouter.sse');
  assert.equal(openrouter.body.messages[0].reasoning, 'hm');
  const local = await send('http://localhost:8080', 'text.sse');
  assert.equal(local.body.messages[0].reasoning_content, 'hm');
  assert.equal(local.body.max_tokens, 9);
});

test('only OpenRouter bills in its answers', async () => {
  const billed = async (url: string) => {
    const last = (await send(url, 'openrouter.sse')).parts.at(-1);
    return last?.kind === 'finished' ? last.billedNanoCredits : 'not finished';
  };
  assert.equal(await billed('https://openrouter.ai/api/v1'), 856_050_000);
  assert.equal(await billed('http://localhost:8080'), undefined);
});

test('an answer in one piece is read too', async () => {
  const message = { role: 'assistant', content: 'Hi' };
  const whole = { id: 'r', choices: [{ index: 0, message, finish_reason: 'stop' }] };
  const fake = async () => Response.json(whole);
  const endpoint = createOpenAiCompatibleEndpoint({ id: 'x', url: 'http://localhost' }, { fetch: fake, clock });
  const kinds: string[] = [];
  for await (const part of endpoint.send({ model: 'm', messages: [], tools: [], toolMode: 'auto' }, never))
    kinds.push(part.kind);
  assert.deepEqual(kinds, ['text', 'finished']);
});
