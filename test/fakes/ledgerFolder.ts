import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A folder of its own for a ledger, removed after the test. */
export function ledgerFolder(test: TestContext): { readonly folder: string; readonly path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'marginal-ledger-'));
  test.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return { folder, path: join(folder, 'ledger.db') };
}
