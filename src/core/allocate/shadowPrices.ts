/**
 * Prices as multipliers of constraints (docs/economics, section 4): β of the period's credits, λ of the latency target, ρ of
 * the risk limit. Each is moved by a projected subgradient step of the dual after every settled step, idle working time
 * included: dual mirror descent for online allocation (Balseiro, Lu & Mirrokni 2023, "The Best of Many Worlds", Operations
 * Research 71(1)) with the Euclidean mirror map. A reducer: the same events give the same prices.
 */
import { NANO_PER_CREDIT, type NanoCredits } from '../money.ts';
import { wholeNumber } from '../wholeNumber.ts';
import type { Prices } from './objective.ts';

/** η */
export const LEARNING_RATE = 0.1;
/** Waits that the p90 is taken of. */
const WAITS = 50;
/** One point an hour for a month of them. */
const MOST_POINTS = 744;
const HOUR_MS = 3_600_000;
/** In the period's last hour, what is left is paced as if there were an hour: otherwise a → ∞. */
const LEAST_HOURS = 1;

/** What the prices are to hold. */
export interface Constraints {
  /** κ, see `cashPrice`; undefined: no more credits can be had, and what they cost is moot. */
  readonly kappa: number | undefined;
  /** The most that κ + β can be, see `mostShadowPrice`; undefined: no such bound. */
  readonly mostCreditPrice?: number | undefined;
  /** Seconds within which nine in ten answers are to come; undefined: no target, λ stays at its floor. */
  readonly waitTargetSeconds?: number | undefined;
  /** Credits of expected loss that an hour's work may hold; undefined: no limit, ρ stays at its floor. */
  readonly riskLimitPerHour?: NanoCredits | undefined;
  /** λ's floor in credits a second: hourly rate × attention share. */
  readonly lambdaFloor: number;
}

/** ρ is never lower: a credit of expected loss is worth a credit. */
export const RHO_FLOOR = 1;

/** What happened since the last update: a settled step, or time going by. */
export interface PriceEvent {
  /** Epoch ms. */
  readonly at: number;
  /** Working hours since the last update, idle ones included. */
  readonly workingHours: number;
  /** Drawn from the budget; undefined: unknown, so β isn't moved by it. */
  readonly spentNanoCredits: NanoCredits | undefined;
  /** Left of the budget before this step, and of the period's working hours; undefined: no budget, β goes to 0. */
  readonly budget?: { readonly leftNanoCredits: NanoCredits; readonly workingHoursLeft: number } | undefined;
  /** What the developer waited in this step. */
  readonly waitSeconds?: number | undefined;
  /** Expected loss of what was done in this step. */
  readonly riskNanoCredits?: NanoCredits | undefined;
}

export interface PricePoint {
  readonly at: number;
  readonly beta: number;
  readonly lambda: number;
  readonly rho: number;
}

export interface PriceState {
  readonly beta: number;
  readonly lambda: number;
  readonly rho: number;
  /** The latest waits in seconds, oldest first. */
  readonly waits: readonly number[];
  /** For a plot: the prices at the end of each hour that saw an update, oldest first. */
  readonly history: readonly PricePoint[];
}

/** `start`: prices of the period before, where there was one. */
export function startPrices(constraints: Constraints, start: Partial<Prices> = {}): PriceState {
  return {
    beta: cappedBeta(start.beta ?? 0, constraints),
    lambda: Math.max(constraints.lambdaFloor, start.lambda ?? 0),
    rho: Math.max(RHO_FLOOR, start.rho ?? 0),
    waits: [],
    history: [],
  };
}

/** The prices that `choose` wants. */
export function pricesOf({ beta, lambda, rho }: PriceState, { kappa }: Constraints): Prices {
  return { kappa: kappa ?? 1, beta, lambda, rho };
}

export function updatePrices(state: PriceState, event: PriceEvent, constraints: Constraints): PriceState {
  const waits = event.waitSeconds === undefined ? state.waits : [...state.waits.slice(1 - WAITS), event.waitSeconds];
  const beta = nextBeta(state.beta, event, constraints);
  const lambda = event.waitSeconds === undefined ? state.lambda : nextLambda(state.lambda, waits, constraints);
  const rho = nextRho(state.rho, event, constraints);
  return { beta, lambda, rho, waits, history: withPoint(state.history, { at: event.at, beta, lambda, rho }) };
}

/** β ← max(0, β + η·(spend − a·Δt)/(a·1 h)), within what is sold at list price. */
function nextBeta(beta: number, event: PriceEvent, constraints: Constraints): number {
  const { budget, spentNanoCredits, workingHours } = event;
  if (!budget) return 0;
  const perHour = budget.leftNanoCredits / Math.max(LEAST_HOURS, budget.workingHoursLeft);
  // Nothing is left to pace: the hard reservation refuses, or overage is sold at list price.
  if (!(perHour > 0)) return cappedBeta(beta, constraints);
  return cappedBeta(
    dualStep(beta, ((spentNanoCredits ?? perHour * workingHours) - perHour * workingHours) / perHour),
    constraints,
  );
}

function cappedBeta(beta: number, { kappa = 0, mostCreditPrice }: Constraints): number {
  return mostCreditPrice === undefined ? beta : Math.min(beta, Math.max(0, mostCreditPrice - kappa));
}

/** The same step in units of the floor, so that η means the same for every hourly rate. */
function nextLambda(lambda: number, waits: readonly number[], { waitTargetSeconds, lambdaFloor }: Constraints): number {
  const p90 = p90Of(waits);
  if (waitTargetSeconds === undefined || !(waitTargetSeconds > 0) || p90 === undefined) return lambdaFloor;
  const unit = lambdaFloor > 0 ? lambdaFloor : 1;
  return dualStep(lambda, (unit * (p90 - waitTargetSeconds)) / waitTargetSeconds, lambdaFloor);
}

function nextRho(
  rho: number,
  { riskNanoCredits = 0, workingHours }: PriceEvent,
  { riskLimitPerHour }: Constraints,
): number {
  if (riskLimitPerHour === undefined || !(riskLimitPerHour > 0)) return RHO_FLOOR;
  return dualStep(rho, (riskNanoCredits - riskLimitPerHour * workingHours) / riskLimitPerHour, RHO_FLOOR);
}

/** One projected subgradient step: price ← max(floor, price + η·excess), `excess` in units of what is allowed an hour. */
export function dualStep(price: number, excess: number, floor = 0): number {
  return Math.max(floor, price + LEARNING_RATE * excess);
}

export function p90Of(waits: readonly number[]): number | undefined {
  return [...waits].sort((a, b) => a - b)[Math.min(waits.length - 1, Math.floor(waits.length * 0.9))];
}

function withPoint(history: readonly PricePoint[], point: PricePoint): readonly PricePoint[] {
  const last = history.at(-1);
  const isSameHour = last !== undefined && Math.floor(last.at / HOUR_MS) === Math.floor(point.at / HOUR_MS);
  return [...history.slice(isSameHour ? 0 : 1 - MOST_POINTS, isSameHour ? -1 : undefined), point];
}

/** What is shown beside a price: the constraint that it belongs to. */
export function constraintTexts(
  constraints: Constraints,
  event: Pick<PriceEvent, 'budget'>,
): Readonly<Record<'beta' | 'lambda' | 'rho', string>> {
  const { waitTargetSeconds, riskLimitPerHour } = constraints;
  const { budget } = event;
  const credits = (nanoCredits: NanoCredits) => wholeNumber(Math.round(nanoCredits / NANO_PER_CREDIT));
  return {
    beta: budget
      ? `${credits(budget.leftNanoCredits)} credits for ${Math.round(budget.workingHoursLeft)} working hours`
      : 'no budget is set',
    lambda:
      waitTargetSeconds === undefined
        ? 'your time; no latency target is set'
        : `nine in ten answers within ${waitTargetSeconds} s`,
    rho:
      riskLimitPerHour === undefined
        ? 'no risk limit is set'
        : `${credits(riskLimitPerHour)} credits of expected loss an hour`,
  };
}
