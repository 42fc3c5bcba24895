// Makes the one rank table that is shipped: js-tiktoken's o200k_base, packed and compressed (2.3 MB of text -> 0.8 MB).
// Usage: node scripts/make-ranks.mjs [FILE]; the build calls writeRanks.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import o200k from 'js-tiktoken/ranks/o200k_base';

/** The vocabulary by rank. The text is lines of: a mark, the first rank, base64 tokens in order of rank. */
export function vocabulary(ranks = o200k) {
  const tokens = [];
  for (const line of ranks.bpe_ranks.split('\n')) {
    if (line === '') continue;
    const [, first, ...encoded] = line.split(' ');
    for (const [index, token] of encoded.entries()) {
      tokens[Number.parseInt(first, 10) + index] = Uint8Array.from(Buffer.from(token, 'base64'));
    }
  }
  if (tokens.includes(undefined)) throw new Error('The ranks of o200k_base have gaps; the packed form knows none.');
  return tokens;
}

/**
 * The vocabulary as src/adapters/tokenizer/rankTable.ts reads it: how many tokens (32 bits, little endian), a byte for
 * each token's length, all their bytes.
 */
export function packedRanks() {
  const tokens = vocabulary();
  const count = Buffer.alloc(4);
  count.writeUInt32LE(tokens.length);
  return Buffer.concat([count, Uint8Array.from(tokens, (token) => token.length), ...tokens]);
}

/** Writes the compressed table; returns its size in bytes. */
export function writeRanks(file) {
  const packed = packedRanks();
  const compressed = brotliCompressSync(packed, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: packed.length },
  });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, compressed);
  return compressed.length;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = process.argv[2] ?? fileURLToPath(new URL('../dist/o200k_base.ranks.br', import.meta.url));
  console.log(`${file}: ${writeRanks(file)} bytes`);
}
