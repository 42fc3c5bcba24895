import { Buffer } from 'node:buffer';

/** A line, without its line break: the bytes from `start` to `end` of some. */
export interface Line {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Cuts a stream of chunks into lines; holds back what has no line break yet. */
export interface LineSplitter {
  /** Takes the next chunk. All lines of the one before must have been asked for. */
  add(chunk: Buffer): void;
  /** The next line that ends in this chunk, good until the one after it is asked for; undefined: there is no more. */
  next(): Line | undefined;
  /** Bytes since the last line break: how far the end of the last whole line lies behind. */
  held(): number;
  /** Lines that were dropped so far because they were longer than allowed. */
  dropped(): number;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** The place of the next line feed in some bytes, from a place on; -1: there is none. */
export type LineFeed = (bytes: Buffer, start: number) => number;

/** `maxLineBytes`: a longer line is passed over, and at no time more than that is held in memory. */
export function lineSplitter(maxLineBytes: number, lineFeed: LineFeed = lineFeedIn): LineSplitter {
  let chunk: Buffer = Buffer.alloc(0);
  let start = 0;
  /** The same object for each line: there are hundreds of thousands. */
  const line = { bytes: chunk, start: 0, end: 0 };
  let pieces: Buffer[] = [];
  let heldBytes = 0;
  let tooLong = false;
  let droppedLines = 0;

  return {
    add(next) {
      chunk = next;
      start = 0;
    },
    next() {
      for (let end = lineFeed(chunk, start); end >= 0; end = lineFeed(chunk, start)) {
        const begin = start;
        start = end + 1;
        if (heldBytes === 0 && end - begin <= maxLineBytes) return clean(chunk, begin, end);
        const whole = joined(chunk.subarray(begin, end));
        if (whole) return clean(whole, 0, whole.length);
        droppedLines += 1;
      }
      hold(chunk.subarray(start));
      start = chunk.length;
      return undefined;
    },
    held: () => heldBytes,
    dropped: () => droppedLines,
  };

  /** The line that ends with this part; undefined: it is too long. */
  function joined(part: Buffer): Buffer | undefined {
    const whole = tooLong || heldBytes + part.length > maxLineBytes ? undefined : Buffer.concat([...pieces, part]);
    pieces = [];
    heldBytes = 0;
    tooLong = false;
    return whole;
  }

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

  /**
   * The line from `begin` to `stop` without a carriage return, a byte order mark, and the NULs that a crash of the machine
   * leaves around what was written.
   */
  function clean(bytes: Buffer, begin: number, stop: number): Line {
    let [first, end] = [begin, stop];
    while (end > first && (bytes[end - 1] === CARRIAGE_RETURN || bytes[end - 1] === 0)) end -= 1;
    while (first < end && bytes[first] === 0) first += 1;
    if (end - first > 2 && bytes[first] === 0xef && bytes[first + 1] === 0xbb && bytes[first + 2] === 0xbf) first += 3;
    line.bytes = bytes;
    line.start = first;
    line.end = end;
    return line;
  }
}

function lineFeedIn(bytes: Buffer, start: number): number {
  return bytes.indexOf(LINE_FEED, start);
}
