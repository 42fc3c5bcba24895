import * as z from 'zod/mini';
import type { JsonObject } from '../../chat.ts';
import { outputTokens, remainder, sumTokens, tokenCount, type Usage } from '../../usage.ts';
import { withoutUndefined } from '../json.ts';

const figure = z.nullish(z.unknown());

export const anthropicUsageSchema = z.object({
  input_tokens: figure,
  output_tokens: figure,
  cache_read_input_tokens: figure,
  cache_creation_input_tokens: figure,
  cache_creation: z.nullish(z.object({ ephemeral_5m_input_tokens: figure, ephemeral_1h_input_tokens: figure })),
  output_tokens_details: z.nullish(z.object({ thinking_tokens: figure })),
});
export type AnthropicUsage = z.infer<typeof anthropicUsageSchema>;

/** A later report is cumulative: it replaces what it names and leaves the rest. */
export function mergeAnthropicUsage(earlier: AnthropicUsage, later: AnthropicUsage): AnthropicUsage {
  const told = Object.fromEntries(Object.entries(later).filter(([, value]) => value !== null && value !== undefined));
  return { ...earlier, ...told };
}

/** `input_tokens` there is without cache already. */
export function fromAnthropicUsage(usage: AnthropicUsage): Usage {
  const written = tokenCount(usage.cache_creation_input_tokens);
  const hour = tokenCount(usage.cache_creation?.ephemeral_1h_input_tokens);
  const reasoning = tokenCount(usage.output_tokens_details?.thinking_tokens);
  return {
    fresh: tokenCount(usage.input_tokens),
    cacheRead: tokenCount(usage.cache_read_input_tokens),
    cacheWrite:
      written === undefined ? tokenCount(usage.cache_creation?.ephemeral_5m_input_tokens) : remainder(written, hour),
    cacheWriteHour: hour,
    text: remainder(tokenCount(usage.output_tokens), reasoning),
    reasoning,
  };
}

export function toAnthropicUsage(usage: Usage): JsonObject {
  const { cacheWrite, cacheWriteHour } = usage;
  const split = withoutUndefined({
    ephemeral_5m_input_tokens: cacheWrite,
    ephemeral_1h_input_tokens: cacheWriteHour,
  });
  return withoutUndefined({
    input_tokens: usage.fresh,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation_input_tokens: sumTokens(cacheWrite, cacheWriteHour),
    cache_creation: cacheWriteHour === undefined ? undefined : split,
    output_tokens: outputTokens(usage),
    output_tokens_details: usage.reasoning === undefined ? undefined : { thinking_tokens: usage.reasoning },
  });
}
