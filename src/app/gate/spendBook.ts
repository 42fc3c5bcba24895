/**
 * What sessions, runs and periods have spent, kept in memory and moved on by what is written to the ledger, so that a hook is
 * answered without a query over it. Several windows write the ledger; all of it is followed.
 */

import { drawOf } from '../../core/budget/ledgerSpend.ts';
import { accountOf, accountsOf, type Draw, type LimitScope } from '../../core/budget/limits.ts';
import type { Entry } from '../../core/ledger/entry.ts';
import { dayOf, startOfMonth } from '../../core/ledger/localDay.ts';
import { modelOf } from '../../core/ledger/sums.ts';
import { addMoney, joinMoney, type MoneySum, NO_MONEY } from '../../core/money.ts';
import type { Clock, LedgerStore } from '../../ports.ts';
import { othersTurn } from '../othersTurn.ts';

export type SpendLedger = Pick<LedgerStore, 'lastChange' | 'changes' | 'sessionParts' | 'burn' | 'breakdown'>;

/** Money over so many calls. */
export interface Spent {
  readonly cost: MoneySum;
  readonly calls: number;
  /** Tools that these calls called. */
  readonly tools: number;
}

export const NOTHING_SPENT: Spent = { cost: NO_MONEY, calls: 0, tools: 0 };

export interface SpendBook {
  /** Takes in what was written since; the first time it reads the period's sums. Rejects with a LedgerError. */
  follow(): Promise<void>;
  /** Follows a session from now on, its past included. `onCall`: told of each call of it that ended since. */
  watch(sessionId: string, onCall: (entry: Entry) => void): WatchedSession;
  unwatch(sessionId: string): void;
  /** The session that a sub-agent of this id was called in; undefined: it is none, or none of its calls was told. */
  parentOf(id: string): string | undefined;
  /** Of this day, month, project or model; nothing of what has no account. */
  of(scope: LimitScope, draw: Draw): MoneySum;
  /** A usual call of an agent's this month, undefined: none with a known cost was seen. */
  usualCall(agent: string, model: string | undefined): number | undefined;
}

export interface WatchedSession {
  readonly total: () => Spent;
  readonly run: () => Spent;
  /** A run begins, at this instant (epoch ms). */
  begin(at: number): void;
}

interface Watched {
  total: Spent;
  run: Spent;
  /** Epoch ms; undefined: its prompt wasn't heard. */
  runFrom: number | undefined;
  readonly onCall: (entry: Entry) => void;
}

const CHANGES_AT_ONCE = 40;
/** Calls that ended longer ago than this are in the period's sums when those are read anew, and in no session at work. */
const LATE_MS = 24 * 3_600_000;
/** Sums are read anew so often, for what was billed, priced anew or told late. */
const READ_ANEW_MS = 5 * 60_000;
const MOST_PROJECTS = 1000;
const MOST_PARENTS = 256;

export function createSpendBook(ledger: () => SpendLedger, clock: Clock): SpendBook {
  const watched = new Map<string, Watched>();
  let accounts = new Map<string, MoneySum>();
  let usual = new Map<string, { readonly nanoCredits: number; readonly calls: number }>();
  const parents = new Map<string, string>();
  let place: number | undefined;
  let read: { readonly day: string; readonly elapsed: number; readonly place: number } | undefined;
  let following: Promise<void> | undefined;

  function add(account: string, cost: MoneySum): void {
    accounts.set(account, joinMoney(accounts.get(account) ?? NO_MONEY, cost));
  }

  /** All at once, so that nothing is counted twice or left out. */
  function readPeriods(now: number): void {
    const day = dayOf(now);
    const from = dayOf(startOfMonth(now));
    place = ledger().lastChange();
    accounts = new Map();
    usual = new Map();
    for (const row of ledger().burn(from, day)) {
      if (row.day === day) add(`day ${day}`, row.cost);
      add(`month ${day.slice(0, 7)}`, row.cost);
      add(`model ${day.slice(0, 7)} ${row.model}`, row.cost);
      const known = row.calls - row.cost.unknown;
      for (const name of [row.agent, `${row.agent}\n${row.model}`]) {
        const { nanoCredits, calls } = usual.get(name) ?? { nanoCredits: 0, calls: 0 };
        usual.set(name, { nanoCredits: nanoCredits + row.cost.nanoCredits, calls: calls + known });
      }
    }
    const projects = ledger().breakdown('project', from, day, MOST_PROJECTS);
    for (let next = projects.next(); ; next = projects.next()) {
      if (!next.done) continue;
      for (const { key, cost } of next.value.groups)
        if (key !== undefined) add(`project ${day.slice(0, 7)} ${key}`, cost);
      break;
    }
    read = { day, elapsed: clock.elapsed(), place };
  }

  function take(entry: Entry): void {
    const { sessionId, subagentId } = entry.facts;
    if (subagentId !== undefined && sessionId !== undefined && subagentId !== sessionId) {
      parents.set(subagentId, sessionId);
      if (parents.size > MOST_PARENTS) parents.delete(parents.keys().next().value ?? subagentId);
    }
    const session = sessionId === undefined ? undefined : watched.get(sessionId);
    if (session && sessionId !== undefined) {
      if (entry.scope === 'run') readSession(sessionId, session);
      else addTo(session, entry);
      session.onCall(entry);
    }
    const cost = costOf(entry);
    if (!cost || entry.scope === 'run') return;
    for (const account of accountsOf({ ...drawOf(entry), model: modelOf(entry) }))
      if (!account.startsWith('run ') && !account.startsWith('session ')) add(account, cost);
  }

  function addTo(session: Watched, entry: Entry): void {
    const cost = costOf(entry);
    if (!cost) return;
    const more: Spent = { cost, calls: 1, tools: entry.tools.length };
    session.total = together(session.total, more);
    if (session.runFrom === undefined || entry.at >= session.runFrom) session.run = together(session.run, more);
  }

  /** From the ledger's own sums, which count a run's total or its steps, whichever knows it better. */
  function readSession(sessionId: string, session: Watched): void {
    const parts = ledger().sessionParts(sessionId);
    const latest = [...parts].sort((a, b) => a.at - b.at).at(-1)?.runId;
    const isOfRun = (part: (typeof parts)[number]) =>
      session.runFrom === undefined ? part.runId === latest : part.at >= session.runFrom;
    session.total = spentOf(parts, session.total.tools);
    session.run = spentOf(parts.filter(isOfRun), session.run.tools);
  }

  async function followOnce(): Promise<void> {
    const now = clock.now();
    const written = ledger().lastChange();
    const isOld =
      !read ||
      read.day !== dayOf(now) ||
      written < (place ?? 0) ||
      (clock.elapsed() - read.elapsed >= READ_ANEW_MS && written !== read.place);
    if (!isOld && written === place) return;
    let more = place !== undefined && written >= place;
    while (more && place !== undefined) {
      const changes = ledger().changes(place, CHANGES_AT_ONCE, now - LATE_MS);
      for (const fact of changes.facts) if (fact.kind === 'entry') take(fact.entry);
      place = changes.next;
      ({ more } = changes);
      if (more) await othersTurn();
    }
    if (isOld) readPeriods(now);
  }

  return {
    follow() {
      following ??= followOnce().finally(() => {
        following = undefined;
      });
      return following;
    },
    watch(sessionId, onCall) {
      const session: Watched = { total: NOTHING_SPENT, run: NOTHING_SPENT, runFrom: undefined, onCall };
      readSession(sessionId, session);
      watched.set(sessionId, session);
      return {
        total: () => session.total,
        run: () => session.run,
        begin(at) {
          session.runFrom = at;
          session.run = NOTHING_SPENT;
        },
      };
    },
    parentOf: (id) => parents.get(id),
    unwatch(sessionId) {
      watched.delete(sessionId);
    },
    of(scope, draw) {
      const account = accountOf(scope, draw);
      return (account === undefined ? undefined : accounts.get(account)) ?? NO_MONEY;
    },
    usualCall(agent, model) {
      const known = usual.get(`${agent}\n${model ?? ''}`) ?? usual.get(agent);
      return known && known.calls > 0 ? Math.round(known.nanoCredits / known.calls) : undefined;
    },
  };
}

/** undefined: it is in no sum of money that can be capped: own hardware's, or what no plan pays for. */
function costOf({ state, facts, cost }: Entry): MoneySum | undefined {
  const counts = (state === 'settled' || state === 'failed') && facts.local !== true && facts.billable !== false;
  return counts ? addMoney(NO_MONEY, cost.nanoCredits, cost.confidence) : undefined;
}

function spentOf(
  parts: readonly { readonly sum: { readonly calls: number; readonly cost: MoneySum } }[],
  tools: number,
): Spent {
  return parts.reduce<Spent>((sum, part) => together(sum, { ...part.sum, tools: 0 }), { ...NOTHING_SPENT, tools });
}

function together(a: Spent, b: Spent): Spent {
  return { cost: joinMoney(a.cost, b.cost), calls: a.calls + b.calls, tools: a.tools + b.tools };
}
