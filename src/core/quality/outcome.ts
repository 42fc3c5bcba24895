/**
 * Outcomes: later facts about a run's work, and what they say together. Labels are what really happened, the
 * developer's acts and checks that the agent didn't touch, strongest first (docs/economics.md, section 3).
 */
import type { OutcomeEvent } from '../ledger/event.ts';

/**
 * What can happen to a run's work. `check…`: a test or a build of the developer's ended after the edit; its weight
 * depends on what the same check said before. `survived…`: the share of the edited lines that is still there.
 */
export const OUTCOMES = [
  'reverted',
  'checkPassed',
  'checkFailed',
  'vote',
  'committed',
  'undone',
  'askedAgain',
  'survived120',
  'survived30',
  'survived5',
  'abandoned',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * How much each label tells by itself, 0 to 1: a prior by the order of section 3, not fitted. A check's is the most that
 * one can have.
 */
export const WEIGHTS: Readonly<Record<Outcome, number>> = {
  reverted: 0.95,
  checkPassed: 0.9,
  checkFailed: 0.9,
  vote: 0.9,
  committed: 0.8,
  undone: 0.75,
  askedAgain: 0.65,
  survived120: 0.5,
  survived30: 0.35,
  survived5: 0.2,
  abandoned: 0.3,
};

/** Below this much evidence a run isn't judged: the first survival check alone is not enough. */
export const LEAST_EVIDENCE = 0.25;

/** What is known of a run's success. */
export interface RunOutcome {
  /** Chance that the work was accepted, 0 to 1, as far as the labels tell. */
  readonly share: number;
  /** How much the labels tell together, 0 to 1. */
  readonly evidence: number;
  readonly labels: number;
  /** undefined: too little is known, or it stands undecided. */
  readonly accepted: boolean | undefined;
}

/** A label as far as a sum needs it. */
export type Label = Pick<OutcomeEvent, 'at' | 'outcome' | 'callId' | 'success' | 'weight'>;

/** Labels with one more, as far as {@link runOutcome} needs them: of each kind the latest. */
export function withLabel(labels: readonly Label[], label: Label): readonly Label[] {
  const kind = kindOf(label.outcome);
  const known = labels.find(({ outcome }) => kindOf(outcome) === kind);
  if (label.success === undefined || (known && !isLater(label, known))) return labels;
  return [...labels.filter((each) => each !== known), label];
}

/**
 * What a run's labels say together; undefined where there are none. Of one kind the latest counts (tests that fail and
 * then pass have passed; a later survival check knows what an earlier one knew). The strongest speaks first, and each
 * next one for its weight of what the stronger ones left open. The order of the labels doesn't matter.
 */
export function runOutcome(labels: readonly Label[]): RunOutcome | undefined {
  const latest = new Map<string, Label>();
  for (const label of labels) {
    const kind = kindOf(label.outcome);
    const known = latest.get(kind);
    if (label.success === undefined || (known && !isLater(label, known))) continue;
    latest.set(kind, label);
  }
  if (latest.size === 0) return undefined;
  const strongestFirst = [...latest.values()].sort((a, b) => weightOf(b) - weightOf(a) || (isLater(a, b) ? -1 : 1));
  let open = 1;
  let share = 0;
  for (const label of strongestFirst) {
    const weight = weightOf(label);
    share += open * weight * within(label.success ?? 0);
    open *= 1 - weight;
  }
  const evidence = 1 - open;
  const meanShare = evidence > 0 ? within(share / evidence) : 0.5;
  const decided = evidence >= LEAST_EVIDENCE && meanShare !== 0.5;
  return {
    share: meanShare,
    evidence,
    labels: latest.size,
    accepted: decided ? meanShare > 0.5 : undefined,
  };
}

/** Kinds that say the same thing at different times. */
function kindOf(outcome: string): string {
  if (outcome.startsWith('survived')) return 'survived';
  return outcome.startsWith('check') ? 'check' : outcome;
}

function weightOf({ weight, outcome }: Label): number {
  return within(weight ?? WEIGHTS[outcome as Outcome] ?? 0);
}

function within(share: number): number {
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
}

/** Of labels of one instant there is still one that is the later. */
function isLater(a: Label, b: Label): boolean {
  return rank(a) > rank(b);
}

function rank(label: Label): string {
  const at = String(Math.round(label.at)).padStart(16, '0');
  return `${at} ${label.outcome} ${label.callId} ${label.success} ${label.weight}`;
}
