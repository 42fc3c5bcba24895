/** What is foretold and advised of a run at work, as one decision among the uses of its next tokens. */

import type { BreakerState } from '../budget/breaker.ts';
import type { Range } from '../forecast/runStepCost.ts';
import { formatCredits, NANO_PER_CREDIT, type NanoCredits } from '../money.ts';
import type { OwnUse, RunCandidate } from '../quality/runAdvice.ts';
import type { RunSkill } from '../quality/runSuccess.ts';
import type { RunQuestion, RunValue } from '../quality/runValue.ts';
import { wholeNumber } from '../wholeNumber.ts';
import { choose, type Decision, type Valued } from './choose.ts';
import { type CostRange, expectedOf, type Prediction, type Prices } from './objective.ts';
import type { RunOutlook } from './outlook.ts';
import type { RunModel } from './runModels.ts';
import type { Use } from './use.ts';

export interface RunSituation {
  readonly runId: string;
  readonly agent: string;
  readonly model: string | undefined;
  /** Epoch ms of its latest step's end. */
  readonly at: number;
  readonly steps: number;
  /** Known credits so far. */
  readonly spentNanoCredits: NanoCredits;
  /** Something of its cost is known: its steps', or its model's price. */
  readonly priced: boolean;
  /** V */
  readonly valueNanoCredits: NanoCredits;
  readonly prices: Prices;
  readonly secondsPerStep: number;
  readonly breaker: BreakerState;
  /** What the agent was let do in a step is expected to lose so much, on average of this run; undefined: nothing is known. */
  readonly lossPerStepNanoCredits?: NanoCredits | undefined;
  /** Of all runs that were learned from, not of a copy. */
  readonly skill: RunSkill;
  /** See RunOutlook. */
  readonly quoted: CostRange | undefined;
  /** What it could go on with. */
  readonly others?: readonly RunModel[] | undefined;
}

/** Being asked takes some twenty seconds of whole attention: as much as waiting ten times as long for an agent at work. */
const ASK_SECONDS = 200;
/** What compacting must save to be advised: less is within what its guesses are worth. */
const LEAST_SAVED = 2 * NANO_PER_CREDIT;
const LEAST_SAVED_SHARE = 0.2;

/** What to ask the valuer, so that its nets are those of the objective. Work in a working tree stays where a run stops. */
export function runQuestion({
  valueNanoCredits,
  prices,
  secondsPerStep,
  breaker,
  others,
}: Pick<RunSituation, 'valueNanoCredits' | 'prices' | 'secondsPerStep' | 'breaker' | 'others'>): RunQuestion {
  return {
    value: valueNanoCredits / NANO_PER_CREDIT,
    price: prices.kappa + prices.beta,
    stopKeepsWork: true,
    askCredits: prices.lambda * ASK_SECONDS,
    stepWait: prices.lambda * secondsPerStep,
    stuck: breaker.open !== undefined,
    others,
    secondPrice: prices.lambda,
  };
}

/** `value`: the answer to {@link runQuestion}. */
export function runOutlook(situation: RunSituation, value: RunValue): RunOutlook {
  const { breaker, prices, valueNanoCredits, quoted, spentNanoCredits, priced, skill } = situation;
  const decision = choose(
    value.candidates
      .filter(({ use }) => use !== 'stop')
      .flatMap((candidate) => predictionsOf(candidate, situation, value)),
    { valueNanoCredits, prices },
  );
  const evidence = { outcomes: skill.outcomes, settled: skill.settled };
  return {
    runId: situation.runId,
    agent: situation.agent,
    model: situation.model,
    at: situation.at,
    steps: situation.steps,
    next: priced ? costRange(value.stepCredits) : undefined,
    remaining: priced ? costRange(value.remainingCredits) : undefined,
    success: value.pSuccess,
    decision,
    evidence,
    stuck: breaker.open,
    advice: adviceOf(decision, breaker, evidence.settled && priced),
    quoted,
    leftQuote: quoted !== undefined && spentNanoCredits > quoted.p90,
  };
}

/** Credits as a range of nano-credits. */
export function costRange([p10, p50, p90]: Range): CostRange {
  return { p10: nano(p10), p50: nano(p50), p90: nano(p90) };
}

function predictionsOf(candidate: RunCandidate, situation: RunSituation, value: RunValue): readonly Prediction[] {
  const { priced, secondsPerStep, breaker, others, lossPerStepNanoCredits = 0 } = situation;
  const { deltaQ, credits, steps, attention } = candidate;
  const foretold = { quality: deltaQ, cost: priced ? costOf(credits, value.remainingCredits) : undefined };
  if (candidate.other !== undefined) {
    const model = others?.find(({ id }) => id === candidate.other);
    return model ? [{ ...foretold, ...withOther(model, situation, steps) }] : [];
  }
  const { use } = candidate;
  const goesOn = use === 'continue' || SAME_COURSE.has(use);
  return [
    {
      ...foretold,
      use: { kind: use },
      waitSeconds: steps * secondsPerStep + (attention > 0 ? ASK_SECONDS : 0),
      // ΔR: it goes on to do what it was let do so far.
      riskNanoCredits: Math.round(steps * lossPerStepNanoCredits),
      ...(breaker.open && goesOn ? { barred: 'the run makes no progress' } : {}),
    },
  ];
}

/** What is done first, by the same model. */
const SAME_COURSE: ReadonlySet<OwnUse> = new Set(['verify', 'compact', 'plan', 'retrieve']);

function withOther(
  { use, model, endpointId, local, credit, deviation, stepSeconds, switchSeconds, privacyNanoCredits }: RunModel,
  { skill, lossPerStepNanoCredits = 0 }: RunSituation,
  steps: number,
) {
  return {
    use: { kind: use, model, endpointId },
    qualityDeviation: deviation,
    waitSeconds: steps * stepSeconds + switchSeconds,
    riskNanoCredits: Math.round(steps * (privacyNanoCredits + lossPerStepNanoCredits)),
    ...(local ? { local } : { credit }),
    // How the run would end as it goes is what another model's chance is told from.
    ...(skill.settled ? {} : { barred: 'what it would bring isn’t proven here yet' }),
  };
}

/** The range of the rest, moved to where the use's own expectation lies. */
function costOf(credits: number, rest: Range): CostRange {
  const range = costRange(rest);
  const share = nano(credits) / Math.max(1, expectedOf(range));
  const { p10, p50, p90 } = range;
  return {
    p10: Math.round(p10 * share),
    p50: Math.round(p50 * share),
    p90: Math.round(p90 * share),
    mean: nano(credits),
  };
}

function adviceOf(decision: Decision, breaker: BreakerState, settled: boolean): string | undefined {
  if (breaker.open) return `no progress in ${wholeNumber(breaker.idleSteps)} steps`;
  const saved = savedByCompacting(decision);
  if (saved !== undefined) return `compact: saves ${formatCredits(saved)} cr`;
  return settled ? adviceText(decision.choice.use) : undefined;
}

/** At most 26 characters. */
const MOST_ADVICE = 26;

function adviceText(use: Use): string | undefined {
  const named = 'model' in use ? `${use.kind === 'switch' ? 'go local' : 'try'}: ${use.model}` : undefined;
  return named !== undefined && named.length <= MOST_ADVICE ? named : ADVICE[use.kind];
}

const ADVICE: Partial<Record<Use['kind'], string>> = {
  stop: 'stop: not worth the rest',
  verify: 'run the tests first',
  escalate: 'try a stronger model',
  switch: 'a local model would do',
  plan: 'have it plan first',
  retrieve: 'have it look wider once',
  ask: 'it may need your answer',
};

/** Its gain is in cost alone, so that it needs no evidence of success; undefined: it isn't the choice, or saves too little. */
function savedByCompacting({ choice, candidates }: Decision): NanoCredits | undefined {
  const going = continuing(candidates)?.prediction.cost;
  const compacted = choice.prediction.cost;
  if (choice.use.kind !== 'compact' || !going || !compacted) return undefined;
  const saved = expectedOf(going) - expectedOf(compacted);
  return saved >= Math.max(LEAST_SAVED, LEAST_SAVED_SHARE * expectedOf(going)) ? saved : undefined;
}

/** Going on as it goes, among the uses of a run's decision. */
export function continuing(candidates: readonly Valued[]): Valued | undefined {
  return candidates.find(({ use }) => use.kind === 'continue');
}

const nano = (credits: number) => Math.round(credits * NANO_PER_CREDIT);
