// What the host tests share: the packed extension as it is now, and the ledger that it writes.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Entry, RunView } from '../../src/core/ledger/entry.ts';
import type { MoneySum } from '../../src/core/money.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import type { Host } from './driver.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const vsix = join(root, '.cache/marginal.vsix');

/** Marginal's item in the status bar. */
export const BURN = 'marginal.marginal.marginal.burn';

/** The packed extension, made anew where it is older than what it is made of. */
export function builtVsix(): string {
  const made = existsSync(vsix) ? statSync(vsix).mtimeMs : 0;
  const sources = ['package.json', 'esbuild.mjs', ...filesIn('src'), ...filesIn('media')];
  if (sources.every((file) => statSync(join(root, file)).mtimeMs < made)) return vsix;
  const { status } = spawnSync(process.execPath, ['scripts/package.mjs', vsix], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('The extension could not be packed: see above.');
  return vsix;
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
}

/** What the ledger holds, read by another connection as a second window would. */
export interface LedgerReading {
  /** Newest first, with all their steps. */
  readonly runs: readonly RunView[];
  /** The steps of all runs, oldest first. */
  readonly steps: readonly Entry[];
  readonly today: MoneySum;
}

export function readLedger(host: Pick<Host, 'userFolder'>): LedgerReading {
  const ledger = openLedger(ledgerFile(host), { clock: Date });
  try {
    const runs = ledger.runs(1000);
    return {
      runs,
      steps: runs.flatMap(({ steps }) => steps).sort((a, b) => a.at - b.at),
      today: ledger.summary(Date.now(), []).today,
    };
  } finally {
    ledger.close();
  }
}

export function ledgerFile({ userFolder }: Pick<Host, 'userFolder'>): string {
  return join(userFolder, 'User/globalStorage/marginal.marginal/ledger.db');
}
