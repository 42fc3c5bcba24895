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

/**
 * Lines end in LF or CRLF. Chunks may be cut at any byte, also inside a character; a byte is looked at once, whatever
 * the size of the chunks. Bytes that are not UTF-8 become U+FFFD.
 */
export function createLineSplitter(maxLineBytes = MAX_LINE_BYTES): LineSplitter {
  const encoder = new TextEncoder();
  let pending: Uint8Array[] = [];
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
    pending.push(bytes.slice());
    pendingBytes += bytes.length;
  }

  function take(tail: Uint8Array): string {
    let bytes = tail;
    if (pending.length > 0) {
      bytes = new Uint8Array(pendingBytes + tail.length);
      let offset = 0;
      for (const piece of pending) {
        bytes.set(piece, offset);
        offset += piece.length;
      }
      bytes.set(tail, offset);
      pending = [];
      pendingBytes = 0;
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
