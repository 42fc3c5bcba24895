import type { Observation } from '../../core/ledger/event.ts';
import type { LineReader, LineResult } from '../../ports.ts';
import { compact, contains, NOTHING, needle, parseObject } from '../line.ts';
import { type GeneratedLine, readLine } from './schema.ts';

export const CONTINUE_SOURCE = 'continue-log';

const TOKENS = needle('"promptTokens"');

/** Reads one file of Continue's. A line tells one call; a line without a time can't be placed. */
export function continueReader(): LineReader {
  return {
    line(bytes): LineResult {
      if (!contains(bytes, TOKENS)) return NOTHING;
      const parsed = parseObject(bytes);
      if (!parsed) return { observations: [], problem: "A line of Continue's data is not valid JSON and was skipped." };
      const line = readLine(parsed);
      return line ? { observations: [observed(line)] } : NOTHING;
    },
    state: () => null,
  };
}

function observed({ at, userAgent, model, provider, promptTokens, generatedTokens }: GeneratedLine): Observation {
  return compact({
    kind: 'settled' as const,
    // There is no id; two calls of one instant with the same counts are one line written twice.
    callId: `continue:${at}:${model ?? ''}:${promptTokens ?? ''}:${generatedTokens ?? ''}`,
    at,
    source: CONTINUE_SOURCE,
    facts: compact({ agent: 'continue', agentVersion: versionOf(userAgent), model, provider }),
    usage: compact({ fresh: promptTokens, text: generatedTokens }),
    // Continue counts by itself, with one tokenizer for all models, and knows no cache.
    usageBasis: 'counted' as const,
  });
}

/** `Visual Studio Code/1.98.2 (Continue/1.0.5)` → `1.0.5`. */
function versionOf(userAgent: string | undefined): string | undefined {
  return /\bContinue\/([\w.-]+)/.exec(userAgent ?? '')?.[1];
}
