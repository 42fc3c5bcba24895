// What the extension's ledger holds, read from its file while VS Code runs.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface LedgerSums {
  readonly calls: number;
  readonly freshTokens: number;
  readonly cacheReadTokens: number;
  readonly outputTokens: number;
  readonly costNanoCredits: number;
}

/** Sums over all entries of one model (by its name as the ledger has it), or of all. */
export function ledgerSums(userFolder: string, model?: string): LedgerSums {
  const file = join(userFolder, 'User/globalStorage/marginal.marginal/ledger.db');
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const where = model === undefined ? '' : 'WHERE model IN (SELECT id FROM names WHERE name = ?)';
    const sums = database
      .prepare(
        `SELECT count(*) AS calls, total(fresh) AS fresh, total(cacheRead) AS cacheRead, total(text + reasoning) AS output, total(nano) AS nano FROM entries ${where}`,
      )
      .get(...(model === undefined ? [] : [model]));
    return {
      calls: Number(sums?.calls),
      freshTokens: Number(sums?.fresh),
      cacheReadTokens: Number(sums?.cacheRead),
      outputTokens: Number(sums?.output),
      costNanoCredits: Number(sums?.nano),
    };
  } finally {
    database.close();
  }
}
