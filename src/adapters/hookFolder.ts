/** `~/.marginal`: the launcher that agents' hooks call, and what it is to run. */
import { chmod, mkdir, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { HOOK_FOLDER, LAUNCHER, TARGET, WINDOWS_FOLDER, WINDOWS_LAUNCHER } from '../core/hooks/hookFolder.ts';
import { replaceFile } from './replaceFile.ts';

export interface HookFolder {
  /** The launcher's path for agents on this platform. */
  readonly launcher: string;
  isInstalled(): Promise<boolean>;
  /** Writes the launcher and its target; what is there already stays as it is. Rejects with a sentence. */
  install(): Promise<void>;
  /** The same where the launcher is there, after an update say; else nothing. Resolves to whether it is there. */
  refresh(): Promise<boolean>;
  /** Removes all that Marginal put there, and the folder unless something else is in it. */
  uninstall(): Promise<void>;
}

export interface HookTarget {
  /** The program that runs scripts with ELECTRON_RUN_AS_NODE=1. */
  readonly runtime: string;
  /** undefined: what is installed is left as it is. */
  readonly script: string | undefined;
}

export function hookFolder(home: string, platform: NodeJS.Platform, { runtime, script }: HookTarget): HookFolder {
  const folder = path.join(home, HOOK_FOLDER);
  const launcher = path.join(folder, platform === 'win32' ? WINDOWS_LAUNCHER : LAUNCHER);

  const isInstalled = () =>
    stat(launcher).then(
      (stats) => stats.isFile(),
      () => false,
    );

  async function install(): Promise<void> {
    if (script === undefined) throw new Error('There is no hook to run: reinstall Marginal.');
    if (/[\r\n]/.test(runtime + script))
      throw new Error('VS Code lies in a folder with a line break in its name: install it elsewhere to guard agents.');
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
      // The target first: a launcher without one denies.
      await replaceFile(path.join(folder, TARGET), `${runtime}\n${script}\n`, 0o600);
      if (platform === 'win32') {
        const { windowsLauncher } = await import('../core/hooks/launcher/windows.ts');
        await replaceFile(launcher, windowsLauncher(), 0o600);
      } else {
        const { shellLauncher } = await import('../core/hooks/launcher/shell.ts');
        await replaceFile(launcher, shellLauncher(), 0o700);
      }
    } catch (error) {
      throw new Error(`${folder} can’t be written: make it yours to write, then try again.`, { cause: error });
    }
  }

  return {
    launcher,
    isInstalled,
    install,
    async refresh() {
      const installed = await isInstalled();
      if (installed && script !== undefined) await install();
      return installed;
    },
    async uninstall() {
      for (const name of [LAUNCHER, WINDOWS_LAUNCHER, TARGET]) await rm(path.join(folder, name), { force: true });
      await removeIfEmpty(path.join(folder, WINDOWS_FOLDER));
      await removeIfEmpty(folder);
    },
  };
}

/** A window that is still open, or somebody else's file, keeps a folder. */
async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch {
    // then it stays
  }
}
