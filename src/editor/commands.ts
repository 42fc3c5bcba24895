/** The commands of package.json, each one line here; an error is shown with its remedy and never thrown at VS Code. */
import * as vscode from 'vscode';
import type { EndpointDialogParts } from './addEndpoint.ts';
import { addEndpoint, removeEndpoint } from './addEndpoint.ts';
import { askAccountQuota } from './askAccountQuota.ts';
import { choosePlan, type PlanDialogParts } from './choosePlan.ts';
import { type CorrectTaskParts, correctTask } from './correctTask.ts';
import type { Dashboard } from './dashboard.ts';
import type { DashboardRequest } from './dashboardSession.ts';
import type { ExactCopilotFigures } from './exactCopilotFigures.ts';
import { type ExportParts, exportView } from './exportView.ts';
import { type ForgetParts, forgetCalls } from './forgetCalls.ts';
import { type RateRunParts, rateRun } from './outcomes/rateRun.ts';

export interface CommandParts {
  readonly dashboard: () => Dashboard;
  readonly dialogs: EndpointDialogParts;
  readonly log: vscode.LogOutputChannel;
  readonly rescan: () => Promise<void>;
  readonly plans: PlanDialogParts;
  readonly rating: RateRunParts;
  readonly correction: CorrectTaskParts;
  readonly askAccountQuota: () => Promise<void>;
  readonly mayAskAccountQuota: () => boolean;
  readonly exactCopilotFigures: Pick<ExactCopilotFigures, 'ask' | 'dismiss'>;
  readonly testEndpoint: (endpointId: string) => Promise<void>;
  readonly showImportReport: () => Promise<void>;
  readonly ledger: ExportParts & ForgetParts;
}

export function registerCommands(parts: CommandParts): vscode.Disposable {
  const actions: Readonly<Record<string, () => unknown>> = {
    'marginal.openDashboard': () => parts.dashboard().openPanel(),
    'marginal.addEndpoint': () => addEndpoint(parts.dialogs),
    'marginal.removeEndpoint': () => removeEndpoint(parts.dialogs),
    'marginal.choosePlan': () => choosePlan(parts.plans),
    'marginal.askAccountQuota': () => askAccountQuota(parts),
    'marginal.rateRun': () => rateRun(parts.rating),
    'marginal.correctTask': () => correctTask(parts.correction),
    'marginal.rescan': async () => {
      await parts.rescan();
      void vscode.window.setStatusBarMessage(
        'Marginal reads the agents’ records anew and looks for models again.',
        5_000,
      );
    },
    'marginal.showImportReport': () => parts.showImportReport(),
    'marginal.export': () => exportView(parts.ledger),
    'marginal.forget': () => forgetCalls(parts.ledger),
    'marginal.exactCopilotFigures': () => parts.exactCopilotFigures.ask(),
    'marginal.openSettings': () => openSettings('@ext:marginal.marginal'),
    'marginal.showLog': () => parts.log.show(),
  };
  return vscode.Disposable.from(
    ...Object.entries(actions).map(([command, action]) =>
      vscode.commands.registerCommand(command, async () => {
        try {
          await action();
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          parts.log.error(`${command}: ${error instanceof Error ? (error.stack ?? message) : message}`);
          void vscode.window.showErrorMessage(`Marginal: ${message}`);
        }
      }),
    ),
  );
}

/** What the dashboard asks for; rejects with a sentence for the user. */
export async function performDashboardRequest(request: DashboardRequest, parts: CommandParts): Promise<void> {
  switch (request.type) {
    case 'testEndpoint':
      return parts.testEndpoint(request.endpointId);
    case 'rescan':
      return parts.rescan();
    case 'addEndpoint':
      return addEndpoint(parts.dialogs);
    case 'choosePlan':
      return choosePlan(parts.plans);
    case 'askAccountQuota':
      return askAccountQuota(parts);
    case 'correctTask':
      return correctTask(parts.correction, request.runId);
    case 'openSettings':
      return openSettings(request.setting === 'marginal' ? '@ext:marginal.marginal' : request.setting);
    case 'takeSuggestion':
      return parts.exactCopilotFigures.ask();
    case 'dismissSuggestion':
      return parts.exactCopilotFigures.dismiss();
    case 'openChat':
      return void vscode.commands.executeCommand('workbench.action.chat.open');
    case 'openPanel':
      return parts.dashboard().openPanel();
    case 'showLog':
      return parts.log.show();
  }
}

async function openSettings(query: string): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', query);
}
