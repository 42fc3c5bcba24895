import { readdirSync, rm } from 'node:fs';
import module from 'node:module';
import { basename, dirname, join } from 'node:path';

/**
 * Has V8 keep in `folder` what it compiles of the modules that this thread loads from now on; later starts take it from
 * there. It is written when the thread ends. The folder bears the program's version: those of other versions are removed.
 */
export function keepCompiled(folder: string): void {
  const versions = dirname(folder);
  for (const version of namesIn(versions)) {
    // What can't be removed now is tried again at the next start.
    if (version !== basename(folder)) rm(join(versions, version), { recursive: true, force: true }, () => {});
  }
  // Where the folder can't be written, or the editor's Node doesn't know of it, each start compiles for itself.
  module.enableCompileCache?.(folder);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // nothing was kept so far
  }
}
