/** Which files hold an agent's hooks on this machine, and what tells that the agent is here. */
import path from 'node:path';
import type { GuardedAgent } from '../../core/hooks/hookCall.ts';
import { CLINE_EVENTS, clineScript, type HookEntries, hookEntries } from '../../core/hooks/install/hookEntries.ts';

/** Where an agent reads every file of a folder, ours has a name of its own. */
export const OWN_FILE = 'marginal.json';

export interface GuardEnvironment {
  readonly home: string;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the launcher. */
  readonly launcher: string;
}

export type GuardFile =
  /** Settings of the agent's, in which our entries stand beside the developer's. */
  | {
      readonly kind: 'settings';
      readonly file: string;
      readonly entries: HookEntries;
      readonly fields?: Readonly<Record<string, unknown>>;
    }
  /** A file of our own. */
  | { readonly kind: 'script'; readonly file: string; readonly text: string };

export interface GuardPlace {
  readonly agent: GuardedAgent;
  readonly files: readonly GuardFile[];
  /** Any of these folders, or a program of these names on the PATH: the agent is here. */
  readonly folders: readonly string[];
  readonly programs: readonly string[];
}

export function guardPlaces({ home, platform, env, launcher }: GuardEnvironment): readonly GuardPlace[] {
  const windows = platform === 'win32';
  const at = (variable: string, folder: string) => env[variable] || path.join(home, folder);
  const settings = (
    agent: Parameters<typeof hookEntries>[0],
    file: string,
    fields?: Readonly<Record<string, unknown>>,
  ): GuardFile => ({
    kind: 'settings',
    file,
    entries: hookEntries(agent, launcher, windows),
    ...(fields && { fields }),
  });
  // VS Code's own sessions read the home's folder, whatever the CLI is told.
  const copilot = [...new Set([path.join(home, '.copilot'), at('COPILOT_HOME', '.copilot')])];
  const claude = at('CLAUDE_CONFIG_DIR', '.claude');
  const codex = at('CODEX_HOME', '.codex');
  const gemini = path.join(env.GEMINI_CLI_HOME || home, '.gemini');
  const cursor = path.join(home, '.cursor');
  const cline = path.join(home, '.cline');
  return [
    {
      agent: 'copilot',
      files: copilot.map((folder) => settings('copilot', path.join(folder, 'hooks', OWN_FILE), { version: 1 })),
      folders: copilot,
      programs: ['copilot'],
    },
    {
      agent: 'claude-code',
      files: [settings('claude-code', path.join(claude, 'settings.json'))],
      folders: [claude],
      programs: ['claude'],
    },
    {
      agent: 'codex',
      files: [settings('codex', path.join(codex, 'hooks.json'))],
      folders: [codex],
      programs: ['codex'],
    },
    {
      agent: 'gemini-cli',
      files: [settings('gemini-cli', path.join(gemini, 'settings.json'))],
      folders: [gemini],
      programs: ['gemini'],
    },
    {
      agent: 'cursor',
      files: [settings('cursor', path.join(cursor, 'hooks.json'), { version: 1 })],
      folders: [cursor],
      programs: ['cursor', 'cursor-agent'],
    },
    {
      agent: 'cline',
      // How it finds scripts on Windows isn't known.
      files: windows
        ? []
        : CLINE_EVENTS.map((event) => ({
            kind: 'script',
            file: path.join(cline, 'hooks', event),
            text: clineScript(launcher, event),
          })),
      folders: [cline, path.join(home, 'Documents', 'Cline')],
      programs: ['cline'],
    },
  ];
}
