/** All that guarding agents takes, for this machine and this VS Code. */
import { homedir } from 'node:os';
import type { AgentGuards, AgentProbes, Clock } from '../../ports.ts';
import { type HookFolder, hookFolder } from '../hookFolder.ts';
import { agentProbes } from './agentProbes.ts';
import { hookInstaller } from './index.ts';

export interface GuardParts {
  readonly guards: AgentGuards;
  readonly probes: AgentProbes;
  readonly launcher: Pick<HookFolder, 'install' | 'uninstall'>;
  readonly home: string;
}

/** `script`: what the launcher runs. */
export function guardParts({ clock, script }: { readonly clock: Clock; readonly script: string }): GuardParts {
  const { platform, env } = process;
  const home = homedir();
  const launcher = hookFolder(home, platform, { runtime: process.execPath, script });
  const environment = { home, platform, env, launcher: launcher.launcher };
  return { guards: hookInstaller({ ...environment, clock }), probes: agentProbes(environment), launcher, home };
}
