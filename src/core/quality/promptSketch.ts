/**
 * A prompt as the smallest hashes of its words and pairs of words (MinHash, Broder 1997): two prompts are compared by it,
 * and no word can be read from it. It is kept in memory only, salted anew for each window.
 */
import { hashText } from './lineHashes.ts';

export type PromptSketch = readonly number[];

const MOST_HASHES = 64;
/** Less than this can't be told from any other short word ("continue", "ok"). */
const LEAST_WORDS = 3;
/** Share of common hashes from which two prompts ask the same. */
const SAME_FROM = 0.6;

export function promptSketch(prompt: string, salt: number): PromptSketch | undefined {
  const words = prompt.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  if (words.length < LEAST_WORDS) return undefined;
  const hashes = new Set<number>();
  for (const [index, word] of words.entries()) {
    hashes.add(hashText(word, salt));
    const next = words[index + 1];
    if (next !== undefined) hashes.add(hashText(`${word} ${next}`, salt));
  }
  return [...hashes].sort((a, b) => a - b).slice(0, MOST_HASHES);
}

/** Whether two prompts ask the same: the estimated Jaccard similarity of their words and pairs. */
export function asksTheSame(a: PromptSketch, b: PromptSketch): boolean {
  const union = [...new Set([...a, ...b])].sort((x, y) => x - y).slice(0, MOST_HASHES);
  const [inA, inB] = [new Set(a), new Set(b)];
  const common = union.filter((hash) => inA.has(hash) && inB.has(hash)).length;
  return union.length > 0 && common / union.length >= SAME_FROM;
}
