/** What a log of Claude Code tells of tool calls and of their results. */
import { toolAction } from '../../core/quality/toolAction.ts';
import { blocksOf, lineCalls } from '../callReader.ts';
import { objectIn, textIn } from '../line.ts';

export const claudeCodeCalls = lineCalls(['"tool_use"', '"tool_result"'], (line, book, callId) => {
  for (const block of blocksOf(objectIn(line.message)?.content)) {
    const { type, id, name, input, tool_use_id: answered, is_error: isError } = block;
    if (type === 'tool_use' && callId !== undefined && textIn(id) && textIn(name))
      book.called(callId, String(id), toolAction(String(name), input, undefined));
    else if (type === 'tool_result' && textIn(answered)) book.resulted(String(answered), isError === true);
  }
});
