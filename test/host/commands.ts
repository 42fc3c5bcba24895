// VS Code's command palette.
import type { Page } from 'playwright-core';
import { eventually, step } from './look.ts';

/** Runs a command by the title that the palette shows, such as "Marginal: Open Dashboard". */
export function runCommand(page: Page, title: string): Promise<void> {
  return step(page, `run the command ${title}`, async () => {
    await page.keyboard.press('F1');
    const box = page.locator('.quick-input-widget:visible input').first();
    await box.waitFor();
    await box.fill(`>${title}`);
    const rows = page.locator('.quick-input-list .monaco-list-row');
    // By the whole title: "Chat: New Chat" is also the beginning of "Chat: New Chat Editor".
    const at = await eventually(page, `the palette offers ${title}`, async () => {
      const titles = await rows.locator('.label-name').allInnerTexts();
      const index = titles.findIndex((shown) => shown.trim() === title);
      return index < 0 ? undefined : { index };
    });
    await rows.nth(at.index).click();
  });
}
