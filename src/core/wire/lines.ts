/** Longest line that a reply may hold: a tool call that writes a large file is one line. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** Cuts a byte stream into lines. */
export interface LineSplitter {
  /** The lines that this chunk completes, without their line breaks; undefined once a line is longer than allowed. */
  push(chunk: Uint8Array | string): readonly string[] | undefined;
  /** What follows the last line break; undefined where nothing does. */
  rest(): string | undefined;
}

const LINE_FEED = 10;
const NO_BYTES = new Uint8Array(0);
const SMALLEST_BUFFER = 1024;
/** A larger one is given back once its line is whole. */
const LARGEST_KEPT_BUFFER = 64 * 1024;

/**
 * Lines end in LF or CRLF. Chunks may be cut at any byte, also inside a character; a byte is looked at once, whatever
 * the size of the chunks. Bytes that are not UTF-8 become U+FFFD.
 */
export function createLineSplitter(maxLineBytes = MAX_LINE_BYTES): LineSplitter {
  const encoder = new TextEncoder();
  /** Bytes of a line that isn't whole, at the start of a buffer that grows: tiny chunks cost no more than their bytes. */
  let pending = NO_BYTES;
  let pendingBytes = 0;
  let loneSurrogate = '';
  let overflow = false;

  function toBytes(chunk: Uint8Array | string): Uint8Array {
    if (typeof chunk !== 'string') return chunk;
    const text = loneSurrogate + chunk;
    const last = text.charCodeAt(text.length - 1);
    const cut = last >= 0xd800 && last <= 0xdbff;
    loneSurrogate = cut ? text.slice(-1) : '';
    return encoder.encode(cut ? text.slice(0, -1) : text);
  }

  function keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const needed = pendingBytes + bytes.length;
    if (needed > pending.length) {
      const grown = new Uint8Array(Math.max(SMALLEST_BUFFER, needed * 2));
      grown.set(pending.subarray(0, pendingBytes));
      pending = grown;
    }
    pending.set(bytes, pendingBytes);
    pendingBytes = needed;
  }

  function take(tail: Uint8Array): string {
    let bytes = tail;
    if (pendingBytes > 0) {
      keep(tail);
      bytes = pending.subarray(0, pendingBytes);
      pendingBytes = 0;
      if (pending.length > LARGEST_KEPT_BUFFER) pending = NO_BYTES;
    }
    const text = new TextDecoder().decode(bytes);
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }

  return {
    push(chunk) {
      if (overflow) return undefined;
      const bytes = toBytes(chunk);
      const lines: string[] = [];
      let start = 0;
      for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
        if (pendingBytes + end - start > maxLineBytes) overflow = true;
        if (overflow) return undefined;
        lines.push(take(bytes.subarray(start, end)));
        start = end + 1;
      }
      if (pendingBytes + bytes.length - start > maxLineBytes) {
        overflow = true;
        return undefined;
      }
      keep(bytes.subarray(start));
      return lines;
    },
    rest() {
      if (overflow || pendingBytes === 0) return undefined;
      return take(NO_BYTES);
    },
  };
}
