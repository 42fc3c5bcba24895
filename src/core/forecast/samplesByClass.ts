/**
 * Decayed empirical quantiles of a figure by classes that back off to coarser ones: what is seen of a task class with a model
 * counts most, once there is some; then the model, the class, all; then what is believed before anything was seen.
 */
import { addSample, noSamples, type RunSamples, sampleGrid } from './runSamples.ts';

/** Changed in place by {@link learnSample} alone; plain data. */
export type SamplesByClass = Record<string, RunSamples>;

export interface SampleForecast {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly mean: number;
  /** Values and their shares of the chance, ascending; the shares sum to 1. */
  readonly draws: readonly (readonly [value: number, share: number])[];
}

const PARTS = 10;
/** What a finer class must have seen to count as much as all coarser ones together. */
const POOL = 8;
/** Below it, what coarser classes would say is left out. */
const LEAST_SHARE = 0.03;
/** The class that nothing was seen of for longest is forgotten beyond these. */
const MOST_CLASSES = 64;

/** `classes`: from the coarsest to the finest. */
export function learnSample(samples: SamplesByClass, classes: readonly string[], value: number): void {
  if (!(value >= 0) || !Number.isFinite(value)) return;
  for (const name of classes) {
    const known = samples[name] ?? noSamples();
    // Put last: the coarse classes, which everything is learned in, must never be the ones that go.
    delete samples[name];
    samples[name] = known;
    addSample(known, value);
  }
  for (const name of Object.keys(samples).slice(0, -MOST_CLASSES)) delete samples[name];
}

/** `prior`: values as likely as each other, ascending. Changes nothing. */
export function forecastSample(
  samples: SamplesByClass,
  classes: readonly string[],
  prior: readonly number[],
): SampleForecast {
  const draws: (readonly [number, number])[] = [];
  let left = 1;
  for (const name of classes.toReversed()) {
    const known = samples[name];
    if (!known) continue;
    const grid = gridOf(known);
    const share = (left * known.seen) / (known.seen + POOL);
    for (const value of grid) draws.push([value, share / grid.length]);
    left -= share;
    if (left < LEAST_SHARE) break;
  }
  for (const value of prior) draws.push([value, left / prior.length]);
  draws.sort((a, b) => a[0] - b[0]);
  return {
    p10: quantile(draws, 0.1),
    p50: quantile(draws, 0.5),
    p90: quantile(draws, 0.9),
    mean: draws.reduce((sum, [value, share]) => sum + value * share, 0),
    draws,
  };
}

/** What is seen decides; sorting it anew for each question would take longer than all else. */
const grids = new WeakMap<RunSamples, { readonly seen: number; readonly grid: readonly number[] }>();

function gridOf(samples: RunSamples): readonly number[] {
  const kept = grids.get(samples);
  if (kept?.seen === samples.seen) return kept.grid;
  const grid = sampleGrid(samples, PARTS);
  grids.set(samples, { seen: samples.seen, grid });
  return grid;
}

function quantile(draws: readonly (readonly [number, number])[], share: number): number {
  let sum = 0;
  for (const [value, part] of draws) {
    sum += part;
    if (sum >= share - 1e-9) return value;
  }
  return draws.at(-1)?.[0] ?? 0;
}
