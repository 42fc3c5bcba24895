import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createAnthropicEndpoint } from '../../src/providers/anthropic.ts';

const file = (name: string) => readFileSync(new URL(`../fixtures/providers/anthropic/${name}`, import.meta.url));
const never = new AbortController().signal;
const clock = { now: () => 0, elapsed: () => 0 };

test('a model is asked to think in the way, and given the limit, that the list of models names', async () => {
  const bodies: Record<string, unknown>[] = [];
  const fake = async (url: string, init?: RequestInit) => {
    if (url.endsWith('?limit=1000')) return new Response(file('models-page-1.json'));
    if (url.includes('after_id')) return new Response(file('models-page-2.json'));
    bodies.push(JSON.parse(String(init?.body)));
    return new Response(file('text.sse'));
  };
  const endpoint = createAnthropicEndpoint({ id: 'x', url: 'https://api.anthropic.com' }, { fetch: fake, clock });
  assert.deepEqual([endpoint.provider, endpoint.label, endpoint.local], ['anthropic', 'Anthropic', false]);
  const models = await endpoint.listModels(never);
  assert.deepEqual(
    models.map((model) => model.tools),
    [true, true],
  );
  for (const model of ['claude-opus-4-8', 'claude-sonnet-4-5-20250929', 'claude-unheard-of']) {
    const request = { model, messages: [], tools: [], toolMode: 'auto' as const, reasoningEffort: 'medium' as const };
    for await (const _ of endpoint.send(request, never));
  }
  assert.deepEqual(
    bodies.map((body) => [body.max_tokens, body.thinking]),
    [
      [128_000, { type: 'adaptive', display: 'summarized' }],
      [64_000, { type: 'enabled', budget_tokens: 8192 }],
      [8192, undefined],
    ],
  );
});

test('an overload told inside the stream before any part is waited out; one in the middle is told', async () => {
  const say = (bodies: readonly string[]) => {
    let asked = 0;
    const fake = async () => {
      asked += 1;
      return new Response(file(bodies[asked - 1] ?? 'text.sse'));
    };
    const retry = { retries: 2, firstWaitMs: 1 };
    const endpoint = createAnthropicEndpoint(
      { id: 'x', url: 'https://api.anthropic.com', retry },
      { fetch: fake, clock },
    );
    const read = async () => {
      const kinds: string[] = [];
      const request = { model: 'm', messages: [], tools: [], toolMode: 'auto' as const };
      for await (const part of endpoint.send(request, never)) kinds.push(part.kind);
      return kinds;
    };
    return { read, asked: () => asked };
  };
  const before = say(['overloaded-at-once.sse']);
  assert.equal((await before.read()).at(-1), 'finished');
  assert.equal(before.asked(), 2);
  const middle = say(['overloaded-midstream.sse']);
  await assert.rejects(middle.read(), /overloaded: try again/);
  assert.equal(middle.asked(), 1);
});
