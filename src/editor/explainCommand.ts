/** `Marginal: Explain a Command…`: what the gate thinks of an action, without asking or running anything. */
import * as vscode from 'vscode';
import { explanationReport } from '../core/gate/explanationReport.ts';
import { readAction, type WrittenAction } from '../core/gate/readAction.ts';
import type { ShellDialect } from '../core/risk/action.ts';
import type { WorkerApi } from '../ports.ts';

export interface ExplainCommandParts {
  readonly worker: Pick<WorkerApi, 'explainAction'>;
  readonly show: (text: string) => Promise<void>;
}

interface Choice extends vscode.QuickPickItem {
  readonly written: WrittenAction;
  /** undefined: bash, or any POSIX shell. */
  readonly shell?: ShellDialect;
  readonly prompt: string;
  readonly placeHolder: string;
}

const CHOICES: readonly Choice[] = [
  {
    written: 'shell',
    label: '$(terminal) A command',
    prompt: 'The command, as an agent would run it in a shell',
    placeHolder: 'git reset --hard',
  },
  {
    written: 'shell',
    shell: 'powershell',
    label: '$(terminal-powershell) A PowerShell command',
    prompt: 'The command, as an agent would run it in PowerShell',
    placeHolder: 'Remove-Item -Recurse -Force notes',
  },
  {
    written: 'edit',
    label: '$(edit) An edit of a file',
    prompt: 'The file’s path, absolute or from the workspace’s first folder',
    placeHolder: '.github/workflows/ci.yml',
  },
  {
    written: 'tool',
    label: '$(tools) A call of an MCP server’s tool',
    prompt: 'server/tool, then its input as JSON',
    placeHolder: 'github/delete_repository {"repo": "app"}',
  },
];

export async function explainCommand({ worker, show }: ExplainCommandParts): Promise<void> {
  const choice = await vscode.window.showQuickPick(CHOICES, { placeHolder: 'What would the agent do?' });
  if (!choice) return;
  const cwd = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const written = await vscode.window.showInputBox({
    title: 'Explain a Command',
    // A page that was shown before takes the focus back from the list.
    ignoreFocusOut: true,
    prompt: choice.prompt,
    placeHolder: choice.placeHolder,
    validateInput: (text) => {
      const read = text.trim() === '' ? undefined : readAction(choice.written, text, cwd);
      return typeof read === 'string' ? read : undefined;
    },
  });
  if (written === undefined || written.trim() === '') return;
  const read = readAction(choice.written, written, cwd);
  if (typeof read === 'string') throw new Error(read);
  const action = read.kind === 'shell' && choice.shell ? { ...read, shell: choice.shell } : read;
  await show(explanationReport(action, await worker.explainAction(action)));
}
