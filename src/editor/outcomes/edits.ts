/** Files of the workspace that change: in an editor, by undo, or on disk by somebody else. */
import * as vscode from 'vscode';
import type { FileChange } from '../../app/outcomeKeeper.ts';
import { addedLines, type Lines, linesOf } from '../../core/quality/lineHashes.ts';
import type { Clock } from '../../ports.ts';

/** Larger files are left alone: hashing this much takes a few milliseconds. */
export const MOST_BYTES = 256 * 1024;
/** Changes of a file that follow each other this closely are one. */
const QUIET_MS = 1_000;
/** A cursor that moves by the keyboard so soon after a change says that it was typed. */
const TYPED_WITHIN_MS = 300;
/** Files whose lines are remembered. */
const MOST_FILES = 400;
/** Files that git is asked for at once: a checkout changes hundreds. */
const MOST_ASKING = 16;
/** Changes that wait at once: more come from a checkout or a build. */
const MOST_WAITING = 200;

/** Not written by hand. */
const MADE =
  /(^|\/)(node_modules|\.git|dist|build|out|target|\.venv|venv|__pycache__|coverage|\.cache|\.next|bin|obj|\.vscode-test|\.pytest_cache|\.mypy_cache)\/|\.(log|lock|png|jpe?g|gif|ico|pdf|zip|gz|db|sqlite|wasm|map|min\.js)$|(^|\/)package-lock\.json$/i;

interface Burst {
  readonly folder: string;
  lastAt: number;
  typed: boolean;
  undone: boolean;
  created: boolean;
  /** As it is in the last commit; undefined: it wasn't asked for. */
  head: Promise<string | undefined> | undefined;
  timer: ReturnType<typeof setTimeout>;
}

export interface EditPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly salt: number;
  readonly headText: (path: string) => Promise<string | undefined>;
  readonly changed: (change: FileChange) => void;
  readonly log: (sentence: string) => void;
}

export function followEdits({ clock, salt, headText, changed, log }: EditPorts): vscode.Disposable {
  const snapshots = new Map<string, Lines>();
  const bursts = new Map<string, Burst>();

  /** Each question starts a program. */
  let asking = 0;
  function askHead(path: string): Promise<string | undefined> {
    asking += 1;
    return headText(path).finally(() => {
      asking -= 1;
    });
  }

  function remember(path: string, lines: Lines): void {
    snapshots.delete(path);
    snapshots.set(path, lines);
    const [oldest] = snapshots.keys();
    if (snapshots.size > MOST_FILES && oldest !== undefined) snapshots.delete(oldest);
  }

  function rememberOpen(document: vscode.TextDocument): void {
    const path = document.uri.fsPath;
    if (document.uri.scheme !== 'file' || snapshots.has(path) || folderOf(document.uri) === undefined) return;
    const text = document.getText();
    if (text.length <= MOST_BYTES) remember(path, linesOf(text, salt));
  }

  /** undefined: not a file that is followed. */
  function touch(uri: vscode.Uri): Burst | undefined {
    const path = uri.fsPath;
    const known = bursts.get(path);
    const folder = known?.folder ?? folderOf(uri);
    if (folder === undefined || (!known && bursts.size >= MOST_WAITING)) return undefined;
    if (known) clearTimeout(known.timer);
    const head = known ? known.head : snapshots.has(path) || asking >= MOST_ASKING ? undefined : askHead(path);
    const timer = setTimeout(() => {
      flush(uri).catch((error: Error) => log(`A change of a file could not be looked at: ${error.message}`));
    }, QUIET_MS);
    const burst = known ?? { folder, lastAt: 0, typed: false, undone: false, created: false, head, timer };
    burst.timer = timer;
    burst.lastAt = clock.now();
    bursts.set(path, burst);
    return burst;
  }

  async function flush(uri: vscode.Uri): Promise<void> {
    const path = uri.fsPath;
    const burst = bursts.get(path);
    bursts.delete(path);
    if (!burst) return;
    const text = await textOf(uri);
    const after = text === 'too large' ? undefined : linesOf(text ?? '', salt);
    const head = await burst.head;
    const before =
      snapshots.get(path) ?? (burst.created ? new Map() : head === undefined ? undefined : linesOf(head, salt));
    if (after) remember(path, after);
    else snapshots.delete(path);
    if (before && after && addedLines(before, after).size === 0 && addedLines(after, before).size === 0) return;
    const how = burst.undone ? 'undone' : burst.typed ? 'typed' : 'changed';
    changed({ path, folder: burst.folder, at: burst.lastAt, how, before, after });
  }

  for (const document of vscode.workspace.textDocuments) rememberOpen(document);
  const watcher = vscode.workspace.createFileSystemWatcher('**/*');

  return vscode.Disposable.from(
    watcher,
    watcher.onDidChange(touch),
    watcher.onDidDelete(touch),
    watcher.onDidCreate((uri) => {
      const burst = touch(uri);
      if (burst) burst.created = true;
    }),
    vscode.workspace.onDidOpenTextDocument(rememberOpen),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges, reason }) => {
      if (contentChanges.length === 0 || document.uri.scheme !== 'file') return;
      const burst = touch(document.uri);
      if (burst && reason !== undefined) burst.undone = true;
    }),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor, kind }) => {
      const burst = bursts.get(textEditor.document.uri.fsPath);
      if (!burst || kind !== vscode.TextEditorSelectionChangeKind.Keyboard) return;
      if (clock.now() - burst.lastAt <= TYPED_WITHIN_MS) burst.typed = true;
    }),
    {
      dispose() {
        for (const { timer } of bursts.values()) clearTimeout(timer);
      },
    },
  );
}

/** The workspace folder of a file that is written by hand. */
function folderOf(uri: vscode.Uri): string | undefined {
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath;
  if (folder === undefined) return undefined;
  return MADE.test(uri.fsPath.slice(folder.length).replaceAll('\\', '/')) ? undefined : folder;
}

/** What a file holds now, in its editor where it is open; undefined: it is gone. */
export async function textOf(uri: vscode.Uri): Promise<string | undefined | 'too large'> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open && !open.isClosed) {
    const text = open.getText();
    return text.length > MOST_BYTES ? 'too large' : text;
  }
  try {
    const { size, type } = await vscode.workspace.fs.stat(uri);
    if (size > MOST_BYTES || (type & vscode.FileType.File) === 0) return 'too large';
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
    throw error;
  }
}
