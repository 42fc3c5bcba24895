/**
 * What the next step of an agent's run will cost. Its input is nearly known: the last prompt, the last answer and what was
 * appended since, in characters. How much of it the vendor's prefix cache has is learned: how often it has nothing, and by how
 * much it falls short of the last prompt, in blocks of the vendor's own size. Its output is drawn from decayed
 * empirical quantiles by (what the agent did last, model), backing off to the model. The range is kept honest by {@link nextTails}.
 */
import type { RunSoFar } from '../quality/runFeatures.ts';
import type { RunStep } from '../quality/runStep.ts';
import { inputTokens, outputTokens } from '../usage.ts';
import { nextTails, type Tails, TENTHS } from './runConformal.ts';
import { addSample, noSamples, type RunSamples, sampleGrid } from './runSamples.ts';

export type Range = readonly [p10: number, p50: number, p90: number];

/** Credits per token: the price book's where it has the model, else what its calls were seen to cost. */
export interface TokenPrice {
  readonly fresh: number;
  readonly cached: number;
  readonly output: number;
}

/** What is learned of one model's steps; plain data. */
export interface StepCosts {
  outputs: Record<string, RunSamples>;
  /** Per block size: how far the cached share lies below the last prompt's whole blocks, in tokens, and its decayed mean size. */
  shortfalls: RunSamples[];
  shortfallSizes: number[];
  /** By what came before: decayed counts of calls whose cache was empty, and of calls. */
  misses: Record<string, { empty: number; calls: number }>;
  tokensPerChar: number;
  price: { sums: number[]; products: number[]; calls: number };
  tails: Tails;
}

/** Announced before a step, so that the step can teach. */
export interface StepForecast {
  readonly credits: Range;
  readonly mean: number;
  /** Tokens; undefined before the first step where nobody told the task's size. */
  readonly input: number | undefined;
}

/**
 * Sizes in which vendors are seen to cache: 1 (Anthropic, at breakpoints), 128 (OpenAI's documented increment), 2,020 (what
 * Gemini's implicit cache grows by in the public runs of the decision page). The one that has fitted best is used.
 */
const BLOCKS = [1, 128, 2020] as const;
/** A first guess of what text weighs: tokens per character of code and logs. */
const TOKENS_PER_CHAR = 0.31;
const GAMMA = 0.004;
const PARTS = 16;
const KEEP = 0.998;
/** Characters appended at once that count as bulk. */
const BULK_CHARS = 6000;
/** What one output sample of the same kind is worth: pooled with the model's others below this many. */
const POOL = 8;
/** Below it, what coarser groups would say is left out. */
const LEAST_SHARE = 0.03;
/** Tokens of an answer before any was seen. */
const FIRST_OUTPUTS = [25, 40, 60, 100, 200, 400, 1000, 2500];
/** Middling list prices of a strong model, in credits per token, each worth some calls' evidence. */
const FIRST_PRICE = [2e-4, 2e-5, 1.2e-3] as const;

export function newStepCosts(): StepCosts {
  return {
    outputs: {},
    shortfalls: BLOCKS.map(noSamples),
    shortfallSizes: BLOCKS.map((block) => (block === 1 ? 1000 : 1001)),
    misses: {},
    tokensPerChar: TOKENS_PER_CHAR,
    price: { sums: [0, 0, 0], products: [0, 0, 0, 0, 0, 0, 0, 0, 0], calls: 0 },
    tails: TENTHS,
  };
}

/** The next input in tokens; undefined: nothing is known of it. */
export function nextInput(costs: StepCosts, run: RunSoFar): number | undefined {
  const before = run.steps === 0 ? 0 : run.lastInput;
  if (before === undefined || (run.steps === 0 && run.appendedChars === undefined)) return undefined;
  return before + (run.lastVisible ?? 0) + (run.appendedChars ?? 0) * costs.tokensPerChar;
}

/** `price`: the price book's; without it, the one that was learned. */
export function forecastStep(costs: StepCosts, run: RunSoFar, price?: TokenPrice): StepForecast {
  const input = nextInput(costs, run);
  const { fresh, cached, output } = price ?? learnedPrice(costs);
  const size = input ?? 5000;
  const empty = emptyShare(costs, run);
  const block = bestBlock(costs);
  const whole = wholeBlocks(run.lastInput ?? 0, BLOCKS[block] ?? 1);
  const short = sampleGrid(costs.shortfalls[block] ?? noSamples(), PARTS);
  const shortfalls = short.length > 0 ? short : [0, 500, 2000];
  const inputs: (readonly [credits: number, share: number])[] = [[size * fresh, empty]];
  for (const shortfall of shortfalls) {
    const hit = Math.min(size, Math.max(0, whole - shortfall));
    inputs.push([(size - hit) * fresh + hit * cached, (1 - empty) / shortfalls.length]);
  }
  const points: [credits: number, share: number][] = [];
  for (const [tokens, share] of outputDraws(costs, run)) {
    for (const [credits, part] of inputs) points.push([credits + tokens * output, part * share]);
  }
  points.sort((a, b) => a[0] - b[0]);
  return {
    credits: [at(points, costs.tails.low), at(points, 0.5), at(points, 1 - costs.tails.high)],
    mean: points.reduce((sum, [credits, share]) => sum + credits * share, 0),
    input,
  };
}

/** Learns from a step what was announced before it. */
export function learnStepCost(costs: StepCosts, run: RunSoFar, announced: StepForecast, step: RunStep): void {
  const [input, output] = [inputTokens(step.usage), outputTokens(step.usage)];
  const { cacheRead } = step.usage;
  if (output !== undefined) {
    for (const key of outputKeys(run)) {
      costs.outputs[key] ??= noSamples();
      addSample(costs.outputs[key], output);
    }
  }
  if (run.steps > 0 && cacheRead !== undefined) {
    for (const key of missKeys(run)) {
      costs.misses[key] ??= { empty: 0, calls: 0 };
      const miss = costs.misses[key];
      miss.empty = miss.empty * KEEP + (cacheRead === 0 ? 1 : 0);
      miss.calls = miss.calls * KEEP + 1;
    }
    if (cacheRead > 0 && run.lastInput !== undefined) {
      for (const [index, block] of BLOCKS.entries()) {
        const shortfall = wholeBlocks(run.lastInput, block) - cacheRead;
        const samples = costs.shortfalls[index];
        if (samples) addSample(samples, shortfall);
        const size = costs.shortfallSizes[index] ?? 0;
        costs.shortfallSizes[index] = size + (Math.min(4000, Math.abs(shortfall)) - size) * 0.01;
      }
    }
  }
  if (input !== undefined && run.lastInput !== undefined && (run.appendedChars ?? 0) > 500) {
    const grown = input - run.lastInput - (run.lastVisible ?? 0);
    const seen = Math.min(1, Math.max(0.1, grown / (run.appendedChars ?? 1)));
    costs.tokensPerChar += (seen - costs.tokensPerChar) * 0.002;
  }
  if (step.credits !== undefined && input !== undefined && output !== undefined) {
    const counts = [input - (cacheRead ?? 0), cacheRead ?? 0, output];
    costs.price.calls += 1;
    for (const [row, a] of counts.entries()) {
      costs.price.sums[row] = (costs.price.sums[row] ?? 0) * KEEP + a * step.credits;
      for (const [column, b] of counts.entries()) {
        const place = row * 3 + column;
        costs.price.products[place] = (costs.price.products[place] ?? 0) * KEEP + a * b;
      }
    }
  }
  if (step.credits !== undefined) costs.tails = nextTails(costs.tails, announced.credits, step.credits, GAMMA);
}

/** Ridge regression of credits on tokens towards {@link FIRST_PRICE}: a few calls are enough, since prices are exact. */
export function learnedPrice(costs: StepCosts): TokenPrice {
  const { sums, products } = costs.price;
  const price = [...FIRST_PRICE] as number[];
  // Gauss-Seidel: three unknowns, a strictly convex problem.
  const ridge = [1e6, 1e6, 1e4];
  for (let round = 0; round < 200; round += 1) {
    for (let row = 0; row < 3; row += 1) {
      let rest = (sums[row] ?? 0) + (ridge[row] ?? 0) * (FIRST_PRICE[row] ?? 0);
      for (let column = 0; column < 3; column += 1) {
        if (column !== row) rest -= (products[row * 3 + column] ?? 0) * (price[column] ?? 0);
      }
      price[row] = Math.max(0, rest / ((products[row * 4] ?? 0) + (ridge[row] ?? 0)));
    }
  }
  return { fresh: price[0] ?? 0, cached: price[1] ?? 0, output: price[2] ?? 0 };
}

/** Output tokens with their share of the chance: the finest group of earlier steps counts most, once it has some. */
function outputDraws(costs: StepCosts, run: RunSoFar): (readonly [tokens: number, share: number])[] {
  const draws: (readonly [number, number])[] = [];
  let left = 1;
  for (const key of outputKeys(run).toReversed()) {
    const samples = costs.outputs[key] ?? noSamples();
    const share = (left * samples.seen) / (samples.seen + POOL);
    draws.push(...spread(sampleGrid(samples, PARTS), share));
    left -= share;
    if (left < LEAST_SHARE) break;
  }
  return [...draws, ...spread(FIRST_OUTPUTS, left)];
}

/** From the coarsest to the finest: any step, by what was done last, and by how that came out. */
function outputKeys(run: RunSoFar): string[] {
  const size = Math.min(3, Math.floor(Math.log2((run.appendedChars ?? 0) / 100 + 1) / 2));
  const failed = run.lastFailed === undefined ? 'untold' : run.lastFailed ? 'failed' : 'passed';
  return ['all', run.lastKind, `${run.lastKind} ${failed} ${size}`];
}

const spread = (tokens: readonly number[], share: number) =>
  share <= 0 ? [] : tokens.map((count) => [count, share / tokens.length] as const);

function emptyShare(costs: StepCosts, run: RunSoFar): number {
  if (run.steps === 0) return 1;
  let share = 0.15;
  for (const key of missKeys(run)) {
    const { empty, calls } = costs.misses[key] ?? { empty: 0, calls: 0 };
    share = (empty + POOL * share) / (calls + POOL);
  }
  return share;
}

/** From the coarsest to the finest. */
function missKeys(run: RunSoFar): string[] {
  const before = run.lastCached === undefined ? 'untold' : run.lastCached > 0 ? 'hit' : 'miss';
  // Short prompts are below vendors' minimum, and what is appended at once in bulk often comes with a new cache.
  const context = Math.min(5, Math.max(0, Math.floor(Math.log2((run.lastInput ?? 0) / 2000 + 1))));
  const bulk = (run.appendedChars ?? 0) > BULK_CHARS ? 'bulk' : 'little';
  return ['all', before, `${before} ${context}`, `${before} ${context} ${bulk}`];
}

function bestBlock(costs: StepCosts): number {
  return costs.shortfallSizes.indexOf(Math.min(...costs.shortfallSizes));
}

const wholeBlocks = (tokens: number, block: number) => Math.floor(tokens / block) * block;

function at(points: readonly (readonly [number, number])[], share: number): number {
  let sum = 0;
  for (const [credits, part] of points) {
    sum += part;
    if (sum >= share) return credits;
  }
  return points.at(-1)?.[0] ?? 0;
}
