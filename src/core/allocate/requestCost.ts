/**
 * What a request will cost with a model, and how long it takes: the next step, whose input is known, and the steps that are
 * expected to follow until its run ends. In tokens these grow with each step; most of them are read from the prefix cache.
 */
import { quoteRange } from '../forecast/quoteRange.ts';
import type { Tails } from '../forecast/runConformal.ts';
import { forecastSample, type SampleForecast, type SamplesByClass } from '../forecast/samplesByClass.ts';
import type { NanoCredits } from '../money.ts';
import { cost } from '../prices/cost.ts';
import type { Price } from '../prices/price.ts';
import { stepCost } from '../route/switchingCost.ts';
import { predictWait, type Speeds } from './latency.ts';
import type { CostRange } from './objective.ts';

/** What is known of the tokens and steps of earlier requests. */
export interface RequestHistory {
  readonly speeds: Speeds;
  /** Output tokens of a step, by {@link stepClasses}. */
  readonly outputs: SamplesByClass;
  /** Steps of a run, by {@link runClasses}. */
  readonly steps: SamplesByClass;
  /** What runs have cost over what is foretold here. */
  readonly costFactors: Readonly<Record<RunMode, number>>;
  /** Where the ends of a run's range lie; see {@link quoteRange}. */
  readonly quoteTails: Readonly<Record<RunMode, Tails>>;
}

/** Whether tools are offered: the run may then go on for many steps. */
export type RunMode = 'chat' | 'agent';

export interface CostQuestion {
  /** What tells the model in {@link Speeds}. */
  readonly speedKey: string;
  readonly model: string;
  readonly taskKind: string;
  readonly price: Price | undefined;
  readonly local: boolean;
  readonly resident?: boolean | undefined;
  readonly inputTokens: number;
  /** What this model has in its cache. */
  readonly cachedTokens: number;
  /** Another model had the step before. */
  readonly switches: boolean;
  readonly expectedOutputTokens?: number | undefined;
  /** Tools are offered: the run may go on for many steps. */
  readonly tools: boolean;
  /** This one and those that follow. */
  readonly steps: StepsLeft;
  /** Epoch ms. */
  readonly at: number;
}

export interface RequestCost {
  /** The next step alone; undefined: unknown price. */
  readonly step: CostRange | undefined;
  /** With all that follow. */
  readonly run: CostRange | undefined;
  /** Seconds, of the next step and of all. */
  readonly stepSeconds: number;
  readonly seconds: { readonly p50: number; readonly p90: number; readonly mean: number };
  readonly steps: StepsLeft;
}

/** `p10` undefined: 1. */
export interface StepsLeft {
  readonly p10?: number;
  readonly p50: number;
  readonly p90: number;
  readonly mean: number;
}

/** Output tokens of a step before any was seen. */
const FIRST_OUTPUTS = [60, 150, 300, 500, 700, 1000, 1500, 3000];
/** Steps of a run before any was seen: a question is answered at once, an agent goes on. */
const FIRST_STEPS = { chat: [1], agent: [1, 2, 3, 5, 7, 10, 15, 22, 35, 60] };
/** Tokens that tools' results add to each step's input, and the share of the last input that the prefix cache still has. */
const GROWTH_TOKENS = 1200;
const CACHED_SHARE = 0.9;
/** Once it has gone on for longer than any before, a run is expected to go on for about a third as long again. */
const BEYOND_SHARE = 1 / 3;

/** `taskKind` undefined: not known. */
export function stepClasses(model: string, taskKind: string | undefined): readonly string[] {
  const kinds = taskKind === undefined ? [] : [`kind ${taskKind}`];
  return ['all', ...kinds, `model ${model}`, ...kinds.map((kind) => `${kind} ${model}`)];
}

export function runClasses(tools: boolean, taskKind: string | undefined): readonly string[] {
  const mode = tools ? 'agent' : 'chat';
  return taskKind === undefined ? [mode] : [mode, `${mode} ${taskKind}`];
}

export function requestCost(history: RequestHistory, question: CostQuestion): RequestCost {
  const { price, local, resident, inputTokens, cachedTokens, switches, at, speedKey, steps } = question;
  const output = outputOf(history, question);
  const wait = (input: number, cached: number, tokens: number, isResident?: boolean) =>
    predictWait(history.speeds, speedKey, {
      inputTokens: input,
      cachedTokens: cached,
      outputTokens: tokens,
      local,
      resident: isResident,
      at,
    });
  const kept = switches ? 0 : cachedTokens;
  const first = (tokens: number) =>
    stepCost({ inputTokens, cachedTokens, outputTokens: tokens }, price, {
      switches,
      seconds: wait(inputTokens, kept, tokens, resident).p50,
    });
  // A later step in the middle of `count`: costs are linear in tokens, so the middle stands for all.
  const laterTokens = (count: number, tokens: number) => {
    const input = inputTokens + (count / 2) * (tokens + GROWTH_TOKENS);
    return { input, cached: CACHED_SHARE * Math.max(0, input - tokens - GROWTH_TOKENS) };
  };
  const laterSeconds = (count: number, tokens: number) => {
    const { input, cached } = laterTokens(count, tokens);
    return wait(input, cached, tokens).p50;
  };
  const whole = (count: number, tokens: number): NanoCredits | undefined => {
    const now = first(tokens);
    if (count <= 1 || now === undefined) return now;
    const { input, cached } = laterTokens(count, output.p50);
    const usage = { fresh: input - cached, cacheRead: cached, text: tokens };
    const later = cost(usage, price, { seconds: laterSeconds(count, tokens) });
    return later === undefined ? undefined : Math.round(now + (count - 1) * later);
  };
  const stepWait = wait(inputTokens, kept, output.p50, resident);
  const mode = question.tools ? 'agent' : 'chat';
  const foretold = scaled(runRange(whole, steps, output), history.costFactors[mode]);
  const seconds = (count: number) => stepWait.p50 + (count <= 1 ? 0 : (count - 1) * laterSeconds(count, output.p50));
  return {
    step: rangeOf(first(output.p10), first(output.p50), first(output.p90)),
    run: foretold && quoteRange(foretold, history.quoteTails[mode]),
    stepSeconds: stepWait.p50,
    seconds: {
      p50: seconds(steps.p50),
      p90: lateSeconds(seconds(steps.p50), seconds(steps.p90), stepWait),
      mean: seconds(steps.mean),
    },
    steps,
  };
}

/** How many steps there are and how slow they are is taken as independent: the spreads add as squares of logarithms. */
function lateSeconds(middle: number, longer: number, step: { readonly p50: number; readonly p90: number }): number {
  return middle * Math.exp(Math.hypot(Math.log(longer / middle), Math.log(step.p90 / step.p50)));
}

function outputOf({ outputs }: RequestHistory, { expectedOutputTokens, model, taskKind }: CostQuestion) {
  const learned = forecastSample(outputs, stepClasses(model, taskKind), FIRST_OUTPUTS);
  if (expectedOutputTokens === undefined || learned.p50 <= 0) return learned;
  const factor = expectedOutputTokens / learned.p50;
  return { p10: learned.p10 * factor, p50: expectedOutputTokens, p90: learned.p90 * factor };
}

/** The steps of a run that has had `stepsDone`, whichever model takes them. */
export function stepsLeft(
  { steps }: Pick<RequestHistory, 'steps'>,
  { tools, taskKind, stepsDone }: Pick<CostQuestion, 'tools' | 'taskKind'> & { readonly stepsDone: number },
): StepsLeft {
  const whole = forecastSample(steps, runClasses(tools, taskKind), tools ? FIRST_STEPS.agent : FIRST_STEPS.chat);
  return stepsDone === 0 ? whole : beyond(whole, stepsDone);
}

/** Of runs that went on after so many steps, how many more there were. */
function beyond({ draws }: SampleForecast, done: number): StepsLeft {
  const longer = draws.filter(([value]) => value > done);
  const share = longer.reduce((sum, [, part]) => sum + part, 0);
  if (share <= 0) {
    const more = Math.max(1, Math.round(done * BEYOND_SHARE));
    return { p50: more, p90: 3 * more, mean: more };
  }
  const at = (quantile: number) => {
    let sum = 0;
    for (const [value, part] of longer) {
      sum += part;
      if (sum >= quantile * share - 1e-9) return value - done;
    }
    return 1;
  };
  return {
    p50: at(0.5),
    p90: at(0.9),
    mean: longer.reduce((sum, [value, part]) => sum + (value - done) * part, 0) / share,
  };
}

function rangeOf(
  p10: NanoCredits | undefined,
  p50: NanoCredits | undefined,
  p90: NanoCredits | undefined,
): CostRange | undefined {
  return p10 === undefined || p50 === undefined || p90 === undefined ? undefined : { p10, p50, p90 };
}

function scaled(range: CostRange | undefined, factor: number): CostRange | undefined {
  if (!range || factor === 1) return range;
  const times = (nanoCredits: NanoCredits) => Math.round(nanoCredits * factor);
  const { p10, p50, p90, mean } = range;
  return { p10: times(p10), p50: times(p50), p90: times(p90), ...(mean === undefined ? {} : { mean: times(mean) }) };
}

/** How many steps and how long each is are taken as independent: their spreads add as squares of logarithms. */
function runRange(
  whole: (count: number, tokens: number) => NanoCredits | undefined,
  steps: StepsLeft,
  output: { readonly p10: number; readonly p50: number; readonly p90: number },
): CostRange | undefined {
  const least = steps.p10 ?? 1;
  const [middle, shorter, longer, brief, wordy, mean] = [
    whole(steps.p50, output.p50),
    whole(least, output.p50),
    whole(steps.p90, output.p50),
    whole(steps.p50, output.p10),
    whole(steps.p50, output.p90),
    whole(steps.mean, output.p50),
  ];
  if (middle === undefined || shorter === undefined || longer === undefined) return undefined;
  if (brief === undefined || wordy === undefined || mean === undefined) return undefined;
  if (middle <= 0) return { p10: 0, p50: Math.max(0, middle), p90: Math.max(longer, wordy, 0) };
  const apart = (value: number) => Math.log(Math.max(1, value) / middle);
  const each = Math.sqrt(Math.max(1, steps.p50));
  const p10 = Math.round(middle * Math.exp(-Math.hypot(apart(shorter), apart(brief) / each)));
  const p90 = Math.round(middle * Math.exp(Math.hypot(apart(longer), apart(wordy) / each)));
  return steps.mean > 1 ? { p10, p50: middle, p90, mean } : { p10, p50: middle, p90 };
}
