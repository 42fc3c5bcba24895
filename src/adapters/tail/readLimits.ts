/** Bytes read at a time. */
export const CHUNK_BYTES = 512 * 1024;
/** Longer lines and items of documents are skipped and counted; no more than this is held for one unfinished of them. */
export const MOST_LINE_BYTES = 32 * 1024 * 1024;
