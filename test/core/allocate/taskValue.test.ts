import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  DEFAULT_VALUE_SETTINGS,
  lambdaFloor,
  readValueSettings,
  taskValue,
} from '../../../src/core/allocate/taskValue.ts';
import { TASK_KINDS } from '../../../src/core/quality/taskClass.ts';
import { CREDIT } from './predictions.ts';

describe('taskValue', () => {
  it('is minutes saved × hourly rate, and what the developer named goes first', () => {
    const { settings } = readValueSettings({ hourlyRateDollars: 120, minutesSaved: { fix: 10 } });
    assert.equal(taskValue('fix', settings), 2000 * CREDIT);
    assert.equal(taskValue('fix', settings, 300 * CREDIT), 300 * CREDIT);
  });

  it('a class that nobody knows, and none, are as `other`; names of objects are no classes', () => {
    const other = taskValue('other', DEFAULT_VALUE_SETTINGS);
    assert.ok(other > 0);
    for (const name of ['unheard of', 'toString', undefined]) {
      assert.equal(taskValue(name, DEFAULT_VALUE_SETTINGS), other);
    }
  });

  it('a wrong setting has a sentence, loses nothing beside it, and leaves the default', () => {
    const { settings, problems } = readValueSettings({
      hourlyRateDollars: 'much',
      attentionShare: 2,
      minutesSaved: { fix: -1, docs: 4, chores: 1 },
    });
    assert.equal(settings.hourlyRateDollars, DEFAULT_VALUE_SETTINGS.hourlyRateDollars);
    assert.equal(settings.minutesSaved.docs, 4);
    assert.equal(settings.minutesSaved.fix, DEFAULT_VALUE_SETTINGS.minutesSaved.fix);
    assert.deepEqual(problems, [
      'marginal.value.hourlyRateDollars: write a number from 0 to 10,000; 60 is used.',
      'marginal.value.attentionShare: write a number from 0 to 1; 0.1 is used.',
      'marginal.value.minutesSaved, fix: write minutes from 0 to 10,000.',
      'marginal.value.minutesSaved: chores is no class of task; they are fix, feature, test, refactor, docs, review, question and other.',
    ]);
    assert.equal(readValueSettings({ minutesSaved: [3] }).problems.length, 1);
    assert.deepEqual(readValueSettings({}).problems, []);
  });

  it('has minutes for every class that a request can have', () => {
    assert.deepEqual(Object.keys(DEFAULT_VALUE_SETTINGS.minutesSaved).sort(), [...TASK_KINDS, 'other'].sort());
  });

  it('λ’s floor is hourly rate × attention share', () => {
    assert.equal(lambdaFloor({ hourlyRateDollars: 72, attentionShare: 0.5, minutesSaved: {} }), 1);
  });
});
