import { posix, win32 } from 'node:path';
import type { ImportEnvironment } from '../../ports.ts';

/**
 * Where Claude Code keeps its logs: `~/.claude/projects` and `~/.config/claude/projects`, or below each folder that
 * CLAUDE_CONFIG_DIR names (a list with commas), which then stands for both.
 */
export function claudeCodeRoots({ home, platform, env }: ImportEnvironment): readonly string[] {
  const path = platform === 'win32' ? win32 : posix;
  const named = (env.CLAUDE_CONFIG_DIR ?? '')
    .split(',')
    .map((folder) => folder.trim())
    .filter((folder) => folder !== '');
  const folders = named.length > 0 ? named : [path.join(home, '.claude'), path.join(home, '.config', 'claude')];
  const roots = folders.map((folder) => {
    const full = folder.startsWith('~') ? path.join(home, folder.slice(1)) : folder;
    return path.basename(full) === 'projects' ? full : path.join(full, 'projects');
  });
  return [...new Set(roots)];
}

/** Sessions lie at `<project>/<session>.jsonl`, those of sub-agents at `<project>/<session>/subagents/*.jsonl`. */
export function isClaudeCodeLog(path: string): boolean {
  return path.endsWith('.jsonl');
}

/** The sub-agent whose file this is, from `agent-<id>.jsonl`; undefined for a session's own file. */
export function subagentOfPath(path: string): string | undefined {
  return /[\\/]subagents[\\/](?:.*[\\/])?agent-([^\\/]+)\.jsonl$/.exec(path)?.[1];
}
