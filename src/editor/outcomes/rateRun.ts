import * as vscode from 'vscode';
import type { RunView } from '../../core/ledger/entry.ts';
import { isWithin } from '../../core/ledger/folders.ts';
import { formatMoneySum } from '../../core/money.ts';
import { agentLabel } from '../../core/status/labels.ts';
import type { WorkerApi } from '../../ports.ts';
import type { Outcomes } from './index.ts';

export interface RateRunParts {
  readonly worker: Pick<WorkerApi, 'runs'>;
  readonly outcomes: Pick<Outcomes, 'vote'>;
}

const RUNS_OFFERED = 8;
const RUNS_ASKED = 40;

/** Asks which of the latest runs of this window's folders was any good. Rejects where the ledger can't be read. */
export async function rateRun({ worker, outcomes }: RateRunParts): Promise<void> {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const isHere = ({ folder }: RunView) => folder !== undefined && folders.some((each) => isWithin(folder, each));
  const runs = (await worker.runs(RUNS_ASKED, 1)).filter(isHere).slice(0, RUNS_OFFERED);
  if (runs.length === 0) {
    void vscode.window.showInformationMessage('No agent has run in this folder yet: there is nothing to rate.');
    return;
  }
  const items = runs.map((run) => ({ ...itemOf(run), runId: run.runId }));
  const picked = await vscode.window.showQuickPick(items, { title: 'Which run?', placeHolder: 'The latest is first' });
  if (!picked) return;
  const good = { label: '$(thumbsup) Good', description: 'what it did can stay', up: true };
  const bad = { label: '$(thumbsdown) Bad', description: 'it did not do what was asked for', up: false };
  const rated = await vscode.window.showQuickPick([good, bad], { title: 'How was it?' });
  if (rated) outcomes.vote(picked.runId, rated.up);
}

function itemOf({ agent, cost, steps }: RunView): vscode.QuickPickItem {
  const last = steps.at(-1);
  const at = last && new Date(last.endedAt ?? last.at).toLocaleTimeString();
  return {
    label: [at, agentLabel(agent)].filter(Boolean).join(' · '),
    description: [last?.facts.servedModel ?? last?.facts.model, formatMoneySum(cost)].filter(Boolean).join(' · '),
  };
}
