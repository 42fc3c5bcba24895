import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createAnthropicReplyReader, readAnthropicReply } from '../../../../src/core/wire/anthropic/reply.ts';
import { createAnthropicReplyWriter } from '../../../../src/core/wire/anthropic/replyWriter.ts';
import { reply } from '../arbitraries.ts';
import { assertNeverThrows, assertReadsInPieces, bare, chunked, fixture, readAll, textOf } from '../readReply.ts';

const BODIES = [
  'text',
  'thinking-and-tools',
  'max-tokens',
  'refusal',
  'bad-tool-arguments',
  'overloaded-midstream',
  'overloaded-at-once',
  'llama-server-text',
  'llama-server-tool',
  'llama-server-parallel-tools',
  'llama-server-error-midstream',
];
const body = (name: string) => fixture(`anthropic/${name}.sse`);
const read = (name: string) => bare(readAll(createAnthropicReplyReader(), [body(name)]));

test('every recorded and documented stream, cut at every byte', () => {
  for (const name of BODIES) assertReadsInPieces(createAnthropicReplyReader, body(name));
});

test('no bytes make it throw', () => {
  assertNeverThrows(createAnthropicReplyReader, BODIES.map(body));
});

test('what is written is read, in whatever pieces', () => {
  const replies = reply({
    thinking: 'signed',
    usageKinds: ['cacheRead', 'cacheWrite', 'cacheWriteHour', 'reasoning'],
    reasons: ['stop', 'length', 'contentFilter', 'other'],
  });
  const written = replies.chain((parts) => {
    const write = createAnthropicReplyWriter({ responseId: 'r1', model: 'm' });
    return fc.tuple(fc.constant(parts), chunked(parts.map(write).join('')));
  });
  const known = (steps: unknown) =>
    // A life of one hour is told only together with the other.
    JSON.parse(JSON.stringify(steps), (key, value) => (key === 'cacheWrite' && value === 0 ? undefined : value));
  fc.assert(
    fc.property(written, ([parts, pieces]) => {
      assert.deepEqual(known(readAll(createAnthropicReplyReader(), pieces)), known(parts));
    }),
  );
});

test('text with usage', () => {
  const steps = read('text');
  assert.equal(textOf(steps), 'Grüße, 世界 🌍.');
  assert.deepEqual(steps.at(-1), {
    kind: 'finished',
    reason: 'stop',
    usage: { fresh: 25, cacheRead: 0, cacheWrite: 0, cacheWriteHour: 0, text: 15 },
    responseId: 'msg_01FixtureFixture',
    servedModel: 'claude-sonnet-4-5-20250929',
  });
});

test('thinking with its signature, opaque thinking, calls with and without input; all kinds of usage apart', () => {
  assert.deepEqual(read('thinking-and-tools'), [
    { kind: 'thinking', text: 'I should read ' },
    { kind: 'thinking', text: 'both files.' },
    { kind: 'thinking', text: '', signature: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds' },
    { kind: 'thinking', text: '', redacted: 'EmwKAhgBEgy3va3pzix' },
    { kind: 'text', text: 'Reading.' },
    { kind: 'toolCall', callId: 'toolu_01AAA', name: 'read_file', input: { path: 'src/ä.ts' } },
    { kind: 'toolCall', callId: 'toolu_01BBB', name: 'list', input: {} },
    {
      kind: 'finished',
      reason: 'toolCalls',
      usage: { fresh: 100, cacheRead: 2000, cacheWrite: 400, cacheWriteHour: 200, text: 69, reasoning: 120 },
      responseId: 'msg_01FixtureFixture',
      servedModel: 'claude-sonnet-4-5-20250929',
    },
  ]);
});

test("llama-server's calls and counts", () => {
  assert.deepEqual(
    read('llama-server-parallel-tools').map((step) => (step.kind === 'toolCall' ? step.input : step.kind)),
    [{ path: 'src/a.ts' }, { path: 'src/a.ts' }, 'finished'],
  );
  const last = read('llama-server-text').at(-1);
  assert.ok(last?.kind === 'finished');
  assert.deepEqual([last.reason, last.usage], ['length', { fresh: 1, cacheRead: 17, text: 8 }]);
});

test('reasons', () => {
  const reason = (name: string) => {
    const last = read(name).at(-1);
    return last?.kind === 'finished' ? last.reason : last?.kind;
  };
  assert.deepEqual(['text', 'thinking-and-tools', 'max-tokens', 'refusal'].map(reason), [
    'stop',
    'toolCalls',
    'length',
    'contentFilter',
  ]);
});

test('arguments that never parse are a fault that names the tool; cut off by the length they are left out', () => {
  assert.deepEqual(read('bad-tool-arguments'), [
    { kind: 'fault', fault: 'garbled', detail: 'arguments of the tool call read_file that are not JSON' },
  ]);
  assert.deepEqual(
    read('max-tokens').map((step) => step.kind),
    ['text', 'finished'],
  );
});

test("errors inside the stream, also llama-server's, which have no type", () => {
  assert.deepEqual(read('overloaded-midstream'), [
    { kind: 'text', text: 'Hel' },
    { kind: 'fault', fault: 'quota', vendorMessage: 'Overloaded' },
  ]);
  assert.deepEqual(read('llama-server-error-midstream').at(-1), {
    kind: 'fault',
    fault: 'serverError',
    status: 500,
    vendorMessage: 'The model produced output that does not match the expected peg-native format',
  });
});

test('what is not of the protocol is garbled; unknown events are skipped', () => {
  const last = (text: string) => readAll(createAnthropicReplyReader(), [text]).at(-1);
  const fault = (text: string) => {
    const step = last(text);
    return step?.kind === 'fault' ? step.fault : step?.kind;
  };
  assert.equal(fault('data: {"type":"message_start","message":5}\n\n'), 'garbled');
  assert.equal(fault('data: 5\n\n'), 'garbled');
  assert.equal(fault('data: {"type":"message_stop"}\n\n'), 'brokenOff');
  assert.equal(fault('data: {"type":"a_new_thing","x":1}\n\n'), 'brokenOff');
});

test('a reply in one piece', () => {
  const whole = {
    id: 'msg_1',
    type: 'message',
    model: 'm',
    content: [
      { type: 'text', text: 'Hi' },
      { type: 'tool_use', id: 't1', name: 'list', input: { a: 1 } },
    ],
    stop_reason: 'tool_use',
    usage: { input_tokens: 3, output_tokens: 4 },
  };
  assert.deepEqual(bare(readAnthropicReply(whole)), [
    { kind: 'text', text: 'Hi' },
    { kind: 'toolCall', callId: 't1', name: 'list', input: { a: 1 } },
    { kind: 'finished', reason: 'toolCalls', usage: { fresh: 3, text: 4 }, responseId: 'msg_1', servedModel: 'm' },
  ]);
  fc.assert(fc.property(fc.jsonValue(), (value) => void readAnthropicReply(value)));
});

test('arguments, calls and signatures without an end are a fault at their limit', () => {
  const event = (value: object) => `data: ${JSON.stringify(value)}\n\n`;
  const start = (index: number, block: object) => event({ type: 'content_block_start', index, content_block: block });
  const grow = (index: number, delta: object) => event({ type: 'content_block_delta', index, delta });
  const megabyte = 'x'.repeat(1024 * 1024);
  const endless = (first: string, more: (round: number) => string, most: number) => {
    const reader = createAnthropicReplyReader();
    reader.push(first);
    for (let round = 0; round < most; round += 1) {
      const fault = reader.push(more(round)).find((step) => step.kind === 'fault');
      if (fault) return [round, fault.fault, fault.detail];
    }
    return assert.fail('no fault came');
  };
  const json = { type: 'input_json_delta', partial_json: megabyte };
  const tool = { type: 'tool_use', id: 'a', name: 'write_file' };
  assert.deepEqual(
    endless(start(0, tool), () => grow(0, json), 40),
    [16, 'garbled', 'arguments of the tool call write_file without an end'],
  );
  assert.equal(endless('', (round) => start(round, tool) + grow(round, json), 100)[1], 'garbled');
  assert.deepEqual(
    endless('', (round) => start(round, tool), 2000),
    [1000, 'garbled', 'more than 1000 tool calls'],
  );
  const signature = { type: 'signature_delta', signature: megabyte };
  assert.deepEqual(
    endless('', () => grow(0, signature), 100),
    [64, 'garbled', 'a reply without an end'],
  );
});
