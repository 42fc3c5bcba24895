/** A step's features as numbers around 0 for the linear models of a run. What is unknown is 0: it says nothing. */
import type { RunFeatures } from './runFeatures.ts';

export const RUN_TERMS = [
  'context',
  'task',
  'reasoning',
  'output',
  'testsPass',
  'sinceEdit',
  'edits',
  'step',
  'context × step',
  'output × step',
  'sinceEdit × step',
  'edits × step',
  'checks',
  'doubts',
  'errors named',
  'reading',
  'running',
  'edits × late',
] as const;

/** Places in {@link RUN_TERMS}: the step is followed by its products. */
const STEP = RUN_TERMS.indexOf('step');
const EDITS_LATE = RUN_TERMS.indexOf('edits × late');

/** One number for each of {@link RUN_TERMS}, within ±3. */
export function runVector(features: RunFeatures): readonly number[] {
  const step = Math.log(features.step / 20);
  const context = log((features.contextTokens ?? 0) > 0 ? features.contextTokens : undefined, 15_000);
  const task = log(features.taskChars, 8000);
  const reasoning = features.reasoningPerStep === undefined ? 0 : Math.log1p(features.reasoningPerStep / 20) - 0.5;
  const output = features.recentOutput === undefined ? 0 : log(features.recentOutput + 20, 270);
  const testsPass = features.lastTestFailed === false ? 0.7 : -0.3;
  const sinceEdit = Math.log1p(features.stepsSinceEdit ?? features.step) - 1.4;
  const edits = features.edits === undefined ? 0 : Math.log1p(features.edits) - 1.7;
  const checks = features.checks === undefined ? 0 : Math.log1p(features.checks) - CHECKS;
  const doubts = features.doubtsPerStep === undefined ? 0 : Math.log1p(10 * features.doubtsPerStep) - DOUBTS;
  const errors = features.errorsNamed === undefined ? 0 : Math.log1p(features.errorsNamed) - ERRORS;
  const reading = features.readShare === undefined ? 0 : 3 * (features.readShare - READING);
  const base = [context, task, reasoning, output, testsPass, sinceEdit, edits, step];
  const products = [context * step, output * step, sinceEdit * step, edits * step];
  const running = features.runShare === undefined ? 0 : 3 * (features.runShare - RUNNING);
  return [...base, ...products, checks, doubts, errors, reading, running, edits * Math.max(0, step)].map(bounded);
}

/** The vector of a later step of the same run, were nothing else to change. Many are looked at, so it copies once. */
export function vectorAtStep(vector: readonly number[], step: number): readonly number[] {
  const later = Math.log(step / 20);
  const [context = 0, , , output = 0, , sinceEdit = 0, edits = 0] = vector;
  const moved = vector.slice();
  moved[STEP] = bounded(later);
  moved[STEP + 1] = bounded(context * later);
  moved[STEP + 2] = bounded(output * later);
  moved[STEP + 3] = bounded(sinceEdit * later);
  moved[STEP + 4] = bounded(edits * later);
  moved[EDITS_LATE] = bounded(edits * Math.max(0, later));
  return moved;
}

/** Middles over the steps of the runs that runPrior.ts names. */
const CHECKS = 1.4;
const DOUBTS = 0.75;
const ERRORS = 1.2;
const READING = 0.25;
const RUNNING = 0.2;

const log = (value: number | undefined, of: number) => (value === undefined ? 0 : Math.log(Math.max(1, value) / of));
const bounded = (value: number) => Math.min(3, Math.max(-3, value));
