/** Sums over entries by what they belong to; all of a kind together are the sum of all. */
import { joinMoney, type MoneySum, NO_MONEY } from '../money.ts';
import { addUsage, type Usage } from '../usage.ts';
import type { Entry } from './entry.ts';
import { runIdOf } from './runs.ts';
import { modelOf, type Sum, sumBy } from './sums.ts';

export const BREAKDOWN_KINDS = ['agent', 'model', 'project', 'session', 'task', 'run', 'subagent'] as const;
export type BreakdownKind = (typeof BREAKDOWN_KINDS)[number];

/** What an entry is summed under; undefined: its sources know of none (for `subagent`: the main agent made the call). */
export function breakdownKey(kind: BreakdownKind, entry: Entry): string | undefined {
  switch (kind) {
    case 'agent':
      return entry.facts.agent;
    case 'model':
      return modelOf(entry);
    case 'project':
      return entry.facts.folder;
    case 'session':
      return entry.facts.sessionId;
    case 'task':
      // A run that nothing is known to retry is a task by itself.
      return entry.facts.taskId ?? runIdOf(entry);
    case 'run':
      return runIdOf(entry);
    case 'subagent':
      return entry.facts.subagentId;
  }
}

/** Kinds that a period's groups are asked for; agents and models are in every `BurnRow`. */
export type PeriodBreakdownKind = Exclude<BreakdownKind, 'agent' | 'model'>;

export interface BreakdownGroup {
  readonly key: string | undefined;
  readonly calls: number;
  readonly usage: Usage;
  readonly cost: MoneySum;
}

/** Groups of entries (coverage and losses marked), dearest first. */
export function breakdownBy(kind: BreakdownKind, entries: Iterable<Entry>): readonly BreakdownGroup[] {
  const sums = sumBy(entries, (entry) => breakdownKey(kind, entry));
  return [...sums].map(([key, sum]) => ({ key, ...sum })).sort(byCost);
}

/** Dearest first; of equally dear ones those of which more is unknown, then by name. */
export function byCost(a: BreakdownGroup, b: BreakdownGroup): number {
  return (
    b.cost.nanoCredits - a.cost.nanoCredits ||
    b.cost.unknown - a.cost.unknown ||
    b.calls - a.calls ||
    ((a.key ?? '') < (b.key ?? '') ? -1 : 1)
  );
}

/** Sums of groups together. */
export function joinGroups(groups: Iterable<Omit<BreakdownGroup, 'key'>>): Sum {
  let sum: Sum = { calls: 0, usage: {}, cost: NO_MONEY };
  for (const { calls, usage, cost } of groups) {
    sum = { calls: sum.calls + calls, usage: addUsage(sum.usage, usage), cost: joinMoney(sum.cost, cost) };
  }
  return sum;
}

/** A group of a period with what tells a person which it is. */
export interface PeriodGroup extends BreakdownGroup {
  /** Epoch ms of its first and last call in the period, to a quarter of an hour; of sessions and tasks the first exactly. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** One of its runs, with that run's agent and folder. */
  readonly runId: string;
  readonly agent: string | undefined;
  readonly folder: string | undefined;
}

/** A period's groups of one kind, dearest first; together with `rest` they are the sum of all. */
export interface Breakdown {
  readonly groups: readonly PeriodGroup[];
  /** What the groups left out come to; undefined: there are no others. */
  readonly rest: (Sum & { readonly groups: number }) | undefined;
}

/** A run among the dearest of a period, with all that it cost (also before or after that period). */
export interface DearRun {
  readonly runId: string;
  readonly agent: string;
  readonly folder: string | undefined;
  readonly models: readonly string[];
  /** Epoch ms. */
  readonly startedAt: number;
  readonly steps: number;
  readonly cost: MoneySum;
}
