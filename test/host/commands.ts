// VS Code's command palette.
import type { Page } from 'playwright-core';
import { step } from './look.ts';

/** Runs a command by the title that the palette shows, such as "Marginal: Open Dashboard". */
export function runCommand(page: Page, title: string): Promise<void> {
  return step(page, `run the command ${title}`, async () => {
    await page.keyboard.press('F1');
    const box = page.locator('.quick-input-widget:visible input').first();
    await box.waitFor();
    await box.fill(`>${title}`);
    const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
    await row.click();
  });
}
