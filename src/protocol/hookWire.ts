/**
 * What the hook's process and a window's endpoint tell each other, and where. The process starts for every action of every
 * agent, so nothing here needs a library.
 */

export { ANSWERED, WINDOWS_FOLDER } from '../core/hooks/hookFolder.ts';

/** A window that answers hooks. Readable by its user only: it holds the token. */
export interface WindowFile {
  readonly version: 1;
  readonly id: string;
  readonly pid: number;
  /** Of 127.0.0.1. */
  readonly port: number;
  /** What the hook shows the window. */
  readonly token: string;
  /**
   * What the window shows the hook, and the hook never sends: whoever took the port of a window that is gone doesn't know it,
   * and is not believed.
   */
  readonly proof: string;
  /** Absolute. The window whose folder holds the agent's is asked; where none does, the one that leads. */
  readonly folders: readonly string[];
  readonly leads: boolean;
}

/** `POST /hooks/AGENT/EVENT` with what the agent wrote as its body and `Authorization: Bearer TOKEN`; answered with a HookReply as JSON. */
export const HOOKS_PATH = '/hooks';

/** Header of the window's `proof`, on every answer that came with the right token. */
export const PROOF_HEADER = 'x-marginal-proof';

/** Longer calls aren't read: before a tool they are denied. */
export const MAX_CALL_BYTES = 8 * 1024 * 1024;

/**
 * How long a hook waits for its answer, in all. Agents let a tool run when its hook takes longer than its entry says (180 s in
 * those that Marginal installs), so it says no before; questions must end sooner.
 */
export const HOOK_PATIENCE_MS = 170_000;

/** Likewise of an agent whose hooks are scripts: Cline ends them after 120 s, whatever they say. */
export const SCRIPT_PATIENCE_MS = 110_000;
