import type { HookDialect } from '../hookCall.ts';
import { readCall } from './readCall.ts';
import { GEMINI_MOMENTS, geminiCliReplies } from './replies/geminiCli.ts';

export const geminiCliDialect: HookDialect = {
  ...geminiCliReplies,
  read: (event, body) => readCall({ agent: 'gemini-cli', moments: GEMINI_MOMENTS }, event, body),
};
