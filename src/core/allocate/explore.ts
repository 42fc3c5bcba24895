/**
 * What is done with a decision: mostly its choice; now and then something else, so that what it would have achieved is seen
 * (docs/economics, section 4). The chance with which each use is taken is returned, to be logged with the choice.
 */
import type { NanoCredits } from '../money.ts';
import type { Decision, Valued } from './choose.ts';
import { expectedOf } from './objective.ts';
import { type Use, useKey } from './use.ts';

/** Of all choices. */
const EXPLORED_SHARE = 0.02;
/** One stop in twenty is advised but not taken. */
const STOPS_NOT_TAKEN = 0.05;

export interface Taken {
  readonly taken: Valued;
  /** The chance that each use had, those without any left out; they sum to 1. */
  readonly propensities: readonly { readonly use: Use; readonly propensity: number }[];
  readonly explored: boolean;
}

export interface Exploring {
  /** Uniform in [0, 1); one for each decision. */
  readonly chance: number;
  /** What the learning budget still allows; 0: nothing is explored but stops that go on. */
  readonly learningNanoCredits: NanoCredits;
  /** Which uses may be tried instead of the choice; all that can be chosen unless told. */
  readonly mayTry?: (valued: Valued) => boolean;
}

export function explore(decision: Decision, exploring: Exploring): Taken {
  const { choice } = decision;
  const others = othersOf(decision, exploring);
  const share = others.length === 0 ? 0 : choice.use.kind === 'stop' ? STOPS_NOT_TAKEN : EXPLORED_SHARE;
  const tried = exploring.chance < share ? others[Math.floor((exploring.chance / share) * others.length)] : undefined;
  const propensities = [
    { use: choice.use, propensity: 1 - share },
    ...others.map(({ use }) => ({ use, propensity: share / others.length })),
  ];
  return { taken: tried ?? choice, propensities, explored: tried !== undefined };
}

/** Instead of a stop, the next best; instead of anything else, all that the learning budget can bear. */
function othersOf(
  { choice, runnerUp, candidates }: Decision,
  { learningNanoCredits, mayTry = () => true }: Exploring,
): readonly Valued[] {
  if (choice.use.kind === 'stop') return runnerUp && mayTry(runnerUp) ? [runnerUp] : [];
  return candidates.filter(
    (each) =>
      each.barred === undefined &&
      each.use.kind !== 'stop' &&
      useKey(each.use) !== useKey(choice.use) &&
      mayTry(each) &&
      premium(each, choice) <= learningNanoCredits,
  );
}

/** What trying it costs: the net that is given up. */
function premium(tried: Valued, choice: Valued): NanoCredits {
  const given = (choice.net ?? 0) - (tried.net ?? 0);
  const dearer =
    tried.prediction.cost && choice.prediction.cost
      ? expectedOf(tried.prediction.cost) - expectedOf(choice.prediction.cost)
      : 0;
  return Math.max(given, dearer);
}
