import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLiveCalls } from '../../../src/app/runs/liveCalls.ts';
import type { Cursor } from '../../../src/ports.ts';

function place() {
  let kept: Cursor | undefined;
  const works: (() => void)[] = [];
  const calls = () =>
    createLiveCalls({
      cursor: () => kept,
      async keep(cursors) {
        kept = structuredClone(Object.values(cursors)[0]);
      },
      later: (work) => works.push(work),
      onTrouble: (sentence) => assert.equal(sentence, undefined),
    });
  return {
    reader: calls(),
    other: calls(),
    kept: () => kept,
    pass() {
      for (const work of works.splice(0)) work();
    },
  };
}
const step = (callId: string, failed?: boolean) => ({ callId, actions: [{ kind: 'run' as const, key: 1, failed }] });

test('what the window that reads the logs is told, others see once they look', () => {
  const { reader, other, pass } = place();
  reader.told([step('a')]);
  assert.equal(reader.of('a')?.actions[0]?.key, 1);
  other.refresh();
  assert.equal(other.of('a'), undefined);
  pass();
  other.refresh();
  assert.equal(other.of('a')?.actions[0]?.failed, undefined);
  reader.told([step('a', true)]);
  pass();
  other.refresh();
  assert.equal(other.of('a')?.actions[0]?.failed, true);
});

test('the latest steps are kept, however many are told, and none after they were forgotten', async () => {
  const { reader, other, kept, pass } = place();
  for (let index = 0; index < 500; index++) reader.told([step(String(index))]);
  pass();
  assert.ok(JSON.stringify(kept()).length < 16_000);
  assert.equal(reader.of('0'), undefined);
  assert.ok(reader.of('499'));
  other.refresh();
  assert.ok(other.of('499'));
  await reader.forget();
  other.refresh();
  assert.equal(other.of('499'), undefined);
  assert.equal(reader.of('499'), undefined);
});

test('what can’t be kept is said once, and so is that it can again', async () => {
  const works: (() => void)[] = [];
  const said: (string | undefined)[] = [];
  let fails = true;
  const calls = createLiveCalls({
    cursor: () => undefined,
    async keep() {
      if (fails) throw new Error('The disk is full: free some space.');
    },
    later: (work) => works.push(work),
    onTrouble: (sentence) => said.push(sentence),
  });
  for (const failing of [true, true, false, false]) {
    fails = failing;
    calls.told([step('a')]);
    for (const work of works.splice(0)) work();
    await new Promise(setImmediate);
  }
  assert.deepEqual(said, ['The disk is full: free some space.', undefined]);
  assert.ok(calls.of('a'));
});
