import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSseParser, type ServerSentEvent } from '../../../src/core/wire/sse.ts';
import { chunked } from './readReply.ts';

function parse(chunks: readonly (Uint8Array | string)[], most?: number): readonly ServerSentEvent[] | undefined {
  const parser = createSseParser(most);
  const events: ServerSentEvent[] = [];
  for (const chunk of chunks) {
    const complete = parser.push(chunk);
    if (complete === undefined) return undefined;
    events.push(...complete);
  }
  const rest = parser.end();
  return rest === undefined ? events : [...events, rest];
}

const BODY =
  '\uFEFF: a comment\r\n\r\nevent: greeting\r\ndata: Grüße 🌍\r\n\r\ndata:no space\n\nid: 7\nretry: 10\n\ndata: first\ndata:  second\n\ndata: [DONE]\n\n';
const EVENTS = [
  { event: 'greeting', data: 'Grüße 🌍' },
  { event: undefined, data: 'no space' },
  { event: undefined, data: 'first\n second' },
  { event: undefined, data: '[DONE]' },
];

test('comments, CRLF, a byte order mark, fields with and without space, several data lines', () => {
  assert.deepEqual(parse([BODY]), EVENTS);
});

test('cut at every byte', () => {
  const bytes = new TextEncoder().encode(BODY);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    assert.deepEqual(parse([bytes.subarray(0, cut), bytes.subarray(cut)]), EVENTS, `at byte ${cut}`);
  }
});

test('whatever is sent as data comes back, in whatever pieces', () => {
  const data = fc.string({ unit: 'binary' }).map((text) => text.toWellFormed().replace(/[\r\n]/g, '') || '-');
  fc.assert(
    fc.property(
      fc
        .array(data)
        .chain((texts) => fc.tuple(fc.constant(texts), chunked(texts.map((t) => `data: ${t}\n\n`).join('')))),
      ([texts, chunks]) => {
        assert.deepEqual(
          parse(chunks)?.map((event) => event.data),
          texts,
        );
      },
    ),
  );
});

test('an event without its blank line comes at the end', () => {
  assert.deepEqual(parse(['data: last']), [{ event: undefined, data: 'last' }]);
});

test('an event that is too long, in one line or in many, ends it', () => {
  assert.equal(parse(['data: 12345\n\n'], 8), undefined);
  assert.equal(parse(['data:1\ndata:2\ndata:3\ndata:4\n'.repeat(3)], 8), undefined);
});

test('a page that is no event stream is told', () => {
  const parser = createSseParser();
  parser.push('<html>\n<body>\n');
  assert.equal(parser.sawForeignLine(), true);
});

test('an event of data lines without data has an end too', () => {
  const parser = createSseParser(100);
  let steps = 0;
  while (parser.push('data:\n') !== undefined) {
    steps += 1;
    assert.ok(steps < 200);
  }
});
