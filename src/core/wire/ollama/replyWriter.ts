import type { JsonObject, ReplyPart } from '../../chat.ts';
import { inputTokens, outputTokens } from '../../usage.ts';
import { withoutUndefined } from '../json.ts';
import { toOllamaDoneReason } from './doneReason.ts';

export interface OllamaWriterOptions {
  readonly model: string;
  /** ISO time of the reply. */
  readonly createdAt: string;
}

/** Writes a reply as lines of `/api/chat`: each part becomes one line. */
export function createOllamaReplyWriter({ model, createdAt }: OllamaWriterOptions): (part: ReplyPart) => string {
  let calls = 0;
  const line = (fields: JsonObject) => `${JSON.stringify({ model, created_at: createdAt, ...fields })}\n`;
  const message = (fields: JsonObject) => line({ message: { role: 'assistant', content: '', ...fields }, done: false });

  return (part) => {
    switch (part.kind) {
      case 'text':
        return message({ content: part.text });
      case 'thinking':
        return part.text === '' ? '' : message({ thinking: part.text });
      case 'toolCall': {
        const index = calls;
        calls += 1;
        const called = { index, name: part.name, arguments: part.input };
        return message({ tool_calls: [{ id: part.callId, function: called }] });
      }
      case 'finished': {
        const { usage, timings } = part;
        const fields = withoutUndefined({
          model: part.servedModel,
          message: { role: 'assistant', content: '' },
          done: true,
          done_reason: toOllamaDoneReason(part.reason),
          remote_host: part.remoteHost,
          prompt_eval_count: usage && inputTokens(usage),
          eval_count: usage && outputTokens(usage),
          load_duration: nanoseconds(timings?.loadMs),
          prompt_eval_duration: nanoseconds(timings?.prefillMs),
          eval_duration: nanoseconds(timings?.decodeMs),
        });
        return line(fields);
      }
    }
  };
}

function nanoseconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.round(milliseconds * 1e6);
}
