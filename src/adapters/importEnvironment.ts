/** Where this machine's agents keep their records. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { ImportEnvironment } from '../ports.ts';

/** Only what importers ask for leaves the process's environment. */
const VARIABLES = [
  'CLAUDE_CONFIG_DIR',
  'CODEX_HOME',
  'CONTINUE_GLOBAL_DIR',
  'COPILOT_HOME',
  'GEMINI_CLI_HOME',
  'GEMINI_DATA_DIR',
  'QWEN_HOME',
  'QWEN_RUNTIME_DIR',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
];

/** `ownUserFolder`: the `User` folder of the VS Code that runs this. */
export function importEnvironment(ownUserFolder: string | undefined): ImportEnvironment {
  const home = homedir();
  const platform = process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux';
  return {
    home,
    platform,
    env: Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]])),
    codeUserFolders: userFolders(home, platform, ownUserFolder),
  };
}

/** The `User` folders of the VS Codes on this machine, our own first; those that aren't there are left out. */
function userFolders(home: string, platform: ImportEnvironment['platform'], own: string | undefined): string[] {
  const products = ['Code', 'Code - Insiders', 'VSCodium', 'Cursor'];
  const base =
    platform === 'win32'
      ? (process.env.APPDATA ?? path.join(home, 'AppData', 'Roaming'))
      : platform === 'darwin'
        ? path.join(home, 'Library', 'Application Support')
        : (process.env.XDG_CONFIG_HOME ?? path.join(home, '.config'));
  const servers = ['.vscode-server', '.vscode-server-insiders', '.vscode-remote'];
  const candidates = [
    ...(own ? [own] : []),
    ...products.map((product) => path.join(base, product, 'User')),
    ...servers.map((server) => path.join(home, server, 'data', 'User')),
  ];
  return [...new Set(candidates)].filter((folder) => existsSync(folder));
}
