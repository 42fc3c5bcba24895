/**
 * Adaptive conformal inference (Gibbs & Candès 2021, "Adaptive Conformal Inference Under Distribution Shift", arXiv
 * 2106.00263), for each end of an 80 % range apart: the share that the range leaves out moves by γ(0.1 − miss) with every
 * outcome, so that in the long run one in ten lies beyond it, whatever the distribution behind it gets wrong.
 */
export interface Tails {
  /** The nominal share below the range, and above it. */
  readonly low: number;
  readonly high: number;
}

export const TENTHS: Tails = { low: 0.1, high: 0.1 };

const TAIL = 0.1;
const LEAST = 0.01;
const MOST = 0.3;

/** The tails after an outcome that lay below, within or above the announced range. */
export function nextTails(
  tails: Tails,
  range: readonly [number, number, number],
  outcome: number,
  gamma: number,
): Tails {
  const moved = (tail: number, missed: boolean) =>
    Math.min(MOST, Math.max(LEAST, tail + gamma * (TAIL - (missed ? 1 : 0))));
  return { low: moved(tails.low, outcome < range[0]), high: moved(tails.high, outcome > range[2]) };
}
