import * as vscode from 'vscode';

const GO_ON = 'Go On';
const STOP = 'Stop Here';

/** Asks whether an agent's run should go on. Only "Stop Here" stops it: a dialog that is closed is no answer. */
export async function mayGoOn(why: string): Promise<boolean> {
  const options = { modal: true, detail: `${why}\n\nThe agent waits for your answer.` };
  const answer = await vscode.window.showWarningMessage('Should the agent go on?', options, GO_ON, STOP);
  return answer !== STOP;
}
