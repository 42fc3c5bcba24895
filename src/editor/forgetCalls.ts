/** `Marginal: Forget…`: erases what the ledger holds of a time or a project, after it has said how much that is. */
import * as vscode from 'vscode';
import { agentLabel } from '../core/status/labels.ts';
import { moneyText } from '../core/status/moneyText.ts';
import { wholeNumber } from '../core/wholeNumber.ts';
import type { Clock, EntrySelection, Forgettable, WorkerApi } from '../ports.ts';
import { pickPeriod } from './pickPeriod.ts';

export interface ForgetParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly worker: Pick<WorkerApi, 'folders' | 'forgettable' | 'forget'>;
}

interface Choice {
  readonly selection: EntrySelection;
  /** To stand behind «calls». */
  readonly words: string;
}

export async function forgetCalls({ clock, worker }: ForgetParts): Promise<void> {
  const choice = await choose({ clock, worker });
  if (!choice) return;
  const found = await worker.forgettable(choice.selection);
  if (found.calls === 0 && found.readings === 0) {
    void vscode.window.showInformationMessage(`Marginal has no calls ${choice.words}.`);
    return;
  }
  const forget = 'Forget';
  const answer = await vscode.window.showWarningMessage(
    `Forget ${countedAll(found)} ${choice.words}?`,
    { modal: true, detail: detailOf(found) },
    forget,
  );
  if (answer !== forget) return;
  const erased = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Forgetting ${countedAll(found)}…` },
    () => worker.forget(choice.selection),
  );
  void vscode.window.showInformationMessage(
    `Marginal forgot ${countedAll({ ...found, calls: erased })} ${choice.words}.`,
  );
}

async function choose({ clock, worker }: ForgetParts): Promise<Choice | undefined> {
  const byTime = { label: 'A stretch of time…', description: 'calls of every agent in it' };
  const byProject = { label: 'A project…', description: 'calls of every agent that worked in a folder or below it' };
  const kind = await vscode.window.showQuickPick([byTime, byProject], {
    title: 'Forget: what?',
    ignoreFocusOut: true,
  });
  if (kind === byTime) {
    const period = await pickPeriod('Forget: of which time?', clock.now());
    return period && { selection: { from: period.from, to: period.to }, words: `of ${period.label}` };
  }
  if (kind !== byProject) return undefined;
  const folders = [...(await worker.folders())].sort();
  if (folders.length === 0) throw new Error('No call in the ledger says which folder it was made in.');
  const folder = await vscode.window.showQuickPick(folders, {
    title: 'Forget: which project?',
    ignoreFocusOut: true,
  });
  return folder === undefined ? undefined : { selection: { folder }, words: `in ${folder}` };
}

function detailOf({ calls, cost, agents }: Forgettable): string {
  return [
    ...(calls > 0 ? [`${moneyText(cost)} by ${agents.map(agentLabel).join(', ')}.`] : []),
    'Their tokens, credits, models, tools and folders are overwritten in Marginal’s ledger, and no total counts them any more. This can’t be undone.',
    'The agents’ own records stay as they are; Marginal will not take these calls from them again.',
  ].join('\n\n');
}

/** `3 calls and 12 readings of plans`, without what there is none of. */
function countedAll({ calls, readings }: Pick<Forgettable, 'calls' | 'readings'>): string {
  const parts = [
    ...(calls > 0 || readings === 0 ? [`${wholeNumber(calls)} call${calls === 1 ? '' : 's'}`] : []),
    ...(readings > 0 ? [`${wholeNumber(readings)} reading${readings === 1 ? '' : 's'} of plans`] : []),
  ];
  return parts.join(' and ');
}
