import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';

/** Asks the operating system to tell of changes in folders. Only ever a hint: what it misses, looking again finds. */
export interface FolderWatch {
  /** Watches one folder (not what lies below it). */
  add(folder: string): void;
  remove(folder: string): void;
  close(): void;
}

/** Systems limit how many folders can be watched; beyond this the rest is found by looking. */
const MOST_FOLDERS = 1_024;

/** `changed` gets the path of what changed, or of its folder where the system doesn't say. */
export function folderWatch(changed: (path: string) => void): FolderWatch {
  const watchers = new Map<string, FSWatcher>();

  function drop(folder: string): void {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  }

  return {
    add(folder) {
      if (watchers.has(folder) || watchers.size >= MOST_FOLDERS) return;
      try {
        const watcher = watch(folder, { persistent: false }, (_event, name) => {
          changed(name === null ? folder : join(folder, name));
        });
        watcher.on('error', () => drop(folder));
        watchers.set(folder, watcher);
      } catch {
        // No more watches to be had, or the folder went: looking again has to do.
      }
    },
    remove: drop,
    close() {
      for (const folder of [...watchers.keys()]) drop(folder);
    },
  };
}
