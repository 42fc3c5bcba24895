import * as vscode from 'vscode';
import { allowAccountQuota } from './settings.ts';

const ALLOW = 'Allow';

/** Asks GitHub for the account's own count; where that isn't allowed yet, asks for leave first. Rejects with a sentence. */
export async function askAccountQuota(parts: {
  readonly askAccountQuota: () => Promise<void>;
  readonly mayAskAccountQuota: () => boolean;
}): Promise<void> {
  if (!parts.mayAskAccountQuota()) {
    const answer = await vscode.window.showInformationMessage(
      'Let the Copilot CLI ask GitHub, now and every 15 minutes, what your account has drawn from its plan? It uses its own login; Marginal sees no token.',
      ALLOW,
      'Not now',
    );
    if (answer !== ALLOW) return;
    await allowAccountQuota();
  }
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: 'Marginal: the Copilot CLI asks GitHub…' },
    () => parts.askAccountQuota(),
  );
}
