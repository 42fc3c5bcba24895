/**
 * Watches over runs' work: says which run made an edit, looks at the edited lines later, and hands labels to the ledger.
 * All that it knows of text are salted hashes of lines, in memory; where the window closes they are gone, and with them
 * the looks that were still to come.
 */
import type { RunView } from '../core/ledger/entry.ts';
import type { OutcomeEvent } from '../core/ledger/event.ts';
import { isWithin } from '../core/ledger/folders.ts';
import { isAgentAtWork, runAtWork } from '../core/quality/attributeEdit.ts';
import type { Check } from '../core/quality/checkCommand.ts';
import { addedLines, countLines, hashText, keptLines, type Lines, linesOf } from '../core/quality/lineHashes.ts';
import { foldSignal, NO_OUTCOMES, type OutcomeState } from '../core/quality/outcomeFold.ts';
import type { OutcomeSignal, Remains } from '../core/quality/outcomeSignal.ts';
import { promptSketch } from '../core/quality/promptSketch.ts';
import { isTestFile } from '../core/quality/testFile.ts';
import type { Clock, WorkerApi } from '../ports.ts';

/** A file that changed. */
export interface FileChange {
  readonly path: string;
  /** The workspace folder that it lies in. */
  readonly folder: string;
  /** Epoch ms. */
  readonly at: number;
  /** `typed`: by the developer; `undone`: by undo or redo; `changed`: by whom must be found out. */
  readonly how: 'typed' | 'undone' | 'changed';
  /** undefined: not known. */
  readonly before: Lines | undefined;
  readonly after: Lines | undefined;
}

export interface EndedCheck {
  /** Epoch ms. */
  readonly startedAt: number;
  readonly at: number;
  readonly folder: string;
  readonly command: string;
  readonly check: Check;
  readonly passed: boolean;
  /** It ran in a terminal of an agent. */
  readonly ofAgent: boolean;
}

export interface SeenCommit {
  readonly at: number;
  readonly folder: string;
  readonly id: string;
  readonly paths: readonly string[];
  /** A file as it is in the commit; undefined: it can't be read, or is too large. */
  read(path: string): Promise<string | undefined>;
}

export interface OutcomeKeeper {
  /** A run of this window begins; its prompt is compared with others and not kept. */
  asked(run: { readonly runId: string; readonly folder: string; readonly prompt: string }): void;
  changed(change: FileChange): void;
  checked(check: EndedCheck): void;
  committed(commit: SeenCommit): void;
  vote(runId: string, up: boolean): void;
  /** Whether the work of any run is being watched in a file. */
  watches(path: string): boolean;
  dispose(): void;
}

export interface OutcomePorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly worker: Pick<WorkerApi, 'runs'>;
  readonly record: (events: readonly OutcomeEvent[]) => void;
  /** A file as it is now; undefined: it is gone. Rejects where it can't be read, or is too large. */
  readonly read: (path: string) => Promise<string | undefined>;
  readonly later: (work: () => void, delayMs: number) => () => void;
  readonly log: (sentence: string) => void;
  /** Random: hashes of two windows can't be compared. */
  readonly salt: number;
}

/** Agents' logs tell of a step a little after it: so long is waited before a change is put down to a run. */
export const SETTLE_MS = 4_000;
const TICK_MS = 60_000;
const MINUTE_MS = 60_000;
const LOOKS = [5, 30, 120] as const;
/** An undo may be redone at once. */
const UNDO_SETTLES_MS = 10_000;
/** Runs that are asked for: more than are at work at once. */
const RUNS_ASKED = 16;
/** Files that are watched, all runs together. */
const MOST_WATCHED = 300;
/** A run whose lines are gone by this share was taken back. */
const TAKEN_BACK = 0.5;
/** Of a file that was reverted, lines that are in neither version, as a share of the run's. */
const NEW_AT_MOST = 0.1;

/** What a run edited in one file. */
interface Watched {
  readonly runId: string;
  readonly path: string;
  readonly folder: string;
  /** As it was before the run's first edit. */
  readonly original: Lines;
  /** That, with what the developer has put in since. */
  base: Lines;
  lines: Lines;
  editedAt: number;
  /** Looks that were had. */
  readonly had: Set<number>;
}

export function createOutcomeKeeper(ports: OutcomePorts): OutcomeKeeper {
  const { clock, salt } = ports;
  let state: OutcomeState = NO_OUTCOMES;
  let watched: readonly Watched[] = [];
  let waiting: ((runs: readonly RunView[]) => void | Promise<void>)[] = [];
  let settling: (() => void) | undefined;
  const cancelledRuns = new Set<string>();
  const pendingUndos = new Map<string, () => void>();
  let disposed = false;
  let stopTick = ports.later(tick, TICK_MS);

  function signal(next: OutcomeSignal): void {
    const folded = foldSignal(state, next);
    state = folded.state;
    if (folded.events.length > 0) ports.record(folded.events);
  }

  /** Does `work` once it can be known which runs were at work just now. */
  function settled(work: (runs: readonly RunView[]) => void | Promise<void>): void {
    waiting.push(work);
    settling ??= ports.later(() => {
      settling = undefined;
      const all = waiting;
      waiting = [];
      void settle(all);
    }, SETTLE_MS);
  }

  async function settle(all: typeof waiting): Promise<void> {
    try {
      const runs = await ports.worker.runs(RUNS_ASKED, 1);
      if (disposed) return;
      noteCancelled(runs);
      for (const work of all) await work(runs);
    } catch (error) {
      // Without the ledger nobody knows whose work it was: no label is better than a wrong one.
      ports.log(`What became of an agent’s work could not be told: ${error instanceof Error ? error.message : error}`);
    }
  }

  function noteCancelled(runs: readonly RunView[]): void {
    for (const { runId, folder, steps, live } of runs) {
      const last = steps.at(-1);
      if (live || folder === undefined || last?.finish !== 'cancelled' || cancelledRuns.has(runId)) continue;
      cancelledRuns.add(runId);
      const at = last.endedAt ?? last.at;
      const isNew = clock.now() - at < 2 * TICK_MS;
      const isFollowed = runs.some((run) => run.folder === folder && (run.steps.at(-1)?.at ?? 0) > at);
      if (isNew && !isFollowed) signal({ kind: 'cancelled', at, runId, folder });
    }
  }

  function tick(): void {
    if (disposed) return;
    stopTick = ports.later(tick, TICK_MS);
    signal({ kind: 'tick', at: clock.now() });
    watched = watched.filter(({ runId }) => state.works.has(runId));
    void look();
    if (state.works.size > 0) settled(() => {});
  }

  /** Looks at the lines of every run whose time has come. */
  async function look(): Promise<void> {
    for (const [runId, files] of Map.groupBy(watched, (file) => file.runId)) {
      const since = clock.now() - Math.max(...files.map(({ editedAt }) => editedAt));
      const due = LOOKS.filter((minutes) => since >= minutes * MINUTE_MS && files.some(({ had }) => !had.has(minutes)));
      if (due.length === 0) continue;
      for (const file of files) for (const minutes of due) file.had.add(minutes);
      // A computer that slept looks once, for the longest time that has gone by.
      const minutes = due.at(-1);
      const remains = await remainsOf(runId, files, ports.read);
      if (minutes !== undefined && remains && !disposed)
        signal({ kind: 'survival', at: clock.now(), minutes, ...remains });
    }
  }

  /** undefined: none of the files can be read. */
  async function remainsOf(
    runId: string,
    files: readonly Watched[],
    read: (path: string) => Promise<string | undefined>,
  ): Promise<Remains | undefined> {
    let [kept, of, count] = [0, 0, 0];
    for (const { path, lines } of files) {
      if (lines.size === 0) continue;
      try {
        kept += keptLines(lines, linesOf((await read(path)) ?? '', salt));
      } catch {
        continue; // What can't be read says nothing.
      }
      of += countLines(lines);
      count += 1;
    }
    return of === 0 ? undefined : { runId, kept, of, files: count };
  }

  function edit({ path, folder, at, before, after }: FileChange, runId: string): void {
    const removed = before && after ? countLines(addedLines(after, before)) : undefined;
    const added = before && after ? countLines(addedLines(before, after)) : undefined;
    const file = hashText(path, salt);
    const inFolder = path.slice(folder.length);
    signal({ kind: 'edited', at, runId, folder, file, isTest: isTestFile(inFolder), added, removed });
    const own = watched.find((each) => each.path === path && each.runId === runId);
    // What a later run changes is no longer the earlier one's to keep.
    watched = watched.filter((each) => each.path !== path || each === own);
    for (const each of watched) {
      if (each.runId !== runId) continue;
      each.editedAt = Math.max(each.editedAt, at);
      each.had.clear();
    }
    if (!before || !after) return;
    if (own) {
      own.lines = addedLines(own.base, after);
      return;
    }
    const lines = addedLines(before, after);
    const next: Watched = { runId, path, folder, original: before, base: before, lines, editedAt: at, had: new Set() };
    watched = [...watched, next].slice(-MOST_WATCHED);
  }

  /** The developer changed a file: what comes in isn't the run's, and what goes may be what it had done. */
  function byDeveloper({ path, folder, at, how, before, after }: FileChange): void {
    const files = watched.filter((each) => each.path === path);
    if (before && after) {
      const added = addedLines(before, after);
      // Lines of the run's that come back (redo, a branch that is checked out again) are still the run's.
      for (const each of files) each.base = union(each.base, addedLines(each.lines, added));
    }
    // Tests and builds write files too: only what was typed, or is in a file of the run's, makes its work the developer's.
    if (files.length > 0 || (how !== 'changed' && isNearWork(folder))) signal({ kind: 'typed', at, folder });
  }

  function isNearWork(folder: string): boolean {
    return [...state.works.values()].some((work) => isWithin(work.folder, folder) || isWithin(folder, work.folder));
  }

  function takenBack(kind: 'undone' | 'reverted', { path, at, before }: FileChange): void {
    for (const { runId, lines } of watched.filter((each) => each.path === path && each.lines.size > 0)) {
      // Lines that had gone before were not taken back now.
      if (kind === 'undone' && before && keptLines(lines, before) < countLines(lines) * TAKEN_BACK) continue;
      if (pendingUndos.has(`${runId} ${path}`)) continue;
      const cancel = ports.later(() => {
        pendingUndos.delete(`${runId} ${path}`);
        void lookBack(kind, runId, path, at);
      }, UNDO_SETTLES_MS);
      pendingUndos.set(`${runId} ${path}`, cancel);
    }
  }

  async function lookBack(kind: 'undone' | 'reverted', runId: string, path: string, at: number): Promise<void> {
    const files = watched.filter((each) => each.runId === runId);
    const here = files.filter((each) => each.path === path);
    const rest = await remainsOf(runId, here, ports.read);
    if (!rest || rest.kept / rest.of >= TAKEN_BACK || disposed) return;
    if (kind === 'reverted' && !(await isAsBefore(here))) return;
    const all = await remainsOf(runId, files, ports.read);
    if (all && !disposed) signal({ kind, at, ...all });
  }

  /** Lines that went may have been rewritten or formatted; they were taken back where nothing new stands in their place. */
  async function isAsBefore(files: readonly Watched[]): Promise<boolean> {
    for (const { path, original, lines } of files) {
      try {
        const now = linesOf((await ports.read(path)) ?? '', salt);
        if (countLines(addedLines(original, now)) > countLines(lines) * NEW_AT_MOST) return false;
      } catch {
        return false;
      }
    }
    return true;
  }

  return {
    asked({ runId, folder, prompt }) {
      signal({ kind: 'asked', at: clock.now(), runId, folder, sketch: promptSketch(prompt, salt) });
    },
    changed(change) {
      if (change.how === 'typed') return byDeveloper(change);
      if (change.how === 'undone') {
        takenBack('undone', change);
        return byDeveloper(change);
      }
      settled((runs) => {
        const run = runAtWork(change.path, change.at, runs);
        if (run) return edit(change, run.runId);
        // Several were at work: nobody can say whose it is.
        if (isAgentAtWork(change.path, change.at, runs)) return;
        takenBack('reverted', change);
        byDeveloper(change);
      });
    },
    checked({ at, startedAt, folder, command, check, passed, ofAgent }) {
      const key = hashText(`${folder}\n${command.trim().replaceAll(/\s+/g, ' ')}`, salt);
      settled((runs) => {
        const byAgent = ofAgent || isAgentAtWork(folder, startedAt, runs);
        signal({ kind: 'check', at, startedAt, folder, key, check, passed, byAgent });
      });
    },
    committed(commit) {
      settled(async (runs) => {
        const { at, folder, id, paths } = commit;
        const byAgent = isAgentAtWork(folder, at, runs);
        const held = watched.filter((each) => paths.includes(each.path) && each.editedAt <= at);
        const works: Remains[] = [];
        for (const [runId, files] of Map.groupBy(held, (each) => each.runId)) {
          const remains = byAgent ? undefined : await remainsOf(runId, files, (path) => commit.read(path));
          if (remains) works.push(remains);
        }
        if (!disposed) signal({ kind: 'committed', at, key: hashText(id, salt), byAgent, works });
      });
    },
    vote: (runId, up) => signal({ kind: 'vote', at: clock.now(), runId, up }),
    watches: (path) => watched.some((each) => each.path === path),
    dispose() {
      disposed = true;
      stopTick();
      settling?.();
      for (const cancel of pendingUndos.values()) cancel();
    },
  };
}

function union(a: Lines, b: Lines): Lines {
  const all = new Map(a);
  for (const [hash, count] of b) all.set(hash, (all.get(hash) ?? 0) + count);
  return all;
}
