import assert from 'node:assert/strict';
import { test } from 'node:test';
import { taskLessons } from '../../../src/app/allocation/taskLessons.ts';
import { taskClass, taskFeatures } from '../../../src/core/quality/taskClass.ts';
import type { Cursor } from '../../../src/ports.ts';
import { fakeClock } from '../../fakes/fakeClock.ts';

function kept(first: Readonly<Record<string, Cursor>> = {}) {
  const cursors = new Map(Object.entries(first));
  const clock = fakeClock();
  const window = () =>
    taskLessons({
      clock,
      cursor: (key) => cursors.get(key),
      keep: async (_events, next) => {
        // As on disk.
        for (const [key, value] of Object.entries(next)) cursors.set(key, JSON.parse(JSON.stringify(value)) as Cursor);
      },
    });
  return { clock, window, cursors };
}

test('a correction teaches, in every window, and the run is of the class that it was given', async () => {
  const { clock, window } = kept();
  const [one, other] = [window(), window()];
  assert.deepEqual(other.known(), {});
  const prompt = 'wobble the gears of the sprocket module';
  const before = taskClass(prompt, one.known());
  for (const runId of ['a', 'b', 'c'])
    await one.correct(runId, { kind: 'review', size: 'complex' }, taskFeatures(prompt));
  assert.notEqual(before.kind, 'review');
  assert.equal(taskClass(prompt, one.known()).kind, 'review');
  assert.deepEqual(one.correctionOf('b'), { kind: 'review', size: 'complex' });
  assert.equal(one.correctionOf('z'), undefined);
  clock.advance(5_000);
  assert.deepEqual(other.known(), one.known());
});

test('what can’t be read as lessons is left out', () => {
  const { window } = kept({
    'task-lessons': { lessons: { 'fix>test': 1, bad: 'x' }, corrections: { a: { kind: 'fix', size: 'huge' } } },
  });
  assert.deepEqual(window().known(), { 'fix>test': 1 });
  assert.equal(window().correctionOf('a'), undefined);
  assert.deepEqual(kept({ 'task-lessons': 'nonsense' }).window().known(), {});
});

test('the latest few hundred corrections are remembered', async () => {
  const { window } = kept();
  const lessons = window();
  for (let index = 0; index < 310; index += 1)
    await lessons.correct(`run-${index}`, { kind: 'fix', size: 'simple' }, []);
  assert.equal(lessons.correctionOf('run-0'), undefined);
  assert.ok(lessons.correctionOf('run-309'));
});

test('what the developer said of runs is forgotten with them, in every window, and what it taught stays', async () => {
  const { clock, window, cursors } = kept();
  const [one, other] = [window(), window()];
  for (const runId of ['a', 'b']) await one.correct(runId, { kind: 'fix', size: 'simple' }, ['wobble']);
  const lessons = one.known();
  await other.forget(new Set(['a', 'unheard-of']));
  assert.equal(other.correctionOf('a'), undefined);
  clock.advance(5_000);
  assert.equal(one.correctionOf('a'), undefined);
  assert.ok(one.correctionOf('b'));
  assert.deepEqual(one.known(), lessons);
  assert.ok(!JSON.stringify([...cursors]).includes('"a"'));
});
