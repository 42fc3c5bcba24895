/** When a run's labels are enough to learn from: as soon as they are strong, else once the last of them should have come. */
import { type Label, runOutcome } from './outcome.ts';

export interface Judgement {
  /** Epoch ms. */
  readonly at: number;
  readonly accepted: boolean;
  /** 0 to 1. */
  readonly weight: number;
}

/** Evidence with which nothing more is waited for: a check, a vote or a commit. */
const STRONG = 0.6;
/** The last look at edited lines is had after two hours. */
const SETTLED_MS = 150 * 60_000;

/** undefined: not yet, or the labels don't tell. `endedAt`, `now`: epoch ms. */
export function judgement(labels: readonly Label[], endedAt: number, now: number): Judgement | undefined {
  const known = labels.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
  const settled = endedAt + SETTLED_MS;
  for (const [index, label] of known.entries()) {
    if (label.at > settled) break;
    const sofar = runOutcome(known.slice(0, index + 1));
    if (sofar?.accepted === undefined || sofar.evidence < STRONG) continue;
    return { at: Math.max(label.at, endedAt), accepted: sofar.accepted, weight: sofar.evidence };
  }
  if (now < settled) return undefined;
  const early = runOutcome(known.filter(({ at }) => at <= settled));
  if (early?.accepted !== undefined) return { at: settled, accepted: early.accepted, weight: early.evidence };
  // What comes late, a commit on the next day, still tells.
  for (const [index, label] of known.entries()) {
    const late = label.at > settled ? runOutcome(known.slice(0, index + 1)) : undefined;
    if (late?.accepted !== undefined) return { at: label.at, accepted: late.accepted, weight: late.evidence };
  }
  return undefined;
}
