/**
 * One commit for all that arrives within a few milliseconds. An append is acknowledged when the commit that holds it has
 * returned. While the ledger can't be written, appends wait and are tried again; beyond a bound they go to a side file.
 */
import { rmSync } from 'node:fs';
import type { LedgerEvent } from '../core/ledger/event.ts';
import { LedgerError } from '../core/ledger/ledgerError.ts';
import type { Cursor, LedgerStore } from '../ports.ts';
import { importPending, writePending } from './pendingEvents.ts';

export interface GroupCommitOptions {
  /** Where appends go that can't wait in memory any longer; `pendingFile()`. */
  readonly pendingFile: string;
  /** The ledger can't be written, in a sentence; `undefined`: it can again. Called on changes only. */
  readonly onTrouble?: (sentence: string | undefined) => void;
  /** A commit is made at the latest after this long, 2 ms, or when so many events wait, 512. */
  readonly windowMs?: number;
  readonly mostEvents?: number;
  /** Events that wait in memory while the ledger can't be written; 20,000. */
  readonly mostWaiting?: number;
  /** The first pause before another try, 250 ms; it doubles up to 5 s. */
  readonly retryMs?: number;
}

export interface GroupCommit {
  /** Resolves once the events are on disk. Rejects with a LedgerError where they can be kept nowhere. */
  append(events: readonly LedgerEvent[], cursors?: Readonly<Record<string, Cursor>>): Promise<void>;
  /** Commits at once, after all that waits. Throws a LedgerError where it can't be written now, and keeps none of it then. */
  appendNow(events: readonly LedgerEvent[]): void;
  /**
   * Writes what waits, now: to the side file first, since the ledger may make it wait for other windows longer than this
   * process has left. Nothing may be appended afterwards.
   */
  close(): void;
}

interface Submission {
  readonly events: readonly LedgerEvent[];
  readonly cursors: Readonly<Record<string, Cursor>>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const LONGEST_RETRY_MS = 5000;

export function groupCommit(store: Pick<LedgerStore, 'append'>, options: GroupCommitOptions): GroupCommit {
  const { windowMs = 2, mostEvents = 512, mostWaiting = 20_000, retryMs = 250 } = options;
  let queue: Submission[] = [];
  let waiting = 0;
  let timer: NodeJS.Timeout | undefined;
  /** Set while the ledger can't be written. */
  let trouble: LedgerError | undefined;
  let pauseMs = retryMs;
  let spilled = false;

  function schedule(delayMs: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      commit();
    }, delayMs);
  }

  function commit(): void {
    clearTimeout(timer);
    timer = undefined;
    try {
      if (queue.length > 0) store.append(eventsOf(queue), cursorsOf(queue));
      for (const { resolve } of take()) resolve();
      if (spilled) importPending(store, options.pendingFile);
      spilled = false;
      recovered();
    } catch (error) {
      if (error instanceof LedgerError) postpone(error);
      else commitApart();
    }
  }

  /** One of them makes the ledger fail for a reason that isn't the disk's: it must not take the others along. */
  function commitApart(): void {
    for (const submission of take()) {
      try {
        store.append(submission.events, submission.cursors);
        submission.resolve();
      } catch (error) {
        submission.reject(error);
      }
    }
  }

  function postpone(error: LedgerError): void {
    if (trouble?.message !== error.message) options.onTrouble?.(error.message);
    trouble = error;
    if (waiting > mostWaiting) spill(error);
    schedule(pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_RETRY_MS);
  }

  function recovered(): void {
    pauseMs = retryMs;
    if (trouble) options.onTrouble?.(undefined);
    trouble = undefined;
  }

  /** Cursors aren't kept there: their logs are read again from the last ones, which adds nothing. */
  function spill(error: LedgerError): void {
    const submissions = take();
    try {
      writePending(options.pendingFile, eventsOf(submissions));
      spilled = true;
      for (const { resolve } of submissions) resolve();
    } catch {
      for (const { reject } of submissions) reject(error);
    }
  }

  /** Writes what waits to the side file too; false: it can't be written. */
  function keep(): boolean {
    try {
      writePending(options.pendingFile, eventsOf(queue));
      return true;
    } catch {
      return false;
    }
  }

  function take(): readonly Submission[] {
    const taken = queue;
    queue = [];
    waiting = 0;
    return taken;
  }

  return {
    append(events, cursors = {}) {
      return new Promise((resolve, reject) => {
        queue.push({ events, cursors, resolve, reject });
        waiting += events.length;
        if (trouble) {
          if (waiting > mostWaiting) spill(trouble);
          schedule(pauseMs);
        } else if (waiting >= mostEvents) commit();
        else schedule(windowMs);
      });
    },
    appendNow(events) {
      commit();
      if (trouble) throw trouble;
      store.append(events);
    },
    close() {
      const isWritten = waiting > 0 && keep();
      // Then the file holds more than this, and a commit that succeeds takes in all of it.
      const isSpilled = spilled;
      commit();
      clearTimeout(timer);
      timer = undefined;
      if (trouble && !isWritten) spill(trouble);
      else if (trouble) for (const { resolve } of take()) resolve();
      else if (isWritten && !isSpilled) rmSync(options.pendingFile, { force: true });
    },
  };
}

function eventsOf(submissions: readonly Submission[]): readonly LedgerEvent[] {
  return submissions.flatMap(({ events }) => events);
}

function cursorsOf(submissions: readonly Submission[]): Readonly<Record<string, Cursor>> {
  return Object.assign({}, ...submissions.map(({ cursors }) => cursors));
}
