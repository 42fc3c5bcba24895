import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { workingHoursBetween } from '../../../src/core/allocate/workingHours.ts';
import { inZone } from '../../fakes/timeZone.ts';

const at = (text: string) => new Date(text).getTime();

describe('workingHoursBetween', () => {
  it('counts the working days’ hours by the local clock, weekends and nights left out', () => {
    // 2026-11-26 is a Thursday.
    assert.equal(workingHoursBetween(at('2026-11-26T10:00'), at('2026-11-26T12:30')), 2.5);
    assert.equal(workingHoursBetween(at('2026-11-26T18:00'), at('2026-11-27T08:00')), 0);
    assert.equal(workingHoursBetween(at('2026-11-26T16:00'), at('2026-11-30T10:00')), 1 + 8 + 1);
    assert.equal(workingHoursBetween(at('2026-11-26T12:00'), at('2026-11-26T11:00')), 0);
  });

  it('holds through a change of clocks', () => {
    inZone('Europe/Berlin', () => {
      const always = { days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 24 };
      assert.equal(workingHoursBetween(at('2026-10-24T00:00'), at('2026-10-26T00:00'), always), 48);
    });
  });

  it('adds up', () => {
    const [a, b, c] = [at('2026-11-02T11:00'), at('2026-11-14T03:00'), at('2026-11-26T16:20')];
    assert.ok(Math.abs(workingHoursBetween(a, b) + workingHoursBetween(b, c) - workingHoursBetween(a, c)) < 1e-9);
  });
});
