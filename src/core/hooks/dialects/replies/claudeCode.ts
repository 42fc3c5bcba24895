import type { HookAnswer, HookReply } from '../../hookCall.ts';
import { plainEvent } from '../hookFields.ts';
import {
  blocks,
  comesBeforeTools,
  type Denial,
  type Moments,
  momentOf,
  passes,
  type ReplyDialect,
  reasonOf,
  says,
  silence,
} from './replyDialect.ts';

/** Claude Code’s, which Codex and VS Code took over. https://code.claude.com/docs/en/hooks */
export const CLAUDE_MOMENTS: Moments = {
  sessionstart: 'sessionStart',
  userpromptsubmit: 'prompt',
  pretooluse: 'beforeTool',
  permissionrequest: 'beforeTool',
  posttooluse: 'afterTool',
  posttoolusefailure: 'afterTool',
  notification: 'other',
  stop: 'other',
  subagentstart: 'other',
  subagentstop: 'other',
  precompact: 'other',
  postcompact: 'other',
  sessionend: 'other',
};

/** Elsewhere Claude Code and Codex take such an answer for a mistake. */
export function takesContext(event: string): boolean {
  const moment = momentOf(event, CLAUDE_MOMENTS);
  return (
    moment === 'sessionStart' || moment === 'prompt' || moment === 'afterTool' || plainEvent(event) === 'pretooluse'
  );
}

export const claudeCodeReplies: ReplyDialect = {
  agent: 'claude-code',
  reply(event, answer) {
    switch (answer.kind) {
      case 'pass':
        return passes(event, answer, takesContext(event));
      case 'allow':
        return permits(event, answer);
      case 'ask':
        return plainEvent(event) === 'pretooluse'
          ? says({ hookSpecificOutput: { hookEventName: event, ...permission('ask', answer.reason) } })
          : silence;
      case 'deny':
        return denies(event, answer);
    }
  },
  // In the other modes it approves by itself what a hook wants asked (anthropics/claude-code#77212, #89561).
  asks: (mode) => mode !== undefined && ['default', 'acceptEdits', 'plan'].includes(mode),
  decides: (event) => comesBeforeTools(event, CLAUDE_MOMENTS),
  readOnlyTools: [
    'Read',
    'Glob',
    'Grep',
    'LS',
    'NotebookRead',
    'LSP',
    'BashOutput',
    'TaskOutput',
    'TodoWrite',
    'TaskList',
    'TaskGet',
    'AskUserQuestion',
    'ExitPlanMode',
  ],
};

function permission(decision: 'allow' | 'ask' | 'deny', reason: string) {
  return { permissionDecision: decision, permissionDecisionReason: reason };
}

function permits(event: string, { reason, note }: Extract<HookAnswer, { kind: 'allow' }>): HookReply {
  const shown = note === undefined ? {} : { systemMessage: note };
  switch (plainEvent(event)) {
    case 'pretooluse':
      return says({ ...shown, hookSpecificOutput: { hookEventName: event, ...permission('allow', reason) } });
    case 'permissionrequest':
      return says({ ...shown, hookSpecificOutput: { hookEventName: event, decision: { behavior: 'allow' } } });
    default:
      return note === undefined ? silence : says(shown);
  }
}

function denies(event: string, answer: Denial): HookReply {
  const reason = reasonOf(answer);
  const ends = answer.stop === true ? { continue: false, stopReason: reason } : {};
  switch (plainEvent(event)) {
    case 'pretooluse':
      return says({ ...ends, hookSpecificOutput: { hookEventName: event, ...permission('deny', reason) } });
    case 'permissionrequest':
      return says({
        ...ends,
        hookSpecificOutput: {
          hookEventName: event,
          decision: { behavior: 'deny', message: reason, ...(answer.stop === true && { interrupt: true }) },
        },
      });
    default: {
      const moment = momentOf(event, CLAUDE_MOMENTS);
      if (moment === 'prompt' || moment === 'afterTool') return says({ ...ends, decision: 'block', reason });
      // `block` would keep an agent at work that stops; this ends it.
      return moment === undefined ? blocks(reason) : says({ continue: false, stopReason: reason });
    }
  }
}
