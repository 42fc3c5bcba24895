import type { Prices } from '../../core/allocate/objective.ts';
import { cashPrice } from '../../core/plans/cashPrice.ts';
import type { PlanStanding } from '../../core/plans/planStandings.ts';
import type { Clock } from '../../ports.ts';

export interface PlainPricesPorts {
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly standings: () => readonly PlanStanding[];
  /** λ's floor, see `lambdaFloor`. */
  readonly lambda: () => number;
}

/** Sums over a month: they needn't be found anew for every step. */
const KEPT_MS = 30_000;

/** The prices that need no learning: a credit's cash price under the agent's plan, and the floors of waiting and risk. */
export function plainPrices({ clock, standings, lambda }: PlainPricesPorts): (agent: string) => Prices {
  let known: readonly PlanStanding[] = [];
  let knownAt = Number.NEGATIVE_INFINITY;
  return (agent) => {
    if (clock.elapsed() - knownAt > KEPT_MS) {
      known = standings();
      knownAt = clock.elapsed();
    }
    const standing = known.find(({ agents }) => agents.includes(agent));
    // With nothing left, and no more to be had, a credit is at least worth its list price.
    return { kappa: standing ? (cashPrice(standing) ?? 1) : 1, beta: 0, lambda: lambda(), rho: 1 };
  };
}
