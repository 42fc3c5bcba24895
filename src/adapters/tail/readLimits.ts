/** Bytes read at a time: what is made of so many is dropped before the collector comes to it, and doesn't grow old. */
export const CHUNK_BYTES = 256 * 1024;
/** Longer lines and items of documents are skipped and counted; no more than this is held for one unfinished of them. */
export const MOST_LINE_BYTES = 32 * 1024 * 1024;
