/** What the launcher says by itself when there is nothing that it could run: made from the dialects, so that it is written once. */
import { CLAUDE_MOMENTS } from '../dialects/replies/claudeCode.ts';
import { CLINE_MOMENTS } from '../dialects/replies/cline.ts';
import { COPILOT_MOMENTS } from '../dialects/replies/copilot.ts';
import { CURSOR_MOMENTS } from '../dialects/replies/cursor.ts';
import { GEMINI_MOMENTS } from '../dialects/replies/geminiCli.ts';
import { replyDialectOf } from '../dialects/replies/index.ts';
import type { Moments } from '../dialects/replies/replyDialect.ts';
import { GUARDED_AGENTS, type GuardedAgent, type HookReply } from '../hookCall.ts';
import { NOTHING_TO_RUN } from '../nobodyAnswers.ts';

const MOMENTS: Readonly<Record<GuardedAgent, Moments>> = {
  copilot: COPILOT_MOMENTS,
  'claude-code': CLAUDE_MOMENTS,
  codex: CLAUDE_MOMENTS,
  'gemini-cli': GEMINI_MOMENTS,
  cursor: CURSOR_MOMENTS,
  cline: CLINE_MOMENTS,
};

export interface OwnAnswer {
  readonly agent: GuardedAgent;
  /** Without case and marks: letters only. */
  readonly plainEvent: string;
  /** With `EVENT` where the event's name stands as it is spelled. */
  readonly reply: HookReply;
}

export const EVENT = '@EVENT@';

/** Of every known event: a denial where it comes before a tool, silence or what stands for it elsewhere. */
export function ownAnswers(): readonly OwnAnswer[] {
  return GUARDED_AGENTS.flatMap((agent) =>
    Object.keys(MOMENTS[agent]).flatMap((plainEvent) => {
      const dialect = replyDialectOf(agent);
      if (!dialect) return [];
      const { stdout, ...rest } = dialect.reply(
        plainEvent,
        dialect.decides(plainEvent) ? { kind: 'deny', reason: NOTHING_TO_RUN.sentence } : { kind: 'pass' },
      );
      return [{ agent, plainEvent, reply: { ...rest, stdout: stdout.replaceAll(`"${plainEvent}"`, `"${EVENT}"`) } }];
    }),
  );
}
