import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  TASK_KINDS,
  TASK_SIZES,
  type TaskLessons,
  taskClass,
  taskFeatures,
  taught,
} from '../../../src/core/quality/taskClass.ts';

const PROMPTS = {
  fix: [
    'Fix the crash when the cart is empty',
    'The login page throws an exception after the last change, please repair it',
    'npm test fails with TypeError: x is undefined. Resolve the issue.',
  ],
  feature: ['Add a dark mode switch to the settings page', 'Implement CSV export for the orders table'],
  test: ['Write unit tests for the parser', 'Add missing tests for the date helpers'],
  refactor: ['Rename getUser to loadUser everywhere', 'Extract the price logic into its own module'],
  docs: ['Update the README with the new options', 'Document the public functions with JSDoc comments'],
  review: ['Review this pull request', 'Please review my changes for security problems'],
  question: ['What does this function do?', 'How is the session token stored?', 'Why are there two caches here?'],
} as const;

test('plain requests are told by their words', () => {
  for (const [kind, prompts] of Object.entries(PROMPTS))
    for (const prompt of prompts) assert.equal(taskClass(prompt).kind, kind, prompt);
});

test('a wide request is larger than a narrow one', () => {
  assert.equal(taskClass('Fix the typo in line 12').size, 'simple');
  const wide = `Migrate the whole project from callbacks to promises across all modules:
- src/server.ts
- src/client.ts
- src/store/index.ts
- keep the public API, update every test and the docs, and measure the speed before and after`;
  assert.equal(taskClass(wide).size, 'complex');
});

test('pasted code isn’t read for words that ask', () => {
  assert.equal(taskClass('Explain this:\n```js\n// fix bug, add tests, refactor\n```').kind, 'question');
});

test('a correction is learned, for prompts like it and not for others', () => {
  const prompt = 'Make the cart faster';
  const before = taskClass(prompt);
  let lessons: TaskLessons = {};
  for (let times = 0; times < 6; times += 1)
    lessons = taught(lessons, taskFeatures(prompt), { kind: 'refactor', size: 'complex' });
  assert.notEqual(before.kind, 'refactor');
  assert.equal(taskClass(prompt, lessons).kind, 'refactor');
  assert.equal(taskClass(prompt, lessons).size, 'complex');
  assert.equal(taskClass('Fix the crash when the cart is empty', lessons).kind, 'fix');
});

test('any text has a class, features hold no word of it, and lessons are bounded', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const { kind, size, sureness } = taskClass(text);
      assert(TASK_KINDS.includes(kind) && TASK_SIZES.includes(size));
      assert(sureness > 0 && sureness <= 1);
      for (const feature of taskFeatures(text)) assert.match(feature, /^[a-zA-Z]+\d?$/);
    }),
  );
  let lessons: TaskLessons = {};
  for (let index = 0; index < 100; index += 1)
    lessons = taught(lessons, [`feature${index}`], { kind: 'docs', size: 'simple' });
  assert(Object.keys(lessons).length <= 500);
});
