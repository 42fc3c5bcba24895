/**
 * `npm run bench -- dashboard`: in a real VS Code with 100,000 entries in the ledger, the time from the click on the status
 * bar to the painted dashboard. VS Code's own part, making a webview, is in it; the ledger's part is told by itself.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from 'playwright-core';
import { dayOf } from '../../src/core/ledger/localDay.ts';
import type { LedgerStore } from '../../src/ports.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { madeEvent } from '../fakes/madeEvent.ts';
import { openHost } from '../host/driver.ts';
import { BURN, builtVsix, ledgerFile } from '../host/setup.ts';

const ENTRIES = 100_000;
const DAY_MS = 86_400_000;
const MONTH_MS = 29 * DAY_MS;
const ROUNDS = 7;
const TIMEOUT_MS = 30_000;
const SETTLE_MS = 700;
/** So much too long a time may be told. */
const POLL_MS = 5;

export async function run(): Promise<Record<string, unknown>> {
  const host = await openHost({ vsix: builtVsix() });
  try {
    await host.statusBarText(BURN);
    const ledger = openLedger(ledgerFile(host), { clock: Date });
    const now = Date.now();
    const step = 5_000;
    for (let index = 0; index < ENTRIES; index += step) {
      const at = (offset: number) => now - MONTH_MS + ((index + offset) / ENTRIES) * MONTH_MS;
      ledger.append(Array.from({ length: step }, (_, offset) => madeEvent(index + offset, at(offset))));
    }
    ledger.close();
    await host.statusBarWhere(BURN, (text) => text.includes(' today'));
    const times: number[] = [];
    const ofPage: number[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const began = performance.now();
      await host.page.locator(`.statusbar-item[id="${BURN}"] a`).click();
      const own = await painted(host.page.frames.bind(host.page)).catch(async (error: Error) => {
        await host.screenshot('bench-dashboard-failed');
        throw new Error(`In round ${round}: ${error.message}`);
      });
      // The first one also loads VS Code's own code for webviews.
      if (round > 0) {
        times.push(performance.now() - began);
        ofPage.push(own);
      }
      if (round === ROUNDS) await host.screenshot('bench-dashboard');
      const tab = host.page.locator('.tabs-container .tab', { hasText: 'Marginal' });
      await host.command('View: Close All Editors');
      await tab.waitFor({ state: 'detached' });
      await host.page.waitForTimeout(SETTLE_MS);
    }
    times.sort((a, b) => a - b);
    ofPage.sort((a, b) => a - b);
    const ledgerMs = ledgersShare(ledgerFile(host));
    console.log(`${ENTRIES.toLocaleString('en')} entries: ${times.map(Math.round).join(', ')} ms`);
    return {
      openMs: Math.round(times[(ROUNDS - 1) / 2] ?? 0),
      slowestMs: Math.round(times.at(-1) ?? 0),
      pageMs: Math.round(ofPage[(ROUNDS - 1) / 2] ?? 0),
      ledgerMs: Math.round(ledgerMs),
      entries: ENTRIES,
    };
  } finally {
    await host.close();
  }
}

/** Resolves to the time since the page began, in ms: what of it is not VS Code's making of a place for it. */
async function painted(frames: () => Frame[]): Promise<number> {
  const deadline = performance.now() + TIMEOUT_MS;
  while (performance.now() < deadline) {
    for (const frame of frames().filter((each) => each.url().includes('fake.html'))) {
      if (
        (await frame
          .locator('.figures')
          .count()
          .catch(() => 0)) > 0
      )
        return frame.evaluate(() => performance.now());
    }
    // Asked without a pause, the browser does nothing but answer.
    await sleep(POLL_MS);
  }
  throw new Error('The dashboard was not painted.');
}

/** What an opening dashboard asks of the ledger, in ms: the median of several times. */
function ledgersShare(path: string): number {
  const ledger = openLedger(path, { clock: Date });
  try {
    const times = Array.from({ length: ROUNDS }, () => ask(ledger)).sort((a, b) => a - b);
    return times[(ROUNDS - 1) / 2] ?? 0;
  } finally {
    ledger.close();
  }
}

function ask(ledger: LedgerStore): number {
  const now = Date.now();
  const began = performance.now();
  ledger.summary(now, []);
  const runs = ledger.runs(30, 1);
  const run = ledger.run(runs[0]?.runId ?? '', 200);
  const burn = ledger.burn(dayOf(now - MONTH_MS - DAY_MS), dayOf(now));
  const sources = ledger.sources(now - MONTH_MS - DAY_MS);
  const took = performance.now() - began;
  const calls = (rows: readonly { readonly calls: number }[]) => rows.reduce((sum, row) => sum + row.calls, 0);
  assert.ok(run && calls(burn) >= ENTRIES && calls(sources) >= ENTRIES, 'the ledger told of fewer calls than it holds');
  return took;
}
