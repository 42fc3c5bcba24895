import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createOllamaReplyReader } from '../../../../src/core/wire/ollama/reply.ts';
import { createOllamaReplyWriter } from '../../../../src/core/wire/ollama/replyWriter.ts';
import { reply } from '../arbitraries.ts';
import { assertNeverThrows, assertReadsInPieces, bare, chunked, fixture, readAll, textOf } from '../readReply.ts';

const BODIES = ['text', 'thinking-and-tools', 'length', 'remote', 'error-midstream', 'bad-tool-arguments'];
const body = (name: string) => fixture(`ollama/${name}.ndjson`);
const read = (name: string) => bare(readAll(createOllamaReplyReader(), [body(name)]));

test('every documented stream, cut at every byte', () => {
  for (const name of BODIES) assertReadsInPieces(createOllamaReplyReader, body(name));
});

test('no bytes make it throw', () => {
  assertNeverThrows(createOllamaReplyReader, BODIES.map(body));
});

test('what is written is read, in whatever pieces', () => {
  const replies = reply({ thinking: 'text', usageKinds: [], reasons: ['stop', 'length'] }).map((parts) =>
    parts.map((part) => (part.kind === 'finished' ? { ...part, responseId: undefined } : part)),
  );
  const written = replies.chain((parts) => {
    const write = createOllamaReplyWriter({ model: 'm', createdAt: '2026-11-02T10:00:00Z' });
    return fc.tuple(fc.constant(parts), chunked(parts.map(write).join('')));
  });
  fc.assert(
    fc.property(written, ([parts, pieces]) => {
      assert.deepEqual(bare(readAll(createOllamaReplyReader(), pieces)), bare(parts));
    }),
  );
});

test('text with counts, and times in milliseconds', () => {
  const steps = read('text');
  assert.equal(textOf(steps), 'Grüße, 世界 🌍.');
  assert.deepEqual(steps.at(-1), {
    kind: 'finished',
    reason: 'stop',
    usage: { fresh: 26, text: 282 },
    servedModel: 'qwen3:8b',
    timings: { loadMs: 1334.875125, prefillMs: 342.546, decodeMs: 4535.599 },
  });
});

test("thinking and calls; a call without an id gets one from the reply's time and its place", () => {
  assert.deepEqual(read('thinking-and-tools').slice(0, -1), [
    { kind: 'thinking', text: 'I should read ' },
    { kind: 'thinking', text: 'both.' },
    { kind: 'toolCall', callId: 'call_2026-11-02T100000123456789Z_0', name: 'read_file', input: { path: 'src/ä.ts' } },
    { kind: 'toolCall', callId: 'call_x7k2', name: 'list', input: {} },
  ]);
  const last = read('thinking-and-tools').at(-1);
  assert.ok(last?.kind === 'finished' && last.reason === 'toolCalls');
});

test('a model that runs in a cloud says so', () => {
  const last = read('remote').at(-1);
  assert.ok(last?.kind === 'finished');
  assert.equal(last.remoteHost, 'https://ollama.com:443');
  assert.deepEqual(last.usage, { fresh: 70, text: 12 });
});

test('a reply cut by its length, an error in the middle, arguments that never parse', () => {
  const last = (name: string) => read(name).at(-1);
  const length = last('length');
  assert.ok(length?.kind === 'finished' && length.reason === 'length');
  assert.deepEqual(last('error-midstream'), {
    kind: 'fault',
    fault: 'serverError',
    vendorMessage: 'llama runner process no longer running: 2 CUDA error',
  });
  assert.deepEqual(last('bad-tool-arguments'), {
    kind: 'fault',
    fault: 'garbled',
    detail: 'arguments of the tool call read_file that are not JSON',
  });
});

test('what is no reply is garbled; counts that are missing are unknown', () => {
  const last = (text: string) => bare(readAll(createOllamaReplyReader(), [text])).at(-1);
  assert.deepEqual(last('<html>\n'), { kind: 'fault', fault: 'garbled', detail: 'a line that is no chat reply' });
  assert.deepEqual(last('<html>'), { kind: 'fault', fault: 'garbled', detail: 'no event stream' });
  assert.deepEqual(last('{"done":true}\n'), { kind: 'finished', reason: 'stop' });
  assert.deepEqual(last('{"message":{"content":"a"}}\n'), { kind: 'fault', fault: 'brokenOff' });
});
