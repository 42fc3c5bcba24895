/**
 * Tokens of one model call, each kind apart, no kind contained in another. `undefined` means that nobody reported
 * it; 0 means that the source counted 0.
 */
export interface Usage {
  /** Input sent for the first time: neither read from nor written to a prompt cache. */
  readonly fresh?: number | undefined;
  /** Input read from the vendor's prompt cache. */
  readonly cacheRead?: number | undefined;
  /** Input written to the prompt cache with the vendor's default life (5 minutes at Anthropic). */
  readonly cacheWrite?: number | undefined;
  /** Input written with the longer life (1 hour at Anthropic), which costs more. */
  readonly cacheWriteHour?: number | undefined;
  /** Output that the user or a tool gets: answer text and tool calls. */
  readonly text?: number | undefined;
  /** Output spent on thinking. Where a vendor reports only one output figure, it is all in `text`. */
  readonly reasoning?: number | undefined;
}

export const USAGE_KINDS = ['fresh', 'cacheRead', 'cacheWrite', 'cacheWriteHour', 'text', 'reasoning'] as const;
export type UsageKind = (typeof USAGE_KINDS)[number];

/** Σ of the given counts; `undefined` only where every one is unknown. */
export function sumTokens(...counts: readonly (number | undefined)[]): number | undefined {
  let total: number | undefined;
  for (const count of counts) if (count !== undefined) total = (total ?? 0) + count;
  return total;
}

/** All input tokens, cached or not. */
export function inputTokens(usage: Usage): number | undefined {
  return sumTokens(usage.fresh, usage.cacheRead, usage.cacheWrite, usage.cacheWriteHour);
}

/** All output tokens, thinking included. */
export function outputTokens(usage: Usage): number | undefined {
  return sumTokens(usage.text, usage.reasoning);
}

/** Adds two usages kind by kind; a kind that neither knows stays unknown. */
export function addUsage(a: Usage, b: Usage): Usage {
  const sum: { -readonly [Kind in UsageKind]?: number } = {};
  for (const kind of USAGE_KINDS) {
    const tokens = sumTokens(a[kind], b[kind]);
    if (tokens !== undefined) sum[kind] = tokens;
  }
  return sum;
}

/** A count from outside: a number ≥ 0, rounded down; anything else, also what no number holds exactly, is unknown. */
export function tokenCount(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? Math.floor(value) : undefined;
}

/** The rest of a total once its known parts are taken out; never below 0; unknown where the total is. */
export function remainder(total: number | undefined, ...parts: readonly (number | undefined)[]): number | undefined {
  return total === undefined ? undefined : Math.max(0, total - (sumTokens(...parts) ?? 0));
}
