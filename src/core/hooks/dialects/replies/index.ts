/** The answers of each dialect. Small: what the hook's own process needs while VS Code is closed. */
import type { GuardedAgent } from '../../hookCall.ts';
import { claudeCodeReplies } from './claudeCode.ts';
import { clineReplies } from './cline.ts';
import { codexReplies } from './codex.ts';
import { copilotReplies } from './copilot.ts';
import { cursorReplies } from './cursor.ts';
import { geminiCliReplies } from './geminiCli.ts';
import type { ReplyDialect } from './replyDialect.ts';

const DIALECTS: Readonly<Record<GuardedAgent, ReplyDialect>> = {
  copilot: copilotReplies,
  'claude-code': claudeCodeReplies,
  codex: codexReplies,
  'gemini-cli': geminiCliReplies,
  cursor: cursorReplies,
  cline: clineReplies,
};

/** undefined: no agent that Marginal knows. */
export function replyDialectOf(agent: string): ReplyDialect | undefined {
  return Object.hasOwn(DIALECTS, agent) ? DIALECTS[agent as GuardedAgent] : undefined;
}
