// Every wait of the host tests: what is awaited is said in words, and a failure leaves a picture of the window.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

export const screenshotFolder = fileURLToPath(new URL('screenshots/', import.meta.url));

/** Saves what the window shows as `<name>.png` in the ignored screenshots folder, and returns its path. */
export async function screenshot(page: Page, name: string): Promise<string> {
  await mkdir(screenshotFolder, { recursive: true });
  const path = join(screenshotFolder, `${name.replaceAll(/[^\w-]+/g, '-')}.png`);
  await page.screenshot({ path });
  return path;
}

/** Runs a step; where it fails, the error says which step and where the picture of the window is. */
export async function step<Result>(page: Page, what: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (cause) {
    const picture = await screenshot(page, `failed-${what}`).catch(() => 'none: the window is gone');
    const reason = cause instanceof Error ? cause.message.split('\n').slice(0, 6).join('\n') : String(cause);
    throw new Error(`${what}: ${reason}\n(picture: ${picture})`, { cause });
  }
}

/** Asks `look` until it gives something other than undefined, null or false; a throw counts as "not yet". */
export async function eventually<Result>(
  page: Page,
  what: string,
  look: () => Promise<Result | undefined | null | false> | Result | undefined | null | false,
  timeoutMs = 60_000,
): Promise<Result> {
  return step(page, what, async () => {
    const deadline = performance.now() + timeoutMs;
    let last: unknown;
    while (performance.now() < deadline) {
      try {
        const seen = await look();
        if (seen !== undefined && seen !== null && seen !== false) return seen;
      } catch (error) {
        last = error;
      }
      await sleep(100);
    }
    throw new Error(
      `didn't happen within ${timeoutMs / 1000} s${last instanceof Error ? `; last error: ${last.message}` : ''}`,
    );
  });
}
