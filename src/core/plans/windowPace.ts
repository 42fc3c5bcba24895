/** How fast a subscription's window fills, and what it comes to by its reset: a straight line, since a window is short. */
import type { Period } from './period.ts';

export interface WindowPace {
  /** Share of the window in an hour, on average since it began. */
  readonly sharePerHour: number;
  /** The share that this pace leads to by the window's end; may be beyond 1. */
  readonly shareAtEnd: number;
  /** Epoch ms at which this pace fills it; undefined: not before it ends. */
  readonly fullAt: number | undefined;
}

const HOUR_MS = 3_600_000;
/** So much of a window must have passed: its first minutes tell no pace. */
const LEAST_PASSED = 1 / 30;

/** `at`: the instant (epoch ms) at which `share` of the window was used up. undefined: too early to say, or nothing used. */
export function windowPace({ start, end }: Period, share: number, at: number): WindowPace | undefined {
  const passed = at - start;
  if (!(share > 0) || !(passed >= LEAST_PASSED * (end - start))) return undefined;
  const fullAt = start + passed / share;
  return {
    sharePerHour: (share / passed) * HOUR_MS,
    shareAtEnd: (share / passed) * (end - start),
    fullAt: fullAt < end ? fullAt : undefined,
  };
}
