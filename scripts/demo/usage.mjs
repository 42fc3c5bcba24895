// The demo model's token counts: truly counted (o200k), with the prefix that a server would have had in its cache.
import { encode } from 'gpt-tokenizer/encoding/o200k_base';

/** How many earlier prompts the cache remembers. */
const remembered = 16;

/**
 * A counter with its own prefix cache.
 * @returns {(request: { messages: unknown[], tools?: unknown[] }, reply: { thinks?: string, text: string, toolCalls: unknown[] }) => object} usage in the shape of an OpenAI-compatible answer
 */
export function usageCounter() {
  /** @type {number[][]} */
  let earlier = [];
  return ({ messages, tools = [] }, { thinks = '', text, toolCalls }) => {
    const prompt = encode([tools, ...messages].map((part) => JSON.stringify(part)).join('\n'));
    const cached = Math.max(0, ...earlier.map((other) => commonPrefix(prompt, other)));
    earlier = [prompt, ...earlier].slice(0, remembered);
    const reasoning = encode(thinks).length;
    const completion =
      reasoning + encode(text).length + (toolCalls.length > 0 ? encode(JSON.stringify(toolCalls)).length : 0);
    return {
      prompt_tokens: prompt.length,
      completion_tokens: completion,
      total_tokens: prompt.length + completion,
      prompt_tokens_details: { cached_tokens: cached },
      completion_tokens_details: { reasoning_tokens: reasoning },
    };
  };
}

function commonPrefix(left, right) {
  let length = 0;
  while (length < left.length && length < right.length && left[length] === right[length]) length++;
  return length;
}
