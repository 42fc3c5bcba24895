import * as vscode from 'vscode';
import type { ConfirmAnswer, ConfirmQuestion } from '../core/budget/confirmation.ts';

const ONCE = 'Go On Once';
const RUN = 'Go On for This Run';
/** Where the dialog is closed without a word, too: what isn't agreed to isn't sent. */
const NO: vscode.MessageItem = { title: 'Don’t Send', isCloseAffordance: true };

/** Asks in a modal dialog whether a request is sent; its buttons are reached by keyboard, and neither Enter at once nor Escape sends. */
export async function confirmSpend({ message, detail }: ConfirmQuestion): Promise<ConfirmAnswer> {
  const answer = await vscode.window.showWarningMessage(
    message,
    { modal: true, detail },
    NO,
    { title: ONCE },
    { title: RUN },
  );
  switch (answer?.title) {
    case ONCE:
      return 'once';
    case RUN:
      return 'run';
    default:
      return 'no';
  }
}
