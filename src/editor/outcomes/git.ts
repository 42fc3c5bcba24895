/** VS Code's own git extension, as far as outcomes need it: its API, version 1. Where it is missing, nothing is told. */
import * as vscode from 'vscode';
import type { SeenCommit } from '../../app/outcomeKeeper.ts';
import { isWithin } from '../../core/ledger/folders.ts';
import type { Clock } from '../../ports.ts';

interface GitChange {
  readonly uri: vscode.Uri;
}

interface GitRepository {
  readonly rootUri: vscode.Uri;
  readonly state: {
    readonly HEAD: { readonly commit?: string } | undefined;
    readonly workingTreeChanges: readonly GitChange[];
    readonly indexChanges: readonly GitChange[];
    readonly onDidChange: vscode.Event<void>;
  };
  getCommit(ref: string): Promise<{ readonly parents: readonly string[]; readonly commitDate?: Date }>;
  diffBetween(from: string, to: string): Promise<readonly GitChange[]>;
  show(ref: string, path: string): Promise<string>;
}

interface GitApi {
  readonly repositories: readonly GitRepository[];
  readonly onDidOpenRepository: vscode.Event<GitRepository>;
  readonly onDidCloseRepository: vscode.Event<GitRepository>;
}

export interface GitWatch extends vscode.Disposable {
  /** A file as the last commit has it, where it was like that until just now; undefined: it wasn't, or nobody knows. */
  headText(path: string): Promise<string | undefined>;
}

/** A commit that is older than this when it is seen was made elsewhere: a branch was checked out, or pulled. */
const NEW_WITHIN_MS = 120_000;
const MOST_FILES = 500;

export function followGit(
  clock: Pick<Clock, 'now'>,
  committed: (commit: SeenCommit) => void,
  mostBytes: number,
  log: (sentence: string) => void,
): GitWatch {
  const parts: vscode.Disposable[] = [];
  const byRoot = new Map<string, vscode.Disposable>();
  let api: GitApi | undefined;
  let disposed = false;

  function open(repository: GitRepository): void {
    const root = repository.rootUri.fsPath;
    let last = repository.state.HEAD?.commit;
    byRoot.get(root)?.dispose();
    byRoot.set(
      root,
      repository.state.onDidChange(() => {
        const next = repository.state.HEAD?.commit;
        const before = last;
        last = next;
        if (next === undefined || next === before || before === undefined) return;
        look(repository, before, next).catch((error: Error) => log(`A commit could not be read: ${error.message}`));
      }),
    );
  }

  async function look(repository: GitRepository, before: string, id: string): Promise<void> {
    const at = clock.now();
    const { parents, commitDate } = await repository.getCommit(id);
    // Anything else that moves the branch (checkout, reset, pull, rebase) is no commit of the developer's, an amended one aside.
    const isNew = commitDate !== undefined && at - commitDate.getTime() < NEW_WITHIN_MS;
    const isNext = parents.includes(before) || (await isAmended(repository, before, parents));
    const parent = parents[0];
    if (!isNew || !isNext || parent === undefined || parents.length > 1) return;
    const changes = await repository.diffBetween(parent, id);
    committed({
      at,
      folder: repository.rootUri.fsPath,
      id,
      paths: changes.slice(0, MOST_FILES).map(({ uri }) => uri.fsPath),
      read: (path) => repository.show(id, path).then(bounded, () => undefined),
    });
  }

  function bounded(text: string): string {
    if (text.length > mostBytes) throw new Error('The file is too large to be looked at.');
    return text;
  }

  async function start(): Promise<void> {
    const extension = vscode.extensions.getExtension<{ getAPI(version: 1): GitApi }>('vscode.git');
    if (!extension) return;
    const exported = extension.isActive ? extension.exports : await extension.activate();
    if (disposed) return;
    api = exported.getAPI(1);
    for (const repository of api.repositories) open(repository);
    parts.push(
      api.onDidOpenRepository(open),
      api.onDidCloseRepository(({ rootUri }) => {
        byRoot.get(rootUri.fsPath)?.dispose();
        byRoot.delete(rootUri.fsPath);
      }),
    );
  }

  // git.enabled may be off: then commits are not told.
  start().catch((error: Error) => log(`Commits are not followed: ${error.message}`));

  return {
    async headText(path) {
      const repository = api?.repositories.find(({ rootUri }) => isWithin(path, rootUri.fsPath));
      if (!repository) return undefined;
      // The extension learns of a change a second after it: what it doesn't list as changed was as committed until now.
      const { workingTreeChanges, indexChanges } = repository.state;
      if ([...workingTreeChanges, ...indexChanges].some(({ uri }) => uri.fsPath === path)) return undefined;
      return repository.show('HEAD', path).then(
        (text) => (text.length > mostBytes ? undefined : text),
        () => undefined,
      );
    },
    dispose() {
      disposed = true;
      for (const part of [...parts, ...byRoot.values()]) part.dispose();
    },
  };
}

async function isAmended(repository: GitRepository, before: string, parents: readonly string[]): Promise<boolean> {
  const earlier = await repository.getCommit(before).catch(() => undefined);
  return earlier !== undefined && earlier.parents.length > 0 && earlier.parents.join() === parents.join();
}
