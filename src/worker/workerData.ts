import type { ImportEnvironment } from '../ports.ts';

/** What the extension host hands to the worker when it starts it. */
export interface WorkerData {
  /** The bundle of the thread that reads a backlog of logs. */
  readonly backlog: string;
  /** Where what is compiled of this version of the worker is kept; undefined: nowhere. */
  readonly compiled?: string;
  /** The ledger's file. */
  readonly ledger: string;
  /** The tokenizer's rank table. */
  readonly ranks: string;
  /** The price lists. */
  readonly prices: string;
  readonly environment: ImportEnvironment;
  /** The script of agents' hooks; undefined: there is none, and what is installed is left as it is. */
  readonly hook?: string;
  /** Names this window's worker among all. */
  readonly holder: string;
}
