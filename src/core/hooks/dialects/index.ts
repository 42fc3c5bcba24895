/** How each agent spells its hooks. */
import type { GuardedAgent, HookDialect } from '../hookCall.ts';
import { claudeCodeDialect } from './claudeCode.ts';
import { clineDialect } from './cline.ts';
import { codexDialect } from './codex.ts';
import { copilotDialect } from './copilot.ts';
import { cursorDialect } from './cursor.ts';
import { geminiCliDialect } from './geminiCli.ts';

const DIALECTS: Readonly<Record<GuardedAgent, HookDialect>> = {
  copilot: copilotDialect,
  'claude-code': claudeCodeDialect,
  codex: codexDialect,
  'gemini-cli': geminiCliDialect,
  cursor: cursorDialect,
  cline: clineDialect,
};

/** undefined: no agent that Marginal knows. What answers without reading is `replies/index.ts`. */
export function dialectOf(agent: string): HookDialect | undefined {
  return Object.hasOwn(DIALECTS, agent) ? DIALECTS[agent as GuardedAgent] : undefined;
}
