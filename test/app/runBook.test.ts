import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRunBook } from '../../src/app/runBook.ts';
import { createTaskClasses } from '../../src/app/taskClasses.ts';
import { createTaskValues } from '../../src/app/taskValues.ts';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import { fakeClock } from '../fakes/fakeClock.ts';

const place = (run: string) => ({ runId: `s/${run}`, sessionId: 's' });
const settled = (runId: string, nanoCredits: number | undefined): LedgerEvent => ({
  kind: 'settled',
  callId: `${runId}${nanoCredits}`,
  at: 0,
  source: 'provider',
  facts: { agent: 'vscode-chat', runId },
  cost: { nanoCredits, confidence: nanoCredits === undefined ? 'unknown' : 'priced' },
});

test('a run’s spend keeps what nobody knows apart, and what was foretold of it stays as it was before its first step', () => {
  const runs = createRunBook({ clock: fakeClock(), salt: 1 });
  const quoted = { p10: 1, p50: 2, p90: 3 };
  runs.quote('s/a', quoted);
  runs.quote('s/a', { p10: 7, p50: 8, p90: 9 });
  runs.observe([settled('s/a', 5), settled('s/a', undefined), settled('s/b', 9)]);
  assert.deepEqual(runs.spent('s/a'), { steps: 2, nanoCredits: 5, unknown: 1, quoted });
  runs.quote('s/b', quoted);
  assert.equal(runs.spent('s/b').quoted, undefined, 'too late: it has begun');
});

test('a prompt that is asked again within half an hour tells which models had answered it', () => {
  const clock = fakeClock();
  const runs = createRunBook({ clock, salt: 1 });
  const prompt = 'Fix the crash in the zebra parser';
  runs.began(place('a'), prompt);
  runs.answered(place('a'), { optionId: 'x/small', model: 'small' }, undefined);
  runs.began(place('b'), prompt);
  assert.deepEqual(runs.failedBefore('s/b'), ['small']);
  runs.began(place('c'), 'Explain how the walrus module works, please');
  assert.deepEqual(runs.failedBefore('s/c'), []);
  clock.advance(31 * 60_000);
  runs.began(place('d'), prompt);
  assert.deepEqual(runs.failedBefore('s/d'), []);
});

test('it remembers so many runs and no more', () => {
  const runs = createRunBook({ clock: fakeClock(), salt: 1 });
  runs.agree('first');
  for (let run = 0; run < 100; run += 1) runs.spent(`s/${run}`);
  assert.equal(runs.hasAgreed('first'), false);
  assert.equal(runs.hasAgreed('s/99'), false);
});

test('the value of a chat is its own; the next one’s is taken up once', () => {
  const values = createTaskValues();
  values.setTaskValue('a', 5);
  values.setTaskValue('next', 7);
  assert.equal(values.of('b'), undefined);
  assert.equal(values.take('b'), 7);
  assert.equal(values.take('a'), 5);
  assert.equal(values.take('c'), undefined);
  values.setTaskValue('b', undefined);
  assert.equal(values.take('b'), undefined);
});

test('a correction is handed over with the cues of its prompt and teaches at once; a worker that is gone leaves the prior', async () => {
  const corrected: unknown[] = [];
  let isGone = true;
  const classes = createTaskClasses({
    taskLessons: async () => {
      if (isGone) throw new Error('gone');
      return {};
    },
    correctTask: async (...correction) => {
      corrected.push(correction);
      return { '>docs': 9 };
    },
  });
  await classes.refresh();
  isGone = false;
  await classes.refresh();
  assert.equal(classes.read('Fix the crash', 'r').task.kind, 'fix');
  await classes.correct('r', { kind: 'docs', size: 'simple' });
  assert.deepEqual(corrected, [['r', { kind: 'docs', size: 'simple' }, ['fix', 'words2']]]);
  assert.equal(classes.read('Fix the crash').task.kind, 'docs');
});
