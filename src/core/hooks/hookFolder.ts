/** The folder of Marginal's that agents' hooks call into, the same for every VS Code installation. */

/** In the user's home. */
export const HOOK_FOLDER = '.marginal';
/** In it: the launcher that agents' hooks call with an agent's id and an event's name, at a path that never changes. */
export const LAUNCHER = 'hook';
/** In it: the same for Windows. */
export const WINDOWS_LAUNCHER = 'hook.cmd';
/** In it: two lines, the runtime and the script that the launcher runs; both may be gone after an update. */
export const TARGET = 'target';
/** In it: a file for each open window, named by its id. */
export const WINDOWS_FOLDER = 'windows';

/**
 * The hook's process ends with its reply's code, which is below 10, plus this. Any other code tells the launcher that the runtime
 * did not do its work, whatever it printed: a runtime that only starts an editor ends with 0.
 */
export const ANSWERED = 40;
