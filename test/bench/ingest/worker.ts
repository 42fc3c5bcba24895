/**
 * What the product's worker does with agents' logs, as a process of its own: the tail, the importers, prices and a ledger
 * on disk, until all that was there at its start is in the ledger. Then it says so in one line.
 */
import { priceBooks } from '../../../src/adapters/priceData/priceBooks.ts';
import { systemClock as clock } from '../../../src/adapters/systemClock.ts';
import { logTail } from '../../../src/adapters/tail/index.ts';
import { importLogs } from '../../../src/app/importLogs.ts';
import type { PriceBook } from '../../../src/core/prices/price.ts';
import { importers } from '../../../src/importers/index.ts';
import { openLedger } from '../../../src/storage/ledger.ts';
import { backlogThread } from '../../../src/worker/backlogThread.ts';
import { priceObservation } from '../../../src/worker/priceObservation.ts';

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

const AGENTS = ['claude-code', 'codex'];
const settings = {
  overrides: [],
  localCost: { watts: 150, dollarsPerKilowattHour: 0.2, hardwareDollars: 1500, hardwareLifeHours: 10_000 },
};

const task = JSON.parse(process.argv[2] ?? '{}') as IngestTask;
const { home, env } = task;
const bookUnder = priceBooks(task.prices);
let book: PriceBook | undefined;
const ledger = openLedger(task.ledger, { clock });
const reading = importLogs({
  tail: logTail(
    {
      importers: importers.filter(({ agent }) => AGENTS.includes(agent)),
      environment: { home, env, platform: 'linux', codeUserFolders: [] },
      backlogReader: backlogThread(task.backlog, () => ({ prices: task.prices, ...settings })),
    },
    { clock },
  ),
  ledger,
  price(observation) {
    book ??= bookUnder(settings);
    const known = book;
    return priceObservation(observation, () => known, clock.now());
  },
  onTrouble(error) {
    if (error !== undefined) throw error;
  },
});
reading.start();
void reading.caughtUp().then(async () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const report: IngestReport = {
    peakMB: maxRSS / 1024,
    processorMs: (userCPUTime + systemCPUTime) / 1000,
    problems: reading
      .status()
      .flatMap(({ problems }) => problems.map(({ sentence, count }) => `${count} × ${sentence}`)),
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  await reading.stop();
  ledger.close();
});
