/**
 * What is learned of runs that ended, and how far what was foretold of them can be trusted. A reducer over ended runs and
 * their outcomes, in the order in which they came: plain data, so that a replay of the ledger gives the live state.
 */
import {
  type IntervalReport,
  type IntervalScore,
  intervalReport,
  NO_INTERVAL_SCORE,
  scoreInterval,
} from '../diagnose/intervalScore.ts';
import {
  NO_PROBABILITY_SCORE,
  type ProbabilityReport,
  type ProbabilityScore,
  probabilityReport,
  scoreProbability,
} from '../diagnose/probabilityScore.ts';
import type { Range, TokenPrice } from '../forecast/runStepCost.ts';
import { expectingGrowth, NO_GROWTH, nextGrowth } from '../quality/expectedGrowth.ts';
import type { LedgerStep } from '../quality/ledgerRun.ts';
import type { RunSkill } from '../quality/runSuccess.ts';
import {
  MOST_RUNS,
  newRunValuerState,
  type RunValuerState,
  runValuer,
  type StepForetold,
} from '../quality/runValue.ts';

export interface EndedRun {
  readonly runId: string;
  readonly model: string | undefined;
  readonly taskKind: string | undefined;
  readonly steps: readonly LedgerStep[];
  /** The price book's, for its model. */
  readonly tokenPrice: TokenPrice | undefined;
}

/** What was foretold of a step before it was made, in credits. */
export interface ForetoldStep {
  readonly callId: string;
  readonly credits: Range;
  /** The chance that the run ends accepted. */
  readonly success: number;
}

export interface RunForetold {
  /** Of the whole run before its first step. */
  readonly whole: Range;
  /** Its latest steps, oldest first. */
  readonly steps: readonly ForetoldStep[];
}

/** How far the predictors of runs can be trusted; money in credits. */
export interface PredictorScores {
  /** Runs that ended. */
  readonly runs: number;
  /** The next step's cost. */
  readonly step: IntervalReport;
  /** What the rest of the run costs, before its 1st, 2nd, 4th, 8th … step. */
  readonly rest: IntervalReport;
  /** What the whole run costs, before its first step: its quote. */
  readonly whole: IntervalReport;
  /** Credits foretold (p50) and spent, steps together. */
  readonly foretoldCredits: number;
  readonly spentCredits: number;
  /** That the run ends accepted, before its tenth step, or its last where it was shorter. */
  readonly success: ProbabilityReport;
  /** Of e(k) over the by-step rate: settled or `value ?`. */
  readonly skill: RunSkill;
}

/** Plain data: survives JSON. */
export interface RunLearningState {
  readonly version: 1;
  readonly valuer: RunValuerState;
  runs: number;
  step: IntervalScore;
  rest: IntervalScore;
  whole: IntervalScore;
  foretoldCredits: number;
  spentCredits: number;
  success: ProbabilityScore;
  /** Chances of runs whose outcome isn't known yet. */
  waiting: Record<string, number>;
  /** Of the latest runs. */
  foretold: Record<string, RunForetold>;
}

export interface RunLearning {
  /** A run ended. It pauses every few steps, so that others get their turn; it must be gone through. */
  learn(run: EndedRun): Generator<undefined, void>;
  /** Its outcome is known; `weight`: 0 to 1, `at`: epoch ms. A run that nothing was learned of is passed over. */
  judge(runId: string, accepted: boolean, at: number, weight: number): void;
  /** undefined: it hasn't ended, or is none of the latest. */
  foretold(runId: string): RunForetold | undefined;
  scores(): PredictorScores;
  skill(): RunSkill;
  /** How many runs of a model were learned from. */
  runsOf(model: string | undefined): number;
  /** The live state; copy it before going on. */
  state(): RunLearningState;
}

/** The step before which a run's chance of success is scored. */
const SCORED_STEP = 10;
/** As many as the valuer remembers. */
const MOST_WAITING = MOST_RUNS;
const MOST_FORETOLD = 16;
const MOST_STEPS = 80;
const STEPS_A_TURN = 8;

export const newRunLearningState = (): RunLearningState => ({
  version: 1,
  valuer: newRunValuerState(),
  runs: 0,
  step: NO_INTERVAL_SCORE,
  rest: NO_INTERVAL_SCORE,
  whole: NO_INTERVAL_SCORE,
  foretoldCredits: 0,
  spentCredits: 0,
  success: NO_PROBABILITY_SCORE,
  waiting: {},
  foretold: {},
});

export function runLearning(state: RunLearningState = newRunLearningState()): RunLearning {
  const valuer = runValuer(state.valuer);

  function score(values: readonly StepForetold[], { steps }: EndedRun): void {
    let left = steps.every(({ step }) => step.credits !== undefined)
      ? steps.reduce((sum, { step }) => sum + (step.credits ?? 0), 0)
      : undefined;
    for (const [index, { step }] of steps.entries()) {
      const value = values[index];
      if (!value) continue;
      if (step.credits !== undefined) {
        state.step = scoreInterval(state.step, intervalOf(value.stepCredits), step.credits);
        state.foretoldCredits += value.stepCredits[1];
        state.spentCredits += step.credits;
      }
      if (left !== undefined) {
        if (index === 0) state.whole = scoreInterval(state.whole, intervalOf(value.remainingCredits), left);
        if (isPowerOfTwo(index + 1)) state.rest = scoreInterval(state.rest, intervalOf(value.remainingCredits), left);
        left = Math.max(0, left - (step.credits ?? 0));
      }
    }
  }

  return {
    *learn(run) {
      const { runId, model, taskKind, steps, tokenPrice } = run;
      if (steps.length === 0) return;
      valuer.begin(runId, model, taskKind);
      const values: StepForetold[] = [];
      let growth = NO_GROWTH;
      for (const [index, { step }] of steps.entries()) {
        growth = nextGrowth(growth, step);
        const value = valuer.observeStep(runId, expectingGrowth(growth, step), tokenPrice);
        if (value) values.push(value);
        if (index % STEPS_A_TURN === STEPS_A_TURN - 1) yield;
      }
      valuer.observeEnd(runId);
      state.runs += 1;
      score(values, run);
      const first = values[0];
      const scored = values[Math.min(SCORED_STEP, values.length) - 1];
      if (!first || !scored) return;
      keep(state.waiting, runId, scored.pSuccess, MOST_WAITING);
      const foretold = values.map((value, index) => ({
        callId: steps[index]?.callId ?? '',
        credits: toldRange(value.stepCredits),
        success: toldFigure(value.pSuccess),
      }));
      keep(state.foretold, runId, { whole: first.remainingCredits, steps: foretold.slice(-MOST_STEPS) }, MOST_FORETOLD);
    },
    judge(runId, accepted, at, weight) {
      const chance = state.waiting[runId];
      delete state.waiting[runId];
      if (chance !== undefined) state.success = scoreProbability(state.success, chance, accepted);
      valuer.learnOutcome(runId, accepted, at, weight);
    },
    foretold: (runId) => state.foretold[runId],
    scores: () => ({
      runs: state.runs,
      step: intervalReport(state.step),
      rest: intervalReport(state.rest),
      whole: intervalReport(state.whole),
      foretoldCredits: state.foretoldCredits,
      spentCredits: state.spentCredits,
      success: probabilityReport(state.success),
      skill: valuer.skill(),
    }),
    skill: () => valuer.skill(),
    runsOf: (model) => state.valuer.rest[model ?? '?']?.runs ?? 0,
    state: () => state,
  };
}

/** As many digits as a screen shows, and some: what was told is kept of many steps. */
const toldFigure = (value: number) => Number(value.toPrecision(4));
const toldRange = ([p10, p50, p90]: Range): Range => [toldFigure(p10), toldFigure(p50), toldFigure(p90)];
const intervalOf = ([p10, , p90]: Range) => ({ p10, p90 });
const isPowerOfTwo = (count: number) => (count & (count - 1)) === 0;

/** The oldest entries give way. */
function keep<Value>(entries: Record<string, Value>, key: string, value: Value, most: number): void {
  delete entries[key];
  entries[key] = value;
  for (const old of Object.keys(entries).slice(0, Math.max(0, Object.keys(entries).length - most))) delete entries[old];
}
