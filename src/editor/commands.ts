/**
 * The commands of package.json, each one line here; an error is shown with its remedy and never thrown at VS Code. What a
 * command does is imported when it is first called: its modules are evaluated then, not while VS Code starts.
 */
import * as vscode from 'vscode';
import type { RequestSigner } from '../ports.ts';
import type { EndpointDialogParts } from './addEndpoint.ts';
import type { CapParts } from './capRuns.ts';
import type { PlanDialogParts } from './choosePlan.ts';
import type { CorrectTaskParts } from './correctTask.ts';
import type { Dashboard } from './dashboard.ts';
import type { DashboardRequest } from './dashboardSession.ts';
import type { ExactCopilotFigures } from './exactCopilotFigures.ts';
import type { ExplainCommandParts } from './explainCommand.ts';
import type { ExportParts } from './exportView.ts';
import type { ForgetParts } from './forgetCalls.ts';
import type { GateSurface } from './gate.ts';
import type { GuardAgentsParts } from './guardAgents.ts';
import type { RateRunParts } from './outcomes/rateRun.ts';
import type { ReportViews } from './reports.ts';

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
  readonly reports: Pick<ReportViews, 'showImports' | 'showRegret'>;
  readonly explain: ExplainCommandParts;
  readonly guards: GuardAgentsParts;
  readonly ledger: ExportParts & ForgetParts;
  readonly gate: Pick<GateSurface, 'drill' | 'showDecisions'>;
  /** The other person's side: loaded when it is first needed. */
  readonly signer: () => Promise<RequestSigner>;
  readonly caps: CapParts;
}

export function registerCommands(parts: CommandParts): vscode.Disposable {
  const actions: Readonly<Record<string, () => unknown>> = {
    'marginal.openDashboard': () => parts.dashboard().openPanel(),
    'marginal.addEndpoint': async () => (await import('./addEndpoint.ts')).addEndpoint(parts.dialogs),
    'marginal.removeEndpoint': async () => (await import('./addEndpoint.ts')).removeEndpoint(parts.dialogs),
    'marginal.choosePlan': async () => (await import('./choosePlan.ts')).choosePlan(parts.plans),
    'marginal.askAccountQuota': async () => (await import('./askAccountQuota.ts')).askAccountQuota(parts),
    'marginal.rateRun': async () => (await import('./outcomes/rateRun.ts')).rateRun(parts.rating),
    'marginal.correctTask': async () => (await import('./correctTask.ts')).correctTask(parts.correction),
    'marginal.rescan': async () => {
      await parts.rescan();
      void vscode.window.setStatusBarMessage(
        'Marginal reads the agents’ records anew and looks for models again.',
        5_000,
      );
    },
    'marginal.showImportReport': () => parts.reports.showImports(),
    'marginal.showRegretReport': () => parts.reports.showRegret(),
    'marginal.capRuns': async () => (await import('./capRuns.ts')).capRuns(parts.caps),
    'marginal.explainCommand': async () => (await import('./explainCommand.ts')).explainCommand(parts.explain),
    'marginal.guardAgents': async () => (await import('./guardAgents.ts')).guardAgents(parts.guards),
    'marginal.stopGuardingAgents': async () => (await import('./guardAgents.ts')).stopGuardingAgents(parts.guards),
    'marginal.export': async () => (await import('./exportView.ts')).exportView(parts.ledger),
    'marginal.forget': async () => (await import('./forgetCalls.ts')).forgetCalls(parts.ledger),
    'marginal.showDecisions': () => parts.gate.showDecisions(),
    'marginal.gateDrill': () => parts.gate.drill(),
    'marginal.signRequest': async () => (await import('./signRequest.ts')).signRequest(await parts.signer(), Date.now),
    'marginal.setUpSecondPerson': async () =>
      (await import('./setUpSecondPerson.ts')).setUpSecondPerson(await parts.signer()),
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
      return (await import('./addEndpoint.ts')).addEndpoint(parts.dialogs);
    case 'choosePlan':
      return (await import('./choosePlan.ts')).choosePlan(parts.plans);
    case 'askAccountQuota':
      return (await import('./askAccountQuota.ts')).askAccountQuota(parts);
    case 'correctTask':
      return (await import('./correctTask.ts')).correctTask(parts.correction, request.runId);
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
