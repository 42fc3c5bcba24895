import type { JsonObject, ReplyPart } from '../../chat.ts';
import { toAnthropicStopReason } from './stopReason.ts';
import { toAnthropicUsage } from './usage.ts';

export interface AnthropicWriterOptions {
  readonly responseId: string;
  readonly model: string;
}

/** Writes a reply as the vendor's events: each part becomes the text of one or more server-sent events. */
export function createAnthropicReplyWriter(options: AnthropicWriterOptions): (part: ReplyPart) => string {
  let begun = false;
  let index = -1;
  let open: 'text' | 'thinking' | undefined;

  const event = (type: string, fields: JsonObject) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
  const delta = (fields: JsonObject) => event('content_block_delta', { index, delta: fields });

  function start(): string {
    if (begun) return '';
    begun = true;
    const empty = { type: 'message', role: 'assistant', content: [], stop_reason: null, stop_sequence: null };
    // The protocol demands figures here; the counts are known at the end only, and `message_delta` brings them.
    const usage = { input_tokens: 0, output_tokens: 0 };
    return event('message_start', { message: { id: options.responseId, model: options.model, ...empty, usage } });
  }

  function close(): string {
    if (open === undefined) return '';
    open = undefined;
    return event('content_block_stop', { index });
  }

  function begin(block: JsonObject): string {
    const closing = close();
    index += 1;
    return closing + event('content_block_start', { index, content_block: block });
  }

  function ensure(kind: 'text' | 'thinking'): string {
    if (open === kind) return '';
    const opening = begin(kind === 'text' ? { type: kind, text: '' } : { type: kind, thinking: '', signature: '' });
    open = kind;
    return opening;
  }

  function write(part: ReplyPart): string {
    switch (part.kind) {
      case 'text':
        return ensure('text') + delta({ type: 'text_delta', text: part.text });
      case 'thinking': {
        if (part.redacted !== undefined) {
          return begin({ type: 'redacted_thinking', data: part.redacted }) + event('content_block_stop', { index });
        }
        if (part.text === '' && part.signature === undefined) return '';
        const opening = ensure('thinking');
        const thought = part.text === '' ? '' : delta({ type: 'thinking_delta', thinking: part.text });
        if (part.signature === undefined) return opening + thought;
        // A signature ends its block.
        return opening + thought + delta({ type: 'signature_delta', signature: part.signature }) + close();
      }
      case 'toolCall': {
        const opening = begin({ type: 'tool_use', id: part.callId, name: part.name, input: {} });
        const input = delta({ type: 'input_json_delta', partial_json: JSON.stringify(part.input) });
        return opening + input + event('content_block_stop', { index });
      }
      case 'finished':
        return (
          close() +
          event('message_delta', {
            delta: { stop_reason: toAnthropicStopReason(part.reason), stop_sequence: null },
            usage: part.usage ? toAnthropicUsage(part.usage) : {},
          }) +
          event('message_stop', {})
        );
    }
  }

  return (part) => start() + write(part);
}
