/** Answers the ledger's questions, from the derived rows where that is enough and from the events where it isn't. */
import type { DatabaseSync } from 'node:sqlite';
import type { HourSpend } from '../core/forecast/forecast.ts';
import type { BurnRow, BurnSummary, Entry, RunView } from '../core/ledger/entry.ts';
import type { QuotaEvent } from '../core/ledger/event.ts';
import { asLost, foldCall, standingObservations } from '../core/ledger/fold.ts';
import { isWithin } from '../core/ledger/folders.ts';
import { dayOf, hoursAreWhole, startOfDay, startOfMonth } from '../core/ledger/localDay.ts';
import { latestQuotas } from '../core/ledger/quota.ts';
import { LIVE_AFTER_STEP_MS, LOST_AFTER_MS, runIdOf, viewRun } from '../core/ledger/runs.ts';
import { addMoney, joinMoney, type MoneySum, NO_MONEY } from '../core/money.ts';
import { addUsage } from '../core/usage.ts';
import type { BilledObservations, CallPlace, EntryPage, EntrySelection, SourceRow, UnbilledCalls } from '../ports.ts';
import { type BreakdownReader, breakdownReader, type RowReading } from './breakdownReader.ts';
import { type CallTable, keyOf } from './callTable.ts';
import { entryPages } from './entryPages.ts';
import { confidenceOf, type EntryRow, OPEN, UNKNOWN, usageOf } from './entryRow.ts';
import { eventTable } from './eventTable.ts';
import { type FactReader, factReader } from './factReader.ts';
import type { NameTable } from './nameTable.ts';
import { type OutcomeReader, outcomeReader } from './outcomeReader.ts';
import { contributes, lastQuarter, nextQuarter, type RollupRow, rollup } from './rollup.ts';

export interface LedgerReader extends BreakdownReader, OutcomeReader, FactReader {
  revision(): number;
  summary(at: number, folders: readonly string[]): BurnSummary;
  entry(callId: string, now: number): Entry | undefined;
  run(runId: string, now: number, latestSteps?: number): RunView | undefined;
  runs(limit: number, now: number, latestSteps?: number): readonly RunView[];
  burn(fromDay: string, toDay: string, now: number): readonly BurnRow[];
  spendByHour(from: number, to: number, now: number, agents?: readonly string[]): readonly HourSpend[];
  sources(since: number): readonly SourceRow[];
  unbilled(since: number, limit: number, after?: CallPlace): UnbilledCalls;
  spent(from: number, to: number, agents: readonly string[], now: number): MoneySum;
  quotas(since: number): readonly QuotaEvent[];
  quotaNames(from: number, to: number): readonly string[];
  folders(): readonly string[];
  entries(selection: EntrySelection, limit: number, now: number, after?: CallPlace): EntryPage;
  billed(since: number, limit: number, before?: CallPlace): BilledObservations;
}

/** How long a call stays among `endedCallIds`. */
const JUST_ENDED_MS = 90_000;

/** More days than anybody asks for; a range from a typing error must not run for minutes. */
const MOST_DAYS = 20_000;

/** `gone`: whether the process of this name can't end the calls that it started. */
/** Calls of one instant that are looked at for the latest run. */
const MOST_TIES = 16;

interface LatestRow {
  readonly call: number;
  readonly at: number;
}

export function ledgerReader(
  database: DatabaseSync,
  names: NameTable,
  calls: CallTable,
  gone: (writer: string) => boolean,
): LedgerReader {
  const events = eventTable(database);
  const sums = rollup(database);
  const selectState = database.prepare('SELECT revision FROM state');
  const selectRow = database.prepare('SELECT * FROM entries WHERE call = ?');
  const selectRun = database.prepare('SELECT * FROM entries WHERE run = ?');
  const selectSession = database.prepare(
    'SELECT call, at, state, scope, covered, billable, confidence, nano, run FROM entries WHERE session = ?',
  );
  const selectOpen = database.prepare('SELECT * FROM entries WHERE state = 0 AND at >= ? AND at < ?');
  const selectLatest = database.prepare('SELECT call, run FROM entries WHERE at >= ? ORDER BY at DESC');
  const selectLatestIn = database.prepare(
    `SELECT call, at FROM entries INDEXED BY entries_at WHERE at >= ? AND billable = 1 AND (? OR folder IN (SELECT value FROM json_each(?)))
     ORDER BY at DESC LIMIT ${MOST_TIES}`,
  );
  const selectBetween = database.prepare('SELECT * FROM entries WHERE at >= ? AND at < ?');
  const selectAfter = database.prepare(
    'SELECT call, at, state, confidence FROM entries WHERE (at, call) > (?, ?) ORDER BY at, call LIMIT ?',
  );
  const selectFolders = database.prepare('SELECT DISTINCT folder FROM entries WHERE folder IS NOT NULL');
  const pages = entryPages(database, names);
  const selectBefore = database.prepare(
    'SELECT call, at, state, confidence FROM entries WHERE at >= ? AND (at, call) < (?, ?) ORDER BY at DESC, call DESC LIMIT ?',
  );
  const selectEnded = database.prepare('SELECT call FROM entries WHERE at >= ? AND ended >= ?');

  type OpenRow = Pick<EntryRow, 'call' | 'at' | 'state'>;

  function isLost({ call, at, state }: OpenRow, now: number): boolean {
    if (state !== OPEN) return false;
    if (now - at > LOST_AFTER_MS) return true;
    const writers = events.writers(call);
    return writers.length > 0 && writers.every((writer) => gone(names.name(writer)));
  }

  function lostBetween(from: number, to: number, now: number): readonly EntryRow[] {
    const open = selectOpen.all(from, to) as unknown as EntryRow[];
    return open.filter((row) => row.billable === 1 && row.covered === 0 && isLost(row, now));
  }

  function rowsIn(from: number, to: number): readonly EntryRow[] {
    return selectBetween.all(from, to) as unknown as EntryRow[];
  }

  function toEntry(row: EntryRow, now: number): Entry | undefined {
    const entry = foldCall(events.eventsOf(row.call));
    if (!entry) return undefined;
    if (row.state === OPEN && !isLost(row, now)) return entry;
    if (row.covered === 1) return { ...entry, state: 'covered' };
    return row.state === OPEN ? asLost(entry) : entry;
  }

  function rowOf(callId: string): EntryRow | undefined {
    const call = calls.find(keyOf(callId));
    return call === undefined ? undefined : (selectRow.get(call) as unknown as EntryRow | undefined);
  }

  function entriesOf(rows: readonly EntryRow[], now: number): readonly Entry[] {
    return rows.map((row) => toEntry(row, now)).filter((entry) => entry !== undefined);
  }

  function rowsOfRun(run: number): readonly EntryRow[] {
    return selectRun.all(run) as unknown as EntryRow[];
  }

  /** Only the latest steps' events are read: a run of hundreds takes as long as they do. */
  function viewOf(rows: readonly EntryRow[], now: number, latestSteps = Number.POSITIVE_INFINITY): RunView | undefined {
    const shown = rows.filter(isShown).sort((a, b) => a.at - b.at);
    const totals = shown.filter((row) => row.scope === 1);
    const steps = shown.filter((row) => row.scope === 0);
    const left = Math.max(0, steps.length - latestSteps);
    const entries = entriesOf([...totals, ...steps.slice(left)], now);
    const first = entries[0];
    const view = first && viewRun(runIdOf(first), entries, now);
    const oldest = shown[0];
    if (!view || !oldest || left === 0) return view;
    return {
      ...view,
      live: shown.some((row) => isLive(row, now)),
      cost: moneyOf(shown, now),
      omitted: { steps: left, startedAt: oldest.at },
    };
  }

  function isLive(row: OpenRow & Pick<EntryRow, 'ended'>, now: number): boolean {
    return (row.state === OPEN && !isLost(row, now)) || (row.ended !== null && now - row.ended < LIVE_AFTER_STEP_MS);
  }

  /** Money of rows as `sumEntries` would tell it. */
  function moneyOf(
    rows: readonly (OpenRow & Pick<EntryRow, 'covered' | 'billable' | 'nano' | 'confidence'>)[],
    now: number,
  ) {
    let sum = NO_MONEY;
    for (const row of rows) {
      if (contributes(row)) sum = addMoney(sum, row.nano ?? undefined, confidenceOf(row.confidence));
      else if (row.billable === 1 && row.covered === 0 && isLost(row, now)) sum = addMoney(sum, undefined, 'unknown');
    }
    return sum;
  }

  /** Of those of one instant, which one it is doesn't depend on which was written first. */
  function latestOf(rows: readonly LatestRow[], now: number): EntryRow | undefined {
    const [first, ...ties] = rows.filter(({ at }) => at === rows[0]?.at);
    const rowOfCall = (call: number) => selectRow.get(call) as unknown as EntryRow;
    if (!first || ties.length === 0) return first && rowOfCall(first.call);
    const keyed = [first, ...ties].map(({ call }) => {
      const row = rowOfCall(call);
      const [run, session] = [row.run, row.session].map((name) => (name === null ? '' : names.name(name)));
      return { row, key: [run, session, toEntry(row, now)?.callId].join('\n') };
    });
    return keyed.sort((a, b) => compare(b.key, a.key))[0]?.row;
  }

  function byTime(a: EntryRow, b: EntryRow): number {
    if (a.at !== b.at) return a.at - b.at;
    return compare(names.name(a.agent), names.name(b.agent)) || compare(names.name(a.model), names.name(b.model));
  }

  function latestRun(at: number, dayStart: number, folders: readonly string[]): Pick<BurnSummary, 'run' | 'session'> {
    const inFolders = names.all('folder').filter(({ name }) => folders.some((folder) => isWithin(name, folder)));
    const here = selectLatestIn.all(dayStart, 0, JSON.stringify(inFolders.map(({ id }) => id)));
    const row = latestOf(
      (here.length > 0 ? here : selectLatestIn.all(dayStart, 1, '[]')) as unknown as LatestRow[],
      at,
    );
    if (!row) return { run: undefined, session: undefined };
    const shown = (row.run === null ? [row] : rowsOfRun(row.run)).filter(isShown).sort(byTime);
    const session = row.session === null ? undefined : (selectSession.all(row.session) as unknown as EntryRow[]);
    return {
      run: {
        runId: row.run === null ? (toEntry(row, at)?.callId ?? '') : names.name(row.run),
        agent: names.name((shown[0] ?? row).agent),
        live: shown.some((each) => isLive(each, at)),
        steps: stepsOf(shown),
        cost: moneyOf(shown, at),
        lastModel: names.name((shown.findLast((each) => each.scope === 0) ?? shown.at(-1) ?? row).model),
      },
      session: session && { steps: stepsOf(session), cost: moneyOf(session, at) },
    };
  }

  const rowReading: RowReading = {
    lostBetween,
    isLost,
    toEntry,
    rowOf,
    runOf(rows, now) {
      const shown = rows.filter(isShown).sort((a, b) => a.at - b.at);
      return { rows: shown, steps: stepsOf(shown), cost: moneyOf(shown, now) };
    },
  };

  return {
    ...breakdownReader(database, names, rowReading),
    ...outcomeReader(database, names, rowReading),
    ...factReader(database, toEntry),
    revision: () => Number(selectState.get()?.revision),
    entry(callId, now) {
      const row = rowOf(callId);
      return row && toEntry(row, now);
    },
    run(runId, now, latestSteps) {
      const run = names.find('run', runId);
      const rows = run === undefined ? [] : rowsOfRun(run);
      if (rows.length > 0) return viewOf(rows, now, latestSteps);
      const row = rowOf(runId);
      return row && row.run === null ? viewOf([row], now) : undefined;
    },
    runs(limit, now, latestSteps) {
      const views: RunView[] = [];
      const seen = new Set<number>();
      for (const row of selectLatest.iterate(Number.MIN_SAFE_INTEGER)) {
        if (views.length >= limit) break;
        const { call, run } = row as unknown as Pick<EntryRow, 'call' | 'run'>;
        if (run !== null && seen.has(run)) continue;
        if (run !== null) seen.add(run);
        const rows = run === null ? [selectRow.get(call) as unknown as EntryRow] : rowsOfRun(run);
        const view = viewOf(rows, now, latestSteps);
        if (view) views.push(view);
      }
      return views;
    },
    burn(fromDay, toDay, now) {
      const rows: BurnRow[] = [];
      const end = startOfDay(toDay, 1);
      for (let offset = 0; offset < MOST_DAYS; offset += 1) {
        const from = startOfDay(fromDay, offset);
        if (!(from < end)) break;
        rows.push(...burnOf(dayOf(from), sums.sums(from, startOfDay(fromDay, offset + 1))));
      }
      return addLost(rows, lostBetween(startOfDay(fromDay), end, now));
    },
    spendByHour(from, to, now, agents) {
      const width = hoursAreWhole(from, to) ? 'hour' : 'quarter';
      const wanted = agents?.map((agent) => names.find('agent', agent)).filter((agent) => agent !== undefined);
      const rows = sums.costs(from, to, width, wanted).map(({ at, nano, confidence, unknown }) => ({
        at,
        cost: { nanoCredits: nano, confidence: confidenceOf(confidence) as MoneySum['confidence'], unknown },
      }));
      const lost = lostBetween(from, to, now).filter((row) => !wanted || wanted.includes(row.agent));
      return [...rows, ...lost.map((row) => ({ at: row.at, cost: { ...NO_MONEY, unknown: 1 } }))];
    },
    summary(at, folders) {
      const day = dayOf(at);
      const dayStart = startOfDay(day);
      const dayEnd = startOfDay(day, 1);
      const monthStart = startOfMonth(at);
      const monthEnd = startOfMonth(at, 1);
      const lost = lostBetween(monthStart, monthEnd, at);
      const today = addLost(
        burnOf(day, sums.sums(dayStart, dayEnd)),
        lost.filter((row) => row.at >= dayStart && row.at < dayEnd),
      );
      const month = addLost(burnOf('', sums.sums(monthStart, monthEnd)), lost);
      const cutoff = at - JUST_ENDED_MS;
      const ended = selectEnded.all(at - LOST_AFTER_MS, cutoff).map((row) => Number(row.call));
      return {
        revision: Number(selectState.get()?.revision),
        at,
        today: today.reduce((sum, row) => joinMoney(sum, row.cost), NO_MONEY),
        month: month.reduce((sum, row) => joinMoney(sum, row.cost), NO_MONEY),
        todayByAgent: byAgent(today),
        ...latestRun(at, dayStart, folders),
        endedCallIds: [...new Set(ended.flatMap((call) => events.eventsOf(call).map((event) => event.callId)))],
      };
    },
    unbilled(since, limit, after = { at: since, call: -1 }) {
      const rows = selectAfter.all(after.at, after.call, limit) as unknown as EntryRow[];
      const last = rows.at(-1);
      return {
        observations: rows
          .filter((row) => row.state !== OPEN && confidenceOf(row.confidence) !== 'billed')
          .flatMap((row) => standingObservations(events.eventsOf(row.call))),
        next: last && rows.length === limit ? { at: last.at, call: last.call } : undefined,
      };
    },
    spent(from, to, agents, now) {
      const wanted = new Set(agents.flatMap((agent) => names.find('agent', agent) ?? []));
      const [first, last] = [Math.min(nextQuarter(from), to), Math.max(lastQuarter(to), from)];
      const whole = first < last ? sums.sums(first, last).filter(({ agent }) => wanted.has(agent)) : [];
      const edges = first < last ? [rowsIn(from, first), rowsIn(last, to)].flat() : rowsIn(from, to);
      return joinMoney(
        whole.reduce((sum, part) => joinMoney(sum, moneyOfPart(part)), NO_MONEY),
        moneyOf(
          [...edges.filter(contributes), ...lostBetween(from, to, now)].filter(({ agent }) => wanted.has(agent)),
          now,
        ),
      );
    },
    quotas: (since) => latestQuotas(events.quotas(since)),
    quotaNames: (from, to) => events.quotaNames(from, to),
    folders: () => selectFolders.all().map(({ folder }) => names.name(Number(folder))),
    entries(selection, limit, now, after) {
      const { rows, next } = pages(selection, limit, after);
      return { entries: entriesOf(rows, now), next };
    },
    billed(since, limit, before = { at: Number.MAX_SAFE_INTEGER, call: 0 }) {
      const rows = selectBefore.all(since, before.at, before.call, limit) as unknown as EntryRow[];
      const last = rows.at(-1);
      return {
        calls: rows
          .filter((row) => row.state !== OPEN && confidenceOf(row.confidence) === 'billed')
          .map((row) => standingObservations(events.eventsOf(row.call))),
        next: last && rows.length === limit ? { at: last.at, call: last.call } : undefined,
      };
    },
    sources(since) {
      const firstWhole = nextQuarter(since);
      const groups = new Map<
        string,
        { agent: number; source: number; confidence: number; calls: number; lastAt: number }
      >();
      const add = (key: { agent: number; source: number; confidence: number }, count: number, lastAt: number) => {
        const id = `${key.source},${key.agent},${key.confidence}`;
        const group = groups.get(id) ?? { ...key, calls: 0, lastAt };
        groups.set(id, { ...group, calls: group.calls + count, lastAt: Math.max(group.lastAt, lastAt) });
      };
      const rowsBetween = (from: number, to: number) => rowsIn(from, to).filter(contributes);
      for (const row of rowsBetween(since, firstWhole)) add(row, 1, row.at);
      for (const row of sums.sums(firstWhole, END_OF_TIME)) add(row, row.calls, Number.NEGATIVE_INFINITY);
      for (const group of groups.values()) {
        const bucket = sums.lastBucket(firstWhole, group);
        for (const row of bucket ? rowsBetween(...bucket) : []) {
          const same = row.source === group.source && row.agent === group.agent && row.confidence === group.confidence;
          if (same) group.lastAt = Math.max(group.lastAt, row.at);
        }
      }
      return [...groups.values()]
        .map(({ agent, source, confidence, calls: count, lastAt }) => ({
          source: names.name(source),
          agent: names.name(agent),
          confidence: confidenceOf(confidence),
          calls: count,
          lastAt,
        }))
        .sort((a, b) => b.lastAt - a.lastAt || b.calls - a.calls);
    },
  };

  function burnOf(day: string, parts: readonly RollupRow[]): BurnRow[] {
    const rows = new Map<string, BurnRow>();
    for (const part of parts) {
      const key = `${part.agent},${part.model}`;
      const row = rows.get(key) ?? emptyRow(day, names.name(part.agent), names.name(part.model));
      rows.set(key, {
        ...row,
        calls: row.calls + part.calls,
        usage: addUsage(row.usage, usageOf(part)),
        cost: joinMoney(row.cost, moneyOfPart(part)),
      });
    }
    return [...rows.values()];
  }

  /** Lost calls are in no rollup, since only time tells that they are lost. */
  function addLost(rows: readonly BurnRow[], lost: readonly EntryRow[]): readonly BurnRow[] {
    const all = [...rows];
    for (const row of lost) {
      const [day, agent, model] = [dayOf(row.at), names.name(row.agent), names.name(row.model)];
      const index = all.findIndex(
        (each) => each.agent === agent && each.model === model && (each.day === day || each.day === ''),
      );
      const found = all[index] ?? emptyRow(day, agent, model);
      all[index < 0 ? all.length : index] = {
        ...found,
        calls: found.calls + 1,
        cost: addMoney(found.cost, undefined, 'unknown'),
      };
    }
    return all.sort((a, b) => compare(a.day, b.day) || compare(a.agent, b.agent) || compare(a.model, b.model));
  }
}

/** Far enough, and still an exact number of quarters. */
const END_OF_TIME = nextQuarter(Date.UTC(3000, 0));

/** Whether a row is shown with its run: a total that its steps make superfluous isn't. */
function isShown(row: Pick<EntryRow, 'scope' | 'covered'>): boolean {
  return row.scope === 0 || row.covered === 0;
}

/** How many steps are known; a run of which only the total is known counts as one. */
function stepsOf(rows: readonly Pick<EntryRow, 'scope' | 'run'>[]): number {
  const steps = rows.filter((row) => row.scope === 0);
  const runs = new Set(steps.map((row) => row.run));
  return steps.length + rows.filter((row) => row.scope === 1 && (row.run === null || !runs.has(row.run))).length;
}

function emptyRow(day: string, agent: string, model: string): BurnRow {
  return { day, agent, model, calls: 0, usage: {}, cost: NO_MONEY };
}

function moneyOfPart({ confidence, calls, nano }: RollupRow): MoneySum {
  if (confidence === UNKNOWN) return { ...NO_MONEY, unknown: calls };
  return { nanoCredits: nano, confidence: confidenceOf(confidence) as MoneySum['confidence'], unknown: 0 };
}

function byAgent(rows: readonly BurnRow[]): BurnSummary['todayByAgent'] {
  const agents = new Map<string, { agent: string; calls: number; cost: MoneySum }>();
  for (const { agent, calls, cost } of rows) {
    const sum = agents.get(agent) ?? { agent, calls: 0, cost: NO_MONEY };
    agents.set(agent, { agent, calls: sum.calls + calls, cost: joinMoney(sum.cost, cost) });
  }
  return [...agents.values()].sort((a, b) => b.cost.nanoCredits - a.cost.nanoCredits || compare(a.agent, b.agent));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
