/**
 * What the hook's process and a window's endpoint tell each other, and where. The process starts for every action of every
 * agent, so nothing here needs a library.
 */

/** Folder in the user's home with the launcher and what it needs, the same for every VS Code installation. */
export const HOOK_FOLDER = '.marginal';
/** In it: the launcher that agents' hooks call with an agent's id and an event's name, at a path that never changes. */
export const LAUNCHER = 'hook';
/** In it: a file for each open window, named by its id. */
export const WINDOWS_FOLDER = 'windows';

/** A window that answers hooks. Readable by its user only: it holds the token. */
export interface WindowFile {
  readonly version: 1;
  readonly id: string;
  readonly pid: number;
  /** Of 127.0.0.1. */
  readonly port: number;
  readonly token: string;
  /** Absolute. The window whose folder holds the agent's is asked; where none does, the one that leads. */
  readonly folders: readonly string[];
  readonly leads: boolean;
}

/** `POST /hooks/AGENT/EVENT` with what the agent wrote as its body and `Authorization: Bearer TOKEN`; answered with a HookReply as JSON. */
export const HOOKS_PATH = '/hooks';
