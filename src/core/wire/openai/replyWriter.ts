import type { Json, JsonObject, ReplyPart } from '../../chat.ts';
import { NANO_PER_CREDIT } from '../../money.ts';
import { withoutUndefined } from '../json.ts';
import { toOpenAiFinishReason } from './finishReason.ts';
import { toOpenAiUsage } from './usage.ts';

export interface OpenAiWriterOptions {
  /** Used where `finished` brings none. */
  readonly responseId: string;
  readonly model: string;
  /** Epoch seconds. */
  readonly created: number;
}

/** Writes a reply as chat completion chunks: each part becomes the text of one or more server-sent events. */
export function createOpenAiReplyWriter(options: OpenAiWriterOptions): (part: ReplyPart) => string {
  let calls = 0;
  let begun = false;
  const chunk = (fields: JsonObject) =>
    `data: ${JSON.stringify({
      id: options.responseId,
      object: 'chat.completion.chunk',
      created: options.created,
      model: options.model,
      ...fields,
    })}\n\n`;
  /** The first names the role: OpenAI's own client demands it. */
  function delta(fields: JsonObject, finish: Json = null): string {
    const role = begun ? {} : { role: 'assistant' };
    begun = true;
    return chunk({ choices: [{ index: 0, delta: { ...role, ...fields }, finish_reason: finish }] });
  }

  return (part) => {
    switch (part.kind) {
      case 'text':
        return delta({ content: part.text });
      case 'thinking':
        return part.text === '' ? '' : delta({ reasoning_content: part.text });
      case 'toolCall': {
        const call = { name: part.name, arguments: JSON.stringify(part.input) };
        const index = calls;
        calls += 1;
        return delta({ tool_calls: [{ index, id: part.callId, type: 'function', function: call }] });
      }
      case 'finished': {
        const usage = toOpenAiUsage(part.usage);
        const cost = part.billedNanoCredits;
        const facts = withoutUndefined({
          id: part.responseId,
          model: part.servedModel,
          provider: part.servedBy,
          usage: usage && cost !== undefined ? { ...usage, cost: cost / NANO_PER_CREDIT / 100 } : usage,
          timings: part.timings && withoutUndefined(toTimings(part.timings)),
        });
        const last = Object.keys(facts).length > 0 ? chunk({ choices: [], ...facts }) : '';
        return `${delta({}, toOpenAiFinishReason(part.reason))}${last}data: [DONE]\n\n`;
      }
    }
  };
}

function toTimings({ prefillMs, decodeMs }: { readonly prefillMs?: number; readonly decodeMs?: number }) {
  return { prompt_ms: prefillMs, predicted_ms: decodeMs };
}
