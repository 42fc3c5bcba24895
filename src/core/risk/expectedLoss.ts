/** What an action may cost, on average: P(harm) × magnitude, by class and by what it names (economics, section 5). */
import { NANO_PER_CREDIT, type NanoCredits } from '../money.ts';
import type { ActionClass } from './action.ts';

/** Credits that each class may cost; settings of the user. */
export interface LossSettings {
  readonly credits: Readonly<Record<ActionClass, number>>;
}

/**
 * A draft costs at most the minute to undo it, a commit a quarter of an hour, a loss half a day, and what leaves the machine a week:
 * at US$60 an hour. The chance that an agent's action does harm is taken as 1 % for what is cheap and 5 % for what is rare.
 */
export const DEFAULT_LOSS: LossSettings = {
  credits: { read: 0, draft: 1, commit: 15, irreversible: 1_200, deploy: 12_000 },
};

/** Every further part of the same class adds less than the first: half, a quarter … */
export function expectedLoss(classes: readonly ActionClass[], { credits }: LossSettings = DEFAULT_LOSS): NanoCredits {
  const counts = new Map<ActionClass, number>();
  let sum = 0;
  for (const each of classes) {
    const seen = counts.get(each) ?? 0;
    sum += credits[each] / 2 ** seen;
    counts.set(each, Math.min(seen + 1, 50));
  }
  return Math.round(sum * NANO_PER_CREDIT);
}
