/** Answers what a period's credits went to, from the sums by run and the rows of the entries; events are hardly read. */
import type { DatabaseSync } from 'node:sqlite';
import {
  type Breakdown,
  type BreakdownGroup,
  byCost,
  type DearRun,
  joinGroups,
  type PeriodBreakdownKind,
} from '../core/ledger/breakdown.ts';
import type { Entry } from '../core/ledger/entry.ts';
import { startOfDay } from '../core/ledger/localDay.ts';
import type { SessionPart } from '../core/ledger/sessionTree.ts';
import { NOTHING, type Sum } from '../core/ledger/sums.ts';
import { addMoney, type MoneySum, NO_MONEY } from '../core/money.ts';
import { USAGE_KINDS } from '../core/usage.ts';
import type { RunSeries, SeriesPlace, StoredStep } from '../ports.ts';
import { confidenceOf, type EntryRow, OPEN, UNKNOWN, usageOf } from './entryRow.ts';
import type { NameTable } from './nameTable.ts';
import { QUARTER_MS, type RollupRow, rollup } from './rollup.ts';
import { type GroupColumn, type GroupRow, runKeyOf, runRollup } from './runRollup.ts';

/** What the reader of the rest of the ledger tells about rows. */
export interface RowReading {
  /** Open calls whose end will not come, that would count. */
  lostBetween(from: number, to: number, now: number): readonly EntryRow[];
  isLost(row: Pick<EntryRow, 'call' | 'at' | 'state'>, now: number): boolean;
  toEntry(row: EntryRow, now: number): Entry | undefined;
  /** The row of a call by one of its names. */
  rowOf(callId: string): EntryRow | undefined;
  /** The run's rows that are shown, oldest first, with their count of steps and their sum. */
  runOf(
    rows: readonly EntryRow[],
    now: number,
  ): { readonly rows: readonly EntryRow[]; readonly steps: number; readonly cost: MoneySum };
}

/** As the ledger's own questions of these names; `now`: epoch ms. */
export interface BreakdownReader {
  breakdown(
    kind: PeriodBreakdownKind,
    fromDay: string,
    toDay: string,
    limit: number,
    now: number,
  ): Generator<undefined, Breakdown>;
  dearest(fromDay: string, toDay: string, limit: number, now: number): readonly DearRun[];
  series(runId: string, now: number): RunSeries | undefined;
  sessionParts(sessionId: string, now: number): readonly SessionPart[];
  seriesPlaces(fromDay: string, toDay: string): readonly SeriesPlace[];
  seriesAt(place: SeriesPlace, now: number): readonly StoredStep[];
}

const COLUMNS: Readonly<Record<PeriodBreakdownKind, GroupColumn>> = {
  project: 'folder',
  session: 'session',
  task: 'task',
  run: 'run',
  subagent: 'subagent',
};

export function breakdownReader(database: DatabaseSync, names: NameTable, reading: RowReading): BreakdownReader {
  const sums = runRollup(database);
  const totals = rollup(database);
  const selectRow = database.prepare('SELECT * FROM entries WHERE call = ?');
  const selectRun = database.prepare('SELECT * FROM entries WHERE run = ?');
  const selectOneOf = database.prepare('SELECT * FROM entries WHERE run = ? LIMIT 1');
  const selectSession = database.prepare('SELECT * FROM entries WHERE session = ?');
  // A conversation's first request, and the last before a run: see `explainRun`.
  const selectFirst = database.prepare(
    'SELECT * FROM entries WHERE session = ? AND subagent IS NULL AND billable = 1 AND scope = 0 AND known > 0 AND at < ? ORDER BY at, call LIMIT 1',
  );
  const selectLast = database.prepare(
    'SELECT * FROM entries WHERE session = ? AND subagent IS NULL AND billable = 1 AND scope = 0 AND known > 0 AND at < ? ORDER BY at DESC, call DESC LIMIT 1',
  );
  const ofSession = 'session = ?1 OR run IN (SELECT run FROM entries WHERE session = ?1)';
  const selectParts = database.prepare(
    `SELECT run, CASE WHEN run IS NULL THEN call ELSE 0 END AS call, subagent, confidence, known,
       state <> ${OPEN} AND covered = 0 AND billable = 1 AS counts, min(at) AS at, count(*) AS calls,
       CAST(total(nano) AS REAL) AS nano, ${USAGE_KINDS.map((kind) => `CAST(sum(${kind}) AS REAL) AS ${kind}`)}
     FROM entries WHERE ${ofSession} GROUP BY 1, 2, 3, 4, 5, 6`,
  );
  // The sums only know the quarter of an hour: in it (the unary plus keeps to the index by time) is the first call.
  const selectFirstOf = {
    session: database.prepare('SELECT min(at) AS at FROM entries WHERE at >= ?2 AND at < ?3 AND +session = ?1'),
    task: database.prepare(
      `SELECT min(at) AS at FROM entries WHERE at >= ?2 AND at < ?3
       AND (+task = ?1 OR (task IS NULL AND +run = ?1) OR call = -?1)`,
    ),
  };
  const selectOpen = database.prepare(
    `SELECT * FROM entries WHERE (${ofSession}) AND state = ${OPEN} AND covered = 0 AND billable = 1`,
  );

  function rowsOf(runKey: number): readonly EntryRow[] {
    return (runKey < 0 ? selectRow.all(-runKey) : selectRun.all(runKey)) as unknown as EntryRow[];
  }

  /** Any row of a run; undefined where it was erased meanwhile. */
  function oneOf(runKey: number): EntryRow | undefined {
    return (runKey < 0 ? selectRow.get(-runKey) : selectOneOf.get(runKey)) as unknown as EntryRow | undefined;
  }

  /** When a group's first call in a quarter of an hour began; that quarter's begin where it is of no matter. */
  function firstOf(kind: PeriodBreakdownKind, key: number, quarter: number): number {
    if (key === 0 || (kind !== 'session' && kind !== 'task')) return quarter;
    return Number(selectFirstOf[kind].get(key, quarter, quarter + QUARTER_MS)?.at ?? quarter);
  }

  function nameOfRun(runKey: number): string {
    if (runKey >= 0) return names.name(runKey);
    const row = oneOf(runKey);
    return (row && reading.toEntry(row, Number.NEGATIVE_INFINITY)?.callId) ?? '';
  }

  function keyOf(kind: PeriodBreakdownKind, key: number): string | undefined {
    if (kind === 'run' || kind === 'task') return nameOfRun(key);
    return key === 0 ? undefined : names.name(key);
  }

  function lostKey(kind: PeriodBreakdownKind, row: EntryRow): number {
    switch (kind) {
      case 'project':
        return row.folder ?? 0;
      case 'session':
        return row.session ?? 0;
      case 'task':
        return row.task ?? runKeyOf(row);
      case 'run':
        return runKeyOf(row);
      case 'subagent':
        return row.subagent ?? 0;
    }
  }

  /** Steps of rows with what their price depends on; that is read from one call of each model, agent and source. */
  function stepsOf(rows: readonly EntryRow[], now: number): readonly StoredStep[] {
    const factsOf = new Map<string, Entry['facts']>();
    return rows.flatMap((row): readonly StoredStep[] => {
      const place = `${row.agent},${row.model},${row.source}`;
      const facts = factsOf.get(place) ?? reading.toEntry(row, now)?.facts;
      if (!facts) return [];
      factsOf.set(place, facts);
      const state = row.covered === 1 && row.state !== OPEN ? 'covered' : row.state === OPEN ? 'open' : 'settled';
      const confidence = confidenceOf(row.confidence);
      return [
        {
          callId: String(row.call).padStart(16, '0'),
          at: row.at,
          endedAt: row.ended ?? undefined,
          state: state === 'open' && reading.isLost(row, now) ? (row.covered === 1 ? 'covered' : 'lost') : state,
          scope: row.scope === 1 ? 'run' : 'step',
          billable: row.billable === 1,
          sessionId: row.session === null ? undefined : names.name(row.session),
          subagentId: row.subagent === null ? undefined : names.name(row.subagent),
          model: names.name(row.model),
          usage: usageOf(row),
          cost: { confidence, ...(row.nano === null ? {} : { nanoCredits: row.nano }) },
          tools: row.tools === null ? [] : (JSON.parse(names.name(row.tools)) as string[]),
          facts,
        },
      ];
    });
  }

  return {
    *breakdown(kind, fromDay, toDay, limit, now) {
      const [from, to] = [startOfDay(fromDay), startOfDay(toDay, 1)];
      if (!(from < to)) return { groups: [], rest: undefined };
      const { rows, count } = yield* sums.groups(COLUMNS[kind], from, to, limit);
      const shown = new Map([...Map.groupBy(rows, ({ key }) => key)].map(([key, parts]) => [key, groupOf(parts)]));
      const lost = reading.lostBetween(from, to, now);
      const lostByKey = Map.groupBy(lost, (row) => lostKey(kind, row));
      const strangers = lost.length === 0 ? 0 : sums.strangers(COLUMNS[kind], from, to, [...lostByKey.keys()]);
      for (const [key, calls] of lostByKey) {
        const group = shown.get(key);
        if (group) shown.set(key, { ...group, ...joinGroups([group, lostSum(calls.length)]) });
        else if (shown.size < limit) {
          const times = calls.map(({ at }) => at);
          const place = { run: runKeyOf(calls[0] ?? { run: null, call: 0 }), firstAt: Math.min(...times) };
          shown.set(key, { key: '', ...lostSum(calls.length), ...place, lastAt: Math.max(...times) });
        }
      }
      const whole = joinGroups([...totals.sums(from, to).map(sumOf), lostSum(lost.length)]);
      const listed = joinGroups(shown.values());
      const sorted = [...shown].sort(([a, left], [b, right]) => byCost(left, right) || a - b);
      const left = count + strangers - shown.size;
      return {
        groups: sorted.map(([key, { run, ...group }]) => {
          const row = oneOf(run);
          return {
            ...group,
            firstAt: firstOf(kind, key, group.firstAt),
            key: keyOf(kind, key),
            agent: row && names.name(row.agent),
            folder: row && row.folder !== null ? names.name(row.folder) : undefined,
            runId: nameOfRun(run),
          };
        }),
        rest: left > 0 ? { groups: left, ...without(whole, listed) } : undefined,
      };
    },

    dearest(fromDay, toDay, limit, now) {
      const [from, to] = [startOfDay(fromDay), startOfDay(toDay, 1)];
      if (!(from < to)) return [];
      return sums.dearest(from, to, limit).flatMap((key): readonly DearRun[] => {
        const { rows, steps, cost } = reading.runOf(rowsOf(key), now);
        const [first, last] = [rows[0], rows.at(-1)];
        if (!first || !last) return [];
        const folder = rows.find((row) => row.folder !== null)?.folder ?? undefined;
        return [
          {
            runId: nameOfRun(key),
            agent: names.name(first.agent),
            folder: folder === undefined ? undefined : names.name(folder),
            models: [...new Set(rows.map((row) => names.name(row.model)))],
            startedAt: first.at,
            steps,
            cost,
          },
        ];
      });
    },

    series(runId, now) {
      const run = names.find('run', runId);
      const named = run === undefined ? [] : rowsOf(run);
      const single = named.length > 0 ? undefined : reading.rowOf(runId);
      const rows = single && single.run === null ? [single] : named;
      const first = rows.reduce<EntryRow | undefined>(
        (least, row) => (least && least.at <= row.at ? least : row),
        undefined,
      );
      if (!first) return undefined;
      const session = rows.find((row) => row.session !== null)?.session ?? null;
      const earlier =
        session === null ? [] : [selectFirst.get(session, first.at), selectLast.get(session, first.at)].filter(Boolean);
      return {
        sessionId: session === null ? undefined : names.name(session),
        steps: stepsOf(rows, now),
        earlier: stepsOf(earlier as unknown as EntryRow[], now),
      };
    },

    sessionParts(sessionId, now) {
      const session = names.find('session', sessionId);
      if (session === undefined) return [];
      type PartRow = Pick<EntryRow, 'run' | 'call' | 'subagent' | 'at' | 'confidence' | 'known'> &
        Readonly<Record<'counts' | 'calls' | 'nano' | (typeof USAGE_KINDS)[number], number>>;
      const part = (row: Pick<EntryRow, 'run' | 'call' | 'subagent' | 'at'>, sum: SessionPart['sum']): SessionPart => ({
        runId: nameOfRun(runKeyOf(row)),
        subagentId: row.subagent === null ? undefined : names.name(row.subagent),
        at: row.at,
        sum,
      });
      const lost = (selectOpen.all(session) as unknown as EntryRow[]).filter((row) => reading.isLost(row, now));
      return [
        ...(selectParts.all(session) as unknown as PartRow[]).map((row) =>
          part(
            row,
            row.counts === 0
              ? NOTHING
              : { calls: row.calls, usage: usageOf(row), cost: moneyOf(row.confidence, row.calls, row.nano) },
          ),
        ),
        ...lost.map((row) => part(row, { calls: 1, usage: {}, cost: addMoney(NO_MONEY, undefined, 'unknown') })),
      ];
    },

    seriesPlaces(fromDay, toDay) {
      const [from, to] = [startOfDay(fromDay), startOfDay(toDay, 1)];
      return from < to ? sums.sessions(from, to) : [];
    },

    seriesAt({ session, run }: SeriesPlace, now) {
      const rows = session === 0 ? rowsOf(run) : (selectSession.all(session) as unknown as EntryRow[]);
      return stepsOf(session === 0 ? rows.filter((row) => row.session === null) : rows, now);
    },
  };
}

type Shown = BreakdownGroup & { readonly run: number; readonly firstAt: number; readonly lastAt: number };

function groupOf(rows: readonly GroupRow[]): Shown {
  return {
    key: '',
    ...joinGroups(rows.map(sumOf)),
    run: Math.max(...rows.map(({ run }) => run)),
    firstAt: Math.min(...rows.map(({ firstBucket }) => firstBucket)) * QUARTER_MS,
    lastAt: Math.max(...rows.map(({ lastBucket }) => lastBucket)) * QUARTER_MS,
  };
}

function lostSum(calls: number): Sum {
  return { calls, usage: {}, cost: { ...NO_MONEY, unknown: calls } };
}

function sumOf(row: Omit<RollupRow, 'agent' | 'model' | 'source'>): Sum {
  return { calls: row.calls, usage: usageOf(row), cost: moneyOf(row.confidence, row.calls, row.nano) };
}

/** What of a whole is left beside a part of it. Of a kind of token that the part has all of, it isn't known whether the rest counted 0. */
function without(whole: Sum, part: Sum): Sum {
  return {
    calls: whole.calls - part.calls,
    usage: Object.fromEntries(
      USAGE_KINDS.flatMap((kind) => {
        const tokens = (whole.usage[kind] ?? 0) - (part.usage[kind] ?? 0);
        return tokens > 0 || (part.usage[kind] === undefined && whole.usage[kind] !== undefined)
          ? [[kind, tokens]]
          : [];
      }),
    ),
    cost: {
      nanoCredits: whole.cost.nanoCredits - part.cost.nanoCredits,
      confidence: whole.cost.confidence,
      unknown: whole.cost.unknown - part.cost.unknown,
    },
  };
}

function moneyOf(confidence: number, calls: number, nano: number): MoneySum {
  if (confidence === UNKNOWN) return { ...NO_MONEY, unknown: calls };
  return { nanoCredits: nano, confidence: confidenceOf(confidence) as MoneySum['confidence'], unknown: 0 };
}
