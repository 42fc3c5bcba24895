/**
 * What is known of an agent's run so far, as a small reducer over its steps. Only what is known at that step goes in:
 * nothing is scaled by a length that the run will only have at its end.
 */
import { inputTokens, outputTokens } from '../usage.ts';
import type { ActionKind, RunStep } from './runStep.ts';

/** Plain data; hashes and counts only. */
export interface RunSoFar {
  readonly model: string | undefined;
  /** The task's class, where the editor knows one. */
  readonly taskClass: string | undefined;
  readonly steps: number;
  readonly credits: number;
  /** Steps whose cost nobody knows: `credits` is then a lower bound. */
  readonly unpricedSteps: number;
  /** Characters before the first step: instructions and the task. */
  readonly taskChars: number | undefined;
  /** Characters appended since the last call. */
  readonly appendedChars: number | undefined;
  readonly lastInput: number | undefined;
  /** The input of the step before the last: what the last call's cache could have had. */
  readonly lastPrefix: number | undefined;
  readonly lastCached: number | undefined;
  /** What the last call that found anything cached found. */
  readonly lastHit: number | undefined;
  readonly lastVisible: number | undefined;
  readonly lastOutput: number | undefined;
  /** The output of the step before the last. */
  readonly earlierOutput: number | undefined;
  readonly lastKind: ActionKind | 'start';
  readonly lastFailed: boolean | undefined;
  readonly outputSum: number;
  /** Sum of the logarithms of each step's output. */
  readonly outputLogs: number;
  readonly reasoningSum: number;
  /** Exponentially weighted mean output, half-life three steps. */
  readonly recentOutput: number | undefined;
  readonly recentFailing: number | undefined;
  readonly kinds: Readonly<Record<ActionKind, number>>;
  /** Sums over the steps that told; undefined: none did. */
  readonly doubts: number | undefined;
  readonly checks: number | undefined;
  readonly errorsNamed: number | undefined;
  readonly actions: number;
  readonly told: number;
  readonly failed: number;
  readonly repeated: number;
  readonly faults: number;
  readonly keys: readonly number[];
  readonly files: readonly number[];
  readonly edits: number;
  readonly editsSinceTest: number;
  readonly stepsSinceEdit: number | undefined;
  readonly firstEditStep: number | undefined;
  readonly testsRun: number;
  readonly lastTestFailed: boolean | undefined;
}

/** The features of a step that is about to be made; `undefined`: the source doesn't tell. Shares are 0 to 1. */
export interface RunFeatures {
  readonly step: number;
  readonly contextTokens: number | undefined;
  readonly credits: number | undefined;
  readonly taskChars: number | undefined;
  readonly outputPerStep: number | undefined;
  readonly reasoningPerStep: number | undefined;
  readonly recentOutput: number | undefined;
  readonly repeatedShare: number | undefined;
  readonly failingShare: number | undefined;
  readonly recentFailing: number | undefined;
  readonly faults: number;
  /** Words of doubt in an answer, of four steps at least. */
  readonly doubtsPerStep: number | undefined;
  readonly checks: number | undefined;
  readonly errorsNamed: number | undefined;
  readonly filesChanged: number | undefined;
  readonly edits: number | undefined;
  readonly editsSinceTest: number | undefined;
  readonly stepsSinceEdit: number | undefined;
  readonly firstEditStep: number | undefined;
  readonly testsRun: number | undefined;
  readonly lastTestFailed: boolean | undefined;
  readonly lookingShare: number | undefined;
  /** Of the actions, or of four where there were fewer: what was read. */
  readonly readShare: number | undefined;
  readonly runShare: number | undefined;
}

/** How many calls and files a run remembers; what repeats does so soon. */
const REMEMBERED = 400;
const RECENT = 0.5 ** (1 / 3);

export function newRun(model?: string, taskClass?: string): RunSoFar {
  return {
    model,
    taskClass,
    steps: 0,
    credits: 0,
    unpricedSteps: 0,
    taskChars: undefined,
    appendedChars: undefined,
    lastInput: undefined,
    lastPrefix: undefined,
    lastCached: undefined,
    lastHit: undefined,
    lastVisible: undefined,
    lastOutput: undefined,
    earlierOutput: undefined,
    lastKind: 'start',
    lastFailed: undefined,
    outputSum: 0,
    outputLogs: 0,
    reasoningSum: 0,
    recentOutput: undefined,
    recentFailing: undefined,
    kinds: { read: 0, search: 0, edit: 0, create: 0, test: 0, run: 0, none: 0 },
    doubts: undefined,
    checks: undefined,
    errorsNamed: undefined,
    actions: 0,
    told: 0,
    failed: 0,
    repeated: 0,
    faults: 0,
    keys: [],
    files: [],
    edits: 0,
    editsSinceTest: 0,
    stepsSinceEdit: undefined,
    firstEditStep: undefined,
    testsRun: 0,
    lastTestFailed: undefined,
  };
}

/** Text that came before the first step. */
export function withTask(run: RunSoFar, chars: number): RunSoFar {
  const taskChars = (run.taskChars ?? 0) + count(chars);
  return { ...run, taskChars, appendedChars: taskChars };
}

/** The run with one more step. */
export function addStep(run: RunSoFar, step: RunStep): RunSoFar {
  const steps = run.steps + 1;
  const output = outputTokens(step.usage);
  const { cacheRead } = step.usage;
  const kinds = { ...run.kinds };
  let { actions, told, failed, repeated, edits, editsSinceTest, testsRun, lastTestFailed, recentFailing } = run;
  let [keys, files] = [run.keys, run.files];
  let edited = false;
  for (const action of step.actions) {
    actions += 1;
    kinds[action.kind] += 1;
    if (action.failed !== undefined) {
      told += 1;
      if (action.failed) failed += 1;
      recentFailing = mixed(recentFailing, action.failed ? 1 : 0);
    }
    if (action.key !== undefined) {
      if (keys.includes(action.key)) repeated += 1;
      else keys = [...keys.slice(1 - REMEMBERED), action.key];
    }
    if (action.kind === 'edit' || action.kind === 'create') {
      edited = true;
      edits += 1;
      editsSinceTest += 1;
      for (const file of action.files ?? []) {
        if (!files.includes(file)) files = [...files.slice(1 - REMEMBERED), file];
      }
    }
    if (action.kind === 'test') {
      testsRun += 1;
      editsSinceTest = 0;
      lastTestFailed = action.failed;
    }
  }
  const last = step.actions.at(-1);
  return {
    ...run,
    steps,
    credits: run.credits + (known(step.credits) ?? 0),
    unpricedSteps: run.unpricedSteps + (known(step.credits) === undefined ? 1 : 0),
    appendedChars: step.appendedChars,
    lastInput: inputTokens(step.usage),
    lastPrefix: run.lastInput,
    lastCached: cacheRead,
    lastHit: cacheRead ? cacheRead : run.lastHit,
    lastVisible: step.usage.text,
    lastOutput: output,
    earlierOutput: run.lastOutput,
    lastKind: last?.kind ?? 'none',
    lastFailed: last?.failed,
    outputSum: run.outputSum + (output ?? 0),
    outputLogs: run.outputLogs + Math.log((output ?? 0) + 1),
    reasoningSum: run.reasoningSum + (step.usage.reasoning ?? 0),
    recentOutput: output === undefined ? run.recentOutput : mixed(run.recentOutput, output),
    recentFailing,
    kinds,
    doubts: more(run.doubts, step.doubts),
    checks: more(run.checks, step.checks),
    errorsNamed: more(run.errorsNamed, step.namesError === undefined ? undefined : step.namesError ? 1 : 0),
    actions,
    told,
    failed,
    repeated,
    faults: run.faults + (step.fault ? 1 : 0),
    keys,
    files,
    edits,
    editsSinceTest,
    stepsSinceEdit: edited ? 0 : run.stepsSinceEdit === undefined ? undefined : run.stepsSinceEdit + 1,
    firstEditStep: run.firstEditStep ?? (edited ? steps : undefined),
    testsRun,
    lastTestFailed,
  };
}

/** The features of the step that comes next. `contextTokens`: its input, where it is known or foreseen. */
export function runFeatures(run: RunSoFar, contextTokens: number | undefined): RunFeatures {
  const each = (sum: number) => (run.steps === 0 ? undefined : sum / run.steps);
  const acted = run.actions > run.kinds.none;
  const share = (sum: number, of: number) => (of === 0 ? undefined : sum / of);
  return {
    step: run.steps + 1,
    contextTokens,
    credits: run.unpricedSteps > 0 ? undefined : run.credits,
    taskChars: run.taskChars,
    outputPerStep: each(run.outputSum),
    reasoningPerStep: each(run.reasoningSum),
    recentOutput: run.recentOutput,
    repeatedShare: share(run.repeated, run.repeated + run.keys.length),
    failingShare: share(run.failed, run.told),
    recentFailing: run.recentFailing,
    faults: run.faults,
    doubtsPerStep: run.doubts === undefined ? undefined : run.doubts / Math.max(4, run.steps),
    checks: run.checks,
    errorsNamed: run.errorsNamed,
    filesChanged: acted ? run.files.length : undefined,
    edits: acted ? run.edits : undefined,
    editsSinceTest: acted ? run.editsSinceTest : undefined,
    stepsSinceEdit: run.stepsSinceEdit,
    firstEditStep: run.firstEditStep,
    testsRun: acted ? run.testsRun : undefined,
    lastTestFailed: run.lastTestFailed,
    readShare: acted ? run.kinds.read / Math.max(4, run.actions) : undefined,
    lookingShare: share(run.kinds.read + run.kinds.search, run.actions),
    runShare: share(run.kinds.run + run.kinds.test, run.actions),
  };
}

const mixed = (old: number | undefined, value: number) =>
  old === undefined ? value : RECENT * old + (1 - RECENT) * value;
/** A sum that stays unknown until something is told. */
const more = (sum: number | undefined, value: number | undefined) =>
  value === undefined ? sum : (sum ?? 0) + count(value);
const known = (value: number | undefined) =>
  value !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
const count = (value: number) => known(value) ?? 0;
