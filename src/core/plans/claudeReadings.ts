/** What Claude Code's own `.claude.json` tells of its subscription's windows. */
import * as z from 'zod/mini';
import type { QuotaEvent } from '../ledger/event.ts';
import { quotaEvent } from '../ledger/quota.ts';

const SOURCE = 'claude-code-usage';
const AGENT = 'claude-code';
const WINDOWS = [
  ['five_hour', '5h', 300],
  ['seven_day', 'week', 10_080],
  ['seven_day_opus', 'week-opus', 10_080],
  ['seven_day_sonnet', 'week-sonnet', 10_080],
] as const;

const windowSchema = z.object({
  utilization: z.number().check(z.nonnegative()),
  resets_at: z.optional(z.nullable(z.string())),
});
const fileSchema = z.object({
  cachedUsageUtilization: z.object({ fetchedAtMs: z.number(), utilization: z.record(z.string(), z.unknown()) }),
});

/** The readings in the text of `.claude.json`; none where it holds none, or is half written. */
export function claudeReadings(text: string): readonly QuotaEvent[] {
  const parsed = fileSchema.safeParse(jsonOf(text));
  if (!parsed.success) return [];
  const { fetchedAtMs, utilization } = parsed.data.cachedUsageUtilization;
  if (!(fetchedAtMs > 0)) return [];
  return WINDOWS.flatMap(([key, window, windowMinutes]) => {
    const told = windowSchema.safeParse(utilization[key]);
    if (!told.success) return [];
    const resetsAt = told.data.resets_at ? Date.parse(told.data.resets_at) : Number.NaN;
    return [
      quotaEvent(SOURCE, fetchedAtMs, {
        agent: AGENT,
        window,
        windowMinutes,
        usedShare: told.data.utilization / 100,
        ...(Number.isFinite(resetsAt) ? { resetsAt } : {}),
      }),
    ];
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
