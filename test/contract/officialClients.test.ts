/** The vendors' own clients read our doubles and what our writers write: both speak the protocols. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import type { ReplyPart } from '../../src/core/chat.ts';
import { parseAnthropicRequest } from '../../src/core/wire/anthropic/parseRequest.ts';
import { createAnthropicReplyWriter } from '../../src/core/wire/anthropic/replyWriter.ts';
import { parseOllamaRequest } from '../../src/core/wire/ollama/parseRequest.ts';
import { createOllamaReplyWriter } from '../../src/core/wire/ollama/replyWriter.ts';
import { parseOpenAiRequest } from '../../src/core/wire/openai/parseRequest.ts';
import { createOpenAiReplyWriter } from '../../src/core/wire/openai/replyWriter.ts';
import type { ParsedRequest } from '../../src/core/wire/parsedRequest.ts';
import { startVendorServer, type VendorServer } from '../fakes/vendorServer.ts';

const file = (name: string) => readFileSync(new URL(`../fixtures/providers/${name}`, import.meta.url), 'utf8');
const servers: VendorServer[] = [];
after(() => Promise.all(servers.map((server) => server.stop())));

async function play(body: string, type: string): Promise<VendorServer> {
  const server = await startVendorServer(() => ({ headers: { 'content-type': type }, body }));
  servers.push(server);
  return server;
}

const INPUT = { path: 'src/ä.ts' };
const PARTS: readonly ReplyPart[] = [
  { kind: 'thinking', text: 'hm' },
  { kind: 'text', text: 'Grüße, ' },
  { kind: 'text', text: '世界 🌍.' },
  { kind: 'toolCall', callId: 'call_1', name: 'read_file', input: INPUT },
  { kind: 'toolCall', callId: 'call_2', name: 'list', input: {} },
  { kind: 'finished', reason: 'toolCalls', usage: { fresh: 10, cacheRead: 5, text: 7 } },
];
const TEXT = 'Grüße, 世界 🌍.';
const SCHEMA = { type: 'object' as const, properties: { path: { type: 'string' } } };

function requestOf(parsed: ParsedRequest) {
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problem);
  return parsed;
}

describe('openai', () => {
  async function read(body: string) {
    const server = await play(body, 'text/event-stream');
    const client = new OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1`, maxRetries: 0 });
    const completion = await client.chat.completions
      .stream({
        model: 'm',
        messages: [{ role: 'user', content: 'hi' }],
        stream_options: { include_usage: true },
        tools: [{ type: 'function', function: { name: 'read_file', parameters: SCHEMA } }],
      })
      .finalChatCompletion();
    return { server, completion };
  }

  test('reads the fixtures', async () => {
    const { completion } = await read(file('openai/text.sse'));
    assert.equal(completion.choices[0]?.message.content, TEXT);
    assert.equal(completion.usage?.prompt_tokens_details?.cached_tokens, 1024);
    for (const name of ['parallel-tools', 'llama-server-parallel-tools', 'thinking-and-tools']) {
      const calls = (await read(file(`openai/${name}.sse`))).completion.choices[0]?.message.tool_calls;
      assert.equal(calls?.length, 2, name);
    }
  });

  test('reads what we write, and we read what it asks', async () => {
    const write = createOpenAiReplyWriter({ responseId: 'r', model: 'm', created: 1 });
    const { server, completion } = await read(PARTS.map(write).join(''));
    const [choice] = completion.choices;
    assert.equal(choice?.message.content, TEXT);
    assert.equal(choice?.finish_reason, 'tool_calls');
    const calls = choice?.message.tool_calls?.map((call) => (call.type === 'function' ? call.function.arguments : ''));
    assert.deepEqual(
      calls?.map((text) => JSON.parse(text)),
      [INPUT, {}],
    );
    assert.equal(completion.usage?.prompt_tokens, 15);
    const { request, stream } = requestOf(parseOpenAiRequest(server.requests[0]?.body));
    assert.equal(stream, true);
    assert.equal(request.tools[0]?.name, 'read_file');
  });
});

describe('@anthropic-ai/sdk', () => {
  async function read(body: string) {
    const server = await play(body, 'text/event-stream');
    const client = new Anthropic({ apiKey: 'k', baseURL: server.url, maxRetries: 0 });
    const message = await client.messages
      .stream({
        model: 'm',
        max_tokens: 100,
        system: 'be brief',
        messages: [{ role: 'user', content: 'hi' }],
        tools: [{ name: 'read_file', input_schema: SCHEMA }],
      })
      .finalMessage();
    return { server, message };
  }
  const textOf = (message: Anthropic.Message) =>
    message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');

  test('reads the fixtures', async () => {
    assert.equal(textOf((await read(file('anthropic/text.sse'))).message), TEXT);
    const { message } = await read(file('anthropic/thinking-and-tools.sse'));
    assert.deepEqual(
      message.content.map((block) => block.type),
      ['thinking', 'redacted_thinking', 'text', 'tool_use', 'tool_use'],
    );
    assert.equal(message.usage.cache_read_input_tokens, 2000);
  });

  test('reads what we write, and we read what it asks', async () => {
    const write = createAnthropicReplyWriter({ responseId: 'r', model: 'm' });
    const { server, message } = await read(PARTS.map(write).join(''));
    assert.equal(textOf(message), TEXT);
    assert.equal(message.stop_reason, 'tool_use');
    assert.deepEqual(
      message.content.flatMap((block) => (block.type === 'tool_use' ? [block.input] : [])),
      [INPUT, {}],
    );
    assert.deepEqual([message.usage.input_tokens, message.usage.output_tokens], [10, 7]);
    const { request, stream } = requestOf(parseAnthropicRequest(server.requests[0]?.body));
    assert.equal(stream, true);
    assert.deepEqual(
      request.messages.map((one) => one.role),
      ['system', 'user'],
    );
  });
});

describe('ollama', () => {
  async function read(body: string) {
    const server = await play(body, 'application/x-ndjson');
    const client = new Ollama({ host: server.url });
    const stream = await client.chat({
      model: 'm',
      messages: [{ role: 'user', content: 'hi' }],
      tools: [{ type: 'function', function: { name: 'read_file', parameters: SCHEMA } }],
      stream: true,
    });
    let text = '';
    const calls: unknown[] = [];
    let count: number | undefined;
    for await (const line of stream) {
      text += line.message.content;
      for (const call of line.message.tool_calls ?? []) calls.push(call.function.arguments);
      if (line.done) count = line.prompt_eval_count;
    }
    return { server, text, calls, count };
  }

  test('reads the fixtures', async () => {
    const { text, count } = await read(file('ollama/text.ndjson'));
    assert.deepEqual([text, count], [TEXT, 26]);
    assert.deepEqual((await read(file('ollama/thinking-and-tools.ndjson'))).calls, [INPUT, {}]);
  });

  test('reads what we write, and we read what it asks', async () => {
    const write = createOllamaReplyWriter({ model: 'm', createdAt: '2026-11-02T10:00:00Z' });
    const { server, text, calls, count } = await read(PARTS.map(write).join(''));
    assert.deepEqual([text, calls, count], [TEXT, [INPUT, {}], 15]);
    const { request, stream } = requestOf(parseOllamaRequest(server.requests[0]?.body));
    assert.equal(stream, true);
    assert.equal(request.tools[0]?.name, 'read_file');
  });

  test('lists models and shows one', async () => {
    const server = await startVendorServer(({ path }) => ({
      headers: { 'content-type': 'application/json' },
      body: file(path === '/api/tags' ? 'ollama/tags.json' : 'ollama/show-qwen3.json'),
    }));
    servers.push(server);
    const client = new Ollama({ host: server.url });
    assert.equal((await client.list()).models[0]?.details.family, 'qwen3');
    assert.deepEqual((await client.show({ model: 'qwen3:8b' })).capabilities, ['completion', 'tools', 'thinking']);
  });
});
