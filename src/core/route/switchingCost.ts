/** What leaving a model loses of its cached prefix (docs/economics, section 2). */
import type { NanoCredits } from '../money.ts';
import { cost, priceOfKind, tierFor } from '../prices/cost.ts';
import type { Price } from '../prices/price.ts';
import type { Usage } from '../usage.ts';

export interface StepTokens {
  readonly inputTokens: number;
  /** How much of the input the model of the last step has in its cache. */
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

/** The usage of a step that stays with its model, or switches: then nothing of it is cached. */
export function stepUsage({ inputTokens, cachedTokens, outputTokens }: StepTokens, switches: boolean): Usage {
  const cacheRead = switches ? 0 : Math.min(cachedTokens, inputTokens);
  return { fresh: inputTokens - cacheRead, cacheRead, text: outputTokens };
}

/**
 * cachedTokens × (input price − cached price), at the prices of the model that is switched to: by so much its step is
 * dearer than one whose prefix is cached. It is part of that candidate's ΔC ({@link stepCost}), not added to it. 0 for own
 * hardware, where a prefix that isn't cached costs time; undefined: unknown price.
 */
export function switchingCost(tokens: StepTokens, price: Price | undefined): NanoCredits | undefined {
  if (price === undefined) return undefined;
  if (price.rate.kind === 'seconds') return 0;
  const tier = tierFor(price.rate, tokens.inputTokens);
  if (tier === undefined) return undefined;
  const cachedTokens = Math.min(tokens.cachedTokens, tokens.inputTokens);
  return Math.round(cachedTokens * (priceOfKind(tier, 'fresh') - priceOfKind(tier, 'cacheRead')));
}

/** ΔC of one step at a model; `seconds` of work for own hardware. undefined: unknown. */
export function stepCost(
  tokens: StepTokens,
  price: Price | undefined,
  options: { readonly switches: boolean; readonly seconds?: number | undefined },
): NanoCredits | undefined {
  return cost(stepUsage(tokens, options.switches), price, { seconds: options.seconds });
}
