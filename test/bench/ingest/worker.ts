/** The entry of the process that is timed, as the worker's thread begins (src/worker/start.ts). */
import { dirname, join } from 'node:path';
import { keepCompiled } from '../../../src/worker/keepCompiled.ts';

export interface IngestTask {
  readonly home: string;
  /** CLAUDE_CONFIG_DIR and CODEX_HOME, as the peer gets them. */
  readonly env: Readonly<Record<string, string>>;
  readonly ledger: string;
  readonly backlog: string;
  readonly prices: string;
}

export interface IngestReport {
  readonly peakMB: number;
  readonly processorMs: number;
  /** By source: sentences about what couldn't be read, with how often. */
  readonly problems: readonly string[];
}

const task = JSON.parse(process.argv[2] ?? '{}') as IngestTask;
keepCompiled(join(dirname(task.ledger), 'compiled', '1'));
void import('./reading.ts').then(({ readAll }) => readAll(task));
