import { Buffer } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Json } from '../../core/chat.ts';
import type { Observation, QuotaEvent } from '../../core/ledger/event.ts';
import type { Cursor, LineImporter, LineReader } from '../../ports.ts';
import { modifiedMs } from './modifiedMs.ts';
import type { Slice } from './slice.ts';
import { type LineFeed, type LineSplitter, lineSplitter } from './splitter.ts';

/** How far a file of lines was read, and enough of what was there to see whether it is still the same file. */
interface LineCursor {
  /** Behind the last whole line that was read. */
  readonly offset: number;
  readonly inode: string;
  /** Checksums of the bytes at the file's beginning and before `offset`, with their numbers. No text. */
  readonly head: readonly [length: number, checksum: number];
  readonly tail: readonly [length: number, checksum: number];
  /** The file's size and time when it was read to its end: while they hold, it needn't be opened. */
  readonly size: number;
  readonly modifiedMs: number;
  readonly state: Json;
}

/** A file that is followed. */
export interface LineFile {
  /**
   * Reads what was appended since the last time, or everything where the file was replaced, cut or rewritten. Hands over
   * after each chunk. Throws the file system's errors.
   */
  read(handOver: (found: Found) => Promise<void>): Promise<void>;
  /** Frees what its cursor can bring back: of thousands of files few are written to. */
  rest(): void;
  /** How far it was read; undefined: not at all. */
  cursor(): Cursor | undefined;
  /** It was read elsewhere, up to there. */
  goTo(cursor: Cursor): void;
}

export interface Found {
  readonly observations: readonly Observation[];
  readonly quotas?: readonly QuotaEvent[] | undefined;
  readonly problems: readonly string[];
  readonly cursor: Cursor;
}

export interface ReadLimits {
  readonly chunkBytes: number;
  readonly maxLineBytes: number;
}

const HEAD_BYTES = 1_024;
const TAIL_BYTES = 256;
const printed = Buffer.alloc(HEAD_BYTES);

export const LINE_TOO_LONG =
  'A line of a log is longer than any of its agent should be, and was skipped; what stands around it was read.';

/**
 * `buffer`: memory for one chunk, shared by all files, for they are read one after another. Reads synchronously: a chunk
 * comes from the system in a fraction of a millisecond, and of thousands of small files each would wait several times
 * for another thread to be woken. `lineFeed`: how to look for a line's end in that memory, where somebody knows a faster way.
 */
export function lineFile(
  path: string,
  importer: LineImporter,
  saved: Cursor | undefined,
  limits: ReadLimits,
  buffer: Buffer,
  slice: Slice,
  isStopped: () => boolean,
  lineFeed?: LineFeed,
): LineFile {
  let cursor = savedCursor(saved);
  /** The cursor as JSON, while nothing is read: of thousands of files it takes a fraction of the memory. */
  let resting: string | undefined;
  /** undefined: not needed before the next reading. */
  let under: { readonly reader: LineReader; readonly splitter: LineSplitter } | undefined;
  /** Up to where bytes went into the splitter. */
  let position = cursor?.offset ?? 0;

  return {
    rest() {
      wake();
      const place = cursor;
      goBackTo(undefined);
      resting = place && JSON.stringify(place);
    },
    cursor() {
      wake();
      return cursor as Cursor | undefined;
    },
    goTo(place) {
      resting = undefined;
      goBackTo(savedCursor(place));
    },
    async read(handOver) {
      wake();
      const file = openSync(path, 'r');
      try {
        await readFrom(file, handOver);
      } catch (error) {
        // What was taken of a chunk and not handed over is read again.
        goBackTo(cursor);
        throw error;
      } finally {
        closeSync(file);
      }
    },
  };

  async function readFrom(file: number, handOver: (found: Found) => Promise<void>): Promise<void> {
    const stats = fstatSync(file, { bigint: true });
    const ino = String(stats.ino);
    const changedAt = modifiedMs(stats);
    const size = Number(stats.size);
    if (cursor && !isSameFile(file, cursor, ino, Math.max(position, cursor.offset), size)) goBackTo(undefined);
    for (let ended = false; !ended && !isStopped(); ) {
      under ??= {
        reader: importer.reader(path, cursor?.state),
        splitter: lineSplitter(limits.maxLineBytes, lineFeed),
      };
      const { reader, splitter } = under;
      const bytesRead = readSync(file, buffer, 0, limits.chunkBytes, position);
      ended = bytesRead < limits.chunkBytes;
      if (bytesRead === 0 && cursor) break;
      const found = await take(buffer.subarray(0, bytesRead), reader, splitter);
      position += bytesRead;
      const offset = position - splitter.held();
      cursor = {
        offset,
        inode: ino,
        head: printOf(file, 0, Math.min(offset, HEAD_BYTES), cursor?.head),
        tail: printOf(file, Math.max(0, offset - TAIL_BYTES), Math.min(offset, TAIL_BYTES)),
        // What came after the look at its size shows as a change the next time.
        size: ended ? size : -1,
        modifiedMs: changedAt,
        state: reader.state(),
      };
      await handOver({ ...found, cursor: cursor as unknown as Cursor });
    }
    if (cursor && !isStopped()) cursor = { ...cursor, size, modifiedMs: changedAt };
  }

  async function take(chunk: Buffer, reader: LineReader, splitter: LineSplitter): Promise<Omit<Found, 'cursor'>> {
    const observations: Observation[] = [];
    const quotas: QuotaEvent[] = [];
    const problems: string[] = [];
    const droppedBefore = splitter.dropped();
    splitter.add(chunk);
    for (let line = splitter.next(); line; line = splitter.next()) {
      const { bytes, start, end } = line;
      if (start === end) continue;
      const result = reader.lineWithin?.(bytes, start, end, observations) ?? reader.line(bytes.subarray(start, end));
      for (const observation of result.observations) observations.push(observation);
      if (result.quotas) quotas.push(...result.quotas);
      if (result.problem !== undefined) problems.push(result.problem);
      if (slice.isOver()) await slice.rest();
    }
    for (let dropped = splitter.dropped() - droppedBefore; dropped > 0; dropped -= 1) problems.push(LINE_TOO_LONG);
    return { observations, quotas, problems };
  }

  function wake(): void {
    if (resting === undefined) return;
    goBackTo(JSON.parse(resting) as LineCursor);
    resting = undefined;
  }

  function goBackTo(place: LineCursor | undefined): void {
    cursor = place;
    position = place?.offset ?? 0;
    under = undefined;
  }
}

/** The same inode, not shorter than what was read, and the same bytes at both ends of it. */
function isSameFile(file: number, cursor: LineCursor, inode: string, readUpTo: number, size: number): boolean {
  if (cursor.inode !== inode || size < readUpTo) return false;
  const [headLength, head] = cursor.head;
  const [tailLength, tail] = cursor.tail;
  if (headLength > HEAD_BYTES || tailLength > HEAD_BYTES) return false;
  const [, headNow] = printOf(file, 0, headLength);
  const [, tailNow] = printOf(file, cursor.offset - tailLength, tailLength);
  return headNow === head && tailNow === tail;
}

/** The checksum of some bytes; `known` is given back where it covers as many already. */
function printOf(file: number, start: number, length: number, known?: LineCursor['head']): LineCursor['head'] {
  if (known && known[0] === length) return known;
  const bytesRead = readSync(file, printed, 0, length, start);
  return [length, crc32(printed.subarray(0, bytesRead))];
}

/** How many bytes of a file a cursor says were read. */
export function offsetOf(cursor: Cursor | undefined): number {
  return savedCursor(cursor)?.offset ?? 0;
}

function savedCursor(saved: Cursor | undefined): LineCursor | undefined {
  if (typeof saved !== 'object' || saved === null || Array.isArray(saved)) return undefined;
  const cursor = saved as Partial<LineCursor>;
  const whole =
    typeof cursor.offset === 'number' &&
    typeof cursor.inode === 'string' &&
    Array.isArray(cursor.head) &&
    Array.isArray(cursor.tail) &&
    cursor.state !== undefined;
  return whole ? (cursor as LineCursor) : undefined;
}
