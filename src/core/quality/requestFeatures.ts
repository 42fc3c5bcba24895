/**
 * What can be told of a request before it is sent, from its text alone: a few dense features and hashed words (feature
 * hashing: Weinberger et al. 2009). Nothing in the result can be turned back into the text.
 */

export type RequestClass = 'simple' | 'medium' | 'complex';

export interface RequestFeatures {
  /** One number for each of {@link DENSE_FEATURES}, each about 0 to 1 (0 = as usual). */
  readonly dense: readonly number[];
  /** Buckets of the words in it, below {@link WORD_BUCKETS}, without repetition. */
  readonly words: readonly number[];
  /** In characters. */
  readonly length: number;
  readonly requestClass: RequestClass;
}

interface RequestContext {
  /** How many tools the model may call. */
  readonly toolsOffered?: number | undefined;
  /** How often this was asked before, by tries whose models aren't known; those that are known are told as `failed`. */
  readonly attempt?: number | undefined;
}

export const DENSE_FEATURES = [
  'length',
  'codeBlock',
  'codeSigns',
  'paths',
  'errorText',
  'digits',
  'mathSigns',
  'optionsList',
  'questions',
  'instructions',
  'longWords',
  'otherScript',
  'simple',
  'complex',
  'tools',
  'attempt',
] as const;

export const WORD_BUCKETS = 8192;

/** Of a long request the start and the end are read: there stands what is asked for. */
const READ_CHARACTERS = 8000;
const WORDS_FROM_CHARACTERS = 3000;
const MOST_WORDS = 400;

/** Never throws, whatever the text is. */
export function requestFeatures(prompt: string, context: RequestContext = {}): RequestFeatures {
  const text =
    prompt.length <= READ_CHARACTERS
      ? prompt
      : `${prompt.slice(0, READ_CHARACTERS / 2)}\n${prompt.slice(-READ_CHARACTERS / 2)}`;
  const characters = Math.max(1, text.length);
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const share = (pattern: RegExp, full: number) => Math.min(1, count(pattern) / characters / full);
  const some = (pattern: RegExp, full: number) => Math.min(1, count(pattern) / full);
  const instructions = count(/^\s*(?:[-*]|\d+[.)])\s|\b(?:must|should|ensure|implement|refactor|migrate|design)\b/gim);
  const codeBlocks = count(/```|^(?: {4}|\t)\S/gm);
  const requestClass = classOf(prompt.length, instructions, codeBlocks);
  const words =
    text
      .slice(0, WORDS_FROM_CHARACTERS)
      .toLowerCase()
      .match(/\p{L}+|\p{N}+|[^\s\p{L}\p{N}]/gu) ?? [];
  const long = words.filter((word) => word.length >= 9).length;
  const dense: Record<(typeof DENSE_FEATURES)[number], number> = {
    length: Math.max(-2, Math.min(3, Math.log((prompt.length + 1) / 300))) / 2,
    codeBlock: Math.min(1, codeBlocks / 4),
    codeSigns: share(/[{};=<>]|\(\)|::|->|=>/g, 0.05),
    paths: some(/[\w-]+\/[\w./-]+|\b[\w-]+\.(?:[cm]?[jt]sx?|py|rs|go|java|c|h|cpp|rb|cs|json|ya?ml|toml|md)\b/g, 4),
    errorText: some(/\b(?:error|exception|traceback|stack trace|failed|undefined|panic)\b/gi, 3),
    digits: share(/\d/g, 0.08),
    mathSigns: share(/[+*/^=√∑∫≤≥%$]|\\(?:frac|sum|int|sqrt)/g, 0.03),
    optionsList: some(/^\s*\(?[A-Ea-e][.)]\s/gm, 4),
    questions: some(/\?/g, 3),
    instructions: Math.min(1, instructions / 8),
    longWords: words.length === 0 ? 0 : Math.min(1, long / words.length / 0.3),
    otherScript: share(/[^\p{ASCII}]/gu, 0.3),
    simple: requestClass === 'simple' ? 1 : 0,
    complex: requestClass === 'complex' ? 1 : 0,
    tools: Math.min(1, Math.log1p(atLeastZero(context.toolsOffered)) / 4),
    attempt: Math.min(1, atLeastZero(context.attempt) / 3),
  };
  return {
    dense: DENSE_FEATURES.map((name) => dense[name]),
    words: bucketsOf(words),
    length: prompt.length,
    requestClass,
  };
}

/** By how much is asked and how much of it there is to read: a guess, which the developer may correct. */
function classOf(length: number, instructions: number, codeBlocks: number): RequestClass {
  const points =
    (length > 600 ? 1 : 0) + (length > 3000 ? 1 : 0) + Math.min(2, instructions / 3) + (codeBlocks > 0 ? 1 : 0);
  if (points < 1) return 'simple';
  return points < 3 ? 'medium' : 'complex';
}

function bucketsOf(words: readonly string[]): readonly number[] {
  const buckets = new Set<number>();
  for (const word of words) {
    // Which number it is says little; how long it is says something.
    buckets.add(bucketOf(/^\p{N}/u.test(word) ? `#${Math.min(4, word.length)}` : word));
    if (buckets.size >= MOST_WORDS) break;
  }
  return [...buckets];
}

/** FNV-1a (Fowler, Noll, Vo), mixed once more so that the low bits depend on every character. */
function bucketOf(word: string): number {
  let hash = 2_166_136_261;
  for (let index = 0; index < word.length; index += 1) hash = Math.imul(hash ^ word.charCodeAt(index), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 12)) & (WORD_BUCKETS - 1);
}

const atLeastZero = (value: number | undefined) => (value !== undefined && value > 0 ? value : 0);
