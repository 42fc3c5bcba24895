import type { HookAnswer, HookReply } from '../../hookCall.ts';
import { plainEvent } from '../hookFields.ts';
import { CLAUDE_MOMENTS } from './claudeCode.ts';
import {
  blocks,
  comesBeforeTools,
  type Denial,
  type Moments,
  momentOf,
  type ReplyDialect,
  reasonOf,
  says,
  silence,
} from './replyDialect.ts';

/** Of VS Code's sessions, and of the Copilot CLI in both its spellings. */
export const COPILOT_MOMENTS: Moments = {
  ...CLAUDE_MOMENTS,
  userpromptsubmitted: 'prompt',
  userprompttransformed: 'other',
  agentstop: 'other',
  erroroccurred: 'other',
};

/** VS Code reads the nested form, the CLI the one on top: each passes over the other's. */
export const copilotReplies: ReplyDialect = {
  agent: 'copilot',
  reply(event, answer) {
    switch (answer.kind) {
      case 'pass':
        return passes(event, answer);
      case 'allow':
        if (plainEvent(event) === 'pretooluse')
          return says({
            ...(answer.note !== undefined && { systemMessage: answer.note }),
            ...permission(event, 'allow', answer.reason),
          });
        return answer.note === undefined ? silence : says({ systemMessage: answer.note });
      case 'ask':
        return plainEvent(event) === 'pretooluse' ? says(permission(event, 'ask', answer.reason)) : silence;
      case 'deny':
        return denies(event, answer);
    }
  },
  // It isn't told in which permission mode a session is, and some of them approve what is to be asked (github/app#228).
  asks: () => false,
  decides: (event) => comesBeforeTools(event, COPILOT_MOMENTS),
  readOnlyTools: [
    ...['Read', 'Glob', 'Grep', 'LS', 'NotebookRead'],
    ...['view', 'glob', 'grep', 'rg', 'report_intent', 'read_bash', 'list_bash', 'ask_user', 'update_todo'],
    ...['read_file', 'copilot_readFile', 'list_dir', 'copilot_listDirectory', 'file_search', 'copilot_findFiles'],
    ...['grep_search', 'copilot_findTextInFiles', 'semantic_search', 'copilot_searchCodebase', 'get_errors'],
    ...['copilot_getErrors', 'get_changed_files', 'copilot_getChangedFiles', 'manage_todo_list', 'get_terminal_output'],
    ...['list_code_usages', 'copilot_listCodeUsages', 'test_failure', 'copilot_testFailure', 'view_image'],
  ],
};

function permission(event: string, decision: 'allow' | 'ask' | 'deny', reason: string) {
  const both = { permissionDecision: decision, permissionDecisionReason: reason };
  return { ...both, hookSpecificOutput: { hookEventName: event, ...both } };
}

function denies(event: string, answer: Denial): HookReply {
  const reason = reasonOf(answer);
  const ends = answer.stop === true ? { continue: false, stopReason: reason } : {};
  switch (plainEvent(event)) {
    case 'pretooluse':
      return says({ ...ends, ...permission(event, 'deny', reason) });
    case 'permissionrequest':
      return says({ behavior: 'deny', message: reason, ...(answer.stop === true && { interrupt: true }) });
    default: {
      const moment = momentOf(event, COPILOT_MOMENTS);
      if (moment === 'prompt' || moment === 'afterTool') return says({ ...ends, decision: 'block', reason });
      return moment === undefined ? blocks(reason) : says({ continue: false, stopReason: reason });
    }
  }
}

function passes(event: string, { note, context }: Extract<HookAnswer, { kind: 'pass' }>): HookReply {
  if (note === undefined && context === undefined) return silence;
  return says({
    ...(note !== undefined && { systemMessage: note }),
    ...(context !== undefined && {
      additionalContext: context,
      hookSpecificOutput: { hookEventName: event, additionalContext: context },
    }),
  });
}
