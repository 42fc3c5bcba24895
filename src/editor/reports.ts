/** Marginal's reports as read-only documents: `Show Import Report`, `Show Regret Report`, `Explain a Command…`. */
import * as vscode from 'vscode';
import type { Clock, WorkerApi } from '../ports.ts';

const SCHEME = 'marginal-report';
const IMPORTS = vscode.Uri.parse(`${SCHEME}:Marginal’s import report.md`);
const REGRET = vscode.Uri.parse(`${SCHEME}:Marginal’s regret report.md`);
const EXPLANATION = vscode.Uri.parse(`${SCHEME}:What the gate would do.md`);
const LEDGER_DAYS = 30;
const DAY_MS = 86_400_000;

export interface ReportParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly worker: Pick<WorkerApi, 'importStatus' | 'sources' | 'reviewAllocation' | 'prices'>;
  /** Agents whose meters are switched off. */
  readonly off: () => readonly string[];
}

/** Each shows a report as it is at that moment; disposed with the extension. */
export interface ReportViews extends vscode.Disposable {
  showImports(): Promise<void>;
  /** How good the allocator's choices and predictions were. */
  showRegret(): Promise<void>;
  /** What the gate thinks of an action; kept nowhere. */
  showExplanation(text: string): Promise<void>;
}

export function reportViews(parts: ReportParts): ReportViews {
  let explanation = '';
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) =>
      uri.path === EXPLANATION.path
        ? explanation
        : textOf(() => (uri.path === REGRET.path ? regretText(parts) : importsText(parts))),
  });
  async function showPage(page: vscode.Uri): Promise<void> {
    changed.fire(page);
    const document = await vscode.workspace.openTextDocument(page);
    try {
      // Its tables are to be read, not their source.
      await vscode.commands.executeCommand('markdown.showPreview', page);
    } catch {
      await vscode.window.showTextDocument(document, { preview: true });
    }
  }
  return {
    async showImports() {
      // One that is still open is brought up to date.
      changed.fire(IMPORTS);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(IMPORTS), { preview: true });
    },
    showRegret: () => showPage(REGRET),
    showExplanation(text) {
      explanation = text;
      return showPage(EXPLANATION);
    },
    dispose() {
      provider.dispose();
      changed.dispose();
    },
  };
}

async function importsText({ clock, worker, off }: ReportParts): Promise<string> {
  const { importReport } = await import('../core/report/importReport.ts');
  const now = clock.now();
  const ledgerSince = now - LEDGER_DAYS * DAY_MS;
  const [imports, ledger] = await Promise.all([worker.importStatus(), worker.sources(ledgerSince)]);
  return importReport({ now, imports, ledger, ledgerSince, off: off() });
}

async function regretText({ clock, worker }: ReportParts): Promise<string> {
  const { allocatorReport } = await import('../core/report/allocatorReport.ts');
  const now = clock.now();
  const since = now - LEDGER_DAYS * DAY_MS;
  const [review, prices] = await Promise.all([worker.reviewAllocation(since, now), worker.prices()]);
  return allocatorReport({ now, since, ...review, prices });
}

async function textOf(make: () => Promise<string>): Promise<string> {
  try {
    return await make();
  } catch (error) {
    return `The report can’t be made: ${error instanceof Error ? error.message : String(error)}\n`;
  }
}
