import type { HookDialect } from '../hookCall.ts';
import { readCall } from './readCall.ts';
import { COPILOT_MOMENTS, copilotReplies } from './replies/copilot.ts';

export const copilotDialect: HookDialect = {
  ...copilotReplies,
  read: (event, body) => readCall({ agent: 'copilot', moments: COPILOT_MOMENTS }, event, body),
};
