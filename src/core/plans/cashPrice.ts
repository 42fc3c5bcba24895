import type { PlanStanding } from './planStandings.ts';

/**
 * κ: what a credit costs in cash at the margin (docs/economics, section 1). 1 for pay-as-you-go; 0 for what is prepaid
 * and expires unused; once a pool is used up, 1 where more is sold at list price, and undefined where none can be had.
 */
export function cashPrice(standing: PlanStanding): number | undefined {
  if (standing.kind === 'metered') return 1;
  if (standing.kind === 'windows') return 0;
  if (standing.leftNanoCredits === undefined || standing.leftNanoCredits > 0) return 0;
  return standing.overage === 'list' ? 1 : undefined;
}

/** The most that κ + β can be: nobody saves a credit at a higher price than the one at which more is sold. */
export function mostShadowPrice(standing: PlanStanding): number | undefined {
  return standing.kind === 'pool' && standing.overage === 'none' ? undefined : 1;
}
