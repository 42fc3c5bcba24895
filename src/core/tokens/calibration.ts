import * as z from 'zod/mini';
import type { TokenFactor } from './estimate.ts';

const positive = z.number().check(z.positive());
const rowSchema = z.object({
  /** Decayed sums over the observations. */
  observations: positive,
  observedTokens: positive,
  countedTokens: positive,
  logRatios: z.number(),
  squaredLogRatios: z.number(),
  /** Epoch ms of the last one. */
  at: z.number(),
});
const calibrationSchema = z.record(z.string(), rowSchema);

/**
 * What was learned of observed ÷ counted tokens, by endpoint and tokenizer family. Plain data, so it can be kept. A
 * server's template and a vendor's hidden prompt are in it too, which is why endpoints are kept apart.
 */
export type Calibration = Readonly<Record<string, Readonly<z.infer<typeof rowSchema>>>>;

export interface TokenObservation {
  readonly endpointId: string;
  /** TokenizerFamily's id. */
  readonly family: string;
  /** Our uncalibrated count of the request's input. */
  readonly countedTokens: number;
  /** What the vendor reported for it, cached parts included. */
  readonly observedTokens: number;
  /** Epoch ms. */
  readonly at: number;
}

export const NO_CALIBRATION: Calibration = {};

const HALF_LIFE_MS = 14 * 24 * 3_600_000;
/** As much (decayed) evidence takes the place of a prior. */
const MINIMUM_OBSERVATIONS = 5;
const MINIMUM_TOKENS = 2_000;
/** Beyond this ratio, either way, request and report can't belong together. */
const CREDIBLE_RATIO = 5;
/** Nine of ten of a normal distribution lie within so many standard deviations. */
const NINE_OF_TEN = 1.645;
/** Requests differ by more than a few lucky ones show. */
const LEAST_SPREAD = 0.02;

/** A calibration that was kept as JSON; what is no calibration gives an empty one: counts are only rougher without. */
export function parseCalibration(kept: unknown): Calibration {
  const parsed = calibrationSchema.safeParse(kept);
  return parsed.success ? parsed.data : NO_CALIBRATION;
}

/** Takes one observation in; one that can't be true changes nothing. */
export function observeTokens(calibration: Calibration, observation: TokenObservation): Calibration {
  const { endpointId, family, countedTokens, observedTokens, at } = observation;
  const ratio = observedTokens / countedTokens;
  if (!(countedTokens > 0 && ratio >= 1 / CREDIBLE_RATIO && ratio <= CREDIBLE_RATIO)) return calibration;
  const key = keyOf(endpointId, family);
  const before = calibration[key];
  const kept = before ? decay(before.at, at) : 0;
  // An observation that comes late weighs less, and never turns the clock back.
  const weight = before ? decay(at, before.at) : 1;
  const logRatio = Math.log(ratio);
  return {
    ...calibration,
    [key]: {
      observations: (before?.observations ?? 0) * kept + weight,
      observedTokens: (before?.observedTokens ?? 0) * kept + weight * observedTokens,
      countedTokens: (before?.countedTokens ?? 0) * kept + weight * countedTokens,
      logRatios: (before?.logRatios ?? 0) * kept + weight * logRatio,
      squaredLogRatios: (before?.squaredLogRatios ?? 0) * kept + weight * logRatio * logRatio,
      at: Math.max(at, before?.at ?? at),
    },
  };
}

/**
 * The learned factor: Σ observed ÷ Σ counted, with a bar from the spread of single requests' ratios; undefined while
 * the evidence, decayed until `at`, is too thin to take a prior's place.
 */
export function learnedFactor(
  calibration: Calibration,
  endpointId: string,
  family: string,
  at: number,
): TokenFactor | undefined {
  const row = calibration[keyOf(endpointId, family)];
  if (!row) return undefined;
  const kept = decay(row.at, at);
  if (row.observations * kept < MINIMUM_OBSERVATIONS || row.countedTokens * kept < MINIMUM_TOKENS) return undefined;
  const factor = row.observedTokens / row.countedTokens;
  const mean = row.logRatios / row.observations;
  const variance = Math.max(0, row.squaredLogRatios / row.observations - mean * mean);
  const spread = Math.exp(NINE_OF_TEN * Math.max(LEAST_SPREAD, Math.sqrt(variance)));
  // Small requests may lie elsewhere than the large ones that rule the sums: the bar reaches over both centres.
  const centre = Math.exp(mean);
  return { factor, low: Math.min(factor, centre) / spread, high: Math.max(factor, centre) * spread };
}

function decay(from: number, to: number): number {
  return 0.5 ** (Math.max(0, to - from) / HALF_LIFE_MS);
}

/** A space can't stand in a family's id, so no two pairs share a key. */
function keyOf(endpointId: string, family: string): string {
  return `${family} ${endpointId}`;
}
