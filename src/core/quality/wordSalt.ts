import { type RequestFeatures, WORD_BUCKETS } from './requestFeatures.ts';
import { seededRandom } from './seededRandom.ts';

/**
 * Word buckets in another order for each salt, so that what one ledger keeps can't be looked up in a list of words without
 * it. One to one: what is learned from buckets is the same.
 */
export function saltedWords(salt: number): (features: RequestFeatures) => RequestFeatures {
  const random = seededRandom(salt);
  const order = Uint16Array.from({ length: WORD_BUCKETS }, (_, bucket) => bucket);
  // Fisher & Yates.
  for (let last = WORD_BUCKETS - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return (features) => ({ ...features, words: features.words.map((word) => order[word] ?? 0) });
}
