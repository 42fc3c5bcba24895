/** `Marginal: Forget…`: erases what Marginal holds of a time or a project, after it has said how much that is. */
import * as vscode from 'vscode';
import { agentLabel } from '../core/status/labels.ts';
import { moneyText } from '../core/status/moneyText.ts';
import { counted, wholeNumber } from '../core/wholeNumber.ts';
import type { Clock, EntrySelection, Forgettable, WorkerApi } from '../ports.ts';
import { pickPeriod } from './pickPeriod.ts';

export interface ForgetParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly worker: Pick<WorkerApi, 'folders' | 'forgettable' | 'forget'>;
}

interface Choice {
  readonly selection: EntrySelection;
  /** To stand behind what is counted. */
  readonly words: string;
}

export async function forgetCalls({ clock, worker }: ForgetParts): Promise<void> {
  const choice = await choose({ clock, worker });
  if (!choice) return;
  const found = await worker.forgettable(choice.selection);
  if (countedAll(found) === '') {
    void vscode.window.showInformationMessage(`Marginal has nothing to forget ${choice.words}.`);
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
  const byTime = {
    label: 'A stretch of time…',
    description: 'all agents’ calls in it, what the gate decided, its safety copies',
  };
  const byProject = { label: 'A project…', description: 'the same, of work in a folder or below it' };
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
  if (folders.length === 0) throw new Error('Nothing that Marginal has says which folder it was made in.');
  const folder = await vscode.window.showQuickPick(folders, {
    title: 'Forget: which project?',
    ignoreFocusOut: true,
  });
  return folder === undefined ? undefined : { selection: { folder }, words: `in ${folder}` };
}

function detailOf({ calls, readings, cost, agents, gateDecisions, copies }: Forgettable): string {
  const isRecorded = calls > 0 || readings > 0;
  return [
    ...(calls > 0 ? [`${moneyText(cost)} by ${agents.map(agentLabel).join(', ')}.`] : []),
    isRecorded
      ? 'Their tokens, credits, models, tools and folders are overwritten in Marginal’s ledger, and no total counts them any more. This can’t be undone.'
      : 'This can’t be undone.',
    ...(gateDecisions > 0
      ? ['What the gate decided leaves the ledger too. A program that you allowed there is asked about again.']
      : []),
    ...(copies > 0
      ? [
          'The safety copies that the gate took are deleted, whole, also where they hold files of other folders: what an agent was let delete or overwrite then can’t be put back from Marginal any more.',
        ]
      : []),
    ...(isRecorded
      ? ['The agents’ own records stay as they are; Marginal will not take these calls from them again.']
      : []),
  ].join('\n\n');
}

/** `3 calls, 12 readings of plans and 1 safety copy`, without what there is none of; empty: there is nothing. */
function countedAll({ calls, readings, gateDecisions, copies }: Omit<Forgettable, 'cost' | 'agents'>): string {
  const told = [
    ...(calls > 0 ? [counted(calls, 'call')] : []),
    ...(readings > 0 ? [`${counted(readings, 'reading')} of plans`] : []),
    ...(gateDecisions > 0 ? [`${counted(gateDecisions, 'decision')} of the gate`] : []),
    ...(copies > 0 ? [copies === 1 ? '1 safety copy' : `${wholeNumber(copies)} safety copies`] : []),
  ];
  const last = told.pop() ?? '';
  return told.length === 0 ? last : `${told.join(', ')} and ${last}`;
}
