import { posix, win32 } from 'node:path';
import type { ImportEnvironment } from '../../ports.ts';

/** Folders below which an extension keeps its tasks: its own storage in each VS Code of this machine. */
export function taskRoots(extension: string): (environment: ImportEnvironment) => readonly string[] {
  return ({ codeUserFolders, platform }) => {
    const path = platform === 'win32' ? win32 : posix;
    return codeUserFolders.map((folder) => path.join(folder, 'globalStorage', extension, 'tasks'));
  };
}

/** Cline outside of VS Code (JetBrains, its older CLI) keeps its tasks below its data folder. */
export function clineTaskRoots(environment: ImportEnvironment): readonly string[] {
  const path = environment.platform === 'win32' ? win32 : posix;
  return [...taskRoots('saoudrizwan.claude-dev')(environment), path.join(clineData(environment), 'tasks')];
}

/** `tasks/<task>/ui_messages.json`. */
export function isTask(path: string): boolean {
  return /[\\/]tasks[\\/][^\\/]+[\\/]ui_messages\.json$/.test(path);
}

/** A task's own folder holds checkpoints and the like below it. */
export function leadsToTasks(folder: string): boolean {
  return /[\\/]tasks([\\/][^\\/]+)?$/.test(folder);
}

export function taskIdOf(path: string): string | undefined {
  return /[\\/]([^\\/]+)[\\/][^\\/]+$/.exec(path)?.[1];
}

/** A file beside another one. */
export function sibling(path: string, name: string): string {
  return path.replace(/[^\\/]+$/, () => name);
}

export function clineSessionRoots(environment: ImportEnvironment): readonly string[] {
  const path = environment.platform === 'win32' ? win32 : posix;
  const named = environment.env.CLINE_SESSION_DATA_DIR?.trim();
  return [named ? named : path.join(clineData(environment), 'sessions')];
}

/** `<session>/<session>.messages.json`, and `<session>/<agent>.messages.json` of its sub-agents. */
export function isClineSession(path: string): boolean {
  return /[\\/][^\\/]+[\\/][^\\/]+\.messages\.json$/.test(path);
}

/** The session, and the sub-agent whose file it is. */
export function clineSessionIdentity(path: string): { sessionId: string | undefined; subagentId: string | undefined } {
  const [, sessionId, file] = /([^\\/]+)[\\/]([^\\/]+)\.messages\.json$/.exec(path) ?? [];
  return { sessionId, subagentId: file === sessionId ? undefined : file };
}

/** The session's own description, which names its working folder. */
export function clineManifest(path: string): string | undefined {
  const { sessionId } = clineSessionIdentity(path);
  return sessionId === undefined ? undefined : sibling(path, `${sessionId}.json`);
}

function clineData({ home, platform, env }: ImportEnvironment): string {
  const path = platform === 'win32' ? win32 : posix;
  const data = env.CLINE_DATA_DIR?.trim();
  const folder = env.CLINE_DIR?.trim();
  return data ? data : path.join(folder ? folder : path.join(home, '.cline'), 'data');
}
