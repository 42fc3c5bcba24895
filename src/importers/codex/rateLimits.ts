import { instantIn, type JsonObject, numberIn, objectIn, textIn } from '../line.ts';

/** How much of a plan's window is used up, as OpenAI's backend told Codex at an instant. */
export interface RateLimit {
  /** Which limit: `codex`, or a model's own. undefined: older versions have just one. */
  readonly limitId: string | undefined;
  /** The shorter window (5 hours) is the primary one, the longer (a week) the secondary. */
  readonly window: 'primary' | 'secondary';
  /** 0 to 100, sometimes beyond. */
  readonly usedPercent: number;
  readonly windowMinutes: number | undefined;
  /** Epoch ms. */
  readonly resetsAt: number | undefined;
  /** `plus`, `pro`, `business`, …; undefined: not told (a key of one's own). */
  readonly planType: string | undefined;
}

/**
 * The windows that a `token_count` payload tells of; none where the account has no plan. `at`: epoch ms of its line, from
 * which older versions count the seconds until a window's end. Never throws.
 */
export function rateLimitsOf(payload: unknown, at: number): readonly RateLimit[] {
  const limits = objectIn(objectIn(payload)?.rate_limits);
  if (!limits) return [];
  const told: RateLimit[] = [];
  for (const window of WINDOWS) {
    const share = objectIn(limits[window]);
    const usedPercent = numberIn(share?.used_percent);
    if (!share || usedPercent === undefined || usedPercent < 0) continue;
    told.push({
      limitId: textIn(limits.limit_id),
      window,
      usedPercent,
      windowMinutes: numberIn(share.window_minutes),
      resetsAt: endOf(share, at),
      planType: textIn(limits.plan_type),
    });
  }
  return told;
}

const WINDOWS = ['primary', 'secondary'] as const;

/** `resets_at` is in epoch seconds (some versions: an ISO time), `resets_in_seconds` counts from the line's own time. */
function endOf({ resets_at, resets_in_seconds }: JsonObject, at: number): number | undefined {
  const seconds = numberIn(resets_at);
  if (seconds !== undefined) return seconds * 1000;
  const left = numberIn(resets_in_seconds);
  return instantIn(resets_at) ?? (left === undefined ? undefined : at + left * 1000);
}
