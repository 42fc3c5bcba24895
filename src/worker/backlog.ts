/**
 * The entry of the thread that reads agents' logs while there is much to read: files of lines through their importers,
 * priced and packed for the ledger. It lives until the backlog is read.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { priceBooks } from '../adapters/priceData/priceBooks.ts';
import { systemClock as clock } from '../adapters/systemClock.ts';
import type { BacklogFile } from '../adapters/tail/backlog.ts';
import { type Found, lineFile } from '../adapters/tail/lineFile.ts';
import { codeOf } from '../adapters/tail/problems.ts';
import { CHUNK_BYTES, MOST_LINE_BYTES } from '../adapters/tail/readLimits.ts';
import { latestRevisions } from '../app/latestRevisions.ts';
import type { Observation, QuotaEvent } from '../core/ledger/event.ts';
import type { PriceBook } from '../core/prices/price.ts';
import { importers } from '../importers/index.ts';
import { chunkMemory, lineFeed } from '../importers/scanner.ts';
import type { Cursor, LineImporter } from '../ports.ts';
import { eventPacker, type PackableEvent } from '../storage/packedEvents.ts';
import { type BacklogMessage, type BacklogThreadData, FREE, FULL, messageText } from './backlogData.ts';
import { priceAlike } from './priceObservation.ts';

const { prices, overrides, localCost, packs, states } = workerData as BacklogThreadData;
const port = parentPort;
if (!port) throw new Error('This file is the entry of a worker thread.');

const lineImporters = new Map(
  importers.filter((each): each is LineImporter => each.kind === 'lines').map((each) => [each.id, each]),
);
const bookUnder = priceBooks(prices);
let book: PriceBook | undefined;
function priceBook(): PriceBook {
  book ??= bookUnder({ overrides, localCost });
  return book;
}
/** One time for all: prices are those of the thread's start, and blocks say once what is alike. */
const pricedAt = clock.now();

const packStates = new Int32Array(states);
const packer = eventPacker(packs);
const limits = { chunkBytes: CHUNK_BYTES, maxLineBytes: MOST_LINE_BYTES };
const buffer = chunkMemory(CHUNK_BYTES);
/** Nobody else wants this thread. */
const slice = { isOver: () => false, rest: () => Promise.resolve() };

let pack = 0;
let portion = newPortion();

function newPortion() {
  return {
    observations: [] as Observation[],
    quotas: [] as QuotaEvent[],
    cursors: {} as Record<string, Cursor>,
    found: [] as BacklogMessage['found'][number][],
    ended: [] as BacklogMessage['ended'][number][],
  };
}

/** Tells what there is, and waits until the next pack's memory is free. */
function tell(): void {
  Atomics.store(packStates, pack, FULL);
  port?.postMessage(messageText({ ...portion, packed: packer.take(), pack }));
  portion = newPortion();
  pack = (pack + 1) % packs.length;
  while (Atomics.load(packStates, pack) !== FREE) Atomics.wait(packStates, pack, FULL);
}

/** false: it is too large for any pack. */
function add(event: PackableEvent): boolean {
  if (packer.add(event)) return true;
  if (packer.count === 0) return false;
  tell();
  return packer.add(event);
}

async function read({ key, path, source, cursor }: BacklogFile): Promise<void> {
  const importer = lineImporters.get(source);
  if (!importer) throw new Error(`No importer of lines is called ${source}.`);
  const file = lineFile(path, importer, cursor, limits, buffer, slice, () => false, lineFeed);
  await file.read(async (found) => take(key, found));
}

function take(key: string, { observations, quotas = [], problems, cursor }: Found): void {
  for (const observation of latestRevisions(observations)) {
    const priced = priceAlike(observation, priceBook, pricedAt);
    if (!add(priced)) portion.observations.push(priced);
  }
  for (const quota of quotas) if (!add(quota)) portion.quotas.push(quota);
  // With the last of what it was read from: whoever goes on from there has all before it.
  portion.cursors[key] = cursor;
  if (observations.length + problems.length > 0)
    portion.found.push({ key, observations: observations.length, problems });
}

/** By importer, the one whose turn is next first. */
const waiting = new Map<string, BacklogFile[]>();
let isReading = false;

function wait(files: readonly BacklogFile[]): void {
  for (const file of files) {
    const own = waiting.get(file.source);
    if (own) own.push(file);
    else waiting.set(file.source, [file]);
  }
}

async function readAll(): Promise<void> {
  isReading = true;
  for (let file = nextFile(); file; file = nextFile()) {
    try {
      await read(file);
      portion.ended.push({ key: file.key });
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      portion.ended.push({ key: file.key, error: { code: codeOf(error) } });
    }
  }
  isReading = false;
  tell();
}

/** What was asked for meanwhile is looked for here: while files are read, no message is told of by itself. */
const nextFile = (): BacklogFile | undefined => {
  for (let asked = receiveMessageOnPort(port); asked; asked = receiveMessageOnPort(port)) {
    wait(asked.message as readonly BacklogFile[]);
  }
  // Importers in turns: what V8 compiles for the lines of one it would compile again at the first lines of another, and each
  // has its latest files in the ledger early.
  for (const [source, own] of waiting) {
    const next = own.shift();
    waiting.delete(source);
    if (own.length > 0) waiting.set(source, own);
    return next;
  }
  return undefined;
};

port.on('message', (files: readonly BacklogFile[]) => {
  wait(files);
  if (!isReading) void readAll();
});
