/**
 * What going on with an agent's run is worth, before each of its steps. {@link runValuer} is the whole of it: runs begin,
 * steps are observed, a value is asked for, runs end, outcomes come. Asking changes nothing, so that the same observations
 * in the same order give the same state, whether live or by replay. Nothing here knows the clock: times are arguments.
 */
import { forecastRest, learnRest, newRunRest, type RestView, type RunRest } from '../forecast/runRest.ts';
import {
  forecastStep,
  freeChance,
  learnedPrice,
  learnStepCost,
  newStepCosts,
  nextInput,
  orNothing,
  type Range,
  type StepCosts,
  type TokenPrice,
} from '../forecast/runStepCost.ts';
import { chanceWith, type OtherModel, stepsElsewhere } from './otherModel.ts';
import { type RunAdvice, type RunUse, runAdvice } from './runAdvice.ts';
import { addStep, newRun, type RunFeatures, type RunSoFar, runFeatures, withTask } from './runFeatures.ts';
import { endingChance, learnEnding, newRunHazard, type RunHazard } from './runHazard.ts';
import { agreeingEndings, runIndex, withinHorizon } from './runIndex.ts';
import type { RunStep } from './runStep.ts';
import {
  acceptedNow,
  learnEnded,
  learnSuccess,
  newRunSuccess,
  type RunSkill,
  type RunSuccess,
  runSkill,
  type SuccessView,
  successView,
} from './runSuccess.ts';
import { runVector, vectorAtStep } from './runVector.ts';

export interface RunQuestion {
  /** V: what finishing the task is worth, in credits. */
  readonly value: number;
  /** κ+β; 1 where nothing is told. */
  readonly price?: number | undefined;
  /** True where stopping keeps the work so far (edits in a working tree); false where only a finished run counts. */
  readonly stopKeepsWork: boolean;
  /** Models that the run could go on with. */
  readonly others?: readonly OtherModel[] | undefined;
  /** λ, in credits a second: for the waits of other models. */
  readonly secondPrice?: number | undefined;
  /** λ·ΔL and attention of being asked, in credits. */
  readonly askCredits?: number | undefined;
  /** The breaker is open: that an answer of the developer's would help is weighed whatever the features say. */
  readonly stuck?: boolean | undefined;
  /** λ·ΔL of one step, in credits; 0 where nothing is told. */
  readonly stepWait?: number | undefined;
  /** The price book's, for the run's model. */
  readonly tokenPrice?: TokenPrice | undefined;
}

export interface RunValue {
  /** e(k), in (0, 1). */
  readonly pSuccess: number;
  /** a(k); undefined: nothing tells how far the work is. */
  readonly pIfStopped: number | undefined;
  readonly stepCredits: Range;
  /** This step and all that follow. */
  readonly remainingCredits: Range;
  /** What going on is worth, in credits, and over how many steps. */
  readonly index: number;
  readonly horizon: number;
  readonly stepsLeft: number;
  readonly advice: RunUse;
  readonly candidates: RunAdvice['candidates'];
  readonly runnerUp: RunAdvice['runnerUp'];
  readonly features: RunFeatures;
  /** Until it is settled, the screen says `value ?` with its outcomes. */
  readonly skill: RunSkill;
}

/** What is thought of a run before a step, without what it is worth. */
export type StepForetold = Pick<RunValue, 'pSuccess' | 'stepCredits' | 'remainingCredits'>;

interface OpenRun {
  run: RunSoFar;
  success: SuccessView[];
  rest: RestView[];
  /** Every how many steps a view is kept: doubled each time there are too many. */
  stride: number;
  ended: boolean;
}

/** Plain data: survives JSON. */
export interface RunValuerState {
  readonly version: 1;
  success: RunSuccess;
  hazard: RunHazard;
  rest: Record<string, RunRest>;
  costs: Record<string, StepCosts>;
  runs: Record<string, OpenRun>;
}

export interface RunValuer {
  /** Also forgets what was seen of a run of this id. */
  begin(id: string, model?: string, taskClass?: string): void;
  /** Characters of instructions and task that come before the first step. */
  observeTask(id: string, chars: number): void;
  /** undefined: no such run. */
  runValue(id: string, question: RunQuestion): RunValue | undefined;
  /** Returns what was thought before it; undefined: no such run, or it has ended. `tokenPrice`: the price book's. */
  observeStep(id: string, step: RunStep, tokenPrice?: TokenPrice): StepForetold | undefined;
  observeEnd(id: string): void;
  /** A run's outcome; `weight`: what the label is worth, 0 to 1. The run is then forgotten. At `at` (epoch ms). */
  learnOutcome(id: string, accepted: boolean, at: number, weight?: number): void;
  skill(): RunSkill;
  /** The live state; copy it before going on. */
  state(): RunValuerState;
}

/** Steps looked ahead. */
const AHEAD = 150;
const MODELS = 12;
export const MOST_RUNS = 32;
const VIEWS = 48;
const UNKNOWN_MODEL = '?';
const FREE: TokenPrice = { fresh: 0, cached: 0, output: 0 };

export const newRunValuerState = (): RunValuerState => ({
  version: 1,
  success: newRunSuccess(),
  hazard: newRunHazard(),
  rest: {},
  costs: {},
  runs: {},
});

/** One stop in twenty is advised but not taken, so that stopping doesn't hide its own mistakes. `chance`: uniform in [0, 1). */
export const stopIsTaken = (chance: number): boolean => chance >= 1 / 20;

export function runValuer(state: RunValuerState = newRunValuerState()): RunValuer {
  const costsOf = (run: RunSoFar) => keyed(state.costs, run.model ?? UNKNOWN_MODEL, newStepCosts, MODELS);
  const restOf = (run: RunSoFar) => keyed(state.rest, run.model ?? UNKNOWN_MODEL, newRunRest, MODELS);

  function look(run: RunSoFar, tokenPrice?: TokenPrice) {
    // A model that nothing was learned of is looked at as new, without being remembered for it.
    const costs = state.costs[run.model ?? UNKNOWN_MODEL] ?? newStepCosts();
    const rest = state.rest[run.model ?? UNKNOWN_MODEL] ?? newRunRest();
    const features = runFeatures(run, nextInput(costs, run));
    const vector = runVector(features);
    const step = forecastStep(costs, run, tokenPrice);
    const view = successView(state.success, features.step, vector);
    const free = freeChance(costs, run);
    const left = orNothing(forecastRest(rest, vector, step.credits), free);
    const remaining: Range = [
      Math.max(step.credits[0], left[0]),
      Math.max(step.credits[1], left[1]),
      Math.max(step.credits[2], left[2]),
    ];
    return { costs, features, vector, step, view, remaining, free };
  }

  return {
    begin(id, model, taskClass) {
      delete state.runs[id];
      keyed(
        state.runs,
        id,
        () => ({ run: newRun(model, taskClass), success: [], rest: [], stride: 1, ended: false }),
        MOST_RUNS,
      );
    },
    observeTask(id, chars) {
      const open = state.runs[id];
      if (open && open.run.steps === 0) open.run = withTask(open.run, chars);
    },
    runValue(id, question) {
      const open = state.runs[id];
      if (!open) return undefined;
      const { run } = open;
      const { costs, features, vector, step, view, remaining, free } = look(run, question.tokenPrice);
      const token = free === 1 ? FREE : (question.tokenPrice ?? learnedPrice(costs));
      const growth = run.steps === 0 ? 0 : ((features.contextTokens ?? 0) / (run.steps + 1)) * token.cached;
      const foreseen = Array.from({ length: AHEAD }, (_, n) =>
        endingChance(state.hazard, features.step + n, n === 0 ? vector : vectorAtStep(vector, features.step + n)),
      );
      const plain = foreseen.map((_, n) => step.mean + growth * n);
      const endings = agreeingEndings(foreseen, plain, swanson(remaining));
      const price = question.price ?? 1;
      const stepWait = question.stepWait ?? 0;
      const worth = (going: number, credits: readonly number[], paid: number, waits: (n: number) => number) => {
        const costs = credits.map((each, n) => paid * each + waits(n));
        const best = runIndex({ value: question.value, going, endings, costs });
        const { ended, steps, cost } = withinHorizon(endings, credits, best.horizon);
        return { ...best, index: best.credits, chance: ended * going, credits: cost, steps };
      };
      const index = worth(view.p, plain, price, () => stepWait);
      const stopped = acceptedNow(state.success, run, view.p);
      const { contextTokens } = features;
      const own = { stepCredits: step.mean, ownPrice: token, steps: AHEAD };
      const { secondPrice = 0, others = [] } = question;
      const elsewhere = (model: OtherModel, context: number) => {
        const credits = stepsElsewhere(run, model, { ...own, contextTokens: context });
        const waits = (n: number) => secondPrice * (model.stepSeconds + (n === 0 ? model.switchSeconds : 0));
        return { model, ...worth(chanceWith(model, view.p), credits, model.price, waits) };
      };
      const advice = runAdvice({
        features,
        value: question.value,
        price,
        index: index.index,
        goingOn: index,
        keeps: question.stopKeepsWork ? (stopped ?? 0) * question.value : 0,
        going: view.p,
        ending: endings[0] ?? 0,
        stepCredits: step.mean,
        stepsLeft: index.stepsLeft,
        token,
        others: contextTokens === undefined ? [] : others.map((model) => elsewhere(model, contextTokens)),
        askCredits: question.askCredits,
        stepWait,
        stuck: question.stuck === true,
      });
      return {
        pSuccess: view.p,
        pIfStopped: stopped,
        stepCredits: step.credits,
        remainingCredits: remaining,
        index: index.index,
        horizon: index.horizon,
        stepsLeft: index.stepsLeft,
        ...advice,
        features,
        skill: runSkill(state.success),
      };
    },
    observeStep(id, step, tokenPrice) {
      const open = state.runs[id];
      if (!open || open.ended) return undefined;
      const { run } = open;
      const { vector, step: announced, view, remaining } = look(run, tokenPrice);
      if (run.steps % open.stride === 0) {
        // Many runs may wait for their outcome: what is kept of each has no more digits than it needs.
        const kept = vector.map((x) => Math.round(x * 1000) / 1000);
        open.success.push({
          ...view,
          byStep: shortened(view.byStep),
          experts: view.experts.map(shortened),
          p: shortened(view.p),
          vector: kept,
        });
        open.rest.push({
          vector: kept,
          spent: run.credits,
          credits: [shortened(remaining[0]), shortened(remaining[1]), shortened(remaining[2])],
        });
        if (open.success.length > VIEWS) {
          open.success = open.success.filter((_, index) => index % 2 === 0);
          open.rest = open.rest.filter((_, index) => index % 2 === 0);
          open.stride *= 2;
        }
      }
      // That the step before wasn't the last is known now.
      if (run.steps > 0) learnEnding(state.hazard, run.steps, open.success.at(-1)?.vector ?? vector, false);
      learnStepCost(costsOf(run), run, announced, step);
      open.run = addStep(run, step);
      return { pSuccess: view.p, stepCredits: announced.credits, remainingCredits: remaining };
    },
    observeEnd(id) {
      const open = state.runs[id];
      if (!open || open.ended) return;
      open.ended = true;
      const { run } = open;
      const last = open.success.at(-1);
      if (last) learnEnding(state.hazard, run.steps, last.vector, true);
      if (run.unpricedSteps === 0) learnRest(restOf(run), open.rest, run.credits, open.stride);
      open.run = { ...run, keys: [], files: [] };
      open.rest = [];
    },
    learnOutcome(id, accepted, at, weight = 1) {
      const open = state.runs[id];
      if (!open) return;
      learnSuccess(state.success, open.success, accepted, weight, at);
      learnEnded(state.success, open.run, accepted, weight);
      delete state.runs[id];
    },
    skill: () => runSkill(state.success),
    state: () => state,
  };
}

/** The entry of a key, made where there is none; the oldest entries give way. */
function keyed<Value>(entries: Record<string, Value>, key: string, make: () => Value, most: number): Value {
  const found = entries[key];
  if (found !== undefined) return found;
  const keys = Object.keys(entries);
  for (const old of keys.slice(0, Math.max(0, keys.length + 1 - most))) delete entries[old];
  const made = make();
  entries[key] = made;
  return made;
}

/** Six digits: far more than is known. */
const shortened = (value: number) => Number(value.toPrecision(6));

/** The mean behind a 10, 50 and 90 % quantile: Swanson's rule (Keefer & Bodily 1983). */
function swanson([p10, p50, p90]: Range): number {
  return 0.3 * p10 + 0.4 * p50 + 0.3 * p90;
}
