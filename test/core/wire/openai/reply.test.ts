import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../../../src/core/chat.ts';
import { createOpenAiReplyReader, readOpenAiReply } from '../../../../src/core/wire/openai/reply.ts';
import { createOpenAiReplyWriter } from '../../../../src/core/wire/openai/replyWriter.ts';
import { reply } from '../arbitraries.ts';
import { assertNeverThrows, assertReadsInPieces, bare, chunked, fixture, readAll, textOf } from '../readReply.ts';

const BODIES = [
  'text',
  'parallel-tools',
  'length',
  'bad-tool-arguments',
  'openrouter',
  'openrouter-error-midstream',
  'reasoning-content',
  'llama-server-text',
  'llama-server-cached',
  'llama-server-tool',
  'llama-server-parallel-tools',
  'llama-server-error-midstream',
];
const body = (name: string) => fixture(`openai/${name}.sse`);
const read = (name: string, options = {}) => bare(readAll(createOpenAiReplyReader(options), [body(name)]));
const chunks = (...values: readonly JsonObject[]) =>
  values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join('');
const delta = (fields: JsonObject, finish_reason: string | null = null): JsonObject => ({
  id: 'r1',
  choices: [{ index: 0, delta: fields, finish_reason }],
});

test('every recorded and documented stream, cut at every byte', () => {
  // Two recordings differ from others in figures only, and cutting takes time by the square of the length.
  const different = BODIES.filter((name) => name !== 'llama-server-cached' && name !== 'llama-server-tool');
  for (const name of different) assertReadsInPieces(createOpenAiReplyReader, body(name));
});

test('no bytes make it throw', () => {
  assertNeverThrows(createOpenAiReplyReader, BODIES.map(body));
});

test('what is written is read, in whatever pieces', () => {
  const replies = reply({
    thinking: 'text',
    usageKinds: ['cacheRead', 'cacheWrite', 'reasoning'],
    reasons: ['stop', 'length', 'contentFilter', 'other'],
  });
  const written = replies.chain((parts) => {
    const write = createOpenAiReplyWriter({ responseId: 'r1', model: 'm', created: 0 });
    return fc.tuple(fc.constant(parts), chunked(parts.map(write).join('')));
  });
  fc.assert(
    fc.property(written, ([parts, pieces]) => {
      assert.deepEqual(bare(readAll(createOpenAiReplyReader(), pieces)), bare(parts));
    }),
  );
});

test("the bill, the broker's vendor and the server's times are written too", () => {
  const write = createOpenAiReplyWriter({ responseId: 'r1', model: 'm', created: 0 });
  const finished = {
    kind: 'finished',
    reason: 'stop',
    usage: { fresh: 1, text: 2 },
    responseId: 'r1',
    servedModel: 'm2',
    servedBy: 'Amazon Bedrock',
    billedNanoCredits: 856_050_000,
    timings: { prefillMs: 3.5, decodeMs: 20 },
  } as const;
  const steps = readAll(createOpenAiReplyReader({ costIsBilled: true }), [write(finished)]);
  assert.deepEqual(bare(steps), [finished]);
});

test('text with usage: cached and reasoning tokens apart', () => {
  const steps = read('text');
  assert.equal(textOf(steps), 'Grüße, 世界 🌍.');
  assert.deepEqual(steps.at(-1), {
    kind: 'finished',
    reason: 'stop',
    usage: { fresh: 176, cacheRead: 1024, text: 12, reasoning: 128 },
    responseId: 'chatcmpl-C9Fixture1',
    servedModel: 'gpt-5-mini-2025-08-07',
  });
});

test("llama-server's own counts and times", () => {
  const [cold, warm] = [read('llama-server-text').at(-1), read('llama-server-cached').at(-1)];
  assert.ok(cold?.kind === 'finished' && warm?.kind === 'finished');
  assert.deepEqual(cold.usage, { fresh: 18, cacheRead: 0, text: 8 });
  assert.deepEqual(warm.usage, { fresh: 1, cacheRead: 17, text: 8 });
  assert.deepEqual(warm.timings, { prefillMs: 3.427, decodeMs: 22.032 });
  assert.equal(warm.reason, 'length');
});

test('parallel tool calls, each told as soon as its arguments are whole', () => {
  assert.deepEqual(read('parallel-tools').slice(0, 2), [
    { kind: 'toolCall', callId: 'call_AAA111', name: 'read_file', input: { path: 'src/ä.ts' } },
    { kind: 'toolCall', callId: 'call_BBB222', name: 'run', input: { command: 'echo "{}"' } },
  ]);
  const names = read('llama-server-parallel-tools').map((step) => (step.kind === 'toolCall' ? step.input : step.kind));
  assert.deepEqual(names, [{ path: 'src/a.ts' }, { path: 'src/a.ts' }, 'finished']);
  const reader = createOpenAiReplyReader();
  const call = (text: string) =>
    chunks(delta({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'a', arguments: text } }] }));
  assert.deepEqual(reader.push(call('{"x":{"y":1}')), []);
  assert.equal(reader.push(call('}')).length, 1);
});

test('calls that all have index 0, or none, are told apart by their ids', () => {
  for (const index of [0, undefined]) {
    const call = (id: string) =>
      delta({
        tool_calls: [
          { ...(index === undefined ? {} : { index }), id, function: { name: 'a', arguments: `{"n":"${id}"}` } },
        ],
      });
    const steps = readAll(createOpenAiReplyReader(), [chunks(call('c1'), call('c2'), delta({}, 'tool_calls'))]);
    assert.deepEqual(
      steps.map((step) => (step.kind === 'toolCall' ? step.input : step.kind)),
      [{ n: 'c1' }, { n: 'c2' }, 'finished'],
    );
  }
});

test('a call without an id gets one from the reply and its place; equal ids are made different', () => {
  const call = (index: number, id?: string) =>
    delta({ tool_calls: [{ index, ...(id ? { id } : {}), function: { name: 'a', arguments: '{}' } }] });
  const ids = (...deltas: JsonObject[]) =>
    readAll(createOpenAiReplyReader(), [chunks(...deltas)]).flatMap((step) =>
      step.kind === 'toolCall' ? step.callId : [],
    );
  assert.deepEqual(ids(call(0), call(1)), ['call_r1_0', 'call_r1_1']);
  assert.deepEqual(ids(call(0, 'same'), call(1, 'same')), ['same', 'same_2']);
});

test('a call without arguments takes none; arguments may come as an object', () => {
  const open = delta({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'list' } }] });
  const whole = delta({ tool_calls: [{ index: 1, id: 'c2', function: { name: 'run', arguments: { a: 1 } } }] });
  const steps = readAll(createOpenAiReplyReader(), [chunks(open, whole, delta({}, 'stop'))]);
  assert.deepEqual(
    steps.flatMap((step) => (step.kind === 'toolCall' ? [[step.name, step.input]] : [])),
    [
      ['run', { a: 1 }],
      ['list', {}],
    ],
  );
  const last = steps.at(-1);
  assert.ok(last?.kind === 'finished' && last.reason === 'toolCalls', 'a stop after calls is for the calls');
});

test('arguments that never parse are a fault that names the tool; cut off by the length they are left out', () => {
  assert.deepEqual(read('bad-tool-arguments'), [
    { kind: 'fault', fault: 'garbled', detail: 'arguments of the tool call read_file that are not JSON' },
  ]);
  const open = delta({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'run', arguments: '{"a":' } }] });
  const steps = readAll(createOpenAiReplyReader(), [chunks(open, delta({}, 'length'))]);
  assert.deepEqual(bare(steps), [{ kind: 'finished', reason: 'length', responseId: 'r1' }]);
});

test('thinking in either field', () => {
  const thought = (name: string) => read(name).flatMap((step) => (step.kind === 'thinking' ? step.text : []));
  assert.deepEqual(thought('reasoning-content'), ['First, ', 'add.']);
  assert.deepEqual(thought('openrouter'), ['Let me think.']);
});

test("OpenRouter's cost is a bill, and only there; its vendor is named", () => {
  const finished = read('openrouter', { costIsBilled: true }).at(-1);
  assert.ok(finished?.kind === 'finished');
  assert.equal(finished.billedNanoCredits, 856_050_000);
  assert.equal(finished.servedBy, 'Amazon Bedrock');
  assert.deepEqual(finished.usage, { fresh: 100, cacheRead: 1500, cacheWrite: 400, text: 100, reasoning: 200 });
  const elsewhere = read('openrouter').at(-1);
  assert.ok(elsewhere?.kind === 'finished' && elsewhere.billedNanoCredits === undefined);
});

test("with the user's own key the bill is the fee and the vendor's charge, or unknown", () => {
  const usage = (upstream: number | null) => ({
    id: 'r1',
    choices: [],
    usage: { cost: 0.001, is_byok: true, cost_details: { upstream_inference_cost: upstream } },
  });
  const billed = (upstream: number | null) => {
    const steps = readAll(createOpenAiReplyReader({ costIsBilled: true }), [
      chunks(delta({}, 'stop'), usage(upstream)),
    ]);
    const last = steps.at(-1);
    return last?.kind === 'finished' ? last.billedNanoCredits : 'not finished';
  };
  assert.equal(billed(0.02), 2_100_000_000);
  assert.equal(billed(null), undefined);
});

test('reasoning that is counted beside the completion is not taken from it', () => {
  const usage = {
    prompt_tokens: 10,
    completion_tokens: 30,
    total_tokens: 60,
    completion_tokens_details: { reasoning_tokens: 20 },
  };
  const steps = readAll(createOpenAiReplyReader(), [chunks(delta({}, 'stop'), { id: 'r1', choices: [], usage })]);
  const last = steps.at(-1);
  assert.ok(last?.kind === 'finished');
  assert.deepEqual(bare(last.usage), { fresh: 10, text: 30, reasoning: 20 });
});

test('reasons', () => {
  const reason = (name: string) => {
    const last = read(name).at(-1);
    return last?.kind === 'finished' ? last.reason : last?.kind;
  };
  assert.deepEqual(['text', 'parallel-tools', 'length', 'content-filter'].map(reason), [
    'stop',
    'toolCalls',
    'length',
    'contentFilter',
  ]);
});

test('no usage is unknown usage', () => {
  const last = readAll(createOpenAiReplyReader(), [chunks(delta({ content: 'a' }, 'stop'))]).at(-1);
  assert.ok(last?.kind === 'finished' && last.usage === undefined);
});

test('errors inside the stream', () => {
  assert.deepEqual(read('llama-server-error-midstream'), [
    {
      kind: 'fault',
      fault: 'serverError',
      status: 500,
      vendorMessage: 'The model produced output that does not match the expected peg-native format',
    },
  ]);
  assert.deepEqual(
    read('openrouter-error-midstream').map((step) => step.kind),
    ['text', 'fault'],
  );
});

test('what is no chat completion is garbled; a done without a reason is broken off', () => {
  const fault = (text: string) => {
    const last = readAll(createOpenAiReplyReader(), [text]).at(-1);
    return last?.kind === 'fault' ? last.fault : last?.kind;
  };
  assert.equal(fault('data: {"choices": 5}\n\n'), 'garbled');
  assert.equal(fault('data: {not json\n\ndata: [DONE]\n\n'), 'garbled');
  assert.equal(fault('<html>\n<body>\n'), 'garbled');
  assert.equal(fault('data: [DONE]\n\n'), 'brokenOff');
  assert.equal(fault(''), 'brokenOff');
});

test('a reply in one piece', () => {
  const message = {
    role: 'assistant',
    content: 'Hi',
    tool_calls: [
      { id: 'c1', type: 'function', function: { name: 'a', arguments: '{}' } },
      { id: 'c2', type: 'function', function: { name: 'b', arguments: '{}' } },
    ],
  };
  const whole = {
    id: 'r1',
    model: 'm',
    choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
    usage: { prompt_tokens: 1, completion_tokens: 2 },
  };
  assert.deepEqual(bare(readOpenAiReply(whole)), [
    { kind: 'text', text: 'Hi' },
    { kind: 'toolCall', callId: 'c1', name: 'a', input: {} },
    { kind: 'toolCall', callId: 'c2', name: 'b', input: {} },
    { kind: 'finished', reason: 'toolCalls', responseId: 'r1', servedModel: 'm', usage: { fresh: 1, text: 2 } },
  ]);
  assert.equal(readOpenAiReply({ error: { message: 'no' } }).at(-1)?.kind, 'fault');
});

test('arguments, calls and texts without an end are a fault at their limit', () => {
  const call = (fields: JsonObject, index = 0) => chunks(delta({ tool_calls: [{ index, function: fields }] }));
  const megabyte = 'x'.repeat(1024 * 1024);
  const endless = (first: string, more: (round: number) => string, most: number) => {
    const reader = createOpenAiReplyReader();
    reader.push(first);
    for (let round = 0; round < most; round += 1) {
      const fault = reader.push(more(round)).find((step) => step.kind === 'fault');
      if (fault) return { round, ...fault };
    }
    return assert.fail('no fault came');
  };
  const long = endless(call({ name: 'write_file', arguments: '{"a":"' }), () => call({ arguments: megabyte }), 40);
  assert.deepEqual(
    [long.round, long.fault, long.detail],
    [15, 'garbled', 'arguments of the tool call write_file without an end'],
  );
  const many = endless('', (round) => call({ name: 'f', arguments: `{"a":"${megabyte}` }, round), 100);
  assert.deepEqual([many.round, many.fault], [63, 'garbled']);
  const short = endless('', (round) => call({ name: 'f', arguments: '{}' }, round), 2000);
  assert.deepEqual([short.round, short.detail], [1000, 'more than 1000 tool calls']);
  const text = endless('', () => chunks(delta({ content: megabyte })), 100);
  assert.deepEqual([text.round, text.detail], [64, 'a reply without an end']);
  const named = endless('', () => call({ name: megabyte, arguments: '{}' }), 2);
  assert.ok((named.detail ?? '').length < 200);
});
