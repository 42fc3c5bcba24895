import { runAligner } from '../core/ledger/alignRuns.ts';
import type { Observation } from '../core/ledger/event.ts';
import type { ImportBatch, ImportStatus, LedgerStore, LogTail } from '../ports.ts';
import { latestRevisions } from './latestRevisions.ts';

export interface ImportLogsPorts {
  readonly tail: LogTail;
  readonly ledger: Pick<LedgerStore, 'append' | 'appendPacked' | 'cursor'> & Partial<Pick<LedgerStore, 'cursorMarks'>>;
  /** Gives an observation its cost, or leaves it as it is. */
  price(observation: Observation): Observation;
  /** Called after a batch was written, with its observations but for those that came packed. */
  onAppended?(observations: readonly Observation[]): void;
  /** Called when a batch could not be written, with the error, and with undefined once one could again. */
  onTrouble?(error: unknown): void;
}

export interface LogImport {
  start(): void;
  /** Resolves once all that was there at the start is in the ledger. */
  caughtUp(): Promise<void>;
  status(): readonly ImportStatus[];
  /** Writes what has been read; nothing is written after it resolves. */
  stop(): Promise<void>;
}

/** Agents of which one source tells a run's steps and another its total, without an id in common: theirs are never packed. */
export const AGENTS_WITH_TOTALS: ReadonlySet<string> = new Set(['copilot']);

const ALIGNMENT = 'run-alignment';

/**
 * Brings what agents' own logs tell of model calls into the ledger, as they write it: tail -> shared run ids -> prices ->
 * ledger. What was read is written together with how far it was read, so after a crash nothing is lost and nothing is
 * counted twice. Only the leading window's worker runs it.
 */
export function importLogs({ tail, ledger, price, onAppended, onTrouble }: ImportLogsPorts): LogImport {
  let aligner: ReturnType<typeof runAligner> | undefined;
  let aligned = false;
  let troubled = false;

  function take({ observations, quotas = [], packed, cursors }: ImportBatch): void {
    try {
      if (packed) ledger.appendPacked(packed, observations.length + quotas.length === 0 ? cursors : {});
      aligner ??= runAligner(AGENTS_WITH_TOTALS, ledger.cursor(ALIGNMENT));
      const priced = aligner.align(latestRevisions(observations)).map(price);
      aligned ||= priced.some(({ facts }) => AGENTS_WITH_TOTALS.has(facts.agent));
      const written = priced.length + quotas.length;
      if (!packed || written > 0)
        ledger.append([...priced, ...quotas], aligned ? { ...cursors, [ALIGNMENT]: aligner.state() } : cursors);
      aligned = false;
      if (troubled) onTrouble?.(undefined);
      troubled = false;
      if (written + (packed?.items.length ?? 0) > 0) onAppended?.(priced);
    } catch (error) {
      troubled = true;
      onTrouble?.(error);
      throw error;
    }
  }

  return {
    start: () =>
      tail.start({
        take,
        cursor: (key) => ledger.cursor(key),
        ...(ledger.cursorMarks ? { cursorMarks: ledger.cursorMarks } : {}),
      }),
    caughtUp: () => tail.caughtUp(),
    status: () => tail.status(),
    stop: () => tail.stop(),
  };
}
