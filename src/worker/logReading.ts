/**
 * The reading of agents' logs: by the leading window alone, one reading at a time. The other windows learn through the
 * ledger how it fares, and ask through it for a new one.
 */
import type { LogImport } from '../app/importLogs.ts';
import type { Clock, Cursor, ImportStatus } from '../ports.ts';

const STATUS = 'import-status';
const REQUEST = 'rescan-requested-at';
const ROUND_MS = 3_000;

export interface LogReading {
  /** This window begins or ceases to lead. */
  lead(leads: boolean): void;
  /** Begins anew where it left off, with new settings. */
  restart(): Promise<void>;
  /** Reads all from the beginning, or asks the leading window to. */
  rescan(): Promise<void>;
  status(): readonly ImportStatus[];
  /** Resolves when nothing is read any more. */
  close(): Promise<void>;
}

export interface LogReadingPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly cursor: (key: string) => Cursor | undefined;
  readonly keep: (cursors: Readonly<Record<string, Cursor>>) => Promise<void>;
  /** A reading, not yet begun. */
  readonly create: (fromTheBeginning: boolean) => Promise<LogImport>;
  readonly onTrouble: (error: unknown) => void;
}

export function createLogReading(ports: LogReadingPorts): LogReading {
  const { clock, cursor, keep, create, onTrouble } = ports;
  let leads = false;
  let closed = false;
  let current: LogImport | undefined;
  let kept = '';
  let heard = clock.now();
  /** Every start and stop waits for the one before. */
  let chain: Promise<void> = Promise.resolve();

  function then(action: () => Promise<void>): Promise<void> {
    chain = chain.then(action).catch(onTrouble);
    return chain;
  }

  function begin(fromTheBeginning: boolean): Promise<void> {
    return then(async () => {
      await end();
      if (!leads || closed) return;
      current = await create(fromTheBeginning);
      current.start();
    });
  }

  async function end(): Promise<void> {
    const ended = current;
    current = undefined;
    await ended?.stop();
  }

  function round(): void {
    if (!leads) return;
    try {
      const asked = cursor(REQUEST);
      if (typeof asked === 'number' && asked > heard) {
        heard = asked;
        void begin(true);
      }
      const status = current?.status();
      const text = JSON.stringify(status);
      if (!status || text === kept) return;
      kept = text;
      keep({ [STATUS]: status as unknown as Cursor }).catch(onTrouble);
    } catch {
      // A ledger that can't be read is told of by whoever writes.
    }
  }

  const timer = setInterval(round, ROUND_MS);

  return {
    lead(next) {
      leads = next;
      void (next ? begin(false) : then(end));
    },
    restart: () => begin(false),
    async rescan() {
      if (leads) return begin(true);
      await keep({ [REQUEST]: clock.now() });
    },
    status: () => current?.status() ?? (cursor(STATUS) as readonly ImportStatus[] | undefined) ?? [],
    close() {
      closed = true;
      clearInterval(timer);
      return then(end);
    },
  };
}
