import * as z from 'zod/mini';
import type { JsonObject } from '../../chat.ts';
import { dollarsToNanoCredits, type NanoCredits } from '../../money.ts';
import { inputTokens, outputTokens, remainder, sumTokens, tokenCount, type Usage } from '../../usage.ts';
import { withoutUndefined } from '../json.ts';

const figure = z.nullish(z.unknown());

export const openAiUsageSchema = z.object({
  prompt_tokens: figure,
  completion_tokens: figure,
  total_tokens: figure,
  prompt_tokens_details: z.nullish(z.object({ cached_tokens: figure, cache_write_tokens: figure })),
  completion_tokens_details: z.nullish(z.object({ reasoning_tokens: figure })),
  /** DeepSeek's and Moonshot's names for the cached part of the prompt. */
  prompt_cache_hit_tokens: figure,
  cached_tokens: figure,
  /** OpenRouter: US dollars billed for this call. */
  cost: figure,
  is_byok: z.nullish(z.boolean()),
  cost_details: z.nullish(z.object({ upstream_inference_cost: figure })),
});
export type OpenAiUsage = z.infer<typeof openAiUsageSchema>;

/** `fresh` is the prompt without what was read from or written to the cache; `text` the completion without reasoning. */
export function fromOpenAiUsage(usage: OpenAiUsage): Usage {
  const prompt = tokenCount(usage.prompt_tokens);
  const completion = tokenCount(usage.completion_tokens);
  const cacheRead = tokenCount(
    usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? usage.cached_tokens,
  );
  const cacheWrite = tokenCount(usage.prompt_tokens_details?.cache_write_tokens);
  const reasoning = tokenCount(usage.completion_tokens_details?.reasoning_tokens);
  return {
    fresh: remainder(prompt, cacheRead, cacheWrite),
    cacheRead,
    cacheWrite,
    text: countsReasoningApart(usage, prompt, completion, reasoning) ? completion : remainder(completion, reasoning),
    reasoning,
  };
}

/** Reasoning is a part of the completion, except at vendors (xAI) whose total shows that it comes on top. */
function countsReasoningApart(
  usage: OpenAiUsage,
  prompt: number | undefined,
  completion: number | undefined,
  reasoning: number | undefined,
): boolean {
  if (completion === undefined || !reasoning) return false;
  return reasoning > completion || tokenCount(usage.total_tokens) === sumTokens(prompt, completion, reasoning);
}

/**
 * What OpenRouter billed; where the user's own key paid the upstream vendor, that vendor's charge is added, and unknown
 * if it isn't told.
 */
export function billedByOpenRouter(usage: OpenAiUsage): NanoCredits | undefined {
  const cost = dollars(usage.cost);
  if (cost === undefined || !usage.is_byok) return cost === undefined ? undefined : dollarsToNanoCredits(cost);
  const upstream = dollars(usage.cost_details?.upstream_inference_cost);
  return upstream === undefined ? undefined : dollarsToNanoCredits(cost + upstream);
}

function dollars(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** The two kinds of cache writes are one figure there. undefined: nothing is known of the usage. */
export function toOpenAiUsage(usage: Usage | undefined): JsonObject | undefined {
  if (usage === undefined) return undefined;
  const prompt = inputTokens(usage);
  const completion = outputTokens(usage);
  if (prompt === undefined && completion === undefined) return undefined;
  const cached = withoutUndefined({
    cached_tokens: usage.cacheRead,
    cache_write_tokens: sumTokens(usage.cacheWrite, usage.cacheWriteHour),
  });
  return withoutUndefined({
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: sumTokens(prompt, completion),
    prompt_tokens_details: Object.keys(cached).length > 0 ? cached : undefined,
    completion_tokens_details: usage.reasoning === undefined ? undefined : { reasoning_tokens: usage.reasoning },
  });
}
