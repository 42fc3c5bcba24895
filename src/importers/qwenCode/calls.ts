/** What a log of Qwen Code tells of tool calls and of their results. */
import { toolAction } from '../../core/quality/toolAction.ts';
import { blocksOf, failedBy, lineCalls } from '../callReader.ts';
import { objectIn, textIn } from '../line.ts';

export const qwenCodeCalls = lineCalls(['"functionCall"', '"toolCallResult"'], (line, book, callId) => {
  const parts = blocksOf(objectIn(line.message)?.parts);
  for (const call of blocksOf(parts.map(({ functionCall }) => functionCall))) {
    if (callId !== undefined && textIn(call.id) && textIn(call.name))
      book.called(callId, String(call.id), toolAction(String(call.name), call.args, undefined));
  }
  const result = objectIn(line.toolCallResult);
  if (textIn(result?.callId)) book.resulted(String(result?.callId), failedBy(result?.status, parts));
});
