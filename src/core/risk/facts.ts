/** Something that `classify` would like to know of the world before its verdict stands. */
export type FactQuestion =
  /** Path as written, absolute or relative to `cwd`. */
  | { readonly kind: 'path'; readonly path: string; readonly cwd?: string }
  /** Text of a script file that the command runs. */
  | { readonly kind: 'script'; readonly path: string; readonly cwd?: string }
  /** What package.json's `scripts` has under this name, with its pre and post scripts joined by `&&`. */
  | { readonly kind: 'packageScript'; readonly name: string; readonly cwd?: string }
  /** The recipe lines of a Makefile's target and of what it depends on; `''`: the default target. */
  | { readonly kind: 'makeTarget'; readonly name: string; readonly cwd?: string; readonly file?: string }
  | { readonly kind: 'git'; readonly cwd?: string }
  /** An environment variable that the command uses and doesn't set. */
  | { readonly kind: 'env'; readonly name: string }
  /** Whether the developer has allowed this program in this workspace before. */
  | { readonly kind: 'program'; readonly name: string }
  /** What the user's shell has as an alias or function of this name. */
  | { readonly kind: 'alias'; readonly name: string };

export type FactAnswer =
  | PathFact
  /** Of a script, a package script, a target, a variable or an alias. Undefined text: there is none of this name. */
  | { readonly kind: 'text'; readonly text?: string }
  | GitFact
  | { readonly kind: 'program'; readonly known: boolean }
  /** Nobody can tell; it isn't asked again. */
  | { readonly kind: 'unanswered' };

/** Each undefined field is unknown. */
export interface PathFact {
  readonly kind: 'path';
  readonly exists: boolean;
  readonly type?: 'file' | 'folder' | 'other';
  /** In git's index; of a folder: every file in it that isn't ignored. */
  readonly tracked?: boolean;
  /** Tracked, and equal to what the last commit has: git can bring it back. */
  readonly clean?: boolean;
  /** Git ignores it: most likely it is built or downloaded and can be made again. */
  readonly ignored?: boolean;
  readonly insideWorkspace?: boolean;
  /** Where a symbolic link leads, resolved. */
  readonly linkTarget?: string;
  /** Where it is, if folders on its way are links. */
  readonly realPath?: string;
  /** Files in it (or 1 for itself) that git neither tracks nor ignores. */
  readonly untrackedFiles?: number;
  readonly untrackedBytes?: number;
  /** Files in it whose changes no commit has. */
  readonly modifiedFiles?: number;
  /** This very run created it: nothing older is lost with it. */
  readonly madeByRun?: boolean;
}

export interface GitFact {
  readonly kind: 'git';
  /** Undefined: detached, or unknown. */
  readonly branch?: string;
  readonly defaultBranch?: string;
  /** Branches that the repository or the user protects. */
  readonly protectedBranches?: readonly string[];
  /** Local branches whose commits are all in the current branch, or in the remote's default one. */
  readonly mergedBranches?: readonly string[];
  /** Tags without a message of their own whose commits those branches have: only the name goes with them. */
  readonly mergedTags?: readonly string[];
  /** Name to URL. */
  readonly remotes?: Readonly<Record<string, string>>;
  /** Tracked files with changes that no commit has, staged or not. */
  readonly modifiedFiles?: number;
  /** Files that git neither tracks nor ignores. */
  readonly untrackedFiles?: number;
  readonly ignoredFiles?: number;
  readonly stashes?: number;
  /** Of git's settings, the developer's own and the repository's: what a name that is no subcommand stands for. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** A rebase, or patches from mails, that stopped halfway. */
  readonly halfRebased?: boolean;
}

/** What is known so far, by `factKey`. A question without an entry hasn't been asked. */
export type Facts = ReadonlyMap<string, FactAnswer>;

export const NO_FACTS: Facts = new Map();

/** One key for equal questions. */
export function factKey(question: FactQuestion): string {
  const name = 'path' in question ? question.path : 'name' in question ? question.name : '';
  const file = question.kind === 'makeTarget' ? (question.file ?? '') : '';
  const cwd = 'cwd' in question ? (question.cwd ?? '') : '';
  return [question.kind, name, cwd, file].join('\0');
}
