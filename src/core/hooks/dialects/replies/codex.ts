import { plainEvent } from '../hookFields.ts';
import { CLAUDE_MOMENTS, takesContext } from './claudeCode.ts';
import {
  blocks,
  comesBeforeTools,
  momentOf,
  passes,
  type ReplyDialect,
  reasonOf,
  says,
  silence,
} from './replyDialect.ts';

/**
 * What Codex can't do with an answer makes the hook fail, and a failed hook lets the tool run: `allow` and `ask` are therefore
 * never said (openai/codex codex-rs/hooks/schema).
 */
export const codexReplies: ReplyDialect = {
  agent: 'codex',
  reply(event, answer) {
    if (answer.kind === 'pass') return passes(event, answer, takesContext(event));
    if (answer.kind !== 'deny') return silence;
    const reason = reasonOf(answer);
    switch (plainEvent(event)) {
      case 'pretooluse':
        return says({
          hookSpecificOutput: {
            hookEventName: event,
            permissionDecision: 'deny',
            permissionDecisionReason: reason,
          },
        });
      case 'permissionrequest':
        return says({ hookSpecificOutput: { hookEventName: event, decision: { behavior: 'deny', message: reason } } });
      default: {
        const moment = momentOf(event, CLAUDE_MOMENTS);
        if (moment === 'afterTool' && answer.stop === true) return says({ continue: false, stopReason: reason });
        if (moment === 'prompt' || moment === 'afterTool') return says({ decision: 'block', reason });
        return moment === undefined ? blocks(reason) : says({ continue: false, stopReason: reason });
      }
    }
  },
  asks: () => false,
  decides: (event) => comesBeforeTools(event, CLAUDE_MOMENTS),
  readOnlyTools: [
    'view_image',
    'list_dir',
    'read_file',
    'grep_files',
    'update_plan',
    'list_mcp_resources',
    'request_user_input',
    'wait',
    'wait_agent',
  ],
};
