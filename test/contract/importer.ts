/** One suite for every importer: what is read doesn't depend on how it came, nothing is made up, no text leaks out. */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { existsSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { itemSplitter } from '../../src/adapters/tail/itemSplitter.ts';
import { lineSplitter } from '../../src/adapters/tail/splitter.ts';
import type { Json } from '../../src/core/chat.ts';
import { eventSchemas, type Observation } from '../../src/core/ledger/event.ts';
import { outputTokens, type Usage } from '../../src/core/usage.ts';
import type {
  Cursor,
  DatabaseImporter,
  DocumentImporter,
  DocumentResult,
  LineImporter,
  ReadonlyDatabase,
} from '../../src/ports.ts';

const { ledgerEventSchema } = eventSchemas();

export interface LineSample {
  /** Below test/fixtures. */
  readonly file: string;
  /** Where the file would lie; the fixture's own path where it isn't given. */
  readonly path?: string;
  /** The parts of a line that hold prompts, replies or tools' results. */
  content(line: Readonly<Record<string, unknown>>): readonly unknown[];
  /** Names and paths that are kept as facts and stand in the texts as well. */
  readonly facts?: readonly string[];
  /** Checks what was observed, the latest of each call. */
  expect(calls: readonly Observation[]): void;
}

export function fixturePath(file: string): string {
  return fileURLToPath(new URL(`../fixtures/${file}`, import.meta.url));
}

/** Reads bytes as the follower does: cut into chunks of the given lengths, the last one repeated. */
export function readInChunks(
  importer: LineImporter,
  path: string,
  bytes: Buffer,
  lengths: readonly number[],
): Observation[] {
  const reader = importer.reader(path, undefined);
  const splitter = lineSplitter(32 * 1024 * 1024);
  const observations: Observation[] = [];
  for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
    const length = Math.max(1, lengths[Math.min(turn, lengths.length - 1)] ?? bytes.length);
    splitter.add(bytes.subarray(start, start + length));
    for (let line = splitter.next(); line; line = splitter.next()) {
      if (line.start === line.end) continue;
      const told = reader.lineWithin?.(line.bytes, line.start, line.end);
      observations.push(...(told ?? reader.line(line.bytes.subarray(line.start, line.end))).observations);
    }
    start += length;
  }
  return observations;
}

/** Each call as its last observation tells it. */
export function latest(observations: readonly Observation[]): readonly Observation[] {
  const calls = new Map<string, Observation>();
  for (const observation of observations) calls.set(observation.callId, observation);
  return [...calls.values()];
}

export function usages(calls: readonly Observation[]): readonly (Usage | undefined)[] {
  return calls.map(({ usage }) => usage);
}

export function lineImporterContract(importer: LineImporter, samples: readonly LineSample[]): void {
  for (const sample of samples) {
    const fixture = fixturePath(sample.file);
    const path = sample.path ?? fixture;
    const bytes = readFileSync(fixture);
    const whole = () => readInChunks(importer, path, bytes, [bytes.length]);
    const name = `${importer.id}, ${sample.file}`;

    test(`${name}: tells what is known to be in it`, () => {
      assert.ok(importer.matches(path), 'the importer knows the file as its own');
      sample.expect(latest(whole()));
    });

    test(`${name}: every observation is a ledger event of this source`, () => {
      for (const observation of whole()) {
        assert.equal(ledgerEventSchema.safeParse(observation).error, undefined);
        assert.equal(observation.source, importer.id);
        assert.equal(observation.facts.agent, importer.agent);
      }
    });

    test(`${name}: later revisions of a call never tell less`, () => {
      const output = new Map<string, number>();
      for (const { callId, usage } of whole()) {
        const now = (usage && outputTokens(usage)) ?? 0;
        assert.ok(now >= (output.get(callId) ?? 0));
        output.set(callId, now);
      }
    });

    test(`${name}: the same twice, and however it is cut`, () => {
      const expected = whole();
      assert.deepEqual(whole(), expected);
      // At every byte of a small file; of a larger one at every 37th, so that every kind of place comes up.
      const step = bytes.length < 10_000 ? 1 : 37;
      for (let cut = 1; cut < bytes.length; cut += step) {
        assert.deepEqual(readInChunks(importer, path, bytes, [cut, bytes.length]), expected, `cut at ${cut}`);
      }
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 20 }), (lengths) => {
          assert.deepEqual(readInChunks(importer, path, bytes, lengths), expected);
        }),
        { numRuns: 60 },
      );
    });

    test(`${name}: where what was told isn't given away yet, it is told the same, and the state is the same`, () => {
      const lines = linesOf(bytes);
      fc.assert(
        fc.property(fc.array(fc.boolean(), { minLength: lines.length, maxLength: lines.length }), (givenAway) => {
          const [inTurn, atOnce] = [importer.reader(path, undefined), importer.reader(path, undefined)];
          let told: Observation[] = [];
          const all: Observation[] = [];
          const expected: Observation[] = [];
          lines.forEach((line, index) => {
            expected.push(...inTurn.line(line).observations);
            told.push(...(atOnce.lineWithin?.(line, 0, line.length, told) ?? atOnce.line(line)).observations);
            if (!givenAway[index] && index < lines.length - 1) return;
            all.push(...told);
            told = [];
            assert.deepEqual(atOnce.state(), inTurn.state());
            assert.deepEqual(latest(all), latest(expected));
          });
        }),
        { numRuns: 60 },
      );
    });

    test(`${name}: goes on from the state kept after any line`, () => {
      const lines = linesOf(bytes);
      const expected = whole();
      for (let stop = 0; stop <= lines.length; stop += 1) {
        const first = importer.reader(path, undefined);
        const before = lines.slice(0, stop).flatMap((line) => first.line(line).observations);
        const kept = JSON.parse(JSON.stringify(first.state())) as Json;
        const second = importer.reader(path, kept);
        const after = lines.slice(stop).flatMap((line) => second.line(line).observations);
        assert.deepEqual([...before, ...after], expected, `stopped after line ${stop}`);
      }
    });

    test(`${name}: a damaged line spoils nothing beside it`, () => {
      const lines = linesOf(bytes);
      const expected = whole();
      for (const damage of [
        '{"type":"assistant","usage"',
        '\u0000\u0000',
        '[]',
        'null',
        '"usage"',
        '{"kind":1,"k":"requests"}',
      ]) {
        const reader = importer.reader(path, undefined);
        const found = lines.flatMap((line) => [
          ...reader.line(Buffer.from(damage)).observations,
          ...reader.line(line).observations,
        ]);
        assert.deepEqual(found, expected, damage);
      }
    });

    test(`${name}: bytes of any kind never throw`, () => {
      const lines = linesOf(bytes);
      fc.assert(
        fc.property(
          fc.nat({ max: lines.length - 1 }),
          fc.nat(),
          fc.uint8Array({ maxLength: 40 }),
          fc.nat({ max: 60 }),
          (index, at, noise, removed) => {
            const line = lines[index] ?? Buffer.alloc(0);
            const place = at % (line.length + 1);
            const mutated = Buffer.concat([line.subarray(0, place), noise, line.subarray(place + removed)]);
            const reader = importer.reader(path, undefined);
            for (const before of lines.slice(0, index)) reader.line(before);
            reader.line(mutated);
            reader.line(noise);
            JSON.stringify(reader.state());
            importer.reader(path, noise.length as Json);
          },
        ),
        { numRuns: 300 },
      );
    });

    test(`${name}: values of the wrong type never throw`, () => {
      const lines = linesOf(bytes).map((line) => JSON.parse(line.toString('utf8')) as Json);
      fc.assert(
        fc.property(
          fc.nat({ max: lines.length - 1 }),
          fc.infiniteStream(fc.nat({ max: 40 })),
          fc.jsonValue(),
          (index, dice, value) => {
            const reader = importer.reader(path, undefined);
            for (const before of lines.slice(0, index)) reader.line(Buffer.from(JSON.stringify(before)));
            const wrong = replaced(lines[index] ?? null, () => dice.next().value === 0, value as Json);
            for (const observation of reader.line(Buffer.from(JSON.stringify(wrong))).observations) {
              assert.equal(ledgerEventSchema.safeParse(observation).error, undefined);
            }
          },
        ),
        { numRuns: 300 },
      );
    });

    test(`${name}: no text of a prompt, a reply or a tool leaves the reader`, () => {
      const reader = importer.reader(path, undefined);
      const told = linesOf(bytes).flatMap((line) => {
        const { observations, problem } = reader.line(line);
        return [JSON.stringify(observations), problem ?? '', JSON.stringify(reader.state())];
      });
      const texts = linesOf(bytes).flatMap((line) =>
        sample.content(JSON.parse(line.toString('utf8'))).flatMap(stringsIn),
      );
      const withoutFacts = (text: string) =>
        (sample.facts ?? []).reduce((rest, fact) => rest.replaceAll(fact, ''), text);
      const pieces = new Set(texts.flatMap((text) => piecesOf(text)));
      assert.ok(pieces.size > 0, 'the sample has texts that could leak');
      for (const text of told.map(withoutFacts)) {
        for (const piece of piecesOf(text, Number.POSITIVE_INFINITY)) assert.ok(!pieces.has(piece), `leaked: ${piece}`);
      }
    });
  }
}

export interface DatabaseSample {
  /** SQL below test/fixtures. */
  readonly file: string;
  expect(observations: readonly Observation[]): void;
}

export function databaseOf(sql: string): ReadonlyDatabase & { readonly handle: DatabaseSync } {
  const handle = new DatabaseSync(':memory:', { enableForeignKeyConstraints: false });
  handle.exec(sql);
  return { handle, all: (query, ...parameters) => handle.prepare(query).all(...parameters) };
}

/** Everything, in as many looks as the importer takes. */
export function readDatabase(
  importer: DatabaseImporter,
  database: ReadonlyDatabase,
  from?: Cursor,
): { observations: Observation[]; cursor: Cursor | undefined; problems: string[] } {
  const observations: Observation[] = [];
  const problems: string[] = [];
  let cursor = from;
  for (let look = 0; look < 1_000; look += 1) {
    const result = importer.read(database, cursor);
    observations.push(...result.observations);
    problems.push(...result.problems);
    const same = JSON.stringify(result.cursor) === JSON.stringify(cursor);
    cursor = JSON.parse(JSON.stringify(result.cursor)) as Cursor;
    if (same) break;
  }
  return { observations, cursor, problems };
}

export function databaseImporterContract(importer: DatabaseImporter, samples: readonly DatabaseSample[]): void {
  for (const sample of samples) {
    const sql = readFileSync(fixturePath(sample.file), 'utf8');
    const name = `${importer.id}, ${sample.file}`;

    test(`${name}: tells what is known to be in it`, () => {
      const { observations, problems } = readDatabase(importer, databaseOf(sql));
      assert.deepEqual(problems, []);
      for (const observation of observations) {
        assert.equal(ledgerEventSchema.safeParse(observation).error, undefined);
        assert.equal(observation.source, importer.id);
      }
      sample.expect(observations);
    });

    test(`${name}: the same twice, and nothing from its end on`, () => {
      const database = databaseOf(sql);
      const once = readDatabase(importer, database);
      assert.deepEqual(readDatabase(importer, database).observations, once.observations);
      assert.deepEqual(readDatabase(importer, database, once.cursor).observations, []);
    });

    test(`${name}: a cursor of any kind never throws`, () => {
      const database = databaseOf(sql);
      fc.assert(
        fc.property(fc.jsonValue(), (cursor) => {
          importer.read(database, cursor as Cursor);
        }),
        { numRuns: 50 },
      );
    });
  }

  test(`${importer.id}: a database without its tables is a problem with one clear sentence`, () => {
    const { observations, problems } = importer.read(databaseOf('CREATE TABLE other (a)'), undefined);
    assert.deepEqual(observations, []);
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /^[A-Z].*\.$/);
  });
}

export interface DocumentSample {
  /** Below test/fixtures; what stands beside it there is read with it. */
  readonly file: string;
  /** The parts of a document that hold prompts, replies or tools' results. */
  content(document: Json): readonly unknown[];
  /** Names and paths that are kept as facts and stand in the texts as well. */
  readonly facts?: readonly string[];
  expect(calls: readonly Observation[]): void;
}

/** Reads a document as the follower does, those beside it first; `written`: the bytes of one of them, by its path. */
export function readDocument(
  importer: DocumentImporter,
  path: string,
  written: (path: string) => Buffer = (file) => readFileSync(file),
  chunkBytes = 512 * 1024,
): DocumentResult {
  const reader = importer.reader(path);
  for (const file of [...(importer.beside?.(path) ?? []).filter(existsSync), path]) {
    const bytes = written(file);
    const splitter = itemSplitter(32 * 1024 * 1024);
    for (let start = 0; start < bytes.length; start += chunkBytes) {
      for (const item of splitter.split(bytes.subarray(start, start + chunkBytes)))
        reader.item({ path: file, ...item });
    }
  }
  return reader.end();
}

export function documentImporterContract(importer: DocumentImporter, samples: readonly DocumentSample[]): void {
  for (const sample of samples) {
    const path = fixturePath(sample.file);
    const files = [...(importer.beside?.(path) ?? []).filter(existsSync), path];
    const bytesOf = new Map(files.map((file) => [file, readFileSync(file)]));
    const parsedFile = (file: string) => JSON.parse(String(bytesOf.get(file))) as Json;
    const rewritten = (change: (file: string) => Buffer) => (file: string) => change(file);
    const whole = readDocument(importer, path);
    const name = `${importer.id}, ${sample.file}`;

    test(`${name}: tells what is known to be in it, each call once`, () => {
      assert.ok(importer.matches(path), 'the importer knows the file as its own');
      assert.deepEqual(whole.problems, []);
      assert.equal(new Set(whole.observations.map(({ callId }) => callId)).size, whole.observations.length);
      for (const observation of whole.observations) {
        assert.equal(ledgerEventSchema.safeParse(observation).error, undefined);
        assert.equal(observation.source, importer.id);
        assert.equal(observation.facts.agent, importer.agent);
      }
      sample.expect(whole.observations);
    });

    test(`${name}: the same twice, however it is cut, and however it is written`, () => {
      assert.deepEqual(readDocument(importer, path), whole);
      for (const chunkBytes of [1, 7, 100])
        assert.deepEqual(readDocument(importer, path, undefined, chunkBytes), whole);
      for (const indent of [undefined, 1, '\t']) {
        const again = rewritten((file) => Buffer.from(JSON.stringify(parsedFile(file), null, indent)));
        assert.deepEqual(readDocument(importer, path, again), whole, JSON.stringify(indent));
      }
    });

    test(`${name}: cut off anywhere, it tells no call that isn't there and no more of one than the whole`, () => {
      const output = new Map(
        whole.observations.map(({ callId, usage }) => [callId, (usage && outputTokens(usage)) ?? 0]),
      );
      const bytes = bytesOf.get(path) ?? Buffer.alloc(0);
      for (let cut = 0; cut < bytes.length; cut += 13) {
        const { observations } = readDocument(importer, path, (file) =>
          file === path ? bytes.subarray(0, cut) : (bytesOf.get(file) ?? Buffer.alloc(0)),
        );
        for (const { callId, usage } of observations) {
          const most = output.get(callId);
          assert.ok(most !== undefined, `cut at ${cut}: ${callId}`);
          assert.ok(((usage && outputTokens(usage)) ?? 0) <= most);
        }
      }
    });

    test(`${name}: values of the wrong type, and bytes of any kind, never throw`, () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...files),
          fc.infiniteStream(fc.nat({ max: 60 })),
          fc.jsonValue(),
          fc.uint8Array({ maxLength: 40 }),
          fc.nat(),
          (changed, dice, value, noise, at) => {
            const wrong = rewritten((file) => {
              if (file !== changed) return bytesOf.get(file) ?? Buffer.alloc(0);
              return Buffer.from(
                JSON.stringify(replaced(parsedFile(file), () => dice.next().value === 0, value as Json)),
              );
            });
            for (const observation of readDocument(importer, path, wrong).observations) {
              assert.equal(ledgerEventSchema.safeParse(observation).error, undefined);
            }
            const damaged = rewritten((file) => {
              const bytes = bytesOf.get(file) ?? Buffer.alloc(0);
              const place = at % (bytes.length + 1);
              return file === changed ? Buffer.concat([bytes.subarray(0, place), noise, bytes.subarray(place)]) : bytes;
            });
            readDocument(importer, path, damaged);
            const reader = importer.reader(path);
            for (const file of files) {
              for (const member of [undefined, 'messages', 'model_usage', 'time', '__proto__'])
                reader.item({ path: file, name: member, bytes: noise });
            }
            reader.end();
          },
        ),
        { numRuns: 200 },
      );
    });

    test(`${name}: no text of a prompt, a reply or a tool leaves the reader`, () => {
      const texts = files.flatMap((file) => sample.content(parsedFile(file)).flatMap(stringsIn));
      const pieces = new Set(texts.flatMap((text) => piecesOf(text)));
      assert.ok(pieces.size > 0, 'the sample has texts that could leak');
      const told = (sample.facts ?? []).reduce((rest, fact) => rest.replaceAll(fact, ''), JSON.stringify(whole));
      for (const piece of piecesOf(told, Number.POSITIVE_INFINITY)) assert.ok(!pieces.has(piece), `leaked: ${piece}`);
    });
  }
}

function linesOf(bytes: Buffer): readonly Buffer[] {
  return [...bytes.toString('utf8').split('\n')].filter((line) => line !== '').map((line) => Buffer.from(line));
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

/** Every twelve characters in a row of a text (of a very long one, of its first and last 2,000). */
function piecesOf(text: string, most = 4_000): readonly string[] {
  const parts = text.length > most ? [text.slice(0, most / 2), text.slice(-most / 2)] : [text];
  return parts.flatMap((part) =>
    Array.from({ length: Math.max(0, part.length - 11) }, (_, at) => part.slice(at, at + 12)),
  );
}

function replaced(value: Json, isChosen: () => boolean, by: Json): Json {
  if (isChosen()) return by;
  if (Array.isArray(value)) return value.map((item) => replaced(item, isChosen, by));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item as Json, isChosen, by)]));
}
