/** `Marginal: Show Import Report`: the report as a read-only document. */
import * as vscode from 'vscode';
import type { Clock, WorkerApi } from '../ports.ts';

const SCHEME = 'marginal-report';
const REPORT = vscode.Uri.parse(`${SCHEME}:Marginal’s import report.md`);
const LEDGER_DAYS = 30;
const DAY_MS = 86_400_000;

export interface ImportReportParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly worker: Pick<WorkerApi, 'importStatus' | 'sources'>;
  /** Agents whose meters are switched off. */
  readonly off: () => readonly string[];
}

/** What it returns shows the report, as it is at that moment; disposed with the extension. */
export function importReportView(parts: ImportReportParts): vscode.Disposable & { show(): Promise<void> } {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: () => textOf(parts),
  });
  return {
    async show() {
      // One that is still open is brought up to date.
      changed.fire(REPORT);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(REPORT), { preview: true });
    },
    dispose() {
      provider.dispose();
      changed.dispose();
    },
  };
}

async function textOf({ clock, worker, off }: ImportReportParts): Promise<string> {
  const now = clock.now();
  const ledgerSince = now - LEDGER_DAYS * DAY_MS;
  try {
    const { importReport } = await import('../core/report/importReport.ts');
    const [imports, ledger] = await Promise.all([worker.importStatus(), worker.sources(ledgerSince)]);
    return importReport({ now, imports, ledger, ledgerSince, off: off() });
  } catch (error) {
    return `The report can’t be made: ${error instanceof Error ? error.message : String(error)}\n`;
  }
}
