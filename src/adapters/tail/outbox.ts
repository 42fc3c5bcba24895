import type { Observation, QuotaEvent } from '../../core/ledger/event.ts';
import type { Clock, Cursor, ImportBatch, LogTail, PackedEvents } from '../../ports.ts';
import type { Found } from './lineFile.ts';

/** What has been read and not yet handed over. */
export interface Outbox {
  /** Keeps what was found; hands it over once it is much, or old. */
  add(key: string, found: Found): Promise<void>;
  /** Hands over what waits; cursors alone only now and then. */
  settle(): Promise<void>;
  /** Hands over what another thread has found and made ready, before what waits; false: it was released before that. */
  pass(batch: ImportBatch & { readonly packed: PackedEvents }): Promise<boolean>;
  /** Ends a wait for another try, and waits no more. */
  release(): void;
  /** One last try; what isn't taken is read again at the next start. */
  close(): void;
}

/**
 * Handed over at the latest when so many observations wait, or so old ones. Taking them holds the thread: how many it is
 * depends on how long the last ones took. Many together cost less: each commit writes every page that it touched, and a full
 * pack of another thread's is one commit where the machine isn't slow.
 */
const BATCH_OBSERVATIONS = { first: 150, most: 2_048 };
const BATCH_MS = 120;
const TAKING_MS = 30;
/** Cursors alone are kept less often: reading a little again after a crash changes nothing. */
const CURSORS_MS = 2_000;
const RETRY_MS = { first: 250, most: 15_000 };

interface Waiting {
  readonly observations: Observation[];
  readonly quotas: QuotaEvent[];
  readonly cursors: Record<string, Cursor>;
  readonly since: number;
}

/** `rest` lets others have the thread before and after a batch is taken. */
export function outbox(take: Parameters<LogTail['start']>[0]['take'], clock: Clock, rest: () => Promise<void>): Outbox {
  let waiting: Waiting | undefined;
  let cursorsKeptAt = clock.elapsed();
  let released = false;
  let batchSize = BATCH_OBSERVATIONS.first;
  /** Ends the wait before another try. */
  let wake = () => {};

  /** Until it is taken: meanwhile nothing more is read, so memory stays small and nothing is lost. */
  async function handOver(): Promise<void> {
    if (!waiting) return;
    const { observations, quotas, cursors } = waiting;
    if (await untilTaken({ observations, quotas, cursors }, observations.length)) waiting = undefined;
  }

  /** false: released before it was taken. */
  async function untilTaken(batch: ImportBatch, length: number): Promise<boolean> {
    for (let waitMs = RETRY_MS.first; !released; waitMs = Math.min(2 * waitMs, RETRY_MS.most)) {
      // What was read for these had a turn of its own.
      await rest();
      if (tryToHandOver(batch, length)) {
        await rest();
        return true;
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return false;
  }

  function tryToHandOver(batch: ImportBatch, length: number): boolean {
    const began = clock.elapsed();
    try {
      take(batch);
    } catch {
      // Whoever takes has said what is wrong; it may pass.
      return false;
    }
    cursorsKeptAt = clock.elapsed();
    if (length >= BATCH_OBSERVATIONS.first) batchSize = sizeFor((cursorsKeptAt - began) / length);
    return true;
  }

  return {
    async add(key, { observations, quotas = [], cursor }) {
      waiting ??= { observations: [], quotas: [], cursors: {}, since: clock.elapsed() };
      // One by one: a portion may hold more than a call can take as arguments.
      for (const observation of observations) waiting.observations.push(observation);
      for (const quota of quotas) waiting.quotas.push(quota);
      waiting.cursors[key] = cursor;
      const length = waiting.observations.length + waiting.quotas.length;
      if (length >= batchSize || (length > 0 && clock.elapsed() - waiting.since > BATCH_MS)) await handOver();
    },
    async settle() {
      if (!waiting) return;
      if (waiting.observations.length + waiting.quotas.length > 0 || clock.elapsed() - cursorsKeptAt > CURSORS_MS)
        await handOver();
    },
    async pass({ packed, ...rest }) {
      // Its parts, so that none holds the thread for long; how far was read is kept with the last one.
      for (let part = partOf(packed, 0, batchSize); ; part = partOf(packed, endOf(part) - packed.first, batchSize)) {
        const isLast = endOf(part) === endOf(packed);
        const batch = isLast ? rest : { observations: [], cursors: {} };
        if (!(await untilTaken({ ...batch, packed: part }, countOf(part)))) return false;
        if (isLast) return true;
      }
    },
    release() {
      released = true;
      wake();
    },
    close() {
      if (waiting) tryToHandOver(waiting, waiting.observations.length);
      waiting = undefined;
    },
  };
}

/**
 * The items from the one at `start` on, of which the events are at most so many, or one item; or all that are left, where
 * these are half as many more: a small part is a commit too.
 */
function partOf(packed: PackedEvents, start: number, most: number): PackedEvents {
  const left = { ...packed, items: packed.items.slice(start), first: packed.first + start };
  if (countOf(left) <= 1.5 * most) return left;
  let end = start + 1;
  for (let count = packed.items[start] ?? 0; end < packed.items.length; end += 1) {
    count += packed.items[end] ?? 0;
    if (count > most) break;
  }
  return { ...packed, items: packed.items.slice(start, end), first: packed.first + start };
}

function endOf({ first, items }: PackedEvents): number {
  return first + items.length;
}

function countOf({ items }: PackedEvents): number {
  return items.reduce((sum, count) => sum + count, 0);
}

/** How many can be taken without holding the thread for long. */
function sizeFor(msEach: number): number {
  const { first, most } = BATCH_OBSERVATIONS;
  return Math.max(first, Math.min(most, Math.floor(TAKING_MS / msEach)));
}
