import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DENSE_FEATURES, requestFeatures, WORD_BUCKETS } from '../../../src/core/quality/requestFeatures.ts';
import { processorMs } from '../../fakes/processorTime.ts';

const value = (prompt: string, name: (typeof DENSE_FEATURES)[number], context = {}) =>
  requestFeatures(prompt, context).dense[DENSE_FEATURES.indexOf(name)] ?? Number.NaN;

test('a request is told by its markers', () => {
  assert.ok(value('fix it:\n```ts\nconst a = () => { b(); };\n```', 'codeBlock') > 0);
  assert.ok(value('const a = () => { b(); };', 'codeSigns') > value('What is the capital of France?', 'codeSigns'));
  assert.ok(value('see src/core/money.ts', 'paths') > 0);
  assert.ok(value('TypeError: x is undefined', 'errorText') > 0);
  assert.ok(value('3 + 4 = 7', 'mathSigns') > 0);
  assert.equal(value('Which?\nA. 1\nB. 2\nC. 3\nD. 4\nAnswer:', 'optionsList'), 1);
  assert.ok(value('Что это такое?', 'otherScript') > 0.9);
  assert.ok(value('x', 'tools', { toolsOffered: 12 }) > value('x', 'tools'));
  assert.ok(value('x', 'attempt', { attempt: 2 }) > value('x', 'attempt', { attempt: 1 }));
});

test('the class of a request follows from how much is asked', () => {
  assert.equal(requestFeatures('What is a monad?').requestClass, 'simple');
  assert.equal(requestFeatures(`Fix this:\n\`\`\`\n${'x\n'.repeat(20)}\`\`\``).requestClass, 'medium');
  const task = `Migrate the store. It must keep old files, should be fast; implement a test.\n${'- design it\n'.repeat(9)}`;
  assert.equal(requestFeatures(task + 'long text '.repeat(400)).requestClass, 'complex');
});

test('never throws on any text, and keeps its ranges', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string({ unit: 'binary' }),
        fc.string({ unit: fc.constantFrom('\ud800', '`', '\n', '9', 'é') }),
      ),
      fc.double(),
      (prompt, number) => {
        const features = requestFeatures(prompt, { toolsOffered: number, attempt: number });
        assert.equal(features.dense.length, DENSE_FEATURES.length);
        for (const feature of features.dense) assert.ok(feature >= -1 && feature <= 1.5, String(feature));
        for (const word of features.words) assert.ok(Number.isInteger(word) && word >= 0 && word < WORD_BUCKETS);
        assert.equal(new Set(features.words).size, features.words.length);
      },
    ),
  );
});

test('a very long request takes no longer to read than some pages', () => {
  const request = 'import a from "b";\n'.repeat(200_000);
  const time = processorMs(() => requestFeatures(request));
  assert.ok(time < 200, `${time} ms`);
});
