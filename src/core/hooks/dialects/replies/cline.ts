import { comesBeforeTools, type Moments, type ReplyDialect, reasonOf, says, silence } from './replyDialect.ts';

export const CLINE_MOMENTS: Moments = {
  taskstart: 'sessionStart',
  taskresume: 'sessionStart',
  userpromptsubmit: 'prompt',
  pretooluse: 'beforeTool',
  posttooluse: 'afterTool',
  taskcancel: 'other',
  taskcomplete: 'other',
  precompact: 'other',
};

/**
 * As Cline’s CLI does it (@cline/core, hooks/hook-file-hooks): whatever the exit code, only `cancel` stops anything, and it ends
 * the whole run.
 */
export const clineReplies: ReplyDialect = {
  agent: 'cline',
  reply(_event, answer) {
    if (answer.kind === 'pass' && answer.context !== undefined)
      return says({ cancel: false, contextModification: answer.context });
    if (answer.kind !== 'deny') return silence;
    const reason = reasonOf(answer);
    return says({ cancel: true, errorMessage: reason });
  },
  asks: () => false,
  decides: (event) => comesBeforeTools(event, CLINE_MOMENTS),
  readOnlyTools: [
    'read_file',
    'read_files',
    'list_files',
    'search_files',
    'search_codebase',
    'list_code_definition_names',
    'ask_followup_question',
    'plan_mode_respond',
  ],
};
