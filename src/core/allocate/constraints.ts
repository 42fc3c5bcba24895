import type { NanoCredits } from '../money.ts';
import { cashPrice, mostShadowPrice } from '../plans/cashPrice.ts';
import type { PlanStanding } from '../plans/planStandings.ts';
import type { Constraints } from './shadowPrices.ts';

export interface PriceSettings {
  /** λ's floor, see `lambdaFloor`. */
  readonly lambdaFloor: number;
  readonly waitTargetSeconds?: number | undefined;
  readonly riskLimitPerHour?: NanoCredits | undefined;
  /** The developer set a limit of their own that refuses: a credit may then be worth more than its list price. */
  readonly hasHardBudget?: boolean | undefined;
}

/** What the prices have to hold under a plan; undefined: no plan is set, so credits are paid as they are used. */
export function constraintsOf(standing: PlanStanding | undefined, settings: PriceSettings): Constraints {
  const { lambdaFloor, waitTargetSeconds, riskLimitPerHour, hasHardBudget } = settings;
  return {
    kappa: standing ? cashPrice(standing) : 1,
    mostCreditPrice: hasHardBudget ? undefined : standing ? mostShadowPrice(standing) : 1,
    lambdaFloor,
    waitTargetSeconds,
    riskLimitPerHour,
  };
}

/** What a plan itself still lets through: all that is left of a pool beyond which nothing is sold; undefined: no such limit. */
export function planLeft(standing: PlanStanding | undefined): NanoCredits | undefined {
  return standing?.kind === 'pool' && standing.overage === 'none' ? standing.leftNanoCredits : undefined;
}
