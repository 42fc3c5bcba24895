/**
 * Events that the ledger couldn't take for a while, one JSON line each, in `pending-<pid>.jsonl` beside it. They are on
 * disk, so they count as kept; they go into the ledger as soon as it can be written.
 */
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventSchemas, type LedgerEvent } from '../core/ledger/event.ts';
import type { LedgerStore } from '../ports.ts';
import { isRunning } from './writerLife.ts';

/** Where this process puts them. */
export function pendingFile(folder: string): string {
  return join(folder, `pending-${process.pid}.jsonl`);
}

/** Throws where the file can't be written. */
export function writePending(file: string, events: readonly LedgerEvent[]): void {
  // Begins with a line break: if the last write was cut off, only its own line is lost.
  if (events.length > 0) appendFileSync(file, `\n${events.map((event) => JSON.stringify(event)).join('\n')}\n`);
}

/** Moves the events of one file into the ledger, then removes the file. Throws LedgerError; then the file stays. */
export function importPending(store: Pick<LedgerStore, 'append'>, file: string): void {
  if (!existsSync(file)) return;
  const events = readFileSync(file, 'utf8').split('\n').map(parseLine);
  store.append(events.filter((event) => event !== undefined));
  rmSync(file);
}

/** Does so with what processes left behind that are gone. To be called when the ledger has been opened. */
export function importAbandoned(store: Pick<LedgerStore, 'append'>, folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^pending-(\d+)\.jsonl$/.exec(name)?.[1];
    if (pid !== undefined && (Number(pid) === process.pid || !isRunning(Number(pid)))) {
      importPending(store, join(folder, name));
    }
  }
}

function parseLine(line: string): LedgerEvent | undefined {
  if (line === '') return undefined;
  try {
    const parsed = eventSchemas().ledgerEventSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined; // Cut off when the process was killed, so never acknowledged.
  }
}
