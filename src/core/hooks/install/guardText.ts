/** What is said of an agent's guard. */
import { agoText } from '../../status/dateText.ts';
import type { GuardedAgent } from '../hookCall.ts';

export interface GuardStanding {
  readonly agent: GuardedAgent;
  readonly state: 'off' | 'on' | 'changed';
  /** Epoch ms since which its hooks are there; undefined: nobody knows. */
  readonly since?: number;
  /** Epoch ms at which its hook was last heard; undefined: never. */
  readonly heardAt?: number;
  readonly problem?: string;
}

/** Hooks alone guard nothing: an agent counts only once one of them was heard after they were put there. */
export function isGuarding({ state, since, heardAt, problem }: GuardStanding): boolean {
  return state === 'on' && problem === undefined && heardAt !== undefined && heardAt >= (since ?? 0);
}

/** In a few words, for a list. */
export function guardText(standing: GuardStanding, now: number): string {
  const { agent, state, heardAt, problem } = standing;
  if (state === 'off') return 'not guarded';
  if (problem !== undefined) return 'not guarded: its hooks don’t run';
  if (state === 'changed') return 'its hooks were changed, or are an older version’s: guard it again';
  if (isGuarding(standing)) return `guarded, last heard ${agoText(heardAt ?? now, now)}`;
  return agent === 'codex'
    ? 'awaiting trust: start Codex once and trust the hooks that it shows'
    : 'installed, not heard yet: start it once';
}

/** Said beside an agent: what its hooks can't keep. Where there is nothing to add, docs/agents.md has the rest. */
export function guardCaveat(agent: GuardedAgent): string | undefined {
  switch (agent) {
    case 'copilot':
      return 'VS Code’s own sessions and the Copilot CLI; not inline chat and not cloud agents';
    case 'cursor':
      return 'after its documents, not tried with Cursor itself';
    case 'cline':
      return 'a denial ends the whole run; tried with its CLI';
    case 'claude-code':
    case 'codex':
    case 'gemini-cli':
      return undefined;
  }
}
