/**
 * What is known of one step of an agent's run once it is over: the model call's usage, and what its actions did. Small,
 * the same for every agent, and without any text: calls and files are told apart by {@link textKey} alone.
 */
import type { Usage } from '../usage.ts';

/**
 * `read`: looked at a file; `search`: looked for one; `edit`: changed a file; `create`: wrote a whole file; `test`: ran tests;
 * `run`: ran anything else; `none`: an answer without an action, or one that the agent couldn't read.
 */
export type ActionKind = 'read' | 'search' | 'edit' | 'create' | 'test' | 'run' | 'none';

export interface RunAction {
  readonly kind: ActionKind;
  /** The whole call, told apart by its text; undefined where only the tool's name is known. */
  readonly key?: number | undefined;
  /** Files that it changed, as far as that can be told from the call. */
  readonly files?: readonly number[] | undefined;
  /** undefined: the source doesn't say. */
  readonly failed?: boolean | undefined;
}

export interface RunStep {
  readonly usage: Usage;
  /** What the call cost; undefined: unknown. */
  readonly credits: number | undefined;
  readonly actions: readonly RunAction[];
  /** Characters of tool results and messages that were appended after the call: they are part of the next input. */
  readonly appendedChars?: number | undefined;
  /** Words of doubt or of turning back in its answer ("wait", "however"); undefined where the answer isn't at hand. */
  readonly doubts?: number | undefined;
  /** Words in its answer that speak of verifying. */
  readonly checks?: number | undefined;
  /** Whether what its actions returned names an error; undefined where that isn't at hand. */
  readonly namesError?: boolean | undefined;
  /** True where the call itself went wrong (a vendor's error, an answer that the agent refused). */
  readonly fault?: boolean | undefined;
}

/** A text's 32-bit FNV-1a hash: tells calls and files apart without keeping them. */
export function textKey(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
