/** What the gate carries along while it reads a command line, and the contract of those who judge one program. */
import type { ActionClass, ShellDialect } from '../action.ts';
import type { FactAnswer, FactQuestion } from '../facts.ts';
import type { ShellNode } from '../shellTree.ts';
import type { Losable } from '../verdict.ts';

/** Stands for text that can't be known before the command runs. */
export const UNKNOWN = '\uFFFC';

/** A word after expansion. `text` holds UNKNOWN where a part of it isn't known. */
export interface Arg {
  readonly text: string;
  /** Has an unquoted pattern that the shell replaces by names of files. */
  readonly glob?: boolean;
}

export function isKnown(arg: Arg): boolean {
  return !arg.text.includes(UNKNOWN);
}

/** What a command reads from a pipe, a here-document or a substitution. Undefined text: not known before it runs. */
export interface Data {
  readonly text?: string;
  /** Where it comes from, for the reason: a program's output, a download, a decoder, words of the line itself. */
  readonly from: 'program' | 'download' | 'decoder' | 'line';
}

/** State of one shell; a subshell works on a copy. */
export interface Scope {
  readonly dialect: ShellDialect;
  /** Undefined value: set, to what can't be known. */
  readonly variables: Map<string, string | undefined>;
  readonly functions: Map<string, readonly ShellNode[]>;
  readonly aliases: Map<string, string>;
  positional: readonly Arg[];
  /** Relative to the action's folder, absolute, or with UNKNOWN. `.` at the start. */
  cwd: string;
  /** Runs on another machine or in a container: files here aren't meant. */
  remote: boolean;
  /** Runs on a machine that by its name is production. */
  production: boolean;
  /** A process was started in the background by this very line. */
  startedProcess: boolean;
  /** Folders and files that this very line creates. */
  readonly made: Set<string>;
  /** Where something is that this very line moved, and what it was before: its name, and the folder that this is relative to. */
  readonly moved: Map<string, { readonly arg: Arg; readonly cwd: string }>;
  /** Files that this very line writes, with their text. */
  readonly written: Map<string, string>;
  /** Files whose text on the disk isn't what it will be, since this very line changes them first. */
  readonly rewritten: Map<string, Rewritten>;
  /** Files that this very line downloads, which nobody has read. */
  readonly fetched: Set<string>;
  /** What `<( … )` writes, by the name of the file that it stands for. */
  readonly processes: Map<string, Data>;
  depth: number;
}

/** What a file will hold: what another has, what it has with something added, or nobody knows. */
export type Rewritten =
  | { readonly kind: 'copy'; readonly path: string }
  | { readonly kind: 'added'; readonly text: string }
  | { readonly kind: 'unknown' };

export function copyScope(scope: Scope, change: Partial<Scope> = {}): Scope {
  return {
    ...scope,
    variables: new Map(scope.variables),
    functions: new Map(scope.functions),
    aliases: new Map(scope.aliases),
    ...change,
  };
}

/** What one program's invocation does to the world. */
export interface Effect {
  readonly class: ActionClass;
  /** What is done or lost, as the rest of a sentence: "deletes build, which git ignores". */
  readonly reason: string;
  readonly targets?: readonly string[];
  /** False: of a class that is normally confirmed, but not worth a question. */
  readonly ask?: boolean;
  readonly safetyCopy?: readonly Losable[];
  readonly unknownProgram?: string;
}

/** One program about to run. */
export interface Call {
  readonly name: string;
  readonly args: readonly Arg[];
  readonly scope: Scope;
  readonly stdin?: Data;
  readonly world: World;
}

/** What judging one program may use. Texts and arguments that it runs in turn are judged as parts of their own. */
export interface World {
  readonly cwd: string | undefined;
  /** The answer, if there is one. Without, the question is noted. */
  ask(question: FactQuestion): FactAnswer | undefined;
  /** Judges a text as shell (bash, if no other is named), in this scope. What it writes, as far as known. */
  runText(text: string, scope: Scope, stdin?: Data, dialect?: ShellDialect): Data | undefined;
  runArgs(args: readonly Arg[], scope: Scope, stdin?: Data): Data | undefined;
  note(effect: Effect): void;
}

/** What a call does. `output`: what it writes to a pipe, where that is known or has a known kind of source. */
export interface Judged {
  readonly effects: readonly Effect[];
  readonly output?: Data;
}

export type Judge = (call: Call) => Judged;

export const READ: Effect = { class: 'read', reason: 'only reads' };
export const DRAFT: Effect = { class: 'draft', reason: 'changes only what can be made again' };
/** A command that isn't known whole is treated as the worst that an ordinary one could do. */
export function hidden(what: string): Effect {
  return { class: 'irreversible', reason: `${what}, so what it destroys can’t be told` };
}
/** Nothing was done. */
export const NOTHING: Judged = { effects: [] };
export const HARMLESS: Judged = { effects: [READ] };

export function judged(...effects: readonly Effect[]): Judged {
  return { effects };
}
