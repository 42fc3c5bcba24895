/** A count of tokens with its error bar; `exact`: low = tokens = high. */
export interface TokenEstimate {
  readonly tokens: number;
  readonly exact: boolean;
  /** Between `low` and `high` lie some nine of ten true counts. */
  readonly low: number;
  readonly high: number;
}

/** What the counting here needs of a tokenizer. */
export interface TextCounter {
  count(text: string): number;
}

export const NO_TOKENS: TokenEstimate = exactly(0);

export function exactly(tokens: number): TokenEstimate {
  return { tokens, exact: true, low: tokens, high: tokens };
}

/** An estimate as whole numbers with low ≤ tokens ≤ high, none below 0. */
export function about(tokens: number, low: number, high: number): TokenEstimate {
  const middle = Math.max(0, Math.round(tokens));
  return {
    tokens: middle,
    exact: false,
    low: Math.max(0, Math.min(middle, Math.floor(low))),
    high: Math.max(middle, Math.ceil(high)),
  };
}

/** Σ; the bars add up, as if all erred to the same side: what one tokenizer does to one text it does to the next. */
export function addEstimates(...estimates: readonly TokenEstimate[]): TokenEstimate {
  let [tokens, low, high, exact] = [0, 0, 0, true];
  for (const estimate of estimates) {
    tokens += estimate.tokens;
    low += estimate.low;
    high += estimate.high;
    exact &&= estimate.exact;
  }
  return { tokens, exact, low, high };
}

/** A factor with its error bar. */
export interface TokenFactor {
  readonly factor: number;
  readonly low: number;
  readonly high: number;
}

/** What a count in one tokenizer says of the count in another. */
export function scaleEstimate(estimate: TokenEstimate, { factor, low, high }: TokenFactor): TokenEstimate {
  return about(estimate.tokens * factor, estimate.low * low, estimate.high * high);
}
