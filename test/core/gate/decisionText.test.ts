import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decisionText } from '../../../src/core/gate/decisionText.ts';
import type { GateRecord } from '../../../src/core/gate/gateRecord.ts';

const now = new Date(2026, 10, 26, 15, 40).getTime();
const facts = { agent: 'codex', runId: 'r', sessionId: 's', taskId: 't' };
const record: GateRecord = {
  class: 'irreversible',
  reason: 'deletes notes, 214 untracked files',
  targets: ['notes'],
  expectedLossNanoCredits: 1_200e9,
  decision: 'allowed',
  by: 'developer',
  digest: 'd',
};
const text = (gate: Partial<GateRecord>) =>
  decisionText({ at: now - 60_000, facts, gate: { ...record, ...gate } }, now);

test('a decision in three lines: what, when and who, why and what it was about', () => {
  assert.deepEqual(text({ copy: 'c' }), {
    label: 'Allowed: deletes notes, 214 untracked files',
    description: '15:39 · Codex',
    detail: 'by you · has a safety copy · on notes · can’t be undone · expected loss ≈ 1,200 cr (estimated)',
  });
  const denied = text({
    decision: 'denied',
    by: 'timeout',
    targets: ['a', 'b', 'c', 'd', 'e', 'f\u202e'],
    expectedLossNanoCredits: Number.NaN,
  });
  assert.equal(denied.label, 'Denied: deletes notes, 214 untracked files');
  assert.equal(
    denied.detail,
    'nobody answered in time · on a, b, c, d and 2 more · can’t be undone · expected loss unknown',
  );
  assert.match(text({ why: 'keep the folder' }).detail, /by you · “keep the folder”/);
  assert.match(text({ approved: 'git commit here' }).detail, /until the run’s end: git commit here/);
});

test('whoever decided has a name', () => {
  const everyone = [
    'developer',
    'approval',
    'rule',
    'cap',
    'timeout',
    'fault',
    'twoPeople',
    'onePerson',
    'agent',
  ] as const;
  const told = everyone.map((by) => text({ by }).detail.split(' · ')[0]);
  assert.equal(new Set(told).size, everyone.length);
  assert.match(text({ by: 'twoPeople', signers: ['anna@example.com'] }).detail, /by you and anna@example\.com/);
});
