import {
  comesBeforeTools,
  type Moments,
  momentOf,
  passes,
  type ReplyDialect,
  reasonOf,
  says,
  silence,
} from './replyDialect.ts';

export const GEMINI_MOMENTS: Moments = {
  sessionstart: 'sessionStart',
  beforeagent: 'prompt',
  beforetool: 'beforeTool',
  aftertool: 'afterTool',
  afteragent: 'other',
  beforemodel: 'other',
  aftermodel: 'other',
  beforetoolselection: 'other',
  notification: 'other',
  precompress: 'other',
  sessionend: 'other',
};

/** docs/hooks/reference.md of google-gemini/gemini-cli. */
export const geminiCliReplies: ReplyDialect = {
  agent: 'gemini-cli',
  reply(event, answer) {
    if (answer.kind === 'deny') {
      const reason = reasonOf(answer);
      const moment = momentOf(event, GEMINI_MOMENTS);
      const ends = answer.stop === true || moment === 'sessionStart' ? { continue: false, stopReason: reason } : {};
      return says({ decision: 'deny', reason, ...ends });
    }
    if (answer.kind === 'pass') return passes(event, answer, momentOf(event, GEMINI_MOMENTS) !== 'beforeTool');
    const note = answer.kind === 'ask' ? undefined : answer.note;
    return note === undefined ? silence : says({ systemMessage: note });
  },
  asks: () => false,
  decides: (event) => comesBeforeTools(event, GEMINI_MOMENTS),
  readOnlyTools: [
    'read_file',
    'read_many_files',
    'list_directory',
    'glob',
    'grep_search',
    'search_file_content',
    'write_todos',
    'ask_user',
    'complete_task',
    'exit_plan_mode',
    'enter_plan_mode',
  ],
};
