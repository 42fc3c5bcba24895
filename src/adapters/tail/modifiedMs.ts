import type { BigIntStats } from 'node:fs';

const NANOSECONDS = 1_000_000_000n;

/**
 * When a file was changed last, in whole milliseconds, rounded as those of stats that aren't exact: what these say of
 * thousands of files at a start is compared with it, and one bit less would have half of them opened.
 */
export function modifiedMs({ mtimeNs }: BigIntStats): number {
  return Math.floor(Number(mtimeNs / NANOSECONDS) * 1_000 + Number(mtimeNs % NANOSECONDS) / 1e6);
}
