/**
 * How much of a run's next prompt the vendor's prefix cache has. Whether it has anything: a shipped logistic with an
 * intercept that is learned, by how the last call went (Bayesian, as runSuccess.ts has it). How much, where it has something: the last prompt in whole blocks,
 * less what it was seen to fall short by. The block is measured in each run (what was cached last ÷ its number of blocks):
 * vendors count the tokens of a prompt a little differently from those that they have cached.
 */
import type { RunSoFar } from '../quality/runFeatures.ts';
import { addSample, noSamples, type RunSamples, sampleGrid } from './runSamples.ts';

/** What is learned of one model's cache; plain data. */
export interface RunCache {
  /** Per size of {@link BLOCKS}, and by how the last call went: tokens below the last prompt's whole blocks. */
  shortfalls: Record<Standing, RunSamples>[];
  /** Per size: their decayed mean size. */
  sizes: number[];
  /** By what came before: what is added to the shipped logit of finding it empty, and how sure that is. */
  empty: Record<string, { shift: number; precision: number }>;
}

/** `new`: nothing was cached before in this run; `short`: the last call's cache lacked more than a block; `full`: it didn't. */
type Standing = 'new' | 'short' | 'full';

/**
 * Sizes in which vendors are seen to cache: 1 (Anthropic, at breakpoints), 128 (OpenAI's documented increment), 2,020 (what
 * Gemini's implicit cache grows by in the public runs of the decision page). The one that has fitted best is used.
 */
const BLOCKS = [1, 128, 2020] as const;
/**
 * Logistic: the cache is empty. An intercept, a prompt below 2,048 tokens (vendors' usual minimum), its logarithm, how far it
 * is below 4,000, the step, the last answer, bulk appended. Fitted as runOutput.ts says.
 */
const EMPTY = [-2.809, 4.026, -0.518, -0.507, -0.505, 0.178, 1.12] as const;
/** Of a shift: vendors differ by a logit or so. */
const PRIOR_PRECISION = 1;
const KEEP = 0.998;
const PARTS = 32;
const FIRST_SHORTFALLS = [0, 500, 2000];
/** Of a group of shortfalls: below this many the model's others are asked too. */
const LEAST_SAMPLES = 12;

export const newRunCache = (): RunCache => ({
  shortfalls: BLOCKS.map(() => ({ new: noSamples(), short: noSamples(), full: noSamples() })),
  sizes: BLOCKS.map((block) => (block === 1 ? 1000 : 1001)),
  empty: {},
});

/** The chance that the next call finds nothing cached. */
export function emptyChance(cache: RunCache, run: RunSoFar): number {
  if (run.steps === 0) return 1;
  return 1 / (1 + Math.exp(-shippedLogit(run) - (cache.empty[before(run)]?.shift ?? 0)));
}

/** Tokens that it has, where it has some: equally likely ones, of a prompt of `size` tokens. */
export function cachedDraws(cache: RunCache, run: RunSoFar, size: number): number[] {
  const block = cache.sizes.indexOf(Math.min(...cache.sizes));
  const whole = wholeBlocks(run, BLOCKS[block] ?? 1);
  const groups = cache.shortfalls[block];
  const own = groups?.[standing(run, BLOCKS[block] ?? 1)];
  const shared = own && own.seen >= LEAST_SAMPLES ? own : groups?.full;
  const short = shared && shared.seen > 0 ? sampleGrid(shared, PARTS) : FIRST_SHORTFALLS;
  return short.map((shortfall) => Math.min(size, Math.max(0, whole - shortfall)));
}

/** Learns what a later call found. */
export function learnCache(cache: RunCache, run: RunSoFar, cacheRead: number): void {
  if (run.steps === 0) return;
  const key = before(run);
  const foretold = emptyChance(cache, run);
  cache.empty[key] ??= { shift: 0, precision: PRIOR_PRECISION };
  const learned = cache.empty[key];
  const own = (learned.precision - PRIOR_PRECISION) * KEEP + foretold * (1 - foretold);
  learned.precision = PRIOR_PRECISION + own;
  learned.shift += ((cacheRead === 0 ? 1 : 0) - foretold) / learned.precision;
  if (cacheRead === 0 || run.lastInput === undefined) return;
  for (const [index, block] of BLOCKS.entries()) {
    const shortfall = Math.round(wholeBlocks(run, block) - cacheRead);
    const samples = cache.shortfalls[index]?.[standing(run, block)];
    if (samples) addSample(samples, shortfall);
    const size = cache.sizes[index] ?? 0;
    cache.sizes[index] = size + (Math.min(4000, Math.abs(shortfall)) - size) * 0.01;
  }
}

/** Tokens of the last prompt in whole blocks, as this run's cache counts them. */
function wholeBlocks(run: RunSoFar, block: number): number {
  const { lastHit } = run;
  const measured = lastHit === undefined ? block : lastHit / Math.max(1, Math.round(lastHit / block));
  return Math.floor((run.lastInput ?? 0) / measured) * measured;
}

function standing(run: RunSoFar, block: number): Standing {
  if (run.lastHit === undefined) return 'new';
  const { lastCached, lastPrefix } = run;
  if (!lastCached || lastPrefix === undefined) return 'full';
  return lastPrefix - lastCached > 1.2 * block + 100 ? 'short' : 'full';
}

function before(run: RunSoFar): string {
  if (run.steps === 1) return 'first';
  return run.lastCached === undefined ? 'untold' : run.lastCached > 0 ? 'hit' : 'miss';
}

function shippedLogit(run: RunSoFar): number {
  const size = Math.max(500, run.lastInput ?? 0);
  const terms = [
    1,
    size < 2048 ? 1 : 0,
    Math.log(size / 15_000),
    Math.max(0, -Math.log(size / 4000)),
    Math.log((run.steps + 1) / 20),
    run.lastOutput === undefined ? 0 : Math.log((run.lastOutput + 20) / 270),
    Math.max(0, Math.log1p((run.appendedChars ?? 0) / 300) - 3),
  ];
  return EMPTY.reduce((sum, weight, index) => sum + weight * (terms[index] ?? 0), 0);
}
