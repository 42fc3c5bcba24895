import type { HookDialect } from '../hookCall.ts';
import { readCall } from './readCall.ts';
import { CLINE_MOMENTS, clineReplies } from './replies/cline.ts';

export const clineDialect: HookDialect = {
  ...clineReplies,
  read: (event, body) => readCall({ agent: 'cline', moments: CLINE_MOMENTS }, event, body),
};
