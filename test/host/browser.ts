// The browser of the host tests: a fresh profile each time, as a stranger's would be.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { findOrInstallChromium } from '../../scripts/host/chromium.mjs';

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Browser {
  readonly page: Page;
  close(): Promise<void>;
}

/** Starts a headless Chromium with an empty profile; closing it deletes the profile. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = await findOrInstallChromium();
  const profile = await mkdtemp(join(tmpdir(), 'marginal-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    viewport: { width: 1400, height: 900 },
    args: quiet,
  });
  return {
    page: context.pages()[0] ?? (await context.newPage()),
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
