/**
 * What the product's worker does with agents' logs, in a process of its own: the tail, the importers, prices and a ledger
 * on disk, until all that was there is in the ledger. Tells the time, its memory, and what the ledger holds.
 */
import { priceBooks } from '../../../src/adapters/priceData/priceBooks.ts';
import { systemClock as clock } from '../../../src/adapters/systemClock.ts';
import { logTail } from '../../../src/adapters/tail/index.ts';
import { importLogs } from '../../../src/app/importLogs.ts';
import { importers } from '../../../src/importers/index.ts';
import { openLedger } from '../../../src/storage/ledger.ts';
import { priceObservation } from '../../../src/worker/priceObservation.ts';

const { home, ledgerPath, prices } = JSON.parse(process.argv[2] ?? '{}');
const ledger = openLedger(ledgerPath, { clock });
let book: any; const mk = () => book ??= priceBooks(prices)({ overrides: [], localCost: { kind: 'free' } } as never);
const reading = importLogs({
  tail: logTail({ importers: importers.filter(({ agent }) => ['claude-code', 'codex'].includes(agent)), environment: { home, platform: 'linux', env: {}, codeUserFolders: [] } }, { clock }),
  ledger,
  price: (observation) => priceObservation(observation, mk, clock.now()),
  onTrouble(error) { if (error) throw error; },
});
reading.start();
await reading.caughtUp();
console.log('caught up', performance.now(), process.resourceUsage().maxRSS / 1024, process.cpuUsage());
if (process.argv[3]) console.log(JSON.stringify(ledger.burn('2026-01-01', '2026-12-31').length), JSON.stringify(reading.status()));
await reading.stop(); ledger.close();
process.exit(0);
