// VS Code's command palette.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { eventually, step } from './look.ts';

/** Runs a command by the title that the palette shows, such as "Marginal: Open Dashboard". */
export function runCommand(page: Page, title: string): Promise<void> {
  return step(page, `run the command ${title}`, async () => {
    const box = page.locator('.quick-input-widget:visible input').first();
    const rows = page.locator('.quick-input-list .monaco-list-row');
    // Tried again from the start: the palette closes when an editor that opens just now takes the focus.
    await eventually(page, `the palette offers ${title}`, async () => {
      if (!(await box.isVisible())) await page.keyboard.press('F1');
      // The palette asks anew only where the text changes, and an extension's commands may have come meanwhile.
      await box.fill('>', { timeout: 2_000 });
      await box.fill(`>${title}`, { timeout: 2_000 });
      await sleep(100);
      // By the whole title: "Chat: New Chat" is also the beginning of "Chat: New Chat Editor".
      const titles = await rows.locator('.label-name').allInnerTexts();
      const index = titles.findIndex((shown) => shown.trim() === title);
      if (index < 0) return false;
      await rows.nth(index).click({ timeout: 2_000 });
      return true;
    });
  });
}
