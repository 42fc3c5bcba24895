import type { DecisionEvent, GateEvent, LedgerEvent } from '../core/ledger/event.ts';
import { isWithin } from '../core/ledger/folders.ts';
import { runIdOf } from '../core/ledger/runs.ts';
import { isSummed } from '../core/ledger/sums.ts';
import { addMoney, NO_MONEY } from '../core/money.ts';
import type { Clock, CopySelection, EntrySelection, Forgettable, KeptCopies, LedgerStore } from '../ports.ts';
import { entryPages } from './entryPages.ts';
import { othersTurn } from './othersTurn.ts';

type Ledger = Pick<
  LedgerStore,
  'entries' | 'append' | 'forgetNames' | 'quotaNames' | 'outcomes' | 'decisions' | 'gateDecisions'
>;

/** Events that are written in one go: some milliseconds' work. */
const ERASED_AT_ONCE = 200;
/** Decisions of so much time are read in one go. */
const DECISIONS_MS = 6 * 3_600_000;
/** A decision is made before its call begins. */
const AROUND_MS = 3_600_000;
const SOURCE = 'forget';

/** Counts what {@link forget} would erase. Rejects with a LedgerError. */
export async function forgettable(
  {
    ledger,
    copies,
  }: { readonly ledger: Pick<Ledger, 'entries' | 'quotaNames' | 'gateDecisions'> } & Pick<ForgetPorts, 'copies'>,
  selection: EntrySelection,
): Promise<Forgettable> {
  const agents = new Set<string>();
  let calls = 0;
  let cost = NO_MONEY;
  for await (const entries of entryPages(ledger, selection)) {
    for (const entry of entries) {
      calls += 1;
      agents.add(entry.facts.agent);
      if (isSummed(entry)) cost = addMoney(cost, entry.cost.nanoCredits, entry.cost.confidence);
    }
  }
  const gated = gatedIn(ledger, selection);
  return {
    calls,
    cost,
    agents: [...agents].sort(),
    readings: readingsIn(ledger, selection).length,
    gateDecisions: gated.length,
    copies: await copies.count(copiesOf(selection, gated)),
  };
}

/** Every folder that something is kept of, in no order. Rejects with a LedgerError. */
export async function forgettableFolders({
  ledger,
  copies,
}: { readonly ledger: Pick<LedgerStore, 'folders' | 'gateDecisions'> } & Pick<ForgetPorts, 'copies'>): Promise<
  readonly string[]
> {
  const gated = gatedIn(ledger, {}).flatMap(({ facts: { folder } }) => folder ?? []);
  return [...new Set([...ledger.folders(), ...gated, ...(await copies.folders())])];
}

export interface ForgetPorts {
  readonly ledger: Ledger;
  readonly clock: Pick<Clock, 'now'>;
  readonly copies: KeptCopies;
  /** Lets go of what is kept of these runs beside the ledger's events. */
  readonly forgetRuns?: (runIds: ReadonlySet<string>) => Promise<void>;
}

/**
 * Erases the content of every call in a selection, what was decided of these calls' runs and what became of them, what the gate
 * decided in it with the safety copies that it took, and the readings of allowances of its time; that they were erased is all that
 * remains, so that no agent's log brings them back.
 * Resolves to how many calls. Rejects with a LedgerError, or a sentence of the copies; what was erased until then stays so, and doing it again erases the rest.
 */
export async function forget(
  { ledger, clock, copies, forgetRuns }: ForgetPorts,
  selection: EntrySelection,
): Promise<number> {
  const erase = (names: readonly string[]) => {
    const at = clock.now();
    ledger.append(
      names.map((callId): LedgerEvent => ({ kind: 'erased', callId, at, source: SOURCE, reason: 'asked for' })),
    );
  };
  const gated = gatedIn(ledger, selection);
  // First: while the decisions stand they name their copies, and the folder can be picked once more.
  await copies.erase(copiesOf(selection, gated));
  let erased = 0;
  const runs = new Set<string>();
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for await (const entries of entryPages(ledger, selection)) {
    erase(entries.map(({ callId }) => callId));
    erased += entries.length;
    for (const entry of entries) {
      runs.add(runIdOf(entry));
      first = Math.min(first, entry.at);
      last = Math.max(last, entry.endedAt ?? entry.at);
    }
  }
  if (erased > 0) ledger.forgetNames();
  const others = [...readingsIn(ledger, selection), ...outcomesOf(ledger, runs), ...gated.map(({ callId }) => callId)];
  const isMeant = ({ at, facts: { runId, folder } }: DecisionEvent) =>
    runs.has(runId ?? '') ||
    // Of a request that was never sent there is no call.
    (at >= (selection.from ?? Number.MIN_SAFE_INTEGER) &&
      at < (selection.to ?? Number.MAX_SAFE_INTEGER) &&
      (selection.folder === undefined || (folder !== undefined && isWithin(folder, selection.folder))));
  for await (const decided of decisionsOf(ledger, isMeant, stretchesOf(selection, first, last)))
    for (const { callId, facts } of decided) {
      others.push(callId);
      if (facts.runId !== undefined) runs.add(facts.runId);
    }
  if (runs.size > 0) await forgetRuns?.(runs);
  for (let start = 0; start < others.length; start += ERASED_AT_ONCE) {
    erase(others.slice(start, start + ERASED_AT_ONCE));
    await othersTurn();
  }
  return erased;
}

/** A reading is of an account: forgetting a project leaves it. */
function readingsIn(ledger: Pick<Ledger, 'quotaNames'>, { from, to, folder }: EntrySelection): readonly string[] {
  if (folder !== undefined) return [];
  return ledger.quotaNames(from ?? Number.MIN_SAFE_INTEGER, to ?? Number.MAX_SAFE_INTEGER);
}

/** What became of these runs' work, whenever it was seen. */
function outcomesOf(ledger: Pick<Ledger, 'outcomes'>, runs: ReadonlySet<string>): readonly string[] {
  if (runs.size === 0) return [];
  return ledger
    .outcomes(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
    .filter(({ runId, taskId }) => runs.has(runId ?? taskId))
    .map(({ callId }) => callId);
}

/** What the gate decided of actions; of them there is no call. */
function gatedIn(ledger: Pick<Ledger, 'gateDecisions'>, { from, to, folder }: EntrySelection): readonly GateEvent[] {
  return ledger
    .gateDecisions(from ?? Number.MIN_SAFE_INTEGER, to ?? Number.MAX_SAFE_INTEGER)
    .filter(({ facts }) => folder === undefined || (facts.folder !== undefined && isWithin(facts.folder, folder)));
}

/** A copy is taken a moment before its decision is recorded. */
function copiesOf(selection: EntrySelection, gated: readonly GateEvent[]): CopySelection {
  return { ...selection, ids: new Set(gated.flatMap(({ gate }) => gate.copy ?? [])) };
}

async function* decisionsOf(
  ledger: Pick<Ledger, 'decisions'>,
  isMeant: (decision: DecisionEvent) => boolean,
  stretches: Iterable<readonly [from: number, to: number]>,
): AsyncGenerator<readonly DecisionEvent[]> {
  for (const [from, to] of stretches) {
    const decided = ledger.decisions(from, to).filter(isMeant);
    if (decided.length > 0) yield decided;
    await othersTurn();
  }
}

/** The selection's time in short pieces where there are calls (`first` to `last`); before and after them there is hardly a decision. */
function* stretchesOf(
  { from = Number.MIN_SAFE_INTEGER, to = Number.MAX_SAFE_INTEGER }: EntrySelection,
  first: number,
  last: number,
): Generator<readonly [from: number, to: number]> {
  if (first > last) {
    yield [from, to];
    return;
  }
  const [begin, end] = [first - AROUND_MS, last + AROUND_MS];
  if (from < begin) yield [from, begin];
  let at = begin;
  for (; at <= end; at += DECISIONS_MS) yield [at, at + DECISIONS_MS];
  if (at < to) yield [at, to];
}
