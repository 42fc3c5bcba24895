/** RouteLLM's measures of a ranking (arXiv 2406.18665, section 2.2): the rows with the highest scores go to the strong model. */

export interface Scored {
  /** Higher: rather the strong model. */
  readonly score: number;
  readonly weak: boolean;
  readonly strong: boolean;
}

/** Share of the gap between the models that is recovered with 0, 1, 2, … rows given to the strong one. */
function recovered(scored: readonly Scored[]): readonly number[] {
  const gains = scored.toSorted((a, b) => b.score - a.score).map(({ weak, strong }) => Number(strong) - Number(weak));
  const gap = gains.reduce((sum, gain) => sum + gain, 0);
  const curve = [0];
  for (const gain of gains) curve.push((curve.at(-1) ?? 0) + gain / gap);
  return curve;
}

/** Average performance gap recovered: the area under the curve; 0.5 for a random order. */
export function apgr(scored: readonly Scored[]): number {
  const curve = recovered(scored);
  return curve.slice(1).reduce((sum, value, index) => sum + (value + (curve[index] ?? 0)) / 2, 0) / scored.length;
}

/** The least share of strong calls that recovers a share of the gap. */
export function strongCallsFor(scored: readonly Scored[], share: number): number {
  return recovered(scored).findIndex((value) => value >= share) / scored.length;
}

/** Standard error of the APGR by the rows, by the delta method: it is Σ gain·(1 − rank) ÷ Σ gain. */
export function apgrError(scored: readonly Scored[]): number {
  const rows = scored.toSorted((a, b) => b.score - a.score);
  const area = apgr(scored);
  const gains = rows.map(({ weak, strong }) => Number(strong) - Number(weak));
  const gap = gains.reduce((sum, gain) => sum + gain, 0);
  const squares = gains.reduce((sum, gain, index) => sum + (gain * (1 - (index + 0.5) / rows.length - area)) ** 2, 0);
  return Math.sqrt(squares) / Math.abs(gap);
}
