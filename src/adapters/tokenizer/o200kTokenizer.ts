import { NO_RANK, HASH_FACTOR, readRanks } from './rankTable.ts';
import { createPieceMerger } from './pieceMerger.ts';
import { pieceEnd } from './pieceScanner.ts';

export function createO200kTokenizer({ loadRanks }: { loadRanks: () => Uint8Array }) {
  const encoder = new TextEncoder();
  const table = readRanks(loadRanks());
  const merger = createPieceMerger(table);
  let buffer = new Uint8Array(1 << 16);
  function walk(text: string, ids: number[] | undefined): number {
    if (buffer.length < 3 * text.length) buffer = new Uint8Array(3 * text.length);
    const bytes = buffer;
    const length = encoder.encodeInto(text, bytes).written;
    let tokens = 0;
    let position = 0;
    while (position < length) {
      const end = pieceEnd(bytes, position, length);
      let rank = NO_RANK;
      if (end - position <= table.longest) {
        let hash = 0;
        for (let at = position; at < end; at++) hash = (Math.imul(hash, HASH_FACTOR) + (bytes[at] as number) + 1) | 0;
        rank = table.find(bytes, position, end, hash);
      }
      if (rank !== NO_RANK) {
        tokens++;
        if (ids) ids.push(rank);
      } else tokens += merger.merge(bytes, position, end, ids);
      position = end;
    }
    return tokens;
  }
  return {
    encoding: 'o200k_base',
    count: (text: string) => walk(text, undefined),
    encode(text: string) {
      const ids: number[] = [];
      walk(text, ids);
      return ids;
    },
  };
}
