import type { HookDialect } from '../hookCall.ts';
import { toldTools } from './hookFields.ts';
import { readCall } from './readCall.ts';
import { CLAUDE_MOMENTS } from './replies/claudeCode.ts';
import { codexReplies } from './replies/codex.ts';

export const codexDialect: HookDialect = {
  ...codexReplies,
  read: (event, body) =>
    readCall(
      {
        agent: 'codex',
        moments: CLAUDE_MOMENTS,
        // Tools of a set of its own are told with the set's name before theirs: `multi_agent_v1wait_agent`.
        tools: (_event, fields) =>
          toldTools(fields).map(({ name, input }) => ({ name: name.replace(/^multi_agent_v\d+[._]*/, ''), input })),
      },
      event,
      body,
    ),
};
