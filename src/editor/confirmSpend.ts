import * as vscode from 'vscode';
import type { ConfirmAnswer, ConfirmQuestion } from '../core/budget/confirmation.ts';

const ONCE = 'Go On Once';
const RUN = 'Go On for This Run';
/** The first button has the focus. VS Code adds Cancel, which means the same: what isn't agreed to isn't sent. */
const NO = 'Don’t Send';

/** Asks in a modal dialog whether a request is sent; its buttons are reached by keyboard, and neither Enter at once nor Escape sends. */
export async function confirmSpend({ message, detail }: ConfirmQuestion): Promise<ConfirmAnswer> {
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, NO, ONCE, RUN);
  switch (answer) {
    case ONCE:
      return 'once';
    case RUN:
      return 'run';
    default:
      return 'no';
  }
}
