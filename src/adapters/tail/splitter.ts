import { Buffer } from 'node:buffer';

/** Cuts a stream of chunks into lines; holds back what has no line break yet. */
export interface LineSplitter {
  /**
   * The lines that end in this chunk, without their line breaks; a view is good until the next one is asked for. The
   * sequence must be read to its end before the next chunk comes.
   */
  split(chunk: Buffer): Generator<Buffer>;
  /** Bytes since the last line break: how far the end of the last whole line lies behind. */
  held(): number;
  /** Lines that were dropped so far because they were longer than allowed. */
  dropped(): number;
}

const LINE_FEED = 10;

/** `maxLineBytes`: a longer line is passed over, and at no time more than that is held in memory. */
export function lineSplitter(maxLineBytes: number): LineSplitter {
  let pieces: Buffer[] = [];
  let heldBytes = 0;
  let tooLong = false;
  let droppedLines = 0;

  return {
    *split(chunk) {
      let start = 0;
      for (let end = chunk.indexOf(LINE_FEED, start); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
        const begin = start;
        start = end + 1;
        if (heldBytes === 0 && end - begin <= maxLineBytes) {
          yield clean(chunk, begin, end);
          continue;
        }
        const part = chunk.subarray(begin, end);
        const whole = tooLong || heldBytes + part.length > maxLineBytes ? undefined : Buffer.concat([...pieces, part]);
        pieces = [];
        heldBytes = 0;
        tooLong = false;
        if (whole) yield clean(whole, 0, whole.length);
        else droppedLines += 1;
      }
      hold(chunk.subarray(start));
    },
    held: () => heldBytes,
    dropped: () => droppedLines,
  };

  function hold(rest: Buffer): void {
    if (rest.length === 0) return;
    heldBytes += rest.length;
    if (heldBytes > maxLineBytes) {
      tooLong = true;
      pieces = [];
    } else {
      // A copy: the chunk's memory is used again.
      pieces.push(Buffer.from(rest));
    }
  }
}

const CARRIAGE_RETURN = 13;

/**
 * The line from `start` to `end` without a carriage return, a byte order mark, and the NULs that a crash of the machine
 * leaves around what was written.
 */
function clean(chunk: Buffer, start: number, end: number): Buffer {
  while (end > start && (chunk[end - 1] === CARRIAGE_RETURN || chunk[end - 1] === 0)) end -= 1;
  while (start < end && chunk[start] === 0) start += 1;
  if (end - start > 2 && chunk[start] === 0xef && chunk[start + 1] === 0xbb && chunk[start + 2] === 0xbf) start += 3;
  return chunk.subarray(start, end);
}
