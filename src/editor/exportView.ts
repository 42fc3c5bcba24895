/** `Marginal: Export…`: asks what, of which time, in which form and where to, and lets the worker write the file. */
import * as vscode from 'vscode';
import type { ExportFormat } from '../core/export/table.ts';
import type { ExportView } from '../core/export/views.ts';
import { dayOf, startOfDay } from '../core/ledger/localDay.ts';
import type { NanoCredits } from '../core/money.ts';
import type { Clock, WorkerApi } from '../ports.ts';
import { pickPeriod } from './pickPeriod.ts';

export interface ExportParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly worker: Pick<WorkerApi, 'exportTo'>;
  /** What is meant to be spent in the month; undefined: no budget. */
  readonly monthBudget: () => NanoCredits | undefined;
}

const VIEWS: readonly (vscode.QuickPickItem & { readonly view: ExportView })[] = [
  { view: 'steps', label: 'Steps', description: 'one row for each model call, with all that is known of it' },
  { view: 'runs', label: 'Runs', description: 'one row for each prompt, with its steps summed' },
  { view: 'days', label: 'Days', description: 'one row for each day, agent and model' },
  { view: 'agents', label: 'Agents', description: 'one row for each agent, with its calls summed' },
  { view: 'models', label: 'Models', description: 'one row for each model' },
  { view: 'projects', label: 'Projects', description: 'one row for each folder that agents worked in' },
  { view: 'sessions', label: 'Sessions', description: 'one row for each session, with its sub-agents' },
  { view: 'tasks', label: 'Tasks', description: 'one row for each prompt and the prompts that retry it' },
  { view: 'tools', label: 'Tools', description: 'one row for each tool: what its results cost, estimated' },
  { view: 'subagents', label: 'Sub-agents', description: 'one row for each sub-agent' },
  {
    view: 'dearest',
    label: 'Dearest prompts',
    description: 'one row for each, with its reason and what its credits were for',
  },
  {
    view: 'forecast',
    label: 'Forecast',
    description: 'one row for each plan, window and budget: how it stands now, and until when it lasts',
  },
  { view: 'successes', label: 'Successes', description: 'what a success cost, by model, kind and size of task' },
  {
    view: 'gate',
    label: 'Decisions of the gate',
    description: 'one row for each: what an agent was to do, who allowed it',
  },
  { view: 'sources', label: 'Sources', description: 'one row for each source, agent and confidence' },
  {
    view: 'reconciliation',
    label: 'Reconciliation',
    description: 'how far computed figures are from bills, by model and source',
  },
];

/** The forecast is always that of now. */
const OF_NOW: readonly ExportView[] = ['forecast'];

const FORMATS: readonly (vscode.QuickPickItem & { readonly format: ExportFormat })[] = [
  { format: 'csv', label: 'CSV', description: 'for a spreadsheet; what is unknown is an empty field' },
  { format: 'json', label: 'JSON', description: 'an array of objects; what is unknown is null' },
];

export async function exportView({ clock, worker, monthBudget }: ExportParts): Promise<void> {
  const picked = await vscode.window.showQuickPick(VIEWS, { title: 'Export: what?', ignoreFocusOut: true });
  if (!picked) return;
  const now = clock.now();
  const period = OF_NOW.includes(picked.view)
    ? { from: startOfDay(dayOf(now)), to: startOfDay(dayOf(now), 1) }
    : await pickPeriod('Export: of which time?', now);
  if (!period) return;
  const form = await vscode.window.showQuickPick(FORMATS, { title: 'Export: in which form?', ignoreFocusOut: true });
  if (!form) return;
  const [first, last] = [dayOf(period.from ?? now), dayOf(period.to - 1)];
  const name = `marginal-${picked.view}-${first === last ? last : `${first}-to-${last}`}.${form.format}`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title: 'Export to',
    filters: form.format === 'csv' ? { CSV: ['csv'] } : { JSON: ['json'] },
    ...(folder?.scheme === 'file' ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
  });
  if (!target) return;
  if (target.scheme !== 'file')
    throw new Error('Marginal writes exports on the machine that it runs on: choose a folder of that machine.');
  const request = {
    view: picked.view,
    format: form.format,
    from: period.from ?? startOfDay('2020-01-01'),
    to: period.to,
    monthBudgetNanoCredits: monthBudget(),
  };
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Exporting to ${target.fsPath}` },
    () => worker.exportTo(target.fsPath, request),
  );
  const open = 'Open';
  const answer = await vscode.window.showInformationMessage(`Exported to ${target.fsPath}.`, open);
  if (answer === open) await vscode.commands.executeCommand('vscode.open', target);
}
