import { posix, win32 } from 'node:path';
import type { ImportEnvironment } from '../../ports.ts';
import { dataFolders } from '../folders.ts';

/**
 * Where Gemini CLI keeps its logs: `~/.gemini/tmp`, below GEMINI_CLI_HOME where that stands for the home, or below each
 * folder that GEMINI_DATA_DIR names in the place of `.gemini`.
 */
export function geminiCliRoots(environment: ImportEnvironment): readonly string[] {
  const path = environment.platform === 'win32' ? win32 : posix;
  const home = environment.env.GEMINI_CLI_HOME;
  const fallback = dataFolders(environment, 'GEMINI_DATA_DIR', ['.gemini'], ['tmp']);
  return home && !environment.env.GEMINI_DATA_DIR ? [path.join(home, '.gemini', 'tmp')] : fallback;
}

/** Sessions lie at `<project>/chats/session-*.jsonl`, those of sub-agents at `<project>/chats/<session>/<agent>.jsonl`. */
export function isGeminiCliLog(path: string): boolean {
  return /[\\/]chats[\\/](?:[^\\/]+[\\/])?[^\\/]+\.jsonl$/.test(path);
}

/** A session as versions before the logs of lines kept it: `<project>/chats/session-*.json`. */
export function isGeminiCliDocument(path: string): boolean {
  return /[\\/]chats[\\/]session-[^\\/]+\.json$/.test(path);
}

/** A project's folder, and what lies below its `chats`; its other folders hold copies of files and tools' outputs. */
export function holdsGeminiCliLogs(folder: string): boolean {
  return /[\\/]tmp[\\/][^\\/]+[\\/]?$/.test(folder) || /[\\/]chats(?:[\\/]|$)/.test(folder);
}

/** The session that a sub-agent's file belongs to; undefined for a session's own file. */
export function parentSessionOfPath(path: string): string | undefined {
  return /[\\/]chats[\\/]([^\\/]+)[\\/][^\\/]+\.jsonl$/.exec(path)?.[1];
}
