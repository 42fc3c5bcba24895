/** An entry's front figures as a row: what sums, runs and sessions are read from. The rest of it is folded from its events. */
import type { Entry } from '../core/ledger/entry.ts';
import { namedRunOf, type RunPart } from '../core/ledger/runs.ts';
import { modelOf } from '../core/ledger/sums.ts';
import type { Confidence } from '../core/money.ts';
import { USAGE_KINDS, type Usage } from '../core/usage.ts';
import type { NameTable } from './nameTable.ts';

/** Numbers as they stand in the file: never renumber. */
export const OPEN = 0;
export const SETTLED = 1;
export const FAILED = 2;
export const CONFIDENCES: readonly Confidence[] = ['billed', 'priced', 'estimated', 'unknown'];
export const UNKNOWN = CONFIDENCES.indexOf('unknown');

export interface EntryRow {
  readonly call: number;
  readonly at: number;
  readonly ended: number | null;
  /** OPEN, SETTLED or FAILED. */
  readonly state: number;
  /** 1: a run's total. */
  readonly scope: number;
  /** 1: it counts nothing, since its run's cost is told by others; see `givesWay`. An open step is marked so in advance. */
  covered: number;
  readonly billable: number;
  readonly agent: number;
  readonly model: number;
  readonly source: number;
  readonly run: number | null;
  readonly session: number | null;
  readonly folder: number | null;
  readonly confidence: number;
  readonly nano: number | null;
  /** Bit i is set where the count of USAGE_KINDS[i] is known; an unknown count stands as 0. */
  readonly known: number;
  readonly fresh: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cacheWriteHour: number;
  readonly text: number;
  readonly reasoning: number;
  readonly task: number | null;
  readonly subagent: number | null;
  /** null: its reply called none. */
  readonly tools: number | null;
}

export const ENTRY_COLUMNS = [
  'call',
  'at',
  'ended',
  'state',
  'scope',
  'covered',
  'billable',
  'agent',
  'model',
  'source',
  'run',
  'session',
  'folder',
  'confidence',
  'nano',
  'known',
  ...USAGE_KINDS,
  'task',
  'subagent',
  'tools',
] as const satisfies readonly (keyof EntryRow)[];

/** Puts a row's values into a list from a place on, in the order of ENTRY_COLUMNS; written out, since it is asked for each of years of calls. */
export function putValues(row: EntryRow, values: (number | null)[], at: number): void {
  values[at] = row.call;
  values[at + 1] = row.at;
  values[at + 2] = row.ended;
  values[at + 3] = row.state;
  values[at + 4] = row.scope;
  values[at + 5] = row.covered;
  values[at + 6] = row.billable;
  values[at + 7] = row.agent;
  values[at + 8] = row.model;
  values[at + 9] = row.source;
  values[at + 10] = row.run;
  values[at + 11] = row.session;
  values[at + 12] = row.folder;
  values[at + 13] = row.confidence;
  values[at + 14] = row.nano;
  values[at + 15] = row.known;
  values[at + 16] = row.fresh;
  values[at + 17] = row.cacheRead;
  values[at + 18] = row.cacheWrite;
  values[at + 19] = row.cacheWriteHour;
  values[at + 20] = row.text;
  values[at + 21] = row.reasoning;
  values[at + 22] = row.task;
  values[at + 23] = row.subagent;
  values[at + 24] = row.tools;
}

/**
 * A row that was read as a list, in the order of ENTRY_COLUMNS. SQLite's own objects are each of a shape of its own: whatever
 * has met some of them takes longer for every row from then on.
 */
export function rowOf(values: readonly (number | null)[]): EntryRow {
  const number = (place: number) => values[place] as number;
  const figure = (place: number) => values[place] as number | null;
  return {
    call: number(0),
    at: number(1),
    ended: figure(2),
    state: number(3),
    scope: number(4),
    covered: number(5),
    billable: number(6),
    agent: number(7),
    model: number(8),
    source: number(9),
    run: figure(10),
    session: figure(11),
    folder: figure(12),
    confidence: number(13),
    nano: figure(14),
    known: number(15),
    fresh: number(16),
    cacheRead: number(17),
    cacheWrite: number(18),
    cacheWriteHour: number(19),
    text: number(20),
    reasoning: number(21),
    task: figure(22),
    subagent: figure(23),
    tools: figure(24),
  };
}

export function toRow(call: number, entry: Entry, names: Pick<NameTable, 'put'>): EntryRow {
  const { usage, facts } = entry;
  return {
    call,
    at: Math.floor(entry.at),
    ended: entry.endedAt === undefined ? null : Math.floor(entry.endedAt),
    state: entry.state === 'open' ? OPEN : entry.state === 'failed' ? FAILED : SETTLED,
    scope: entry.scope === 'run' ? 1 : 0,
    covered: 0,
    billable: facts.billable === false ? 0 : 1,
    agent: names.put('agent', facts.agent) ?? 0,
    model: names.put('model', modelOf(entry)) ?? 0,
    source: names.put('source', entry.source) ?? 0,
    run: names.put('run', namedRunOf(entry)),
    session: names.put('session', facts.sessionId),
    folder: names.put('folder', facts.folder),
    confidence: CONFIDENCES.indexOf(entry.cost.confidence),
    nano: entry.cost.nanoCredits ?? null,
    known: maskOf(usage),
    fresh: usage.fresh ?? 0,
    cacheRead: usage.cacheRead ?? 0,
    cacheWrite: usage.cacheWrite ?? 0,
    cacheWriteHour: usage.cacheWriteHour ?? 0,
    text: usage.text ?? 0,
    reasoning: usage.reasoning ?? 0,
    task: names.put('run', facts.taskId),
    subagent: names.put('subagent', facts.subagentId),
    tools: entry.tools.length === 0 ? null : names.put('tools', JSON.stringify(entry.tools)),
  };
}

/** What the rule of coverage looks at of a row. */
export function partOf(row: EntryRow): RunPart {
  return {
    scope: row.scope === 1 ? 'run' : 'step',
    ended: row.state !== OPEN,
    billable: row.billable === 1,
    cost: { nanoCredits: row.nano ?? undefined, confidence: confidenceOf(row.confidence) },
    hasFigures: row.nano !== null || row.known > 0,
  };
}

function maskOf(usage: Usage): number {
  let [mask, bit] = [0, 1];
  for (const kind of USAGE_KINDS) {
    if (usage[kind] !== undefined) mask |= bit;
    bit <<= 1;
  }
  return mask;
}

/** Figures of a row, or of a sum over rows with the same `known`, as usage. */
export function usageOf(figures: { readonly known: number } & Readonly<Record<keyof Usage, number>>): Usage {
  const usage: Record<string, number> = {};
  USAGE_KINDS.forEach((kind, index) => {
    if (figures.known & (1 << index)) usage[kind] = figures[kind];
  });
  return usage;
}

/** The confidence that a number in the file stands for. */
export function confidenceOf(number: number): Confidence {
  return CONFIDENCES[number] ?? 'unknown';
}
