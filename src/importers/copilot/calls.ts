/** What the Copilot runtime tells of tool calls and of their results. */
import { exitCodeIn, toolAction } from '../../core/quality/toolAction.ts';
import { blocksOf, type CallReader, lineCalls } from '../callReader.ts';
import { objectIn, textIn } from '../line.ts';

/** By the vendor's id of the reply, which its usage and its message share. */
export const copilotEventsCalls = (): CallReader => {
  const steps = new Map<string, string>();
  return lineCalls(
    ['"session.usage_record"', '"assistant.message"', '"tool.execution_complete"'],
    (line, book, callId) => {
      const data = objectIn(line.data) ?? {};
      const reply = textIn(data.apiCallId) ?? textIn(objectIn(data.usage)?.apiCallId);
      if (line.type === 'session.usage_record' && reply !== undefined && callId !== undefined) {
        steps.set(reply, callId);
        if (steps.size > MOST_REPLIES) steps.delete(steps.keys().next().value ?? reply);
      }
      const step = reply === undefined ? undefined : steps.get(reply);
      if (line.type === 'assistant.message' && step !== undefined)
        for (const { toolCallId, name, arguments: given } of blocksOf(data.toolRequests))
          book.called(step, String(toolCallId), toolAction(String(name), given, undefined));
      if (line.type === 'tool.execution_complete' && typeof data.success === 'boolean') {
        const text = textIn(objectIn(data.result)?.content);
        const code = text === undefined ? undefined : exitCodeIn(text);
        book.resulted(String(data.toolCallId), !data.success || (code ?? 0) !== 0);
      }
    },
  )();
};

const MOST_REPLIES = 32;
