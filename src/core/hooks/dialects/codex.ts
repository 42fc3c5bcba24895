import type { HookDialect } from '../hookCall.ts';
import { readCall } from './readCall.ts';
import { CLAUDE_MOMENTS } from './replies/claudeCode.ts';
import { codexReplies } from './replies/codex.ts';

export const codexDialect: HookDialect = {
  ...codexReplies,
  read: (event, body) => readCall({ agent: 'codex', moments: CLAUDE_MOMENTS }, event, body),
};
