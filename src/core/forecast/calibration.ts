/**
 * Makes ranges honest. Two corrections, both learned from how past forecasts of this kind came out:
 * 1. where outcomes really fell within the distributions that were announced (a histogram, shrunk to what they claimed);
 * 2. adaptive conformal inference (Gibbs & Candès 2021, "Adaptive Conformal Inference Under Distribution Shift",
 *    arXiv 2106.00263): each tail's nominal share α moves by γ(0.1 − miss) with every outcome, so that in the long run one
 *    in ten lies beyond it, whatever the model gets wrong.
 * Everything is told in deviations of a standard normal.
 */
import { normalQuantile, normalShare } from './normal.ts';

/** Where to read a distribution's 10, 50 and 90 %. */
export interface Levels {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

export interface Calibration {
  levels(): Levels;
  /**
   * An outcome's place in its distribution, and the levels that were in force when it was announced. `relevance`: how
   * much the distribution's fault then says of its faults now, from 0 to 1; the conformal step counts each miss in full.
   */
  learn(place: number, announced: Levels, relevance?: number): void;
}

export const MOST_DEVIATION = 1.7;

const TAIL = 0.1;
const LEAST_TAIL = 0.03;
const MOST_TAIL = 0.14;
/** γ: how far one miss moves a tail's share, for outcomes one day apart. */
const STEP = 0.02;
const BINS = 34;
const HALF_LIFE_OUTCOMES = 60;
/** What the announced distributions' own word is worth, in outcomes without overlap. */
const CLAIM = 10;

/** `overlap`: how many successive outcomes share most of their time, since each then says so much less. */
export function calibration(overlap: number): Calibration {
  const bins = new Float64Array(BINS);
  let known = 0;
  const worth = Math.max(1, overlap) ** -1;
  const step = STEP / Math.sqrt(Math.max(1, overlap));
  let [lowTail, highTail] = [TAIL, TAIL];

  /** The deviation below which a share of outcomes falls. */
  function deviationAt(share: number): number {
    const wanted = share * (known + CLAIM);
    let sum = CLAIM * normalShare(-MOST_DEVIATION);
    for (let bin = 0; bin < BINS; bin += 1) {
      const [from, to] = [edge(bin), edge(bin + 1)];
      const mass = (bins[bin] ?? 0) + CLAIM * (normalShare(to) - normalShare(from));
      if (sum + mass >= wanted) return from + ((to - from) * Math.max(0, wanted - sum)) / mass;
      sum += mass;
    }
    return MOST_DEVIATION;
  }

  return {
    levels: () =>
      known === 0
        ? { low: normalQuantile(lowTail), middle: 0, high: -normalQuantile(highTail) }
        : { low: deviationAt(lowTail), middle: deviationAt(0.5), high: deviationAt(1 - highTail) },
    learn(place, announced, relevance = 1) {
      const kept = 0.5 ** (1 / HALF_LIFE_OUTCOMES);
      for (let bin = 0; bin < BINS; bin += 1) bins[bin] = (bins[bin] ?? 0) * kept;
      known = known * kept + worth * relevance;
      const bin = Math.min(BINS - 1, Math.max(0, Math.floor(((place + MOST_DEVIATION) / (2 * MOST_DEVIATION)) * BINS)));
      bins[bin] = (bins[bin] ?? 0) + worth * relevance;
      lowTail = moved(lowTail, place < announced.low, step);
      highTail = moved(highTail, place > announced.high, step);
    },
  };
}

function edge(bin: number): number {
  return -MOST_DEVIATION + (bin * 2 * MOST_DEVIATION) / BINS;
}

function moved(tail: number, missed: boolean, step: number): number {
  return Math.min(MOST_TAIL, Math.max(LEAST_TAIL, tail + step * (TAIL - (missed ? 1 : 0))));
}
