/**
 * ΔL = load time if the model isn't resident + prompt tokens ÷ prefill rate + output tokens ÷ decode rate + queue
 * (docs/economics, section 6). Rates are learned by endpoint and model from each response. A reducer over observed
 * latencies; `key` is whatever tells an endpoint's model: `endpointId\nmodel`.
 */

/** What is known of how fast a model answers. All sums decay with each answer and with time. */
export interface SpeedState {
  /** Epoch ms of the last answer. */
  readonly at: number;
  /** Answers, decayed. */
  readonly answers: number;
  /** Seconds per prompt token and per output token: means of logarithms. */
  readonly prefill: LogMean;
  readonly decode: LogMean;
  /** Seconds to load the model. */
  readonly load: LogMean;
  /** ln(observed ÷ foretold) of whole answers, where it was above 0: its spread upwards gives the p90. */
  readonly misses: Spread;
  /** ln(observed ÷ foretold), over the last minutes: a queue, or a busy server. */
  readonly slowdown: number;
}

interface LogMean {
  readonly sum: number;
  readonly weight: number;
}

interface Spread {
  readonly squares: number;
  readonly weight: number;
}

export type Speeds = Readonly<Record<string, SpeedState>>;

export const NO_SPEEDS: Speeds = {};

/** What one answer took. undefined: not told. */
export interface ObservedLatency {
  /** Epoch ms. */
  readonly at: number;
  readonly inputTokens?: number | undefined;
  /** Of the input, read from a cache: it takes hardly any time. */
  readonly cachedTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  /** Seconds until the request was accepted, and of loading the model. */
  readonly queueSeconds?: number | undefined;
  readonly loadSeconds?: number | undefined;
  /** Seconds from sending to the first part of the reply, and to its end. */
  readonly firstTokenSeconds?: number | undefined;
  readonly totalSeconds?: number | undefined;
}

export interface WaitRequest {
  readonly inputTokens: number;
  readonly cachedTokens?: number | undefined;
  readonly outputTokens: number;
  readonly local: boolean;
  /** false: it must be loaded first; undefined: not known, taken as resident. */
  readonly resident?: boolean | undefined;
  /** What the server's own metrics say; undefined: the measured slow-down stands in for it. */
  readonly queueSeconds?: number | undefined;
  /** Epoch ms. */
  readonly at: number;
}

/** Seconds. */
export interface Wait {
  readonly p50: number;
  readonly p90: number;
  readonly parts: {
    readonly load: number;
    readonly prefill: number;
    readonly decode: number;
    readonly queue: number;
  };
  /** Answers behind it, decayed; below 1 it is mostly the prior. */
  readonly evidence: number;
}

/** Until something is measured: a cloud model; a small machine with an 8B model, as in route/choose. */
const PRIOR = {
  cloud: { prefillSeconds: 1 / 4000, decodeSeconds: 1 / 60, loadSeconds: 0 },
  local: { prefillSeconds: 1 / 300, decodeSeconds: 1 / 20, loadSeconds: 8 },
} as const;
/** What the prior is worth in answers. */
const PRIOR_ANSWERS = 1;
/** Of sending a request and scheduling it, whatever its size. */
const FIXED_SECONDS = { cloud: 0.4, local: 0.05 } as const;
const PRIOR_DEVIATION = 0.5;
const ANSWERS_HALF_LIFE = 30;
const DAYS_HALF_LIFE = 14;
/** What slows a server passes in minutes. */
const SLOW_HALF_LIFE_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
/** A cached token is read, not computed. */
const CACHED_TOKEN_SHARE = 0.02;
/** Z of 90 %. */
const Z90 = 1.2816;
const MOST_SLOWDOWN = Math.log(100);

const NOTHING: LogMean = { sum: 0, weight: 0 };

export function learnSpeed(speeds: Speeds, key: string, seen: ObservedLatency, local: boolean): Speeds {
  const before = speeds[key] ?? {
    at: seen.at,
    answers: 0,
    prefill: NOTHING,
    decode: NOTHING,
    load: NOTHING,
    misses: { squares: 0, weight: 0 },
    slowdown: 0,
  };
  const {
    firstTokenSeconds: first,
    totalSeconds: total,
    inputTokens: input,
    outputTokens: output = 0,
    loadSeconds,
  } = seen;
  const kept = 0.5 ** (1 / ANSWERS_HALF_LIFE + Math.max(0, seen.at - before.at) / (DAYS_HALF_LIFE * DAY_MS));
  const work = input === undefined ? undefined : workTokens(input, seen.cachedTokens);
  const prompt =
    first === undefined ? undefined : first - (loadSeconds ?? 0) - FIXED_SECONDS[local ? 'local' : 'cloud'];
  const decode = first === undefined || total === undefined ? undefined : total - first;
  const miss = missOf(before, seen, local);
  return {
    ...speeds,
    [key]: {
      at: Math.max(before.at, seen.at),
      answers: before.answers * kept + 1,
      prefill: learned(before.prefill, ratio(prompt, work, LEAST_PROMPT_TOKENS), kept),
      decode: learned(before.decode, ratio(decode, output, LEAST_OUTPUT_TOKENS), kept),
      load: learned(before.load, loadSeconds, kept),
      misses:
        miss === undefined
          ? before.misses
          : // An answer that came sooner than foretold says nothing of how late one may be. Of a symmetric spread it is half.
            {
              squares: before.misses.squares * kept + 2 * Math.max(0, miss) ** 2,
              weight: before.misses.weight * kept + 1,
            },
      slowdown: miss === undefined ? before.slowdown : (slowdownAt(before, seen.at) + miss) / 2,
    },
  };
}

/** Fewer tell nothing of a rate: what is fixed outweighs them. */
const LEAST_PROMPT_TOKENS = 200;
const LEAST_OUTPUT_TOKENS = 10;

function ratio(seconds: number | undefined, tokens: number | undefined, least: number): number | undefined {
  if (seconds === undefined || tokens === undefined || tokens < least) return undefined;
  return seconds / tokens;
}

function learned(mean: LogMean, value: number | undefined, kept: number): LogMean {
  if (value === undefined || !(value > 0) || !Number.isFinite(value)) return mean;
  return { sum: mean.sum * kept + Math.log(value), weight: mean.weight * kept + 1 };
}

/** How much longer the answer took than was foretold without any slow-down, as a logarithm. */
function missOf(before: SpeedState, seen: ObservedLatency, local: boolean): number | undefined {
  const { totalSeconds, queueSeconds = 0, loadSeconds = 0, inputTokens, outputTokens } = seen;
  if (totalSeconds === undefined || inputTokens === undefined || outputTokens === undefined) return undefined;
  const { prefill, decode } = partsOf(before, { ...seen, inputTokens, outputTokens, local });
  const took = totalSeconds + queueSeconds - loadSeconds;
  if (!(took > 0)) return undefined;
  const miss = Math.log(took / (prefill + decode));
  return Math.min(MOST_SLOWDOWN, Math.max(-MOST_SLOWDOWN, miss));
}

/** How long an answer will probably take. */
export function predictWait(speeds: Speeds, key: string, request: WaitRequest): Wait {
  const state = speeds[key];
  const { prefill, decode, load: loading } = partsOf(state, request);
  const load = request.resident === false ? loading : 0;
  // Only what is slower than usual is a queue; a quick spell is luck.
  const slower = state ? Math.max(0, slowdownAt(state, request.at)) : 0;
  const queue = request.queueSeconds ?? (prefill + decode) * (Math.exp(slower) - 1);
  const p50 = load + prefill + decode + queue;
  return {
    p50,
    p90: p50 * Math.exp(Z90 * deviationOf(state)),
    parts: { load, prefill, decode, queue },
    evidence: state?.answers ?? 0,
  };
}

interface Work {
  readonly inputTokens: number;
  readonly cachedTokens?: number | undefined;
  readonly outputTokens: number;
  readonly local: boolean;
}

function partsOf(state: SpeedState | undefined, { inputTokens, cachedTokens, outputTokens, local }: Work) {
  const prior = PRIOR[local ? 'local' : 'cloud'];
  const fixed = FIXED_SECONDS[local ? 'local' : 'cloud'];
  return {
    prefill: fixed + workTokens(inputTokens, cachedTokens) * rateOf(state?.prefill, prior.prefillSeconds),
    decode: outputTokens * rateOf(state?.decode, prior.decodeSeconds),
    load: prior.loadSeconds === 0 && !state?.load.weight ? 0 : rateOf(state?.load, prior.loadSeconds || 1),
  };
}

function workTokens(inputTokens: number, cachedTokens = 0): number {
  const cached = Math.min(cachedTokens, inputTokens);
  return inputTokens - cached + cached * CACHED_TOKEN_SHARE;
}

/** Shrunk to the prior. */
function rateOf({ sum, weight }: LogMean = NOTHING, prior: number): number {
  return Math.exp((sum + PRIOR_ANSWERS * Math.log(prior)) / (weight + PRIOR_ANSWERS));
}

function slowdownAt(state: SpeedState, at: number): number {
  return state.slowdown * 0.5 ** (Math.max(0, at - state.at) / SLOW_HALF_LIFE_MS);
}

function deviationOf(state: SpeedState | undefined): number {
  const { squares, weight } = state?.misses ?? { squares: 0, weight: 0 };
  return Math.sqrt((squares + PRIOR_ANSWERS * PRIOR_DEVIATION ** 2) / (weight + PRIOR_ANSWERS));
}
