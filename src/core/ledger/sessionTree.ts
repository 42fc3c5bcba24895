/** A session as the tree of its runs and their sub-agents, with costs that add up. */
import { joinGroups } from './breakdown.ts';
import type { Entry } from './entry.ts';
import { runIdOf } from './runs.ts';
import { addEntry, NOTHING, type Sum } from './sums.ts';

export interface SessionNode {
  readonly kind: 'session' | 'run' | 'subagent';
  readonly id: string;
  /** Epoch ms of its first call. */
  readonly at: number;
  /** What is its own and no child's. */
  readonly own: Sum;
  /** `own` and all children's. */
  readonly total: Sum;
  /** In the order of time. */
  readonly children: readonly SessionNode[];
}

/** The calls of one run by one agent (`subagentId` undefined: the main one), summed. */
export interface SessionPart {
  readonly runId: string;
  readonly subagentId: string | undefined;
  readonly at: number;
  readonly sum: Sum;
}

/** Parts of entries, coverage and losses marked. Those that count nothing are in no sum, but their runs are told. */
export function sessionParts(entries: Iterable<Entry>): readonly SessionPart[] {
  const parts = new Map<string, SessionPart>();
  for (const entry of entries) {
    const { subagentId } = entry.facts;
    const runId = runIdOf(entry);
    const key = JSON.stringify([runId, subagentId]);
    const part = parts.get(key) ?? { runId, subagentId, at: entry.at, sum: NOTHING };
    parts.set(key, { ...part, at: Math.min(part.at, entry.at), sum: addEntry(part.sum, entry) });
  }
  return [...parts.values()];
}

/** The tree of parts in any order; several parts of one run and agent are one node. A sub-agent stands below the run that called it. */
export function sessionTree(sessionId: string, parts: readonly SessionPart[]): SessionNode {
  const runs = [...Map.groupBy(parts, ({ runId }) => runId)].map(([runId, ofRun]): SessionNode => {
    const agents = Map.groupBy(ofRun, ({ subagentId }) => subagentId);
    const children = [...agents].flatMap(([id, ofAgent]) => {
      if (id === undefined) return [];
      const sum = joinGroups(ofAgent.map((part) => part.sum));
      return [node('subagent', id, ofAgent, sum, [])];
    });
    return node('run', runId, ofRun, joinGroups((agents.get(undefined) ?? []).map(({ sum }) => sum)), children);
  });
  return node('session', sessionId, parts, NOTHING, runs);
}

function node(
  kind: SessionNode['kind'],
  id: string,
  parts: readonly SessionPart[],
  own: Sum,
  children: readonly SessionNode[],
): SessionNode {
  return {
    kind,
    id,
    at: parts.reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY),
    own,
    total: joinGroups([own, ...children.map(({ total }) => total)]),
    children: [...children].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)),
  };
}
