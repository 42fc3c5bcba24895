import * as vscode from 'vscode';

/** What a dialog that is closed means. */
const GO_ON: vscode.MessageItem = { title: 'Go On', isCloseAffordance: true };
const STOP: vscode.MessageItem = { title: 'Stop Here' };

/** Asks whether an agent's run should go on. Only "Stop Here" stops it. */
export async function mayGoOn(why: string): Promise<boolean> {
  const options = { modal: true, detail: `${why}\n\nThe agent waits for your answer.` };
  const answer = await vscode.window.showWarningMessage('Should the agent go on?', options, GO_ON, STOP);
  return answer?.title !== STOP.title;
}
