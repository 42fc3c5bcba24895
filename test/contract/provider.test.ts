import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../src/core/chat.ts';
import { createAnthropicReplyWriter } from '../../src/core/wire/anthropic/replyWriter.ts';
import { createOllamaReplyWriter } from '../../src/core/wire/ollama/replyWriter.ts';
import { createOpenAiReplyWriter } from '../../src/core/wire/openai/replyWriter.ts';
import { createAnthropicEndpoint } from '../../src/providers/anthropic.ts';
import { createOllamaEndpoint } from '../../src/providers/ollama.ts';
import { createOpenAiCompatibleEndpoint } from '../../src/providers/openaiCompatible.ts';
import type { Play, SeenRequest } from '../fakes/vendorServer.ts';
import { testProvider } from './provider.ts';

const file = (name: string) => readFileSync(new URL(`../fixtures/providers/${name}`, import.meta.url), 'utf8');
const answer = (name: string): Play => ({ headers: { 'content-type': 'application/json' }, body: file(name) });

testProvider({
  name: 'OpenAI-compatible',
  create: createOpenAiCompatibleEndpoint,
  chatPath: '/v1/chat/completions',
  contentType: 'text/event-stream',
  bodies: {
    text: 'openai/text.sse',
    thinkingAndTools: 'openai/thinking-and-tools.sse',
    length: 'openai/length.sse',
    badTool: 'openai/bad-tool-arguments.sse',
    errorMidstream: 'openai/llama-server-error-midstream.sse',
  },
  expected: {
    text: 'Grüße, 世界 🌍.',
    usage: { fresh: 176, cacheRead: 1024, text: 12, reasoning: 128 },
    thinking: 'I should read both.',
    calls: [
      ['read_file', { path: 'src/ä.ts' }],
      ['list', {}],
    ],
    midstreamFault: 'serverError',
  },
  write: (parts) => parts.map(createOpenAiReplyWriter({ responseId: 'r', model: 'test-model', created: 0 })),
  keyHeader: (key) => ['authorization', `Bearer ${key}`],
  errorBody: (message, type) => ({ error: { message, type, param: null, code: type } }),
  unknownModel: {
    error: {
      message: 'The model `test-model` does not exist or you do not have access to it.',
      code: 'model_not_found',
    },
  },
  tooLong: JSON.parse(file('openai/llama-server-too-long.json')) as JsonObject,
  aside: ({ path }) => {
    if (path === '/v1/models') return answer('openai/llama-server-models.json');
    return path === '/props' ? answer('openai/llama-server-props.json') : undefined;
  },
  models: ['model.gguf'],
});

testProvider({
  name: 'Anthropic',
  create: createAnthropicEndpoint,
  chatPath: '/v1/messages',
  contentType: 'text/event-stream; charset=utf-8',
  bodies: {
    text: 'anthropic/text.sse',
    thinkingAndTools: 'anthropic/thinking-and-tools.sse',
    length: 'anthropic/max-tokens.sse',
    badTool: 'anthropic/bad-tool-arguments.sse',
    errorMidstream: 'anthropic/overloaded-midstream.sse',
  },
  expected: {
    text: 'Grüße, 世界 🌍.',
    usage: { fresh: 25, cacheRead: 0, cacheWrite: 0, cacheWriteHour: 0, text: 15 },
    thinking: 'I should read both files.',
    calls: [
      ['read_file', { path: 'src/ä.ts' }],
      ['list', {}],
    ],
    midstreamFault: 'quota',
  },
  write: (parts) => parts.map(createAnthropicReplyWriter({ responseId: 'r', model: 'test-model' })),
  keyHeader: (key) => ['x-api-key', key],
  errorBody: (message, type) => ({ type: 'error', error: { type, message }, request_id: 'req_1' }),
  unknownModel: { type: 'error', error: { type: 'not_found_error', message: 'model: test-model' } },
  tooLong: {
    type: 'error',
    error: { type: 'invalid_request_error', message: 'prompt is too long: 208310 tokens > 200000 maximum' },
  },
  aside: ({ path }) => {
    if (path === '/v1/models?limit=1000') return answer('anthropic/models-page-1.json');
    return path.endsWith('&after_id=claude-opus-4-8') ? answer('anthropic/models-page-2.json') : undefined;
  },
  models: ['claude-opus-4-8', 'claude-sonnet-4-5-20250929'],
});

testProvider({
  name: 'Ollama',
  create: createOllamaEndpoint,
  chatPath: '/api/chat',
  contentType: 'application/x-ndjson',
  bodies: {
    text: 'ollama/text.ndjson',
    thinkingAndTools: 'ollama/thinking-and-tools.ndjson',
    length: 'ollama/length.ndjson',
    badTool: 'ollama/bad-tool-arguments.ndjson',
    errorMidstream: 'ollama/error-midstream.ndjson',
  },
  expected: {
    text: 'Grüße, 世界 🌍.',
    usage: { fresh: 26, text: 282 },
    thinking: 'I should read both.',
    calls: [
      ['read_file', { path: 'src/ä.ts' }],
      ['list', {}],
    ],
    midstreamFault: 'serverError',
  },
  write: (parts) => parts.map(createOllamaReplyWriter({ model: 'test-model', createdAt: '2026-11-02T10:00:00Z' })),
  keyHeader: (key) => ['authorization', `Bearer ${key}`],
  errorBody: (message) => ({ error: message }),
  unknownModel: { error: 'model "test-model" not found, try pulling it first' },
  tooLong: { error: 'input length exceeds the maximum context length' },
  aside: ollamaAside,
  models: ['qwen3:8b', 'gpt-oss:120b-cloud'],
});

function ollamaAside({ path, body }: SeenRequest): Play | undefined {
  if (path === '/api/tags') return answer('ollama/tags.json');
  if (path === '/api/ps') return answer('ollama/ps.json');
  if (path !== '/api/show') return undefined;
  switch (body.model) {
    case 'qwen3:8b':
      return answer('ollama/show-qwen3.json');
    case 'nomic-embed-text:latest':
      return answer('ollama/show-nomic-embed-text.json');
    case 'gpt-oss:120b-cloud':
      return answer('ollama/show-gpt-oss-cloud.json');
    default:
      return { status: 404, body: JSON.stringify({ error: `model '${body.model}' not found` }) };
  }
}
