/** What is said when nobody could be asked: no window is open, or what should have answered failed. */
import { fieldsOf, permissionModeOf, type ToldTool, toldTools } from './dialects/hookFields.ts';
import type { ReplyDialect } from './dialects/replies/replyDialect.ts';
import type { HookAnswer } from './hookCall.ts';

export interface Unanswered {
  /** For the agent: why, and what helps. */
  readonly sentence: string;
  /** The agent may put it to its developer instead, where it really would. */
  readonly mayAsk: boolean;
}

/**
 * Tools that only read go on, and so does all that comes before no tool. `body`: what the agent told; undefined: it could not be
 * read, so nothing of it is known.
 */
export function answerWithoutGate(
  dialect: ReplyDialect,
  event: string,
  body: unknown,
  { sentence, mayAsk }: Unanswered,
): HookAnswer {
  if (!dialect.decides(event)) return { kind: 'pass' };
  const tools = toolsOf(body);
  if (tools.length > 0 && tools.every(({ name }) => dialect.readOnlyTools.includes(name))) return { kind: 'pass' };
  if (mayAsk && tools.length > 0 && dialect.asks(permissionModeOf(body))) return { kind: 'ask', reason: sentence };
  return { kind: 'deny', reason: sentence };
}

/** Cline tells its tool one level deeper than the others. */
function toolsOf(body: unknown): readonly ToldTool[] {
  const tools = toldTools(body);
  const { preToolUse, tool_call: call } = fieldsOf(body);
  return tools.length > 0 ? tools : toldTools(preToolUse ?? call);
}
