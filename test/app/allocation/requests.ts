/** Requests and options for tests of the allocator's request side. */
import type { RequestOption, RequestQuestion } from '../../../src/core/allocate/outlook.ts';
import type { Price } from '../../../src/core/prices/price.ts';
import { requestFeatures } from '../../../src/core/quality/requestFeatures.ts';

/** At so many dollars per million input tokens; ten times as much for output, a tenth for what is cached. */
export function priceOf(dollars: number): Price {
  const fresh = dollars * 100_000;
  const price = { fresh, cacheRead: fresh / 10, text: fresh * 10 };
  return { source: 'made', date: '2026-11-26', rate: { kind: 'tokens', tiers: [{ inputTokensAbove: 0, price }] } };
}

export function option(model: string, dollars: number, more: Partial<RequestOption> = {}): RequestOption {
  return {
    id: `there/${model}`,
    endpointId: 'there',
    endpointLabel: 'There',
    model,
    provider: 'openai',
    local: false,
    price: priceOf(dollars),
    passRate: undefined,
    ...more,
  };
}

export function localOption(model: string): RequestOption {
  const price: Price = {
    source: 'setting',
    date: '2026-11-26',
    rate: { kind: 'seconds', nanoCreditsPerSecond: 2_000_000 },
  };
  return option(model, 0, { id: `here/${model}`, endpointId: 'here', endpointLabel: 'Here', local: true, price });
}

export function question(more: Partial<RequestQuestion> & { readonly prompt?: string } = {}): RequestQuestion {
  const { prompt = 'Fix the failing test in src/parser.ts', ...rest } = more;
  return {
    features: requestFeatures(prompt),
    task: { kind: 'fix', size: 'simple', sureness: 0.9 },
    options: [option('small-model', 0.2), option('large-model', 5), localOption('own-model')],
    inputTokens: 6_000,
    mayExplore: false,
    ...rest,
  };
}
