/** What the hook says by itself. Loaded only where it must. */
import { replyDialectOf } from '../core/hooks/dialects/replies/index.ts';
import type { HookReply } from '../core/hooks/hookCall.ts';
import * as reasons from '../core/hooks/nobodyAnswers.ts';
import { answerWithoutGate } from '../core/hooks/withoutGate.ts';

export type Reason = 'noWindow' | 'lost' | 'late' | 'unreadable' | 'tooLong';

const UNANSWERED = {
  noWindow: reasons.NO_WINDOW,
  lost: reasons.WINDOW_LOST,
  late: reasons.TOO_LATE,
  unreadable: reasons.UNREADABLE,
  tooLong: reasons.TOO_LONG,
};

/** `body`: undefined where it could not be read. */
export function replyWithoutWindow(agent: string, event: string, body: unknown, reason: Reason): HookReply {
  const dialect = replyDialectOf(agent);
  if (dialect) return dialect.reply(event, answerWithoutGate(dialect, event, body, UNANSWERED[reason]));
  // Code 2 blocks in every agent that is known.
  const sentence = `Marginal knows no agent by the name of ${agent}: ask your developer to correct its hook’s command.`;
  return { stdout: '', stderr: `${sentence}\n`, exitCode: 2 };
}
