/**
 * What a request costs with a model, learned from what earlier ones cost: log-normal, with a line in the logarithm of the
 * prompt's length (Bayesian linear regression on its sufficient statistics). A model that was never tried costs about what
 * the others do, give or take a factor of seven.
 */

/** Decayed sums over a model's calls: x = ln(length ÷ 500), y = ln(credits). Changed in place. */
export interface CreditSums {
  count: number;
  x: number;
  y: number;
  xx: number;
  xy: number;
  yy: number;
  /** Credits paid, and what the line had said of the same calls: their ratio is the line's correction (Duan 1983). */
  paid: number;
  foretold: number;
  day: number;
}

/** In credits. `spread`: standard deviation of the logarithm of the *expected* cost, what more evidence would remove. */
export interface CreditForecast {
  readonly mean: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly spread: number;
}

/** What is believed of a model without evidence: a price table's figure, or what the others cost. */
export interface CreditPrior {
  /** ln(credits) of a prompt of 500 characters. */
  readonly mean: number;
  readonly sd: number;
}

/** Where nothing at all is known: about a credit, or a tenth, or ten. */
export const NO_CREDIT_PRIOR: CreditPrior = { mean: 0, sd: 2 };
const SLOPE_PRIOR = { mean: 0.4, sd: 0.4 };
/** Residuals: 0.7 (a factor of two), worth four calls. */
const RESIDUAL_PRIOR = { variance: 0.5, count: 4 };
/** Local models cost nothing: a thousandth of a cent's thousandth keeps the logarithm finite. */
const LEAST_CREDITS = 1e-5;
const CORRECTION_CALLS = 5;
const DEVIATION_90 = 1.2816;
/** Of the variance at most this raises the mean above the median: a model that nobody tried isn't priced by its worst case. */
const MOST_TAIL = 2;

export function newCreditSums(day: number): CreditSums {
  return { count: 0, x: 0, y: 0, xx: 0, xy: 0, yy: 0, paid: 0, foretold: 0, day };
}

export function learnCredits(
  sums: CreditSums,
  length: number,
  credits: number,
  now: { day: number; decay: number; prior: CreditPrior },
): void {
  const { mean } = forecastCredits(sums, length, now);
  const kept = now.decay ** Math.max(0, now.day - sums.day);
  const x = lengthOf(length);
  const y = Math.log(Math.max(LEAST_CREDITS, credits));
  const correction = correctionOf(sums);
  sums.count = kept * sums.count + 1;
  sums.x = kept * sums.x + x;
  sums.y = kept * sums.y + y;
  sums.xx = kept * sums.xx + x * x;
  sums.xy = kept * sums.xy + x * y;
  sums.yy = kept * sums.yy + y * y;
  // The first calls teach the line, not how far it is off.
  if (sums.count > CORRECTION_CALLS) {
    sums.paid = kept * sums.paid + credits;
    sums.foretold = kept * sums.foretold + mean / correction;
  }
  sums.day = Math.max(sums.day, now.day);
}

export function forecastCredits(
  sums: CreditSums | undefined,
  length: number,
  { day, decay, prior }: { readonly day: number; readonly decay: number; readonly prior: CreditPrior },
): CreditForecast {
  const kept = sums === undefined ? 0 : decay ** Math.max(0, day - sums.day);
  const { count, x, y, xx, xy, yy } = sums ?? newCreditSums(day);
  const at = lengthOf(length);
  const residual = residualOf({ count, x, y, xx, xy, yy }, kept);
  // Posterior of (level, slope) with known residual variance.
  const levelPrecision = 1 / (prior.sd * prior.sd);
  const slopePrecision = 1 / (SLOPE_PRIOR.sd * SLOPE_PRIOR.sd);
  const a = levelPrecision + (kept * count) / residual;
  const b = (kept * x) / residual;
  const d = slopePrecision + (kept * xx) / residual;
  const u = levelPrecision * prior.mean + (kept * y) / residual;
  const v = slopePrecision * SLOPE_PRIOR.mean + (kept * xy) / residual;
  const determinant = a * d - b * b;
  const level = (d * u - b * v) / determinant;
  const slope = (a * v - b * u) / determinant;
  const middle = level + slope * at;
  const spread = Math.sqrt(Math.max(0, (d - 2 * b * at + a * at * at) / determinant));
  const wide = Math.sqrt(residual + spread * spread);
  const p50 = Math.exp(middle);
  return {
    mean: Math.exp(middle + Math.min(MOST_TAIL, residual + spread * spread) / 2) * correctionOf(sums),
    p10: p50 * Math.exp(-DEVIATION_90 * wide),
    p50,
    p90: p50 * Math.exp(DEVIATION_90 * wide),
    spread,
  };
}

function residualOf({ count, x, y, xx, xy, yy }: Omit<CreditSums, 'paid' | 'foretold' | 'day'>, kept: number): number {
  const prior = RESIDUAL_PRIOR.variance * RESIDUAL_PRIOR.count;
  if (count < 2) return RESIDUAL_PRIOR.variance;
  const ridge = 1;
  const sxx = xx - (x * x) / count + ridge;
  const sxy = xy - (x * y) / count + ridge * SLOPE_PRIOR.mean;
  const syy = yy - (y * y) / count + ridge * SLOPE_PRIOR.mean ** 2;
  const rest = Math.max(0, syy - (sxy * sxy) / sxx);
  return Math.max(1e-4, (prior + kept * rest) / (RESIDUAL_PRIOR.count + kept * count));
}

/** Bounded: a few calls can't turn the line over. */
function correctionOf(sums: CreditSums | undefined): number {
  if (sums === undefined || sums.foretold <= 0) return 1;
  const strength = (sums.foretold / Math.max(1, sums.count)) * CORRECTION_CALLS;
  return Math.min(5, Math.max(0.2, (sums.paid + strength) / (sums.foretold + strength)));
}

/** Kept within a page and a book. */
const lengthOf = (length: number) => Math.max(-4, Math.min(5, Math.log((length + 1) / 500)));
