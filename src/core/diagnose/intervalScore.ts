/**
 * How far foretold 80 % ranges can be trusted: coverage, width, and the Winkler score (Winkler 1972), which charges a miss
 * ten times the distance, so that coverage can't be bought with width. A fold over outcomes.
 */

export interface IntervalScore {
  readonly outcomes: number;
  readonly inside: number;
  readonly below: number;
  readonly widths: number;
  readonly winkler: number;
}

export const NO_INTERVAL_SCORE: IntervalScore = { outcomes: 0, inside: 0, below: 0, widths: 0, winkler: 0 };

/** What is left outside an 80 % range. */
const ALPHA = 0.2;

/** Any unit, the same throughout; a range that isn't one is not counted. */
export function scoreInterval(
  score: IntervalScore,
  range: { readonly p10: number; readonly p90: number },
  observed: number,
): IntervalScore {
  const { p10, p90 } = range;
  if (!(p10 <= p90) || !Number.isFinite(p10) || !Number.isFinite(p90) || !Number.isFinite(observed)) return score;
  const miss = Math.max(p10 - observed, observed - p90, 0);
  return {
    outcomes: score.outcomes + 1,
    inside: score.inside + (miss === 0 ? 1 : 0),
    below: score.below + (observed < p10 ? 1 : 0),
    widths: score.widths + (p90 - p10),
    winkler: score.winkler + (p90 - p10) + (2 / ALPHA) * miss,
  };
}

export interface IntervalReport {
  readonly outcomes: number;
  /** Share inside, to be 0.8; undefined: nothing foretold yet. */
  readonly coverage: number | undefined;
  readonly belowShare: number | undefined;
  readonly meanWidth: number | undefined;
  readonly meanWinkler: number | undefined;
}

export function intervalReport({ outcomes, inside, below, widths, winkler }: IntervalScore): IntervalReport {
  const mean = (sum: number) => (outcomes === 0 ? undefined : sum / outcomes);
  return {
    outcomes,
    coverage: mean(inside),
    belowShare: mean(below),
    meanWidth: mean(widths),
    meanWinkler: mean(winkler),
  };
}
