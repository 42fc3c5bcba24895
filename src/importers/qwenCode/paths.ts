import type { ImportEnvironment } from '../../ports.ts';
import { dataFolders } from '../folders.ts';

/**
 * Where Qwen Code keeps its logs: `~/.qwen/projects`, below QWEN_RUNTIME_DIR or else QWEN_HOME where one of them stands
 * for `~/.qwen`, as Qwen Code itself takes them.
 */
export function qwenCodeRoots(environment: ImportEnvironment): readonly string[] {
  const variable = environment.env.QWEN_RUNTIME_DIR ? 'QWEN_RUNTIME_DIR' : 'QWEN_HOME';
  return dataFolders(environment, variable, ['.qwen'], ['projects']);
}

/** Sessions lie at `<project>/chats/<session>.jsonl`. */
export function isQwenCodeLog(path: string): boolean {
  return /[\\/]chats[\\/](?:.*[\\/])?[^\\/]+\.jsonl$/.test(path);
}
