/** What settings files of agents would become, beside what they are: shown as VS Code shows any change, and nothing is written. */
import * as vscode from 'vscode';
import type { GuardChange } from '../ports.ts';

const SCHEME = 'marginal-guard';

export interface ShownChanges {
  /** Closes what was opened. */
  close(): Promise<void>;
}

export async function showGuardChanges(changes: readonly GuardChange[], title: string): Promise<ShownChanges> {
  const texts = new Map<string, string>();
  const side = (name: 'now' | 'later', file: string, text: string | undefined) => {
    // The language goes by the path, so the side stands before it.
    const uri = vscode.Uri.from({ scheme: SCHEME, authority: name, path: vscode.Uri.file(file).path });
    texts.set(uri.toString(), text ?? '');
    return uri;
  };
  const provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '',
  });
  const sides = changes.map(({ file, before, after }) => ({
    file: vscode.Uri.file(file),
    now: side('now', file, before),
    later: side('later', file, after),
  }));
  const [only] = sides;
  if (only && sides.length === 1) {
    const name = only.file.path.slice(only.file.path.lastIndexOf('/') + 1);
    await vscode.commands.executeCommand('vscode.diff', only.now, only.later, `${name}: ${title}`, { preview: true });
  } else {
    await vscode.commands.executeCommand(
      'vscode.changes',
      `${sides.length} files: ${title}`,
      sides.map(({ file, now, later }) => [file, now, later]),
    );
  }
  return {
    async close() {
      const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(isOurs);
      await vscode.window.tabGroups.close(tabs);
      provider.dispose();
    },
  };
}

function isOurs({ input }: vscode.Tab): boolean {
  if (input instanceof vscode.TabInputTextDiff) return input.modified.scheme === SCHEME;
  const several = input as { readonly textDiffs?: readonly vscode.TabInputTextDiff[] } | undefined;
  return several?.textDiffs?.some(({ modified }) => modified.scheme === SCHEME) ?? false;
}
