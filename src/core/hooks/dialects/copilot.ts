import type { HookDialect } from '../hookCall.ts';
import { textField, toldTools } from './hookFields.ts';
import { readCall, toldSession } from './readCall.ts';
import { COPILOT_MOMENTS, copilotReplies } from './replies/copilot.ts';
import { dashNamed } from './serverTool.ts';

export const copilotDialect: HookDialect = {
  ...copilotReplies,
  read: (event, body) =>
    readCall(
      {
        agent: 'copilot',
        moments: COPILOT_MOMENTS,
        tools: (_event, fields) => toldTools(fields).map(dashNamed),
        // A sub-agent has a session of its own, and tells its parent's beside it.
        session: (fields) => textField(fields, 'parent_agent_id') ?? toldSession(fields),
      },
      event,
      body,
    ),
};
