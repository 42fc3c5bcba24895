/** The vocabulary by rank. */
export function vocabulary(): Uint8Array[];
/** The vocabulary as src/adapters/tokenizer/rankTable.ts reads it. */
export function packedRanks(): Uint8Array;
/** Writes the compressed table; returns its size in bytes. */
export function writeRanks(file: string): number;
