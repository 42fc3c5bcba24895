import type { Buffer } from 'node:buffer';
import type { BigIntStats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Observation } from '../../core/ledger/event.ts';
import type { Cursor, DocumentImporter, DocumentReader } from '../../ports.ts';
import { itemSplitter } from './itemSplitter.ts';
import type { Found, ReadLimits } from './lineFile.ts';
import { modifiedMs } from './modifiedMs.ts';
import { codeOf, DENIED_FILE } from './problems.ts';
import type { Slice } from './slice.ts';
import { isAbsent } from './walk.ts';

/** Which version of a document was read, and what it told. No text. */
interface DocumentCursor {
  readonly inode: string;
  readonly size: number;
  readonly modifiedMs: number;
  /** Checksums of the observations that were handed over, so that a rewritten document tells only what is new in it. */
  readonly told: readonly number[];
}

/** A document that is followed. */
export interface DocumentFile {
  /**
   * Reads the document whole and hands over what is new in it. Throws the file system's errors, and `UnfinishedDocument`
   * where it is being written: then it is to be read again a little later.
   */
  read(handOver: (found: Found) => Promise<void>): Promise<void>;
}

/** The document was being written while it was read, or isn't whole yet. */
export class UnfinishedDocument extends Error {}

/** Readings of one version of a document before it is taken to be broken, rather than half-written. */
const TRIES = 5;
/** Larger ones are no record of a chat. */
const MOST_BYTES = 1024 * 1024 * 1024;
/** What a document told longest ago is forgotten first; told once more, it changes nothing. */
const MOST_TOLD = 10_000;

export const NOT_WHOLE =
  "An agent's document is cut off or isn't valid JSON; what stands before that place was read, the rest will be as soon as it changes.";
export const DOCUMENT_TOO_LARGE = "An agent's document is larger than any should be, and was not read.";
export const ITEM_TOO_LONG =
  "An item of an agent's document is longer than any should be, and was skipped; what stands around it was read.";

/** `buffer`: memory for one chunk, shared by all files, for they are read one after another. */
export function documentFile(
  path: string,
  importer: DocumentImporter,
  saved: Cursor | undefined,
  limits: ReadLimits,
  buffer: Buffer,
  slice: Slice,
  isStopped: () => boolean,
): DocumentFile {
  let cursor = savedCursor(saved);
  /** The version that couldn't be read whole, and how often. */
  let unfinished: string | undefined;
  let tries = 0;

  return {
    async read(handOver) {
      const version = versionIn(await stat(path, { bigint: true }));
      const mark = JSON.stringify(version);
      tries = mark === unfinished ? tries + 1 : 1;
      unfinished = mark;
      if (version.size > MOST_BYTES) {
        cursor = { ...version, told: cursor?.told ?? [] };
        return handOver({ observations: [], problems: [DOCUMENT_TOO_LARGE], cursor: cursor as unknown as Cursor });
      }
      const reader = importer.reader(path);
      const problems: string[] = [];
      let isWhole = true;
      for (const other of importer.beside?.(path) ?? []) {
        isWhole = (await readBeside(other, reader, problems)) && isWhole;
      }
      const own = await readInto(path, reader, problems);
      isWhole = own.isWhole && isWhole;
      if (isStopped()) return;
      if (!isWhole && tries < TRIES) throw new UnfinishedDocument();
      // Cut off for good: what stands before the cut still holds.
      if (!isWhole) problems.push(NOT_WHOLE);
      const found = reader.end();
      await tell(found.observations, [...problems, ...found.problems], own.version, handOver);
      unfinished = undefined;
    },
  };

  async function tell(
    observations: readonly Observation[],
    problems: readonly string[],
    version: Version,
    handOver: (found: Found) => Promise<void>,
  ): Promise<void> {
    const before = new Set(cursor?.told);
    const told: number[] = [];
    const fresh: Observation[] = [];
    for (const observation of observations) {
      const print = crc32(JSON.stringify(observation));
      told.push(print);
      if (!before.has(print)) fresh.push(observation);
      if (slice.isOver()) await slice.rest();
    }
    const next: DocumentCursor = { ...version, told: told.slice(-MOST_TOLD) };
    await handOver({ observations: fresh, problems, cursor: next as unknown as Cursor });
    cursor = next;
  }

  async function readBeside(other: string, reader: DocumentReader, problems: string[]): Promise<boolean> {
    try {
      return (await readInto(other, reader, problems)).isWhole;
    } catch (error) {
      if (isAbsent(error)) return true;
      if (codeOf(error) !== 'EACCES' && codeOf(error) !== 'EPERM') throw error;
      problems.push(DENIED_FILE);
      return true;
    }
  }

  /**
   * Gives the reader the items of a document. Throws where it is written meanwhile; where another file takes its name, the
   * one that is read stays as it is.
   */
  async function readInto(document: string, reader: DocumentReader, problems: string[]): Promise<Reading> {
    const splitter = itemSplitter(limits.maxLineBytes);
    const file = await open(document, 'r');
    try {
      const before = await file.stat({ bigint: true });
      for (let position = 0; !isStopped(); ) {
        const { bytesRead } = await file.read(buffer, 0, limits.chunkBytes, position);
        if (bytesRead === 0) break;
        position += bytesRead;
        for (const { name, bytes } of splitter.split(buffer.subarray(0, bytesRead))) {
          reader.item({ path: document, name, bytes });
          if (slice.isOver()) await slice.rest();
        }
        if (splitter.isBroken()) break;
        if (slice.isOver()) await slice.rest();
      }
      const now = await file.stat({ bigint: true });
      if (now.size !== before.size || now.mtimeNs !== before.mtimeNs) throw new UnfinishedDocument();
      for (let dropped = splitter.dropped(); dropped > 0; dropped -= 1) problems.push(ITEM_TOO_LONG);
      return { isWhole: splitter.isWhole(), version: versionIn(before) };
    } finally {
      await file.close();
    }
  }
}

type Version = Omit<DocumentCursor, 'told'>;

interface Reading {
  readonly isWhole: boolean;
  /** Which version of the document it was. */
  readonly version: Version;
}

function versionIn(stats: BigIntStats): Version {
  return { inode: String(stats.ino), size: Number(stats.size), modifiedMs: modifiedMs(stats) };
}

function savedCursor(saved: Cursor | undefined): DocumentCursor | undefined {
  if (typeof saved !== 'object' || saved === null || Array.isArray(saved)) return undefined;
  const { inode, size, modifiedMs, told } = saved as Partial<DocumentCursor>;
  const isWhole =
    typeof inode === 'string' && typeof size === 'number' && typeof modifiedMs === 'number' && Array.isArray(told);
  return isWhole ? { inode, size, modifiedMs, told } : undefined;
}
