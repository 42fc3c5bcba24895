/** Made-up questions with which a developer tries the gate: nothing is behind them. */
import { NANO_PER_CREDIT } from '../money.ts';
import type { GateChoice, GateQuestion } from './question.ts';

export type DrillKind = 'irreversible' | 'commit' | 'one' | 'two' | 'spend';

export const DRILLS: readonly { readonly kind: DrillKind; readonly label: string; readonly description: string }[] = [
  { kind: 'irreversible', label: 'What can’t be undone', description: 'an agent wants to delete untracked files' },
  { kind: 'commit', label: 'A change', description: 'an agent wants to push; this kind can be allowed for its run' },
  { kind: 'one', label: 'A deployment, alone', description: 'the target’s name is typed' },
  { kind: 'two', label: 'A deployment, by two', description: 'a second person signs the request' },
  { kind: 'spend', label: 'A limit', description: 'a run would cost more than you allow' },
];

export interface DrillSituation {
  readonly id: string;
  /** Epoch ms. */
  readonly now: number;
  readonly answerSeconds: number;
  readonly folder?: string;
}

export function drillQuestion(kind: DrillKind, { id, now, answerSeconds, folder }: DrillSituation): GateQuestion {
  const base = {
    id,
    agent: 'A made-up agent',
    sessionId: 'drill',
    step: 12,
    deadline: now + answerSeconds * 1_000,
    ...(folder !== undefined && { folder }),
  };
  const loss = (credits: number) => ({ expectedLossNanoCredits: credits * NANO_PER_CREDIT });
  switch (kind) {
    case 'irreversible':
      return {
        ...base,
        kind: 'action',
        action: 'rm -rf notes',
        class: 'irreversible',
        targets: ['notes'],
        reason: 'deletes notes, 214 untracked files, not in version control',
        ...loss(1_200),
        expectedGainNanoCredits: 38 * NANO_PER_CREDIT,
      };
    case 'commit':
      return {
        ...base,
        kind: 'action',
        action: 'git push origin topic',
        class: 'commit',
        targets: ['origin', 'topic'],
        reason: 'sends commits to the remote on origin topic',
        ...loss(15),
        kindLabel: 'git push in this folder',
      };
    case 'one':
      return {
        ...base,
        kind: 'action',
        action: 'kubectl --context production delete namespace shop-test',
        class: 'deploy',
        targets: ['shop-test'],
        reason: 'deletes the namespace shop-test, in production',
        ...loss(12_000),
        people: { kind: 'one', typed: 'shop-test' },
      };
    case 'two':
      return {
        ...base,
        kind: 'action',
        action: 'terraform apply -auto-approve',
        class: 'deploy',
        targets: ['the infrastructure of this folder'],
        reason: 'applies changes to infrastructure without showing them first',
        ...loss(12_000),
        people: {
          kind: 'two',
          request: 'This is a drill: nobody needs to sign it.\n',
          signers: ['anna@example.com', 'ben@example.com'],
        },
      };
    case 'spend':
      return {
        ...base,
        kind: 'spend',
        sentence:
          'This prompt is expected to cost ≈ 240 (90–610) credits (estimated), which is above your limit of 200 for a run.',
      };
  }
}

/** What the answer would have done, had it been a real question. */
export function drillOutcome(question: GateQuestion, choice: GateChoice): string {
  return `${effectOf(question, choice)} This was a drill: no agent asked, and nothing was done or recorded.`;
}

function effectOf(question: GateQuestion, choice: GateChoice): string {
  switch (choice.kind) {
    case 'once':
      return question.kind === 'spend'
        ? 'The run would go on past this limit.'
        : 'The action would be taken, this once; where it destroys something, a safety copy would be taken first.';
    case 'kind':
      return question.kind === 'action' && question.kindLabel !== undefined
        ? `The action would be taken, and “${question.kindLabel}” would not be asked about again until the run ends.`
        : 'The action would be taken.';
    case 'typed':
      return 'The action would be taken, and recorded as decided by one person.';
    case 'signed':
      return 'The signature would be checked: only if it is another person’s, and of this very request, the action would be taken.';
    case 'deny':
      if (question.kind === 'spend') return 'The run would be stopped, and the agent told why.';
      return choice.why === undefined
        ? 'The action would be denied, and the agent told that you said no.'
        : `The action would be denied, and the agent told: “${choice.why}”.`;
  }
}
