import type { ModelInfo } from '../chat.ts';
import type { RequestNeed } from './candidate.ts';

/** Whether a model can serve a request; `unknown`: its endpoint doesn't say and no list knows. */
export interface Fit {
  readonly fit: 'yes' | 'unknown' | 'no';
  /** Why not, or what isn't known; empty for `yes`. */
  readonly why: string;
}

const FITS: Fit = { fit: 'yes', why: '' };

/**
 * Whether a request's tokens with room for the answer, its tools and its images are all within what a model takes.
 * What isn't known counts as unknown, not as a yes: a request that a model refuses is worse than a dearer one.
 */
export function fits(model: ModelInfo, need: RequestNeed): Fit {
  const limits = [context(model, need), ability(need.tools, model.tools, 'tools'), images(model, need)];
  return limits.find(({ fit }) => fit === 'no') ?? limits.find(({ fit }) => fit === 'unknown') ?? FITS;
}

function context(model: ModelInfo, need: RequestNeed): Fit {
  const { contextTokens, maxOutputTokens = Number.POSITIVE_INFINITY } = model;
  if (contextTokens === undefined) return { fit: 'unknown', why: 'its context window is not known' };
  const wanted = need.inputTokens + Math.min(need.outputReserveTokens, maxOutputTokens);
  if (wanted <= contextTokens) return FITS;
  return { fit: 'no', why: `needs ${thousands(wanted)} tokens, takes ${thousands(contextTokens)}` };
}

const images = (model: ModelInfo, need: RequestNeed) => ability(need.images, model.images, 'images');

function ability(needed: boolean, able: boolean | undefined, what: string): Fit {
  if (!needed || able) return FITS;
  return able === undefined
    ? { fit: 'unknown', why: `it is not known whether it takes ${what}` }
    : { fit: 'no', why: `takes no ${what}` };
}

/** `412`, `8k`, `200k`, `1M`. */
export function thousands(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  if (tokens < 999_500) return `${Math.round(tokens / 1000)}k`;
  return `${Number((tokens / 1e6).toPrecision(2))}M`;
}
