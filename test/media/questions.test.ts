import assert from 'node:assert/strict';
import { test } from 'node:test';
import { questions } from '../../media/dashboard/questions.ts';
import type { DashboardQuestion } from '../../src/protocol/dashboardReasons.ts';

const WHY = { type: 'why', runId: 'run' } as const;

function setUp() {
  const asked: DashboardQuestion[] = [];
  let now = 0;
  const inquiry = questions(
    (question) => asked.push(question),
    () => now,
  );
  const pass = (ms: number) => {
    now += ms;
  };
  return { asked, inquiry, pass };
}

test('a question is asked once until its answer may be another, and then not too soon', () => {
  const { asked, inquiry, pass } = setUp();
  inquiry.want(WHY, 'a', 1_000);
  inquiry.want(WHY, 'b', 1_000);
  assert.equal(asked.length, 1, 'it is open');
  inquiry.took({ type: 'why', runId: 'run' });
  pass(5_000);
  inquiry.want(WHY, 'a', 1_000);
  assert.equal(asked.length, 1, 'nothing has changed');
  inquiry.want(WHY, 'b', 10_000);
  assert.equal(asked.length, 1, 'too soon');
  inquiry.want(WHY, 'b', 1_000);
  inquiry.want({ type: 'why', runId: 'other' }, 'b', 1_000);
  assert.equal(asked.length, 3);
});

test('what failed or never came is asked again after a while', () => {
  const { asked, inquiry, pass } = setUp();
  inquiry.want(WHY, 'a', 1_000);
  inquiry.failed();
  inquiry.want(WHY, 'a', 1_000);
  assert.equal(asked.length, 1);
  pass(5_000);
  inquiry.want(WHY, 'a', 1_000);
  assert.equal(asked.length, 2);
  pass(59_000);
  inquiry.want(WHY, 'a', 1_000);
  assert.equal(asked.length, 2);
  pass(1_000);
  inquiry.want(WHY, 'a', 1_000);
  assert.equal(asked.length, 3);
});
