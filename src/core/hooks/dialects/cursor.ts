import type { HookDialect } from '../hookCall.ts';
import { readCall } from './readCall.ts';
import { CURSOR_MOMENTS, cursorReplies } from './replies/cursor.ts';

export const cursorDialect: HookDialect = {
  ...cursorReplies,
  read: (event, body) => readCall({ agent: 'cursor', moments: CURSOR_MOMENTS }, event, body),
};
