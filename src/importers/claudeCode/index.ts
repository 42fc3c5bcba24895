import type { LineImporter } from '../../ports.ts';
import { CLAUDE_CODE_SOURCE, claudeCodeReader } from './parse.ts';
import { claudeCodeRoots, isClaudeCodeLog } from './paths.ts';

/**
 * Claude Code's session logs: every model call of its main agent and its sub-agents, with Anthropic's own token counts.
 *
 * Joins: a call that also passed through another meter is the same where the meter knows Anthropic's message id
 * (`anthropic-message:<id>`) or request id (`anthropic-request:<id>`). Copies of a reply in forked or resumed sessions
 * and in sub-agents' files have the same ids, so they are the same call. Not told by the log: the plan that pays, calls
 * that leave no line (counting tokens, probing a key), and thinking apart from other output.
 */
export const claudeCodeImporter: LineImporter = {
  kind: 'lines',
  id: CLAUDE_CODE_SOURCE,
  agent: 'claude-code',
  roots: claudeCodeRoots,
  matches: isClaudeCodeLog,
  reader: claudeCodeReader,
};
