/**
 * What the next step of an agent's run will cost. Its input is nearly known: the last prompt, the last answer and what was
 * appended since, in characters. What the vendor's prefix cache has of it (runCache.ts) and how long the answer is
 * (runOutput.ts) are distributions; the cost's is their product. The range is kept honest by {@link nextTails}.
 */
import type { RunSoFar } from '../quality/runFeatures.ts';
import type { RunStep } from '../quality/runStep.ts';
import { inputTokens, outputTokens } from '../usage.ts';
import { cachedDraws, emptyChance, learnCache, newRunCache, type RunCache } from './runCache.ts';
import { nextTails, type Tails, TENTHS } from './runConformal.ts';
import { learnOutput, outputDraws, type RunOutputs } from './runOutput.ts';

export type Range = readonly [p10: number, p50: number, p90: number];

/** Credits per token: the price book's where it has the model, else what its calls were seen to cost. */
export interface TokenPrice {
  readonly fresh: number;
  readonly cached: number;
  readonly output: number;
}

/** What is learned of one model's steps; plain data. */
export interface StepCosts {
  outputs: RunOutputs;
  cache: RunCache;
  /** By what the agent did last. */
  tokensPerChar: Record<string, number>;
  /** Inputs of the latest runs' first calls, in tokens, where nobody told the task's size: of another agent's run. */
  firstInputs: number[];
  /** Tokens that a step appends, a decayed mean over those of which nobody told the characters. */
  appended: number;
  /** Decayed counts of runs by their first call: all that had a price, and those whose price was nothing. */
  starts: { all: number; free: number };
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

/** A first guess of what text weighs, in tokens per character: instructions, and code or logs. */
const TASK_TOKENS_PER_CHAR = 0.262;
const TOKENS_PER_CHAR = 0.31;
/** A first guess of a run's first input, in tokens; how many of the latest are kept; and how many of them stand for all. */
const FIRST_INPUT = 5000;
const FIRST_INPUTS = 20;
const FIRST_PARTS = 6;
/** A first guess of what a step appends, in tokens, and how fast what is seen is followed. */
const APPENDED = 400;
const APPENDED_FOLLOW = 0.03;
const GAMMA = 0.004;
/** Halvings: to a millionth of the dearest outcome. */
const ROUNDS = 20;
const KEEP = 0.998;
/** What is believed of a model before its first call: one run in a hundred is free. */
const FREE_STARTS = { all: 1, free: 0.01 };
/** Middling list prices of a strong model, in credits per token, each worth some calls' evidence. */
const FIRST_PRICE = [2e-4, 2e-5, 1.2e-3] as const;

export function newStepCosts(): StepCosts {
  return {
    outputs: {},
    cache: newRunCache(),
    tokensPerChar: {},
    firstInputs: [],
    appended: APPENDED,
    starts: { ...FREE_STARTS },
    price: { sums: [0, 0, 0], products: [0, 0, 0, 0, 0, 0, 0, 0, 0], calls: 0 },
    tails: TENTHS,
  };
}

/** The next input in tokens; undefined: nothing is known of it. */
export function nextInput(costs: StepCosts, run: RunSoFar): number | undefined {
  const before = run.steps === 0 ? 0 : run.lastInput;
  if (before === undefined || (run.steps === 0 && run.appendedChars === undefined)) return undefined;
  const appended = run.appendedChars === undefined ? costs.appended : run.appendedChars * tokensPerChar(costs, run);
  return before + (run.lastVisible ?? 0) + appended;
}

/** The chance that the run is one whose calls cost nothing (a free tier, a plan that includes them): its first call tells. */
export function freeChance(costs: StepCosts, run: RunSoFar): number {
  if (run.steps === 0) return costs.starts.free / costs.starts.all;
  return run.credits === 0 && run.unpricedSteps === 0 && run.outputSum > 0 ? 1 : 0;
}

/** A range whose whole may be nothing, with the chance `free`. */
export const orNothing = (range: Range, free: number): Range => [
  free > 0.1 ? 0 : range[0],
  free > 0.5 ? 0 : range[1],
  free > 0.9 ? 0 : range[2],
];

/** `price`: the price book's; without it, the one that was learned. */
export function forecastStep(costs: StepCosts, run: RunSoFar, price?: TokenPrice): StepForecast {
  const input = nextInput(costs, run);
  const { fresh, cached, output } = price ?? learnedPrice(costs);
  const free = freeChance(costs, run);
  const empty = emptyChance(costs.cache, run);
  const inputs: (readonly [credits: number, share: number])[] = [];
  const sizes = input === undefined ? firstSizes(costs.firstInputs) : [input];
  for (const size of sizes) {
    inputs.push([size * fresh, empty / sizes.length]);
    const hits = empty < 1 ? cachedDraws(costs.cache, run, size) : [];
    const share = (1 - empty) / (hits.length * sizes.length);
    for (const hit of hits) inputs.push([(size - hit) * fresh + hit * cached, share]);
  }
  const outputs = free < 1 ? outputDraws(costs.outputs, run) : [];
  // Every input with every output, and nothing at all.
  const credits = new Float64Array(outputs.length * inputs.length + 1);
  const shares = new Float64Array(credits.length);
  shares[0] = free;
  let place = 1;
  for (const [tokens, share] of outputs) {
    for (const [paid, part] of inputs) {
      credits[place] = paid + tokens * output;
      shares[place] = part * share * (1 - free);
      place += 1;
    }
  }
  const at = quantilesOf(credits, shares);
  return {
    credits: [at(costs.tails.low), at(0.5), at(1 - costs.tails.high)],
    mean: credits.reduce((sum, paid, index) => sum + paid * (shares[index] ?? 0), 0),
    input,
  };
}

/** As likely as each other: what is believed before any was seen, as one more among those that were, and middles of equal parts. */
function firstSizes(seen: readonly number[]): readonly number[] {
  const sorted = [FIRST_INPUT, ...seen].sort((a, b) => a - b);
  if (sorted.length <= FIRST_PARTS) return sorted;
  return Array.from({ length: FIRST_PARTS }, (_, part) => {
    const place = Math.round(((part + 0.5) / FIRST_PARTS) * (sorted.length - 1));
    return sorted[place] ?? FIRST_INPUT;
  });
}

/** Learns from a step what was announced before it. */
export function learnStepCost(costs: StepCosts, run: RunSoFar, announced: StepForecast, step: RunStep): void {
  const [input, output] = [inputTokens(step.usage), outputTokens(step.usage)];
  const { cacheRead } = step.usage;
  const free = freeChance(costs, run);
  if (output !== undefined) learnOutput(costs.outputs, run, output);
  if (cacheRead !== undefined) learnCache(costs.cache, run, cacheRead);
  if (input !== undefined && run.steps === 0 && run.appendedChars === undefined)
    costs.firstInputs = [...costs.firstInputs, input].slice(-FIRST_INPUTS);
  if (input !== undefined && run.lastInput !== undefined && run.appendedChars === undefined) {
    // A context that was compacted says nothing of what is appended.
    const grown = Math.max(0, input - run.lastInput - (run.lastVisible ?? 0));
    costs.appended += (grown - costs.appended) * APPENDED_FOLLOW;
  }
  if (input !== undefined && (run.appendedChars ?? 0) > 500 && (run.steps === 0 || run.lastInput !== undefined)) {
    const grown = input - (run.lastInput ?? 0) - (run.lastVisible ?? 0);
    const seen = Math.min(1, Math.max(0.1, grown / (run.appendedChars ?? 1)));
    const before = tokensPerChar(costs, run);
    costs.tokensPerChar[run.lastKind] = before + (seen - before) * 0.01;
  }
  if (run.steps === 0 && step.credits !== undefined && (output ?? 0) > 0) {
    costs.starts.all = costs.starts.all * KEEP + 1;
    costs.starts.free = costs.starts.free * KEEP + (step.credits === 0 ? 1 : 0);
  }
  // A free call says nothing of what tokens cost where they cost something, and its range nothing of how wide one should be.
  if (free === 1 || step.credits === 0) return;
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

function tokensPerChar(costs: StepCosts, run: RunSoFar): number {
  const { lastKind } = run;
  return costs.tokensPerChar[lastKind] ?? (lastKind === 'start' ? TASK_TOKENS_PER_CHAR : TOKENS_PER_CHAR);
}

/** The least of the values at or below which a share of the whole lies: by bisection, since to sort them takes longer. */
function quantilesOf(values: Float64Array, shares: Float64Array): (share: number) => number {
  const all = shares.reduce((sum, share) => sum + share, 0);
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  return (share) => {
    let [low, high] = [0, most];
    const lies = (at: number) => {
      let sum = 0;
      for (let index = 0; index < values.length; index += 1) {
        if ((values[index] ?? 0) <= at) sum += shares[index] ?? 0;
      }
      return sum >= share * all;
    };
    if (lies(0)) return 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const middle = (low + high) / 2;
      if (lies(middle)) high = middle;
      else low = middle;
    }
    return high;
  };
}
