/**
 * The organisation decentralised: each step is chosen by the product's own `choose` at the prices of the moment; the prices
 * are moved by the product's own reducers; nobody knows the whole. A full tier, or one that what is left can't pay, refuses.
 */
import { choose, type Decision } from '../../../src/core/allocate/choose.ts';
import type { RecordedCandidate } from '../../../src/core/allocate/decisionRecord.ts';
import { explore } from '../../../src/core/allocate/explore.ts';
import type { Prediction } from '../../../src/core/allocate/objective.ts';
import { betaInHindsight, NO_DEMAND, withDecision } from '../../../src/core/allocate/periodDemand.ts';
import {
  type Constraints,
  dualStep,
  pricesOf,
  startPrices,
  updatePrices,
} from '../../../src/core/allocate/shadowPrices.ts';
import type { DecisionEvent } from '../../../src/core/ledger/event.ts';
import { NANO_PER_CREDIT } from '../../../src/core/money.ts';
import { type Organisation, type Step, stream, type Tier } from './organisation.ts';

export interface MarketResult {
  /** Expected, by the true chances: credits of value less waiting. */
  readonly value: number;
  readonly spentCredits: number;
  /** The pool was never overdrawn, and no tier served more in an hour than it can. */
  readonly constraintsHeld: boolean;
  readonly microsecondsPerStep: number;
  readonly finalBeta: number;
  readonly meanBeta: number;
  /** Mean distance between believed and true chances at the end. */
  readonly error: number;
}

/** Outcomes that what the public table says is worth. */
const PRIOR_OUTCOMES = 10;
const HOURS_A_DAY = 8;

/** `startBeta`: what the period before ended in; 0 where there was none. */
export function market(made: Organisation, seed: number, startBeta = 0): MarketResult {
  const { tiers, steps, success, believed, hours, lambda } = made;
  const random = stream(seed);
  const constraints: Constraints = { kappa: 0, lambdaFloor: lambda };
  const beliefs = believed.map((row) =>
    row.map((chance) => ({ successes: chance * PRIOR_OUTCOMES, outcomes: PRIOR_OUTCOMES })),
  );
  /** A congestion price for each tier and hour of the day. */
  const congestion = tiers.map(() => new Float64Array(HOURS_A_DAY));
  const served = tiers.map(() => 0);
  let state = startPrices(constraints, { beta: startBeta });
  let left = made.poolCredits * NANO_PER_CREDIT;
  let [value, hour, last, betas] = [0, 0, 0, 0];
  let constraintsHeld = true;
  const started = performance.now();
  for (const step of steps) {
    if (Math.floor(step.at) !== hour) {
      hour = Math.floor(step.at);
      served.fill(0);
    }
    const slot = hour % HOURS_A_DAY;
    const predictions = tiers.map((tier, index) =>
      predictionOf(
        tier,
        step,
        beliefs[step.taskClass]?.[index],
        (congestion[index]?.[slot] ?? 0) / lambda,
        (served[index] ?? 0) >= tier.stepsPerHour,
      ),
    );
    const decision = choose(predictions, {
      valueNanoCredits: Math.round(step.value * NANO_PER_CREDIT),
      prices: pricesOf(state, constraints),
      leftNanoCredits: left,
    });
    const { taken } = explore(decision, { chance: random(), learningNanoCredits: 20 * NANO_PER_CREDIT });
    const chosen = tiers.findIndex((tier) => 'model' in taken.use && taken.use.model === tier.name);
    const spent = chosen < 0 || taken.prediction.local ? 0 : (taken.prediction.cost?.p50 ?? 0);
    const tier = tiers[chosen];
    if (tier) {
      const chance = success[step.taskClass]?.[chosen] ?? 0;
      value += step.value * chance - lambda * tier.waitSeconds - (tier.local ? spentOf(tier, step) : 0);
      const belief = beliefs[step.taskClass]?.[chosen];
      if (belief) {
        belief.outcomes += 1;
        belief.successes += random() < chance ? 1 : 0;
      }
      served[chosen] = (served[chosen] ?? 0) + 1;
      if ((served[chosen] ?? 0) > tier.stepsPerHour) constraintsHeld = false;
    }
    const workingHours = step.at - last;
    const wanted = wantedOf(decision, tiers);
    for (const [index, prices] of congestion.entries()) {
      // As β: what is left of the hour's capacity, paced over what is left of the hour.
      const free = Math.max(1, (tiers[index]?.stepsPerHour ?? 0) - (served[index] ?? 0));
      const pace = free / Math.max(LEAST_OF_HOUR, 1 - (step.at % 1));
      const excess = ((index === wanted ? 1 : 0) - pace * workingHours) / pace;
      prices[slot] = dualStep(prices[slot] ?? 0, CONGESTION_UNIT * excess);
    }
    state = updatePrices(
      state,
      {
        at: step.at * 3_600_000,
        workingHours,
        spentNanoCredits: spent,
        budget: { leftNanoCredits: left, workingHoursLeft: hours - step.at },
      },
      constraints,
    );
    last = step.at;
    left -= spent;
    if (left < 0) constraintsHeld = false;
    betas += state.beta;
  }
  const microsecondsPerStep = ((performance.now() - started) * 1000) / steps.length;
  const errors = beliefs.flatMap((row, taskClass) =>
    row.map(({ successes, outcomes }, tier) => Math.abs(successes / outcomes - (success[taskClass]?.[tier] ?? 0))),
  );
  return {
    value,
    spentCredits: made.poolCredits - left / NANO_PER_CREDIT,
    constraintsHeld,
    microsecondsPerStep,
    finalBeta: state.beta,
    meanBeta: betas / steps.length,
    error: errors.reduce((sum, each) => sum + each, 0) / errors.length,
  };
}

/** Credits by which a tier's congestion price rises in an hour in which twice as many want it as it can serve: 1 ÷ η. */
const CONGESTION_UNIT = 20;
const LEAST_OF_HOUR = 0.1;

const FULL = 'it serves as many as it can';

/** The tier that would have been chosen, were none full; -1: none. */
function wantedOf({ candidates }: Decision, tiers: readonly Tier[]): number {
  const [best] = candidates
    .filter(({ barred }) => barred === undefined || barred === FULL)
    .sort((a, b) => (b.net ?? 0) - (a.net ?? 0));
  const use = best?.use;
  return tiers.findIndex(({ name }) => use && 'model' in use && use.model === name);
}

export const spentOf = (tier: Tier, step: Step) => tier.credits * step.size;

/** What the next period starts with: the product's own price of this one in hindsight, by what is believed of the tiers. */
export function betaOf({ tiers, steps, believed, poolCredits, lambda }: Organisation): number {
  const demand = steps.reduce(
    (before, step) => withDecision(before, choiceOf(step, tiers, believed[step.taskClass] ?? [], lambda), isDrawn),
    NO_DEMAND,
  );
  return betaInHindsight(demand, { nanoCredits: poolCredits * NANO_PER_CREDIT, covered: 1, kappa: 0 }) ?? 0;
}

const isDrawn = ({ paidBy }: RecordedCandidate) => paidBy !== 'local';

/** As the ledger has it. */
function choiceOf(step: Step, tiers: readonly Tier[], chances: readonly number[], lambda: number): DecisionEvent {
  const candidates = tiers.map((tier, index): RecordedCandidate => {
    const cost = Math.round(spentOf(tier, step) * NANO_PER_CREDIT);
    const quality = chances[index] ?? 0;
    const value = Math.round(step.value * quality * NANO_PER_CREDIT);
    const wait = Math.round(-lambda * tier.waitSeconds * NANO_PER_CREDIT);
    return {
      use: { kind: 'answer', model: tier.name },
      terms: { value, cost: -cost, wait, risk: 0 },
      quality,
      nanoCredits: cost,
      paidBy: tier.local ? 'local' : 'front',
    };
  });
  const features = { dense: [], words: [], length: 0, requestClass: 'medium' as const };
  const facts = { agent: 'made' };
  return { kind: 'decision', callId: '', at: 0, source: 'provider', facts, choice: '', candidates, features };
}

function predictionOf(
  tier: Tier,
  step: Step,
  belief: { readonly successes: number; readonly outcomes: number } | undefined,
  congestionSeconds: number,
  isFull: boolean,
): Prediction {
  const nanoCredits = Math.round(spentOf(tier, step) * NANO_PER_CREDIT);
  return {
    use: { kind: 'answer', model: tier.name },
    quality: belief ? belief.successes / belief.outcomes : 0,
    cost: { p10: nanoCredits, p50: nanoCredits, p90: nanoCredits, mean: nanoCredits },
    waitSeconds: tier.waitSeconds + congestionSeconds,
    riskNanoCredits: 0,
    local: tier.local,
    barred: isFull ? FULL : undefined,
  };
}
