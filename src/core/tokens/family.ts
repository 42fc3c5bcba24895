import type { TokenFactor } from './estimate.ts';

/** A family of models that share a tokenizer, or tokenizers that count alike. */
export interface TokenizerFamily {
  /** Key of what is learned about it. */
  readonly id: string;
  /** Its tokens for one of o200k_base; undefined: it is o200k_base, and counts are exact. */
  readonly prior?: TokenFactor;
  /** How its vendor puts messages and tools into the prompt. */
  readonly dialect: 'openai' | 'anthropic' | 'other';
}

/**
 * Priors: tokens of a tokenizer ÷ tokens of o200k_base on the same text. Measured in November 2026, in chunks of 20 kB, with
 * the tokenizers that are published, on TypeScript, JavaScript, Markdown and JSON of this project's dependencies; last
 * column: test/fixtures/tokens/multilingual.txt. `factor` leans to code, which is most of what agents send; `low` and
 * `high` hold the code and prose figures with room on both sides, not every language.
 *
 * | tokenizer                        |   ts |   js |   md | json | many scripts |
 * |----------------------------------|-----:|-----:|-----:|-----:|-------------:|
 * | @anthropic-ai/tokenizer 0.0.4    | 1.07 | 1.20 | 1.19 | 1.10 | 1.77 |
 * | cl100k_base (GPT-4, GPT-3.5)     | 1.00 | 0.99 | 1.05 | 1.00 | 1.64 |
 * | Gemma 3 (Gemini's relation)      | 1.15 | 1.19 | 1.14 | 1.17 | 0.88 |
 * | Llama 3.1                        | 1.00 | 0.99 | 1.01 | 1.00 | 1.43 |
 * | Qwen 3                           | 1.01 | 0.99 | 1.11 | 1.02 | 1.27 |
 * | DeepSeek V3                      | 1.04 | 1.06 | 1.04 | 1.05 | 1.14 |
 * | Mistral Tekken (Nemo)            | 1.04 | 1.05 | 1.12 | 1.05 | 1.29 |
 * | Mistral v3 (32k SentencePiece)   | 1.24 | 1.32 | 1.35 | 1.27 | 1.67 |
 */
const O200K: TokenizerFamily = { id: 'o200k', dialect: 'openai' };
const CL100K = family('cl100k', 'openai', 1.02, 0.95, 1.2);
/** Claude up to 4.6. Its tokenizer isn't published; the one that is belongs to Claude 2 (1.085 on code). */
const CLAUDE = family('claude', 'anthropic', 1.1, 0.95, 1.4);
/**
 * Claude from Opus 4.7 on: the vendor says 1 to 1.35 times as many tokens as before; others measured 1.13 (TypeScript)
 * to 1.47 (technical English) with its count_tokens endpoint.
 */
const CLAUDE_LATER = family('claude-4.7', 'anthropic', 1.35, 1.05, 1.8);
const GEMINI = family('gemini', 'other', 1.16, 0.95, 1.35);
const LLAMA3 = family('llama3', 'other', 1, 0.93, 1.15);
const QWEN = family('qwen', 'other', 1.02, 0.93, 1.2);
const DEEPSEEK = family('deepseek', 'other', 1.04, 0.97, 1.2);
const TEKKEN = family('tekken', 'other', 1.05, 0.97, 1.2);
const SENTENCEPIECE_32K = family('sentencepiece-32k', 'other', 1.28, 1.1, 1.55);
/** Nothing is known of it: the span of all of the above. */
const UNKNOWN = family('unknown', 'other', 1.1, 0.85, 1.6);

const FIRST_LATER_CLAUDE = 4.7;

/** The first rule that fits decides; names are lower case, without the vendor's prefix. */
const RULES: readonly (readonly [RegExp, TokenizerFamily])[] = [
  [/gpt-oss/, O200K],
  [/^(chat)?gpt-?4o|^gpt-?4\.[15]|^gpt-?5(?!\d)|^codex-|^o[134](?![a-z0-9])|^computer-use/, O200K],
  [/^gpt-?(4|3\.?5)(?![\d.o])|^text-embedding-(ada|3)/, CL100K],
  [/gemini|gemma/, GEMINI],
  // A distilled DeepSeek speaks with the tokenizer of the model it was poured into.
  [/qwen|qwq/, QWEN],
  [/code-?llama|llama-?2(?!\d)|tinyllama|vicuna/, SENTENCEPIECE_32K],
  [/llama/, LLAMA3],
  [/deepseek/, DEEPSEEK],
  [/nemo|tekken|devstral|magistral|ministral|pixtral|mistral-(small|medium|large)/, TEKKEN],
  [/mistral|mixtral|codestral|mathstral/, SENTENCEPIECE_32K],
];

/**
 * The tokenizer family of a model by its name as endpoints give it: `gpt-5-mini`, `openai/gpt-oss-20b`, `gpt-oss:20b`,
 * `claude-sonnet-4-5-20250929`, `anthropic/claude-sonnet-4.5`, `qwen3-coder:30b`, `models/gemini-2.5-pro`.
 */
export function tokenizerFamilyOf(model: string): TokenizerFamily {
  const name = bareModelName(model);
  const version = claudeVersion(name);
  if (version !== undefined) return version < FIRST_LATER_CLAUDE ? CLAUDE : CLAUDE_LATER;
  return RULES.find(([rule]) => rule.test(name))?.[1] ?? UNKNOWN;
}

/** Lower case, without the vendor's prefix. */
export function bareModelName(model: string): string {
  return model.toLowerCase().slice(model.lastIndexOf('/') + 1);
}

/**
 * 4.5 for `claude-sonnet-4-5-20250929`; Infinity for a Claude that doesn't say (`sonnet`: the latest); undefined for
 * any other model. Dates have more than two digits.
 */
export function claudeVersion(name: string): number | undefined {
  if (!/claude|^(opus|sonnet|haiku)\b/.test(name)) return undefined;
  const [, major, minor] = /(?<!\d)(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?/.exec(name) ?? [];
  return major === undefined ? Number.POSITIVE_INFINITY : Number(major) + Number(minor ?? 0) / 10;
}

function family(
  id: string,
  dialect: TokenizerFamily['dialect'],
  factor: number,
  low: number,
  high: number,
): TokenizerFamily {
  return { id, dialect, prior: { factor, low, high } };
}
