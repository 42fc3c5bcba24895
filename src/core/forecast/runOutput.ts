/**
 * How many tokens the next answer of an agent's run will have. Where the logarithm of it lies and how far it spreads is told by
 * two short linear models of shipped coefficients (what was done last, how much that returned, the last answers); how what is
 * left is distributed is learned, as decayed empirical quantiles by what was done last (a location-scale model, as in Koenker
 * & Bassett 1982, "Robust Tests for Heteroscedasticity Based on Regression Quantiles"). Another model that answers at other
 * lengths is followed by those quantiles.
 */
import type { RunSoFar } from '../quality/runFeatures.ts';
import { addSample, noSamples, type RunSamples, sampleGrid } from './runSamples.ts';

/** By what was done last: how far answers lay from where they were looked for, in spreads. Plain data. */
export type RunOutputs = Record<string, RunSamples>;

/** What runs know of an answer before it comes. */
const TERMS = [
  'read',
  'search',
  'edit',
  'create',
  'test',
  'run',
  'last output',
  'output before',
  'mean output',
  'step',
  'since edit',
  'tests fail',
  'first',
] as const;
/** Logarithms of characters (and 20) at which the slope changes; 3.8 is next to nothing. */
const KNOTS = [3.8, 4.3, 5, 6, 8] as const;
/**
 * An intercept, {@link TERMS}, {@link KNOTS}. Ridge regression on standardised terms, fitted on 2026-11-26 on the 261 public
 * coding runs that runPrior.ts names, less those without a price.
 */
const PLACE = [
  3.624, 0.454, 0.12, 0.529, 0.291, 0.243, 0.871, 0.069, 0.106, 0.264, -0.065, 0.121, 0.125, -0.004, 0.738, 0.201,
  -0.811, 0.003, -0.05,
] as const;
/** The same of the logarithm of the spread. */
const SPREAD = [
  -0.498, 0.412, 0.152, 0.211, 0.158, 0.185, 0.418, 0.046, 0.069, 0.416, 0.044, 0.071, 0.053, -0.495, 0.137, 0.088,
  -0.136, -0.079, 0.052,
] as const;
/** What is left, in spreads, at the middles of sixteen equal shares: believed until it was seen. */
const FIRST_LEFT = [-1.11, -0.91, -0.79, -0.69, -0.59, -0.5, -0.4, -0.29, -0.16, 0, 0.17, 0.38, 0.6, 0.87, 1.25, 1.98];
/** Keeps the logarithm of a short answer from counting for too much. */
const OFFSET = 20;
/** Characters that are appended where nobody tells: the median of those runs. */
const USUAL_CHARS = 288;
const PARTS = 24;
/** What coarser groups weigh, in samples. */
const POOL = 8;
/** Below it, what coarser groups would say is left out. */
const LEAST_SHARE = 0.03;

/** Output tokens, each with its share of the chance: the finest group of earlier steps counts most, once it has some. */
export function outputDraws(outputs: RunOutputs, run: RunSoFar): (readonly [tokens: number, share: number])[] {
  const { place, spread } = looked(run);
  const draws: (readonly [number, number])[] = [];
  const add = (left: readonly number[], share: number) => {
    for (const z of left) {
      draws.push([Math.max(1, Math.exp(place + spread * z) - OFFSET), share / left.length]);
    }
  };
  let rest = 1;
  for (const key of [run.lastKind, 'all']) {
    const samples = outputs[key];
    if (!samples) continue;
    const share = (rest * samples.seen) / (samples.seen + POOL);
    add(sampleGrid(samples, PARTS), share);
    rest -= share;
    if (rest < LEAST_SHARE) return draws;
  }
  add(FIRST_LEFT, rest);
  return draws;
}

/** Learns the answer to what was known before it. */
export function learnOutput(outputs: RunOutputs, run: RunSoFar, tokens: number): void {
  const { place, spread } = looked(run);
  const left = Math.round(((Math.log(tokens + OFFSET) - place) / spread) * 100) / 100;
  for (const key of [run.lastKind, 'all']) {
    outputs[key] ??= noSamples();
    addSample(outputs[key], left);
  }
}

function looked(run: RunSoFar): { readonly place: number; readonly spread: number } {
  const { steps, lastKind, lastTestFailed } = run;
  const kinds = TERMS.slice(0, 6).map((kind) => (kind === lastKind ? 1 : 0));
  const chars = Math.log((run.appendedChars ?? USUAL_CHARS) + OFFSET);
  const terms = [
    1,
    ...kinds,
    logOf(run.lastOutput),
    logOf(run.earlierOutput),
    (run.outputLogs - 5 * steps) / (steps + 4),
    Math.log((steps + 1) / 20),
    Math.log1p(run.stepsSinceEdit ?? steps + 1),
    lastTestFailed === undefined ? 0 : lastTestFailed ? 1 : -1,
    steps === 0 ? 1 : 0,
    ...KNOTS.map((knot) => Math.max(0, chars - knot)),
  ];
  return { place: sum(PLACE, terms), spread: Math.min(4, Math.max(0.3, Math.exp(sum(SPREAD, terms)))) };
}

const logOf = (tokens: number | undefined) => (tokens === undefined ? 0 : Math.log((tokens + OFFSET) / 270));
const sum = (weights: readonly number[], terms: readonly number[]) =>
  weights.reduce((total, weight, index) => total + weight * (terms[index] ?? 0), 0);
