/** Folds of the ledger's day × agent × model rows into what a chart and a short table show. */
import { joinMoney, type MoneySum, NO_MONEY } from '../money.ts';
import { addUsage, type Usage } from '../usage.ts';
import type { BurnRow } from './entry.ts';

/** One agent's figures of one day. */
export interface DayBurn {
  readonly day: string;
  readonly agent: string;
  readonly calls: number;
  readonly cost: MoneySum;
}

/** The figures of one agent or one model over some days. */
export interface BurnGroup {
  readonly key: string;
  readonly calls: number;
  readonly usage: Usage;
  readonly cost: MoneySum;
}

/** Figures by day and agent, the oldest day first and the dearest agent of a day first. */
export function burnByDay(rows: readonly BurnRow[]): readonly DayBurn[] {
  const groups = new Map<string, DayBurn>();
  for (const { day, agent, calls, cost } of rows) {
    const key = `${day}\n${agent}`;
    const before = groups.get(key);
    groups.set(key, {
      day,
      agent,
      calls: calls + (before?.calls ?? 0),
      cost: joinMoney(before?.cost ?? NO_MONEY, cost),
    });
  }
  return [...groups.values()].sort(
    (a, b) => order(a.day, b.day) || b.cost.nanoCredits - a.cost.nanoCredits || order(a.agent, b.agent),
  );
}

/** Figures by agent or by model, dearest first. */
export function burnBy(kind: 'agent' | 'model', rows: readonly BurnRow[]): readonly BurnGroup[] {
  const groups = new Map<string, BurnGroup>();
  for (const row of rows) {
    const key = row[kind];
    const before = groups.get(key);
    groups.set(key, {
      key,
      calls: row.calls + (before?.calls ?? 0),
      usage: before ? addUsage(before.usage, row.usage) : row.usage,
      cost: joinMoney(before?.cost ?? NO_MONEY, row.cost),
    });
  }
  return [...groups.values()].sort((a, b) => b.cost.nanoCredits - a.cost.nanoCredits || order(a.key, b.key));
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
