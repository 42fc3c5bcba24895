import { createLineSplitter, MAX_LINE_BYTES } from './lines.ts';

/** Reads newline-delimited JSON from a byte stream, line by line; the values are not parsed here. */
export interface NdjsonParser {
  /** The lines that this chunk completes, blank ones left out; undefined once a line is longer than allowed. */
  push(chunk: Uint8Array | string): readonly string[] | undefined;
  /** A last line that lacks its line break; the caller judges whether it is whole. */
  end(): string | undefined;
}

/** Chunks may be cut at any byte. */
export function createNdjsonParser(maxBytes = MAX_LINE_BYTES): NdjsonParser {
  const lines = createLineSplitter(maxBytes);
  const isFilled = (line: string) => line.trim() !== '';
  return {
    push: (chunk) => lines.push(chunk)?.filter(isFilled),
    end() {
      const rest = lines.rest();
      return rest !== undefined && isFilled(rest) ? rest : undefined;
    },
  };
}
