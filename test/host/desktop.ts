// Runs the extension host tests in a desktop VS Code, which @vscode/test-electron downloads. Needs a display, and
// Microsoft's download server within reach.
// usage: node scripts/package.mjs .cache/marginal.vsix && node scripts/node24.mjs test/host/desktop.ts [version]
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, runTests } from '@vscode/test-electron';
import { startScriptedEndpoint } from '../fakes/scriptedEndpoint.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

const folder = await mkdtemp(join(tmpdir(), 'marginal-desktop-'));
const endpoint = await startScriptedEndpoint({ script: [] });
try {
  const vscodeExecutablePath = await downloadAndUnzipVSCode(process.argv[2] ?? 'stable');
  const places = ['--user-data-dir', join(folder, 'user'), '--extensions-dir', join(folder, 'extensions')];
  await mkdir(join(folder, 'user/User'), { recursive: true });
  const settings = { 'marginal.endpoints': [{ id: 'scripted', kind: 'openai', url: endpoint.url }] };
  await writeFile(join(folder, 'user/User/settings.json'), JSON.stringify(settings));
  const [cli = vscodeExecutablePath] = resolveCliArgsFromVSCodeExecutablePath(vscodeExecutablePath);
  spawnSync(cli, [...places, '--install-extension', path('../../.cache/marginal.vsix'), '--force'], {
    stdio: 'inherit',
  });
  await runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: path('entry'),
    extensionTestsPath: path('entry/index.cjs'),
    launchArgs: [...places, '--disable-workspace-trust'],
  });
} catch (error) {
  console.error(`The desktop VS Code could not be run: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  await endpoint.stop();
  await rm(folder, { recursive: true, force: true });
}
