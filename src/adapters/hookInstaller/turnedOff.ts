import path from 'node:path';
import { parse } from 'jsonc-parser';
import type { GuardedAgent } from '../../core/hooks/hookCall.ts';
import { readSettings } from './settingsFile.ts';

/** What in an agent's own settings keeps every hook from running, as a sentence; undefined: nothing that is known. */
export async function whatTurnsHooksOff(agent: GuardedAgent, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const found = await inFolder(agent, folder).catch(() => undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function inFolder(agent: GuardedAgent, folder: string): Promise<string | undefined> {
  switch (agent) {
    case 'copilot':
    case 'claude-code': {
      const file = path.join(folder, 'settings.json');
      return (await settingsIn(file)).disableAllHooks === true
        ? `All hooks are turned off in ${file}: remove \`disableAllHooks\` there.`
        : undefined;
    }
    case 'gemini-cli': {
      const file = path.join(folder, 'settings.json');
      const { enabled, disabled } = record((await settingsIn(file)).hooksConfig);
      if (enabled === false) return `All hooks are turned off in ${file}: remove \`hooksConfig.enabled\` there.`;
      return Array.isArray(disabled) && disabled.includes('marginal')
        ? `Marginal’s hooks are turned off in ${file}: remove “marginal” from \`hooksConfig.disabled\` there.`
        : undefined;
    }
    case 'codex': {
      const file = path.join(folder, 'config.toml');
      const text = (await readSettings(file)) ?? '';
      const [, features = ''] = /^\s*\[features\]\s*$([\s\S]*?)(?=^\s*\[|$(?![\s\S]))/m.exec(text) ?? [];
      return /^\s*(?:hooks|codex_hooks)\s*=\s*false\b/m.test(features)
        ? `All hooks are turned off in ${file}: remove \`hooks = false\` from its [features].`
        : undefined;
    }
    case 'cursor':
    case 'cline':
      return undefined;
  }
}

async function settingsIn(file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readSettings(file);
  return text === undefined ? {} : record(parse(text.replace(/^\uFEFF/, ''), [], { allowTrailingComma: true }));
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
