import type { ImportEnvironment } from '../../ports.ts';
import { dataFolders } from '../folders.ts';

/** Where Codex keeps its logs, of its CLI, its editor extension and its app alike: below `~/.codex` or CODEX_HOME. */
export function codexRoots(environment: ImportEnvironment): readonly string[] {
  return dataFolders(environment, 'CODEX_HOME', ['.codex'], ['sessions', 'archived_sessions']);
}

/** `sessions/YYYY/MM/DD/rollout-<time>-<thread>.jsonl`, and the same name flat among the archived. */
export function isCodexLog(path: string): boolean {
  return path.endsWith('.jsonl');
}

/** The thread's id as the file's name tells it; the whole name where it has none. */
export function threadOfPath(path: string): string {
  const name = path.replace(/^.*[\\/]/, '').replace(/\.jsonl$/, '');
  return /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.exec(name)?.[0] ?? name;
}
