import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decider } from '../../scripts/decide/route.ts';

interface Answer {
  readonly id: number;
  readonly choice: string;
  readonly propensity: number;
}

const options = ['mini', 'maxi'];

test('a dialogue: it learns what is told, and answers each question with one of the options or stop', () => {
  const decide = decider();
  assert.equal(decide({ event: 'start', value: 10, models: options, observesFailure: false }), undefined);
  let late = 0;
  for (let id = 0; id < 200; id += 1) {
    const { choice, ...answer } = decide({ id, attempt: 0, prompt: `task ${id}`, options }) as Answer;
    assert.equal(answer.id, id);
    assert.ok([...options, 'stop'].includes(choice));
    assert.equal(
      decide({ event: 'outcome', id, choice, success: choice === 'maxi' || id % 4 === 0, credits: 1 }),
      undefined,
    );
    if (id >= 150 && choice === 'maxi') late += 1;
  }
  assert.ok(late > 40, `${late} of 50`);
});

test('after a failure it goes on among what is left, or stops', () => {
  const decide = decider();
  decide({ event: 'start', value: 100, models: options, observesFailure: true });
  for (let id = 0; id < 60; id += 1) {
    const first = decide({ id, attempt: 0, prompt: 'the same', options }) as Answer;
    decide({ event: 'outcome', id, choice: first.choice, success: false, credits: 30 });
    if (first.choice === 'stop') continue;
    const left = options.filter((option) => option !== first.choice);
    const second = decide({ id, attempt: 1, prompt: 'the same', options: left }) as Answer;
    assert.ok([...left, 'stop'].includes(second.choice));
    decide({ event: 'outcome', id, choice: second.choice, success: false, credits: 30 });
  }
  // Nothing ever succeeds: nothing is tried any more.
  assert.equal((decide({ id: 99, attempt: 0, prompt: 'the same', options }) as Answer).choice, 'stop');
});

test('a question without a prompt is answered', () => {
  const decide = decider();
  decide({ event: 'start', value: 1000, models: options, observesFailure: false });
  assert.ok(options.includes((decide({ id: 0, attempt: 0, options }) as Answer).choice));
});
