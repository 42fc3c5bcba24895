/** `Marginal: Correct the Task's Class…`: what a run was about, in the developer's word, from which the next ones are told. */
import * as vscode from 'vscode';
import type { TaskClasses } from '../app/taskClasses.ts';
import type { RunView } from '../core/ledger/entry.ts';
import { isWithin } from '../core/ledger/folders.ts';
import { formatMoneySum } from '../core/money.ts';
import { TASK_KINDS, TASK_SIZES, type TaskKind, type TaskSize } from '../core/quality/taskClass.ts';
import { agentLabel } from '../core/status/labels.ts';
import { taskText } from '../core/status/taskText.ts';
import type { WorkerApi } from '../ports.ts';

export interface CorrectTaskParts {
  readonly worker: Pick<WorkerApi, 'runs'>;
  readonly classes: Pick<TaskClasses, 'correct'>;
  readonly onCorrected: () => void;
}

const RUNS_OFFERED = 8;
const RUNS_ASKED = 40;

const KINDS: Readonly<Record<TaskKind, string>> = {
  fix: 'something was wrong and had to be mended',
  feature: 'something new',
  test: 'tests for what is there',
  refactor: 'the same, in a better form',
  docs: 'words for people',
  review: 'a look at what is there',
  question: 'an answer, no change',
};
const SIZES: Readonly<Record<TaskSize, string>> = {
  simple: 'a few minutes of your own time',
  medium: 'up to an hour or so',
  complex: 'more than that',
};

/** `runId`: of this run; undefined: it is asked which. Rejects where the ledger can't be read or written. */
export async function correctTask(parts: CorrectTaskParts, runId?: string): Promise<void> {
  const which = runId ?? (await pickRun(parts));
  if (which === undefined) return;
  const kind = await pickOne('What kind of task was it?', TASK_KINDS, KINDS);
  const size = kind && (await pickOne('How large was it?', TASK_SIZES, SIZES));
  if (!kind || !size) return;
  await parts.classes.correct(which, { kind, size });
  parts.onCorrected();
  void vscode.window.showInformationMessage(
    `Marginal takes that run’s task for ${taskText({ kind, size })}, and learns from it how to tell the next ones.`,
  );
}

async function pickRun({ worker }: CorrectTaskParts): Promise<string | undefined> {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const isHere = ({ folder }: RunView) => folder === undefined || folders.some((each) => isWithin(folder, each));
  const runs = (await worker.runs(RUNS_ASKED, 1)).filter(isHere).slice(0, RUNS_OFFERED);
  if (runs.length === 0) {
    void vscode.window.showInformationMessage('No agent has run in this folder yet: there is no task to correct.');
    return undefined;
  }
  const items = runs.map((run) => ({ ...itemOf(run), runId: run.runId }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Correct the task of which run?',
    placeHolder: 'The latest is first',
  });
  return picked?.runId;
}

async function pickOne<Name extends string>(
  title: string,
  names: readonly Name[],
  meanings: Readonly<Record<Name, string>>,
): Promise<Name | undefined> {
  const items = names.map((name) => ({ label: name, description: meanings[name], name }));
  return (await vscode.window.showQuickPick(items, { title }))?.name;
}

function itemOf({ agent, cost, steps, task }: RunView): vscode.QuickPickItem {
  const last = steps.at(-1);
  const at = last && new Date(last.endedAt ?? last.at).toLocaleTimeString();
  return {
    label: [at, agentLabel(agent), taskText(task) ?? 'task unknown'].filter(Boolean).join(' · '),
    description: [last?.facts.servedModel ?? last?.facts.model, formatMoneySum(cost)].filter(Boolean).join(' · '),
  };
}
