/**
 * What Claude Code itself keeps of its subscription's windows: `cachedUsageUtilization` in `.claude.json`, the last answer
 * that it got to /usage. Nothing else of that file is taken. It is refreshed rarely, so every reading carries its time,
 * and one without a time is left out.
 */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import type { QuotaEvent } from '../core/ledger/event.ts';
import { quotaEvent } from '../core/ledger/quota.ts';
import type { ImportEnvironment } from '../ports.ts';

const SOURCE = 'claude-code-usage';
const AGENT = 'claude-code';
/** A larger file isn't Claude Code's settings any more. */
const MOST_BYTES = 64_000_000;

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

export interface ClaudeQuota {
  /** The readings, where the file changed since the last look; none where it isn't there or holds none. Never throws. */
  look(): Promise<readonly QuotaEvent[]>;
}

export function claudeQuota({ home, env }: Pick<ImportEnvironment, 'home' | 'env'>): ClaudeQuota {
  const file = path.join(env.CLAUDE_CONFIG_DIR || home, '.claude.json');
  let seen = '';
  return {
    async look() {
      try {
        const { mtimeMs, size } = await stat(file);
        const state = `${mtimeMs} ${size}`;
        if (state === seen || size > MOST_BYTES) return [];
        const readings = claudeReadings(await readFile(file, 'utf8'));
        seen = state;
        return readings;
      } catch {
        // Not there, or not readable: then its shares stay unknown, and the surfaces say so.
        return [];
      }
    },
  };
}

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
