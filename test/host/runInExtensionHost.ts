// Runs a test entry (a folder with index.cjs exporting run()) inside the extension host of a real VS Code.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'node:util';
import { startServer } from '../../scripts/host/server.mjs';
import { openBrowser } from './browser.ts';

export interface ExtensionHostRun {
  /** 0 where run() resolved. */
  readonly exitCode: number;
  /** What the entry wrote to the console, VS Code's own lines among it. */
  readonly output: string;
}

/** Starts VS Code with the extension from its .vsix, and runs the entry in its extension host. */
export async function runInExtensionHost({
  entry,
  vsix,
  settings = {},
  timeoutMs = 120_000,
}: {
  readonly entry: string;
  readonly vsix: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly timeoutMs?: number;
}): Promise<ExtensionHostRun> {
  const folder = await mkdtemp(join(tmpdir(), 'marginal-host-'));
  const [home, workspace] = [join(folder, 'home'), join(folder, 'project')];
  await Promise.all([mkdir(home), mkdir(workspace)]);
  const server = await startServer({
    dataFolder: join(folder, 'data'),
    settings,
    machineSettings: settings,
    vsix,
    env: { HOME: home },
    extensionTests: true,
  });
  const browser = await openBrowser();
  const lines: string[] = [];
  try {
    const exited = new Promise<number>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`the entry didn't end within ${timeoutMs / 1000} s:\n${lines.join('\n')}`)),
        timeoutMs,
      );
      // VS Code calls these two functions of its page where its tests are driven from outside.
      browser.page.exposeFunction('codeAutomationLog', (_kind: string, args: unknown[]) => lines.push(format(...args)));
      browser.page.exposeFunction('codeAutomationExit', (code: number) => {
        clearTimeout(timer);
        resolve(code);
      });
    });
    const remote = (path: string) => `vscode-remote://${new URL(server.origin).host}${path}`;
    const payload = JSON.stringify([
      ['extensionDevelopmentPath', remote(entry)],
      ['extensionTestsPath', remote(join(entry, 'index.cjs'))],
      ['skipWelcome', 'true'],
    ]);
    await browser.page.goto(server.openUrl(workspace, { payload }));
    return { exitCode: await exited, output: lines.join('\n') };
  } finally {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
