/** What an agent is about to do, whichever agent it is. */
export type Action = ShellAction | EditAction | ToolAction;

export type ShellDialect = 'bash' | 'powershell' | 'cmd';

export interface ShellAction {
  readonly kind: 'shell';
  readonly command: string;
  /** Folder that the command starts in; undefined: not told. */
  readonly cwd?: string;
  /** Undefined: bash, or any POSIX shell. */
  readonly shell?: ShellDialect;
}

export interface EditAction {
  readonly kind: 'edit';
  readonly path: string;
  /** Text that is replaced: the whole file or the changed part; undefined: not told. */
  readonly before?: string;
  /** Text that is put in its place; undefined: not told, or the file is deleted. */
  readonly after?: string;
  readonly cwd?: string;
}

export interface ToolAction {
  readonly kind: 'tool';
  /** MCP server; undefined: the agent's or the editor's own tool. */
  readonly server?: string;
  readonly name: string;
  readonly annotations?: ToolAnnotations;
  readonly input: unknown;
  readonly cwd?: string;
}

/** What a server says of its own tool (MCP `ToolAnnotations`): hints from someone who may not be trusted. */
export interface ToolAnnotations {
  readonly readOnlyHint?: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint?: boolean;
  readonly openWorldHint?: boolean;
}

/** How far an action reaches, mildest first. `deploy` includes transfer: publishing, sending, paying, production. */
export type ActionClass = 'read' | 'draft' | 'commit' | 'irreversible' | 'deploy';

const ORDER: readonly ActionClass[] = ['read', 'draft', 'commit', 'irreversible', 'deploy'];

/** True when `a` reaches further than `b`. */
export function reachesFurther(a: ActionClass, b: ActionClass): boolean {
  return ORDER.indexOf(a) > ORDER.indexOf(b);
}

/** The class that reaches further: a list of actions has its worst part's class. */
export function worse(a: ActionClass, b: ActionClass): ActionClass {
  return reachesFurther(b, a) ? b : a;
}
