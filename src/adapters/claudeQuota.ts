/**
 * What Claude Code itself keeps of its subscription's windows: `cachedUsageUtilization` in `.claude.json`, the last answer
 * that it got to /usage. Nothing else of that file is taken. It is refreshed rarely, so every reading carries its time,
 * and one without a time is left out.
 */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { QuotaEvent } from '../core/ledger/event.ts';
import type { ImportEnvironment } from '../ports.ts';

/** A larger file isn't Claude Code's settings any more. */
const MOST_BYTES = 64_000_000;

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
        const { claudeReadings } = await import('../core/plans/claudeReadings.ts');
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
