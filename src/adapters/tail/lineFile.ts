import { Buffer } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Json } from '../../core/chat.ts';
import type { Observation, QuotaEvent } from '../../core/ledger/event.ts';
import type { Cursor, LineImporter, LineReader } from '../../ports.ts';
import type { Slice } from './slice.ts';
import { type LineSplitter, lineSplitter } from './splitter.ts';

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
  /** Whether the file, as the file system describes it, was read to its end already. */
  isRead(size: number, modifiedMs: number): boolean;
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

export const LINE_TOO_LONG =
  'A line of a log is longer than any of its agent should be, and was skipped; what stands around it was read.';

/** `buffer`: memory for one chunk, shared by all files, for they are read one after another. */
export function lineFile(
  path: string,
  importer: LineImporter,
  saved: Cursor | undefined,
  limits: ReadLimits,
  buffer: Buffer,
  slice: Slice,
  isStopped: () => boolean,
): LineFile {
  let cursor = savedCursor(saved);
  let reader: LineReader = importer.reader(path, cursor?.state);
  let splitter: LineSplitter = lineSplitter(limits.maxLineBytes);
  /** Up to where bytes went into the splitter. */
  let position = cursor?.offset ?? 0;

  return {
    isRead: (size, modifiedMs) =>
      cursor !== undefined && cursor.size === size && cursor.modifiedMs === Math.floor(modifiedMs),
    async read(handOver) {
      const file = await open(path, 'r');
      try {
        await readFrom(file, handOver);
      } catch (error) {
        // What was taken of a chunk and not handed over is read again.
        goBackTo(cursor);
        throw error;
      } finally {
        await file.close();
      }
    },
  };

  async function readFrom(file: FileHandle, handOver: (found: Found) => Promise<void>): Promise<void> {
    const { ino, mtimeMs, size } = await file.stat({ bigint: true }).then((stats) => ({
      ino: String(stats.ino),
      mtimeMs: Number(stats.mtimeMs),
      size: Number(stats.size),
    }));
    if (cursor && !(await isSameFile(file, cursor, ino, Math.max(position, cursor.offset), size))) goBackTo(undefined);
    for (let ended = false; !ended && !isStopped(); ) {
      const { bytesRead } = await file.read(buffer, 0, limits.chunkBytes, position);
      ended = bytesRead < limits.chunkBytes;
      if (bytesRead === 0 && cursor) break;
      const found = await take(buffer.subarray(0, bytesRead));
      position += bytesRead;
      const offset = position - splitter.held();
      cursor = {
        offset,
        inode: ino,
        head: await printOf(file, 0, Math.min(offset, HEAD_BYTES), cursor?.head),
        tail: await printOf(file, Math.max(0, offset - TAIL_BYTES), Math.min(offset, TAIL_BYTES)),
        // What came after the look at its size shows as a change the next time.
        size: ended ? size : -1,
        modifiedMs: mtimeMs,
        state: reader.state(),
      };
      await handOver({ ...found, cursor: cursor as unknown as Cursor });
    }
    if (cursor && !isStopped()) cursor = { ...cursor, size, modifiedMs: mtimeMs };
  }

  async function take(chunk: Buffer): Promise<Omit<Found, 'cursor'>> {
    const observations: Observation[] = [];
    const quotas: QuotaEvent[] = [];
    const problems: string[] = [];
    const droppedBefore = splitter.dropped();
    for (const line of splitter.split(chunk)) {
      if (line.length === 0) continue;
      const result = reader.line(line);
      if (result.observations.length > 0) observations.push(...result.observations);
      if (result.quotas) quotas.push(...result.quotas);
      if (result.problem !== undefined) problems.push(result.problem);
      if (slice.isOver()) await slice.rest();
    }
    for (let dropped = splitter.dropped() - droppedBefore; dropped > 0; dropped -= 1) problems.push(LINE_TOO_LONG);
    return { observations, quotas, problems };
  }

  function goBackTo(place: LineCursor | undefined): void {
    cursor = place;
    position = place?.offset ?? 0;
    reader = importer.reader(path, place?.state);
    splitter = lineSplitter(limits.maxLineBytes);
  }
}

/** The same inode, not shorter than what was read, and the same bytes at both ends of it. */
async function isSameFile(
  file: FileHandle,
  cursor: LineCursor,
  inode: string,
  readUpTo: number,
  size: number,
): Promise<boolean> {
  if (cursor.inode !== inode || size < readUpTo) return false;
  const [headLength, head] = cursor.head;
  const [tailLength, tail] = cursor.tail;
  const [, headNow] = await printOf(file, 0, headLength);
  const [, tailNow] = await printOf(file, cursor.offset - tailLength, tailLength);
  return headNow === head && tailNow === tail;
}

/** The checksum of some bytes; `known` is given back where it covers as many already. */
async function printOf(
  file: FileHandle,
  start: number,
  length: number,
  known?: LineCursor['head'],
): Promise<LineCursor['head']> {
  if (known && known[0] === length) return known;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
  return [length, crc32(buffer.subarray(0, bytesRead))];
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
