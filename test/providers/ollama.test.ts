import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import type { ChatRequest } from '../../src/core/chat.ts';
import type { EndpointConfig } from '../../src/providers/config.ts';
import { createOllamaEndpoint } from '../../src/providers/ollama.ts';
import { startVendorServer, type VendorServer } from '../fakes/vendorServer.ts';

const file = (name: string) => readFileSync(new URL(`../fixtures/providers/ollama/${name}`, import.meta.url));
const never = new AbortController().signal;
const servers: VendorServer[] = [];
after(() => Promise.all(servers.map((server) => server.stop())));

async function serve(config: Partial<EndpointConfig> = {}) {
  const server = await startVendorServer(({ path, body }) => {
    if (path === '/api/tags') return { body: file('tags.json') };
    if (path === '/api/ps') return { body: file('ps.json') };
    if (path === '/api/chat') return { body: file(body.model.endsWith('cloud') ? 'remote.ndjson' : 'text.ndjson') };
    const shown = { 'qwen3:8b': 'qwen3', 'gpt-oss:120b-cloud': 'gpt-oss-cloud' }[body.model as string];
    return { body: file(`show-${shown ?? 'nomic-embed-text'}.json`) };
  });
  servers.push(server);
  const clock = { now: () => 0, elapsed: () => 0 };
  const endpoint = createOllamaEndpoint({ id: 'ollama', url: server.url, ...config }, { fetch, clock });
  /** The options that a prompt of so many characters is sent with. */
  async function optionsFor(characters: number, more: Partial<ChatRequest> = {}): Promise<Record<string, unknown>> {
    const content = [{ kind: 'text' as const, text: 'x'.repeat(characters) }];
    const request = {
      model: 'qwen3:8b',
      messages: [{ role: 'user' as const, content }],
      tools: [],
      toolMode: 'auto' as const,
      ...more,
    };
    for await (const _ of endpoint.send(request, never));
    return server.at('/api/chat').at(-1)?.body.options ?? {};
  }
  return { server, endpoint, optionsFor };
}

test('models with what they can do; those that only embed are left out; a cloud model is not local', async () => {
  const { endpoint } = await serve();
  const models = await endpoint.listModels(never);
  assert.deepEqual(JSON.parse(JSON.stringify(models)), [
    {
      name: 'qwen3:8b',
      family: 'qwen3',
      parameterCount: 8_190_735_360,
      tools: true,
      images: false,
      thinking: true,
      contextTokens: 40_960,
      resident: true,
    },
    {
      name: 'gpt-oss:120b-cloud',
      family: 'gptoss',
      parameterCount: 116_829_156_672,
      tools: true,
      images: false,
      thinking: true,
      contextTokens: 131_072,
      remoteHost: 'https://ollama.com:443',
    },
  ]);
});

test('models that have not changed are not asked about again', async () => {
  const { server, endpoint } = await serve();
  await endpoint.listModels(never);
  await endpoint.listModels(never);
  assert.equal(server.at('/api/show').length, 3);
});

test('the context fits the request: a power of two from 8k on, at most what the model has', async () => {
  const { optionsFor } = await serve();
  assert.equal((await optionsFor(10)).num_ctx, 8192);
  assert.equal((await optionsFor(40_000)).num_ctx, 32_768);
  assert.equal((await optionsFor(400_000)).num_ctx, 40_960);
});

test('a model is not loaded anew with less context than it has', async () => {
  const { endpoint, optionsFor } = await serve();
  await endpoint.listModels(never);
  assert.equal((await optionsFor(10)).num_ctx, 16_384);
  assert.equal((await optionsFor(60_000)).num_ctx, 32_768);
  assert.equal((await optionsFor(10)).num_ctx, 32_768);
});

test("the setting's context is the most, and is what the list says", async () => {
  const { endpoint, optionsFor } = await serve({ contextTokens: 20_000 });
  assert.equal((await optionsFor(400_000)).num_ctx, 20_000);
  assert.equal((await endpoint.listModels(never))[0]?.contextTokens, 20_000);
});

test('an image counts as what a model makes of it, not as its bytes', async () => {
  const { optionsFor } = await serve();
  const image = { kind: 'image' as const, mimeType: 'image/png', data: new Uint8Array(600_000) };
  assert.equal((await optionsFor(0, { messages: [{ role: 'user', content: [image] }] })).num_ctx, 8192);
});

test('thinking is asked for where the model can; a cloud model gets no context', async () => {
  const { server, optionsFor } = await serve();
  await optionsFor(10, { reasoningEffort: 'high' });
  assert.equal(server.at('/api/chat')[0]?.body.think, true);
  const inCloud = await optionsFor(10, { model: 'gpt-oss:120b-cloud', reasoningEffort: 'high' });
  assert.equal('num_ctx' in inCloud, false);
  assert.equal(server.at('/api/chat')[1]?.body.think, 'high');
});
