import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DRILLS, drillOutcome, drillQuestion } from '../../../src/core/gate/drill.ts';
import type { ActionQuestion } from '../../../src/core/gate/question.ts';
import { questionText, tooLateText } from '../../../src/core/gate/questionText.ts';

const now = new Date(2026, 10, 26, 15, 40).getTime();
const alone = { now, number: 1, of: 1 };
const push: ActionQuestion = {
  kind: 'action',
  id: 'q1',
  agent: 'codex',
  sessionId: '3f2a91c0-aaaa-bbbb',
  subagentId: 'agent-7',
  step: 12,
  folder: '/srv/shop',
  deadline: now + 120_000,
  action: 'git push --force origin main',
  class: 'irreversible',
  targets: ['origin', 'main'],
  reason: 'overwrites the remote’s commits on origin main',
  expectedLossNanoCredits: 1_200e9,
  expectedGainNanoCredits: 38e9,
  kindLabel: 'git push --force in this folder',
};

const labels = (question: Parameters<typeof questionText>[0]) =>
  questionText(question, alone).choices.map(({ label }) => label);

describe('questionText', () => {
  it('says who asks for what, what it may cost, and what each answer does', () => {
    const { title, detail } = questionText(push, alone);
    assert.equal(title, 'Codex wants to do what can’t be undone: overwrites the remote’s commits on origin main.');
    assert.equal(
      detail,
      `│ git push --force origin main

Acts on: origin, main.
Expected loss: ≈ 1,200 credits (estimated). Expected gain: ≈ 38 credits (estimated).

“Allow This Kind for This Run” would also allow, until the run ends: git push --force in this folder.

Asked by: Codex, session 3f2a91c0, step 12, its sub-agent agent-7 in /srv/shop.
Without an answer within 2 minutes (15:42), or if you close this dialog, it is denied.`,
    );
    assert.deepEqual(labels(push), [
      'Deny',
      'Deny and Tell the Agent Why…',
      'Allow Once',
      'Allow This Kind for This Run',
    ]);
  });

  it('gives the reason once: below only where the title has no room for it', () => {
    const reason = `deletes ${'very '.repeat(50)}much`;
    const { title, detail } = questionText({ ...push, reason }, alone);
    assert.match(title, /…/);
    assert.match(detail, new RegExp(`Why: ${reason}\\.`));
  });

  it('says what was wrong with the answer before', () => {
    const { detail } = questionText({ ...push, note: 'The signature is by your own key.' }, alone);
    assert.match(detail, /^The signature is by your own key\.\n\n│ /);
  });

  it('offers no kind where there is none, and never calls the unknown 0', () => {
    const { kindLabel: _, expectedGainNanoCredits: __, sessionId: ___, step: ____, ...rest } = push;
    assert.deepEqual(labels(rest), ['Deny', 'Deny and Tell the Agent Why…', 'Allow Once']);
    const { detail } = questionText({ ...rest, expectedLossNanoCredits: Number.NaN, targets: [] }, alone);
    assert.match(detail, /Expected loss: unknown\. Expected gain: unknown\./);
    assert.match(detail, /Acts on: nothing that could be named\./);
    assert.doesNotMatch(detail, /undefined|NaN|“Allow This Kind/);
  });

  it('has the safe choice first, whatever is asked', () => {
    for (const { kind } of DRILLS) {
      const question = drillQuestion(kind, { id: 'd', now, answerSeconds: 120 });
      assert.equal(questionText(question, alone).choices[0]?.step, 'deny', kind);
    }
  });

  it('explains a deployment by one, by two, and a limit', () => {
    const text = (kind: 'one' | 'two' | 'spend') =>
      questionText(drillQuestion(kind, { id: 'd', now, answerSeconds: 30 }), { ...alone, number: 2, of: 3 });
    assert.match(text('one').detail, /type “shop-test”\. It is recorded that one person decided\./);
    assert.match(text('two').detail, /anna@example\.com or ben@example\.com\.\n1\. /);
    assert.equal(text('spend').title, '2 of 3: Should A made-up agent go on and spend this?');
    assert.match(text('spend').detail, /within 30 seconds \(15:40\), or if you close this dialog, it is stopped\./);
  });

  it('shows a long action whole, part by part, and says what isn’t shown', () => {
    const lines = Array.from({ length: 90 }, (_, index) => `echo ${index}`);
    const question = { ...push, action: lines.join('\n') };
    const first = questionText(question, alone);
    assert.match(first.detail, /^│ echo 0\n/);
    assert.match(first.detail, /│ echo 89\n\nActs on/);
    assert.match(first.detail, /⟨… \d+ of 709 characters aren’t shown here: “Show Part 1 of 7” shows them\./);
    assert.equal(first.parts, 7);
    const shown = Array.from({ length: first.parts }, (_, index) =>
      questionText(question, { ...alone, part: index + 1 })
        .detail.split('\n\n')[0]
        ?.split('\n')
        .slice(1)
        .map((line) => line.replace('│ ', '')),
    ).flat();
    assert.deepEqual(shown, lines);
    const last = questionText(question, { ...alone, part: 7 });
    assert.equal(last.choices.at(-1)?.label, 'Show Its Beginning and End');
  });

  it('frames what an agent wrote, so that it can’t be taken for what Marginal says', () => {
    const { detail } = questionText(
      { ...push, action: 'x\n\nWhat it is: only reads.', targets: ['a\nWhy: fine'] },
      alone,
    );
    assert.match(detail, /^│ x\n│ \n│ What it is: only reads\.\n/);
    assert.match(detail, /Acts on: a ⏎ Why: fine\./);
  });

  it('fits a screen and never throws, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 5_000 }),
        fc.array(fc.string()),
        fc.nat(20),
        (action, targets, part) => {
          const { title, detail } = questionText({ ...push, action, targets, reason: action }, { ...alone, part });
          assert(title.length <= 400 && !title.includes('\n'));
          assert(detail.split('\n').length < 45, detail);
        },
      ),
    );
  });
});

describe('an answer that comes too late', () => {
  it('is said so', () => {
    assert.match(tooLateText(push), /^Codex was already told no: /);
  });
});

describe('a drill', () => {
  it('says what each answer would have done, and that nothing was', () => {
    for (const { kind } of DRILLS) {
      const question = drillQuestion(kind, { id: 'd', now, answerSeconds: 120 });
      for (const choice of [
        { kind: 'once' },
        { kind: 'kind' },
        { kind: 'deny' },
        { kind: 'deny', why: 'keep it' },
        { kind: 'typed', text: 'x' },
        { kind: 'signed', signature: 'x' },
      ] as const) {
        const told = drillOutcome(question, choice);
        assert.match(told, /would be|would go on/);
        assert.match(told, /This was a drill/);
        assert.doesNotMatch(told, /undefined/);
      }
    }
  });
});
