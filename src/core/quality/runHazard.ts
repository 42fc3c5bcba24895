/**
 * How many steps remain: a discrete hazard of ending at the step that comes, by features (shipped logistic coefficients)
 * times a factor by band of steps that is learned: ends seen ÷ ends foreseen, shrunk to 1 (a Gamma prior worth some
 * ends; actuaries' "actual to expected"). Evidence is a decayed count, so that habits may change.
 */
import { RUN_PRIOR } from './runPrior.ts';

export interface RunHazard {
  /** Decayed sums of ends that came, and of ends that were foreseen. */
  bands: { seen: number; foreseen: number }[];
}

const BAND = 10;
const BANDS = 12;
const PRIOR_ENDS = 5;
const KEEP = 0.9995;
const LEAST = 0.002;
const MOST = 0.6;

export const newRunHazard = (): RunHazard => ({
  bands: Array.from({ length: BANDS }, () => ({ seen: 0, foreseen: 0 })),
});

/** The chance that the step is the run's last. */
export function endingChance(hazard: RunHazard, step: number, vector: readonly number[]): number {
  const { seen, foreseen } = hazard.bands[bandOf(step)] ?? { seen: 0, foreseen: 0 };
  const chance = (shipped(vector) * (seen + PRIOR_ENDS)) / (foreseen + PRIOR_ENDS);
  return Math.min(MOST, Math.max(LEAST, chance));
}

export function learnEnding(hazard: RunHazard, step: number, vector: readonly number[], ended: boolean): void {
  const band = hazard.bands[bandOf(step)];
  if (!band) return;
  band.seen = band.seen * KEEP + (ended ? 1 : 0);
  band.foreseen = band.foreseen * KEEP + shipped(vector);
}

function shipped(vector: readonly number[]): number {
  const score = vector.reduce(
    (sum, x, index) => sum + x * (RUN_PRIOR.ending[index + 1] ?? 0),
    RUN_PRIOR.ending[0] ?? 0,
  );
  return 1 / (1 + Math.exp(-score));
}

const bandOf = (step: number) => Math.min(BANDS - 1, Math.floor((step - 1) / BAND));
