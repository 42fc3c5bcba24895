import { type Calibration, learnedFactor, observeTokens, parseCalibration } from '../core/tokens/calibration.ts';
import { countRequest, countText, uncalibratedTokens } from '../core/tokens/countRequest.ts';
import { about, type TokenEstimate } from '../core/tokens/estimate.ts';
import { tokenizerFamilyOf } from '../core/tokens/family.ts';
import type { Clock, CountedRequest, Tokenizer } from '../ports.ts';

export interface TokenCounting {
  /** Tokens of a text. `endpointId`: whose calibration applies; undefined: the prior's. Never throws. */
  countText(model: string, text: string, endpointId?: string): TokenEstimate;
  /** Input tokens of a request. Never throws. */
  countRequest(request: CountedRequest): TokenEstimate;
  /**
   * Learns from what a vendor reported as the input (cached parts included) of a request that went to an endpoint.
   * Returns the calibration to keep, or undefined if it taught nothing.
   */
  observe(request: CountedRequest & { readonly endpointId: string }, observedTokens: number): Calibration | undefined;
}

interface TokenCountingPorts {
  /** Called once, at the first count; may throw: then counts are guesses from the length, and `onTrouble` is told. */
  loadTokenizer(): Tokenizer;
  clock: Clock;
  /** One sentence for a person, said once. */
  onTrouble(sentence: string): void;
  /** As `observe` returned it last time, and was kept as JSON. */
  calibration?: unknown;
}

/** Where there is no tokenizer at all: UTF-16 units ÷ this, which is right for nothing and near for most. */
const UNITS_PER_TOKEN = 3.6;
/** So many units at least and at most make a token in any text that people and agents write. */
const MOST_UNITS_PER_TOKEN = 8;
const LEAST_UNITS_PER_TOKEN = 1;

/** Counts tokens with a tokenizer that is loaded at the first count and learns each endpoint's factor. */
export function createTokenCounting(ports: TokenCountingPorts): TokenCounting {
  let tokenizer: Tokenizer | undefined;
  let failed = false;
  let calibration = parseCalibration(ports.calibration);

  function loaded(): Tokenizer | undefined {
    if (tokenizer || failed) return tokenizer;
    try {
      tokenizer = ports.loadTokenizer();
    } catch (error) {
      failed = true;
      ports.onTrouble(error instanceof Error ? error.message : String(error));
    }
    return tokenizer;
  }

  function factorFor(model: string, endpointId: string | undefined) {
    if (endpointId === undefined) return undefined;
    return learnedFactor(calibration, endpointId, tokenizerFamilyOf(model).id, ports.clock.now());
  }

  return {
    countText(model, text, endpointId) {
      const counter = loaded();
      return counter ? countText(counter, model, text, factorFor(model, endpointId)) : guess(text.length);
    },
    countRequest({ model, messages, tools, endpointId }) {
      const counter = loaded();
      if (counter) return countRequest(counter, model, messages, tools, factorFor(model, endpointId));
      // The same structure, counted in units of text; its bars are lost in the guess's own.
      return guess(countRequest({ count: (text) => text.length }, model, messages, tools).tokens);
    },
    observe({ model, messages, tools, endpointId }, observedTokens) {
      const counter = loaded();
      const countedTokens = counter && uncalibratedTokens(counter, model, messages, tools);
      if (countedTokens === undefined) return undefined;
      const family = tokenizerFamilyOf(model).id;
      const at = ports.clock.now();
      const next = observeTokens(calibration, { endpointId, family, countedTokens, observedTokens, at });
      if (next === calibration) return undefined;
      calibration = next;
      return calibration;
    },
  };
}

function guess(units: number): TokenEstimate {
  return about(units / UNITS_PER_TOKEN, units / MOST_UNITS_PER_TOKEN, units / LEAST_UNITS_PER_TOKEN);
}
