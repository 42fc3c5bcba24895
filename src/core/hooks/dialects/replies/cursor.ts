import { plainEvent } from '../hookFields.ts';
import {
  comesBeforeTools,
  type Moments,
  momentOf,
  type ReplyDialect,
  reasonOf,
  says,
  silence,
} from './replyDialect.ts';

export const CURSOR_MOMENTS: Moments = {
  sessionstart: 'sessionStart',
  beforesubmitprompt: 'prompt',
  pretooluse: 'beforeTool',
  beforeshellexecution: 'beforeTool',
  beforemcpexecution: 'beforeTool',
  beforereadfile: 'beforeTool',
  beforetabfileread: 'beforeTool',
  subagentstart: 'beforeTool',
  posttooluse: 'afterTool',
  posttoolusefailure: 'afterTool',
  aftershellexecution: 'afterTool',
  aftermcpexecution: 'afterTool',
  afterfileedit: 'afterTool',
  aftertabfileedit: 'afterTool',
  afteragentresponse: 'other',
  afteragentthought: 'other',
  subagentstop: 'other',
  precompact: 'other',
  stop: 'other',
  sessionend: 'other',
};

/** From documents, not run here: https://cursor.com/docs/agent/hooks. Older versions read the camel-case names. */
export const cursorReplies: ReplyDialect = {
  agent: 'cursor',
  reply(event, answer) {
    const decides = comesBeforeTools(event, CURSOR_MOMENTS);
    switch (answer.kind) {
      case 'pass':
        return answer.context !== undefined && plainEvent(event) === 'posttooluse'
          ? says({ additional_context: answer.context })
          : silence;
      case 'allow':
        return decides ? says({ permission: 'allow' }) : silence;
      case 'ask':
        return decides
          ? says({ permission: 'ask', user_message: answer.reason, agent_message: answer.reason })
          : silence;
      case 'deny': {
        const reason = reasonOf(answer);
        const told = { user_message: reason, agent_message: reason, userMessage: reason, agentMessage: reason };
        return says({
          permission: 'deny',
          ...told,
          ...((answer.stop === true || momentOf(event, CURSOR_MOMENTS) !== 'beforeTool') && { continue: false }),
        });
      }
    }
  },
  // It has modes that run everything, and doesn't say in which it is.
  asks: () => false,
  decides: (event) => comesBeforeTools(event, CURSOR_MOMENTS),
  readOnlyTools: [
    'Read',
    'Grep',
    'Glob',
    'LS',
    'read_file',
    'list_dir',
    'grep',
    'glob_file_search',
    'codebase_search',
    'read_lints',
    'todo_write',
  ],
};
