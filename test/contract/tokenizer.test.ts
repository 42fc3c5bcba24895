import { Tiktoken } from 'js-tiktoken/lite';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { packedRanks } from '../../scripts/make-ranks.mjs';
import { cacheCounts } from '../../src/adapters/tokenizer/countCache.ts';
import { createO200kTokenizer } from '../../src/adapters/tokenizer/o200kTokenizer.ts';
import { tokenizerContract } from './tokenizer.ts';

const reference = new Tiktoken(o200k);

tokenizerContract('o200k', () => createO200kTokenizer(packedRanks()));
tokenizerContract('o200k behind a cache', () =>
  cacheCounts(createO200kTokenizer(packedRanks()), { maximumEntries: 8, shortestCached: 4 }),
);
tokenizerContract('js-tiktoken, the reference', () => ({
  encoding: 'o200k_base',
  count: (text) => reference.encode(text, [], []).length,
}));
