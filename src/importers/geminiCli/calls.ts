/** What a log of Gemini CLI tells of tool calls: a message is written again with their results. */
import { toolAction } from '../../core/quality/toolAction.ts';
import { blocksOf, failedBy, lineCalls } from '../callReader.ts';
import { objectIn, textIn } from '../line.ts';

export const geminiCliCalls = lineCalls(['"toolCalls"'], (line, book) => {
  const set = objectIn(line.$set);
  for (const message of set ? blocksOf(set.messages) : [line]) {
    for (const { id, name, args, status, result } of blocksOf(message.toolCalls)) {
      if (!textIn(message.id) || !textIn(id) || !textIn(name)) continue;
      book.called(`gemini-cli:${message.id}`, String(id), toolAction(String(name), args, undefined));
      book.resulted(String(id), failedBy(status, blocksOf(result)));
    }
  }
});
