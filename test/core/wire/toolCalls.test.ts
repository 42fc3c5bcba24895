import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createCallIds, createJsonCollector, parseToolInput } from '../../../src/core/wire/toolCalls.ts';

test('an object in pieces is whole at its last brace and not before', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.nat()), (value, cuts) => {
      const text = JSON.stringify(value);
      const places = [...cuts.map((cut) => cut % text.length), text.length - 1].toSorted((a, b) => a - b);
      const collector = createJsonCollector();
      let from = 0;
      for (const to of places) {
        collector.push(text.slice(from, to));
        assert.equal(collector.isComplete(), false);
        from = to;
      }
      collector.push(text.slice(from));
      assert.equal(collector.isComplete(), true);
      assert.equal(collector.text(), text);
    }),
  );
});

test('input: blank is none, an object is itself, anything else is not input', () => {
  assert.deepEqual(parseToolInput(' '), {});
  assert.deepEqual(parseToolInput('{"a":1}'), { a: 1 });
  assert.deepEqual(['{', '[]', '5', 'null', '"x"'].map(parseToolInput), Array(5).fill(undefined));
});

test('ids are unique within a reply and the same each time', () => {
  const ids = () => {
    const callId = createCallIds();
    return [callId('a', 'r'), callId('a', 'r'), callId(undefined, 'r:1'), callId(undefined, 'r:1'), callId('a_2', 'r')];
  };
  assert.deepEqual(ids(), ['a', 'a_2', 'call_r1_2', 'call_r1_3', 'a_2_2']);
  assert.deepEqual(ids(), ids());
});

test('arguments without an end are given up at their limit, and no more is kept', () => {
  const collector = createJsonCollector(10);
  collector.push('{"a":"');
  assert.equal(collector.isTooLong(), false);
  for (let count = 0; count < 100; count += 1) collector.push('xx');
  assert.equal(collector.isTooLong(), true);
  assert.equal(collector.text(), '{"a":"xxxx');
});
