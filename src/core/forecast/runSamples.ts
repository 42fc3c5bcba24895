/**
 * Exponentially decayed empirical quantiles: the latest samples, each worth less the more came after it. Plain data of
 * bounded size; a ring, so that learning is constant time.
 */
export interface RunSamples {
  readonly values: number[];
  /** Where the next one goes. */
  next: number;
  /** How many were ever seen. */
  seen: number;
}

export const KEPT = 400;

export const noSamples = (): RunSamples => ({ values: [], next: 0, seen: 0 });

export function addSample(samples: RunSamples, value: number): void {
  samples.values[samples.next] = value;
  samples.next = (samples.next + 1) % KEPT;
  samples.seen += 1;
}

/** Values at the middles of `parts` equal shares, ascending; empty where nothing was seen. */
export function sampleGrid(samples: RunSamples, parts: number): number[] {
  // A typed array is sorted by number, and fast.
  const sorted = Float64Array.from(samples.values).sort();
  if (sorted.length === 0) return [];
  return Array.from({ length: parts }, (_, part) => {
    const place = ((part + 0.5) / parts) * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
    return low + (high - low) * (place - Math.floor(place));
  });
}
