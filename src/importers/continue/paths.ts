import type { ImportEnvironment } from '../../ports.ts';
import { dataFolders } from '../folders.ts';

/** Where Continue keeps its development data: `~/.continue/dev_data`, or below CONTINUE_GLOBAL_DIR. */
export function continueRoots(environment: ImportEnvironment): readonly string[] {
  return dataFolders(environment, 'CONTINUE_GLOBAL_DIR', ['.continue'], ['dev_data']);
}

/** `<schema version>/tokensGenerated.jsonl`. */
export function isContinueLog(path: string): boolean {
  return /[\\/]tokensGenerated\.jsonl$/.test(path);
}
