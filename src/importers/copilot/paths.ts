import { readFileSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ImportEnvironment } from '../../ports.ts';

/** Folders in which the Copilot runtime (CLI and VS Code's Copilot harness) keeps `session-store.db`. */
export function copilotHomes({ home, platform, env }: ImportEnvironment): readonly string[] {
  const path = platform === 'win32' ? win32 : posix;
  const named = env.COPILOT_HOME?.trim();
  return [named ? named : path.join(home, '.copilot')];
}

export function isSessionStore(path: string): boolean {
  return /[\\/]session-store\.db$/.test(path);
}

/** Where VS Code keeps a window's chats: with a folder open below `workspaceStorage`, without one in `globalStorage`. */
export function chatSessionRoots({ codeUserFolders, platform }: ImportEnvironment): readonly string[] {
  const path = platform === 'win32' ? win32 : posix;
  return codeUserFolders.flatMap((folder) => [
    path.join(folder, 'workspaceStorage'),
    path.join(folder, 'globalStorage', 'emptyWindowChatSessions'),
  ]);
}

export function isChatSession(path: string): boolean {
  return /[\\/](chatSessions|emptyWindowChatSessions)[\\/][^\\/]+\.jsonl$/.test(path);
}

/** Other extensions keep much below `workspaceStorage/<id>/`; only what leads to chats is looked into. */
export function leadsToChatSessions(folder: string): boolean {
  return /[\\/](workspaceStorage([\\/][^\\/]+([\\/]chatSessions)?)?|emptyWindowChatSessions)$/.test(folder);
}

export function debugLogRoots({ codeUserFolders, platform }: ImportEnvironment): readonly string[] {
  const path = platform === 'win32' ? win32 : posix;
  return codeUserFolders.flatMap((folder) => [
    path.join(folder, 'workspaceStorage'),
    // A window without a folder.
    path.join(folder, 'globalStorage', 'github.copilot-chat', 'debug-logs'),
  ]);
}

export function isDebugLog(path: string): boolean {
  return /[\\/]GitHub\.copilot-chat[\\/]debug-logs[\\/][^\\/]+[\\/][^\\/]+\.jsonl$/i.test(path);
}

export function leadsToDebugLogs(folder: string): boolean {
  return (
    /[\\/]workspaceStorage([\\/][^\\/]+([\\/]GitHub\.copilot-chat([\\/]debug-logs([\\/][^\\/]+)?)?)?)?$/i.test(
      folder,
    ) || /[\\/]globalStorage[\\/]github\.copilot-chat[\\/]debug-logs([\\/][^\\/]+)?$/i.test(folder)
  );
}

/** `debug-logs/<session>/<file>.jsonl`: the session, and the label of a helper's or sub-agent's file (not `main`). */
export function debugLogIdentity(path: string): { sessionId: string | undefined; child: string | undefined } {
  const [, sessionId, file] = /[\\/]debug-logs[\\/]([^\\/]+)[\\/]([^\\/]+)\.jsonl$/.exec(path) ?? [];
  return { sessionId, child: file === 'main' ? undefined : file };
}

/**
 * The folder that the window of a chat had open, from `workspaceStorage/<id>/workspace.json`; for a workspace of several
 * folders the workspace file. undefined where there is none or it can't be read.
 */
export function folderOfWindow(path: string): string | undefined {
  const storage = /^(.*[\\/]workspaceStorage[\\/][^\\/]+)[\\/]/.exec(path)?.[1];
  if (storage === undefined) return undefined;
  try {
    const { folder, workspace } = JSON.parse(readFileSync(`${storage}/workspace.json`, 'utf8')) as Record<
      string,
      unknown
    >;
    const uri = folder ?? workspace;
    if (typeof uri !== 'string') return undefined;
    // Remote windows (SSH, WSL, containers): their path is the path where this extension runs, too.
    return uri.startsWith('file:') ? fileURLToPath(uri) : decodeURIComponent(new URL(uri).pathname) || undefined;
  } catch {
    return undefined;
  }
}

/** The Copilot runtime's own logs of its sessions: `session-state/<session>/events.jsonl`. */
export function sessionStateRoots(environment: ImportEnvironment): readonly string[] {
  const path = environment.platform === 'win32' ? win32 : posix;
  return copilotHomes(environment).map((home) => path.join(home, 'session-state'));
}

export function isSessionEvents(path: string): boolean {
  return /[\\/]session-state[\\/][^\\/]+[\\/]events\.jsonl$/.test(path);
}

/** A session's folder has the files that its agent works with beside the log. */
export function leadsToSessionEvents(folder: string): boolean {
  return /[\\/]session-state([\\/][^\\/]+)?$/.test(folder);
}

export function eventsSession(path: string): string | undefined {
  return /[\\/]session-state[\\/]([^\\/]+)[\\/]events\.jsonl$/.exec(path)?.[1];
}

/** Where traces are written as lines: the runtime's own place for them, and a file that the environment names. */
export function traceFileRoots(environment: ImportEnvironment): readonly string[] {
  const path = environment.platform === 'win32' ? win32 : posix;
  const named = environment.env.COPILOT_OTEL_FILE_EXPORTER_PATH?.trim();
  return [
    ...copilotHomes(environment).map((home) => path.join(home, 'otel')),
    ...(named && path.isAbsolute(named) ? [path.dirname(named)] : []),
  ];
}

/** In a folder that the environment names anything may lie: there a file has to be named like one of traces. */
export function isTraceFile(path: string): boolean {
  return /[\\/]otel[\\/]([^\\/]+[\\/])?[^\\/]+\.jsonl$|[\\/][^\\/]*(otel|copilot|trace|telemetry)[^\\/]*\.jsonl$/i.test(
    path,
  );
}

export function leadsToTraceFiles(folder: string): boolean {
  return /[\\/]otel([\\/][^\\/]+)?$/.test(folder);
}

/** Databases of traces: the Agent Host's lies beside the `User` folder, Copilot Chat's in its own storage. */
export function traceDatabaseRoots({ codeUserFolders, platform }: ImportEnvironment): readonly string[] {
  const path = platform === 'win32' ? win32 : posix;
  return codeUserFolders.flatMap((folder) => [
    path.join(path.dirname(folder), 'agent-host', 'otel'),
    path.join(folder, 'globalStorage', 'github.copilot-chat', 'otel'),
  ]);
}

export function isTraceDatabase(path: string): boolean {
  return /[\\/]otel[\\/](agent-host-traces|spans)\.db$/.test(path);
}
