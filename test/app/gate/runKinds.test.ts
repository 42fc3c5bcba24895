import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRunKinds } from '../../../src/app/gate/runKinds.ts';
import type { TaskKind } from '../../../src/core/quality/taskClass.ts';
import type { Cursor } from '../../../src/ports.ts';

function kindsOver() {
  const kept: Record<string, Cursor> = {};
  const corrected = new Map<string, TaskKind>();
  const make = () =>
    createRunKinds({
      cursor: (key) => kept[key],
      async keep(cursors) {
        // As the worker's: what comes at the same time is written together.
        await Promise.resolve();
        Object.assign(kept, structuredClone(cursors));
      },
      lessons: () => ({}),
      correctionOf: (runId) => {
        const kind = corrected.get(runId);
        return kind && { kind };
      },
    });
  return { kept, corrected, make };
}

test('a prompt has a kind only where it says clearly what it asks for', () => {
  const kinds = kindsOver().make();
  assert.equal(kinds.read('Fix the crash in the parser'), 'fix');
  assert.equal(kinds.read('Why is the sky blue?'), 'question');
  for (const prompt of ['', 'go on', 'the cart', 'yes, do that']) assert.equal(kinds.read(prompt), undefined, prompt);
});

test('what runs were for is known to every window, the developer’s correction before it, and forgotten with them', async () => {
  const { kept, corrected, make } = kindsOver();
  const [one, two] = [make(), make()];
  one.note('a', 'fix');
  one.note('c', 'test');
  await new Promise(setImmediate);
  two.note('b', 'docs');
  await new Promise(setImmediate);
  const three = make();
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((runId) => three.of(runId)),
    ['fix', 'docs', 'test', undefined],
  );
  corrected.set('b', 'review');
  assert.equal(three.of('b'), 'review');
  await three.forget(new Set(['a', 'x']));
  assert.deepEqual(make().of('a'), undefined);
  assert.deepEqual(kept, { 'run-kinds': { c: 'test', b: 'docs' } });
});

test('the newest are kept, what can’t be read is nothing, and a ledger that can’t be written loses only them', async () => {
  const { kept, make } = kindsOver();
  const kinds = make();
  for (let run = 0; run < 700; run += 1) {
    kinds.note(`run ${run}`, 'fix');
    await new Promise(setImmediate);
  }
  await new Promise(setImmediate);
  assert.equal(Object.keys(Object(kept['run-kinds'])).length, 600);
  assert.deepEqual([make().of('run 0'), make().of('run 699')], [undefined, 'fix']);
  kept['run-kinds'] = { a: 'nonsense', b: 7, c: 'fix' } as unknown as Cursor;
  assert.deepEqual([make().of('a'), make().of('b'), make().of('c')], [undefined, undefined, 'fix']);
  const failing = createRunKinds({
    cursor: () => undefined,
    keep: () => Promise.reject(new Error('The disk is full.')),
    lessons: () => ({}),
    correctionOf: () => undefined,
  });
  failing.note('a', 'fix');
  await new Promise(setImmediate);
  assert.equal(failing.of('a'), undefined);
});
