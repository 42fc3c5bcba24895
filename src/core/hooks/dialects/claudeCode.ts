import type { HookDialect } from '../hookCall.ts';
import { readCall } from './readCall.ts';
import { CLAUDE_MOMENTS, claudeCodeReplies } from './replies/claudeCode.ts';

export const claudeCodeDialect: HookDialect = {
  ...claudeCodeReplies,
  read: (event, body) => readCall({ agent: 'claude-code', moments: CLAUDE_MOMENTS }, event, body),
};
