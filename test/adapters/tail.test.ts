import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import type { BacklogPortion } from '../../src/adapters/tail/backlog.ts';
import { logTail, type TailConfig } from '../../src/adapters/tail/index.ts';
import { LINE_TOO_LONG } from '../../src/adapters/tail/lineFile.ts';
import { lineSplitter } from '../../src/adapters/tail/splitter.ts';
import type { Json } from '../../src/core/chat.ts';
import type { Cursor, DatabaseImporter, ImportBatch, LineImporter, LogTail } from '../../src/ports.ts';
import { watchTurns } from '../fakes/processorTime.ts';

const clock = { now: () => Date.now(), elapsed: () => performance.now() };

/** Observes each line as a call named by the line; its state counts the lines, so that a lost or repeated one shows. */
function lineImporter(root: string, extra: Partial<LineImporter> = {}): LineImporter {
  return {
    kind: 'lines',
    id: 'test-log',
    agent: 'test',
    roots: () => [root],
    matches: (path) => path.endsWith('.jsonl'),
    reader(_path, saved) {
      let lines = typeof saved === 'number' ? saved : 0;
      return {
        line(bytes) {
          lines += 1;
          const text = Buffer.from(bytes).toString('utf8');
          if (text.startsWith('bad')) return { observations: [], problem: 'A line is bad.' };
          return {
            observations: [
              { kind: 'settled', callId: `${text} #${lines}`, at: 1, source: 'test-log', facts: { agent: 'test' } },
            ],
          };
        },
        state: () => lines,
      };
    },
    ...extra,
  };
}

interface Bench {
  readonly root: string;
  readonly calls: string[];
  readonly cursors: Map<string, Cursor>;
  readonly batches: ImportBatch[];
  tail(config?: Partial<TailConfig>): LogTail;
  start(config?: Partial<TailConfig>): Promise<LogTail>;
  /** Waits until so many calls have come; fails after three seconds. */
  /** Resolves to how long it waited, in ms, by turns of 5 ms of this process: what else the machine does lengthens both. */
  until(count: number): Promise<number>;
  failing: Error | undefined;
}

function bench(t: TestContext): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'marginal-tail-'));
  const root = join(folder, 'logs');
  mkdirSync(root);
  const tails: LogTail[] = [];
  t.after(async () => {
    for (const tail of tails) await tail.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const self: Bench = {
    root,
    calls: [],
    cursors: new Map(),
    batches: [],
    failing: undefined,
    tail(config = {}) {
      const tail = logTail(
        {
          importers: [lineImporter(root)],
          environment: { home: folder, platform: 'linux', env: {}, codeUserFolders: [] },
          pollMs: 40,
          walkMs: 200,
          ...config,
        },
        { clock },
      );
      tails.push(tail);
      return tail;
    },
    async start(config) {
      const tail = self.tail(config);
      tail.start({
        take(batch) {
          if (self.failing) throw self.failing;
          self.batches.push(batch);
          self.calls.push(...batch.observations.map(({ callId }) => callId));
          for (const [key, cursor] of Object.entries(batch.cursors)) {
            self.cursors.set(key, JSON.parse(JSON.stringify(cursor)) as Cursor);
          }
        },
        cursor: (key) => self.cursors.get(key),
      });
      await tail.caughtUp();
      return tail;
    },
    async until(count) {
      let waited = 0;
      for (; self.calls.length < count; waited += 5) {
        assert.ok(waited < 3_000, `${self.calls.length} of ${count} calls came: ${self.calls.slice(-5)}`);
        await sleep(5);
      }
      return waited;
    },
  };
  return self;
}

test('what is there comes first, then what is appended, each once', async (t) => {
  const b = bench(t);
  mkdirSync(join(b.root, 'deep/er'), { recursive: true });
  writeFileSync(join(b.root, 'a.jsonl'), 'one\ntwo\n');
  writeFileSync(join(b.root, 'deep/er/b.jsonl'), 'three\n');
  writeFileSync(join(b.root, 'ignored.txt'), 'no\n');
  const tail = await b.start();
  assert.deepEqual(b.calls.toSorted(), ['one #1', 'three #1', 'two #2']);
  appendFileSync(join(b.root, 'a.jsonl'), 'four\n');
  await b.until(4);
  assert.equal(b.calls.at(-1), 'four #3');
  assert.deepEqual(tail.status(), [
    { source: 'test-log', agent: 'test', roots: ['~/logs'], files: 2, observations: 4, problems: [] },
  ]);
});

test('another thread is lent what waits; what it can’t read, or is written meanwhile, is read here', async (t) => {
  const b = bench(t);
  const file = (name: string) => join(b.root, `${name}.jsonl`);
  for (const name of ['denied', 'gone', 'read', 'left']) writeFileSync(file(name), `${name}\n`);
  const keyOf = (name: string) => `test-log:${file(name)}`;
  const asked: string[] = [];
  const allAsked = Promise.withResolvers<void>();
  const released: BacklogPortion[] = [];
  let isClosed = false;
  const packed = { memory: new ArrayBuffer(0), items: [3], first: 0, names: [] };
  const portion: BacklogPortion = {
    packed,
    observations: [],
    quotas: [],
    cursors: { [keyOf('read')]: cursorOf(file('read'), 'read\n') },
    found: [{ key: keyOf('read'), observations: 3, problems: ['A line is bad.'] }],
    ended: [
      { key: keyOf('denied'), error: { code: 'EACCES' } },
      { key: keyOf('gone'), error: { code: 'ENOENT' } },
      { key: keyOf('read') },
    ],
  };
  const answers = [portion, undefined];
  const tail = await b.start({
    backlogBytes: 1,
    backlogReader: {
      reads: ({ agent }) => agent === 'test',
      open: () => ({
        read(files) {
          asked.push(...files.map(({ key }) => key));
          if (asked.length === 4) allAsked.resolve();
        },
        async next() {
          await allAsked.promise;
          appendFileSync(file('read'), answers.length === 2 ? 'more\n' : '');
          rmSync(file('gone'), { force: true });
          return answers.shift();
        },
        release: (each) => void released.push(each),
        close: () => {
          isClosed = true;
        },
      }),
    },
  });
  assert.deepEqual(asked.toSorted(), ['denied', 'gone', 'left', 'read'].map(keyOf).toSorted());
  assert.deepEqual([released, isClosed], [[portion], true]);
  assert.deepEqual(
    b.batches.flatMap((batch) => batch.packed ?? []),
    [packed],
  );
  await b.until(3);
  assert.deepEqual(b.calls.toSorted(), ['denied #1', 'left #1', 'more #8']);
  const [status] = tail.status();
  assert.equal(status?.observations, 6);
  assert.deepEqual(
    status?.problems.map(({ sentence, count }) => [sentence, count]),
    [
      ['A line is bad.', 1],
      ["An agent's log can't be read: allow your account to read it.", 1],
    ],
  );
});

/** As a file's cursor is once so much of it was read; its reader has counted seven lines. */
function cursorOf(path: string, text: string): Cursor {
  const print: [number, number] = [text.length, crc32(text)];
  return {
    offset: text.length,
    inode: String(statSync(path, { bigint: true }).ino),
    head: print,
    tail: print,
    size: text.length,
    modifiedMs: 0,
    state: 7,
  };
}

test('a line is held back until its end is there, and never read in halves', async (t) => {
  const b = bench(t);
  const file = join(b.root, 'a.jsonl');
  writeFileSync(file, 'one\ntw');
  await b.start();
  assert.deepEqual(b.calls, ['one #1']);
  appendFileSync(file, 'o, w');
  await sleep(120);
  appendFileSync(file, 'hole\r\n');
  await b.until(2);
  assert.equal(b.calls[1], 'two, whole #2');
});

test('a log that was written long ago and is written to again goes on where it was, its unfinished line too', async (t) => {
  const b = bench(t);
  const file = join(b.root, 'a.jsonl');
  writeFileSync(file, 'one\ntw');
  utimesSync(file, 1_700_000_000, 1_700_000_000);
  await b.start();
  assert.deepEqual(b.calls, ['one #1']);
  appendFileSync(file, 'o\nthree\n');
  await b.until(3);
  appendFileSync(file, 'four\n');
  await b.until(4);
  assert.deepEqual(b.calls, ['one #1', 'two #2', 'three #3', 'four #4']);
});

test('a new start goes on where the last one stopped, with the unfinished line from its beginning', async (t) => {
  const b = bench(t);
  const file = join(b.root, 'a.jsonl');
  writeFileSync(file, 'one\ntwo\nthr');
  await (await b.start()).stop();
  appendFileSync(file, 'ee\nfour\n');
  await (await b.start()).stop();
  assert.deepEqual(b.calls, ['one #1', 'two #2', 'three #3', 'four #4']);
  const batches = b.batches.length;
  await (await b.start()).stop();
  assert.equal(b.batches.length, batches, 'nothing changed, nothing was read');
});

test('however a log grows between restarts, every line comes once and in order', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 12 }), fc.boolean()), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 16 }),
      async (pieces, chunkBytes) => {
        const b = bench(t);
        const file = join(b.root, 'a.jsonl');
        writeFileSync(file, '');
        for (const [piece, withEnd] of pieces) {
          appendFileSync(file, Buffer.from(withEnd ? `${piece}\n` : piece));
          await (await b.start({ chunkBytes, walkMs: 60_000, pollMs: 60_000 })).stop();
        }
        const whole = readFileSync(file, 'utf8').split('\n').slice(0, -1);
        const clean = whole
          .map((line) => line.replace(/[\r\0]+$/, '').replace(/^\0+/, ''))
          .filter((line) => line !== '');
        assert.deepEqual(
          b.calls.map((call) => call.replace(/ #\d+$/, '')),
          clean.filter((line) => !line.startsWith('bad')),
        );
      },
    ),
    { numRuns: 25 },
  );
});

test('a file that was replaced, cut or rewritten is read anew from its beginning', async (t) => {
  const b = bench(t);
  const file = join(b.root, 'a.jsonl');
  writeFileSync(file, 'one\ntwo\n');
  await b.start();
  // Rotated: another file takes the name.
  writeFileSync(join(b.root, 'new.tmp'), 'rotated\nand longer than before\n');
  renameSync(join(b.root, 'new.tmp'), file);
  await b.until(4);
  assert.deepEqual(b.calls.slice(2), ['rotated #1', 'and longer than before #2']);
  truncateSync(file, 0);
  appendFileSync(file, 'cut\n');
  await b.until(5);
  assert.equal(b.calls[4], 'cut #1');
  // Rewritten in place, longer: the same inode, and no smaller.
  writeFileSync(file, 'rewritten\nin place\n');
  await b.until(7);
  assert.deepEqual(b.calls.slice(5), ['rewritten #1', 'in place #2']);
  // The same beginning, and something else before the place where reading had stopped.
  writeFileSync(file, 'rewritten\nIN PLACE\nagain\n');
  await b.until(10);
  assert.deepEqual(b.calls.slice(7), ['rewritten #1', 'IN PLACE #2', 'again #3']);
});

test('a file rewritten while Marginal was not running is read anew', async (t) => {
  const b = bench(t);
  const file = join(b.root, 'a.jsonl');
  writeFileSync(file, 'one\ntwo\n');
  await (await b.start()).stop();
  writeFileSync(file, 'ONE\ntwo\nthree\n');
  await (await b.start()).stop();
  assert.deepEqual(b.calls.slice(2), ['ONE #1', 'two #2', 'three #3']);
});

test('a deleted file is forgotten, and one of the same name is another file', async (t) => {
  const b = bench(t);
  const file = join(b.root, 'a.jsonl');
  writeFileSync(file, 'one\n');
  const tail = await b.start();
  rmSync(file);
  for (let waited = 0; tail.status()[0]?.files !== 0 && waited < 2_000; waited += 10) await sleep(10);
  assert.equal(tail.status()[0]?.files, 0);
  writeFileSync(file, 'new\n');
  await b.until(2);
  assert.equal(b.calls[1], 'new #1');
  assert.deepEqual(tail.status()[0]?.problems, []);
});

test('a line of 50 MB is skipped and counted, in bounded memory, and its neighbours are read', async (t) => {
  const b = bench(t);
  const file = join(b.root, 'a.jsonl');
  writeFileSync(file, 'before\n');
  const filler = Buffer.alloc(1024 * 1024, 'x');
  for (let megabyte = 0; megabyte < 50; megabyte += 1) appendFileSync(file, filler);
  appendFileSync(file, '\nafter\n');
  const memoryBefore = process.memoryUsage();
  const tail = await b.start({ maxLineBytes: 8 * 1024 * 1024 });
  const memory = process.memoryUsage();
  assert.deepEqual(b.calls, ['before #1', 'after #2']);
  assert.deepEqual(tail.status()[0]?.problems, [{ sentence: LINE_TOO_LONG, count: 1, example: '~/logs/a.jsonl' }]);
  assert.ok(
    memory.arrayBuffers - memoryBefore.arrayBuffers < 40 * 1024 * 1024,
    `${memory.arrayBuffers - memoryBefore.arrayBuffers} bytes more`,
  );
});

test('NULs, bytes that are no UTF-8, a byte order mark and bad lines spoil nothing beside them', async (t) => {
  const b = bench(t);
  writeFileSync(
    join(b.root, 'a.jsonl'),
    Buffer.concat([
      Buffer.from([0xef, 0xbb, 0xbf]),
      Buffer.from('one\n'),
      Buffer.alloc(5_000),
      Buffer.from('two\n\n'),
      Buffer.alloc(300),
      Buffer.from('\nbad line\n'),
      Buffer.from([0xff, 0xfe, 0x41, 0x0a]),
      Buffer.from('three\n'),
    ]),
  );
  const tail = await b.start();
  assert.deepEqual(
    b.calls.map((call) => call.split(' ')[0]),
    ['one', 'two', '\ufffd\ufffdA', 'three'],
  );
  assert.deepEqual(tail.status()[0]?.problems, [{ sentence: 'A line is bad.', count: 1, example: '~/logs/a.jsonl' }]);
});

test('a link that leads back up is walked once, and what links lead to is read', async (t) => {
  const b = bench(t);
  mkdirSync(join(b.root, 'a'));
  writeFileSync(join(b.root, 'a/one.jsonl'), 'one\n');
  symlinkSync(b.root, join(b.root, 'a/loop'));
  symlinkSync(join(b.root, 'a/self'), join(b.root, 'a/self'));
  const outside = join(b.root, '../outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'two.jsonl'), 'two\n');
  symlinkSync(outside, join(b.root, 'linked'));
  const tail = await b.start();
  assert.deepEqual(b.calls.toSorted(), ['one #1', 'two #1']);
  assert.deepEqual(tail.status()[0]?.problems, []);
});

test('what may not be read is a problem with a sentence, once, and the rest goes on', {
  skip: process.getuid?.() === 0 && 'root may read everything',
}, async (t) => {
  const b = bench(t);
  mkdirSync(join(b.root, 'locked'));
  writeFileSync(join(b.root, 'secret.jsonl'), 'one\n');
  chmodSync(join(b.root, 'secret.jsonl'), 0);
  chmodSync(join(b.root, 'locked'), 0);
  writeFileSync(join(b.root, 'open.jsonl'), 'two\n');
  const tail = await b.start();
  await sleep(600);
  assert.deepEqual(b.calls, ['two #1']);
  const problems = tail.status()[0]?.problems ?? [];
  assert.deepEqual(problems.map(({ count, example }) => [count, example]).toSorted(), [
    [1, '~/logs/locked'],
    [1, '~/logs/secret.jsonl'],
  ]);
  for (const { sentence } of problems) assert.match(sentence, /allow your account/);
  chmodSync(join(b.root, 'locked'), 0o700);
  chmodSync(join(b.root, 'secret.jsonl'), 0o600);
  await b.until(2);
});

test('a file whose reading fails is a problem, told once, tried again, and then read whole', async (t) => {
  const b = bench(t);
  const importer = lineImporter(b.root, { matches: (path) => path.endsWith('.jsonl') });
  const file = join(b.root, 'late.jsonl');
  let refuse = false;
  const tail = await b.start({
    importers: [
      {
        ...importer,
        reader(path, saved) {
          const reader = importer.reader(path, saved);
          return {
            ...reader,
            line(bytes) {
              if (refuse) throw Object.assign(new Error('disk'), { code: 'EIO' });
              return reader.line(bytes);
            },
          };
        },
      },
    ],
  });
  writeFileSync(file, 'zero\non');
  await b.until(1);
  refuse = true;
  appendFileSync(file, 'e\ntwo\n');
  for (let waited = 0; tail.status()[0]?.problems.length === 0 && waited < 2_000; waited += 10) await sleep(10);
  assert.equal(tail.status()[0]?.problems[0]?.count, 1);
  refuse = false;
  await b.until(3);
  assert.deepEqual(b.calls, ['zero #1', 'one #2', 'two #3']);
});

test('roots that appear, vanish and appear again are followed', async (t) => {
  const b = bench(t);
  const root = join(b.root, 'later/projects');
  const tail = await b.start({ importers: [lineImporter(root)], walkMs: 60_000 });
  assert.deepEqual(tail.status()[0]?.problems, [], 'an agent that is not installed is no problem');
  mkdirSync(join(root, 'p'), { recursive: true });
  writeFileSync(join(root, 'p/a.jsonl'), 'one\n');
  await b.until(1);
  mkdirSync(join(root, 'q/r'), { recursive: true });
  await sleep(30);
  writeFileSync(join(root, 'q/r/b.jsonl'), 'two\n');
  await b.until(2);
  rmSync(join(b.root, 'later'), { recursive: true });
  await sleep(200);
  mkdirSync(join(root, 'p'), { recursive: true });
  writeFileSync(join(root, 'p/a.jsonl'), 'three\n');
  await b.until(3);
});

test('a folder that is removed and made again is followed again', async (t) => {
  const b = bench(t);
  const folder = join(b.root, 'p');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.jsonl'), 'one\n');
  await b.start();
  rmSync(folder, { recursive: true });
  await sleep(300);
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.jsonl'), 'two\n');
  await b.until(2);
  appendFileSync(join(folder, 'a.jsonl'), 'three\n');
  await b.until(3);
});

test('what the ledger cannot take is offered again until it can, and nothing is lost or doubled', async (t) => {
  const b = bench(t);
  writeFileSync(join(b.root, 'a.jsonl'), 'one\n');
  await b.start();
  b.failing = new Error('disk full');
  appendFileSync(join(b.root, 'a.jsonl'), 'two\n');
  await sleep(150);
  appendFileSync(join(b.root, 'a.jsonl'), 'three\n');
  await sleep(150);
  assert.deepEqual(b.calls, ['one #1']);
  b.failing = undefined;
  await b.until(3);
  assert.deepEqual(b.calls, ['one #1', 'two #2', 'three #3']);
});

test('stopping while the ledger takes nothing ends, and the next start reads what was not taken', async (t) => {
  const b = bench(t);
  writeFileSync(join(b.root, 'a.jsonl'), 'one\n');
  b.failing = new Error('disk full');
  const tail = b.tail();
  tail.start({ take: () => assert.fail('full'), cursor: () => undefined });
  await sleep(100);
  await tail.stop();
  b.failing = undefined;
  await b.start();
  assert.deepEqual(b.calls, ['one #1']);
});

test('from a line written to its being handed over: at most 300 ms at the median, with 50 files being written', async (t) => {
  const b = bench(t);
  const files = Array.from({ length: 50 }, (_, index) => join(b.root, `${index}.jsonl`));
  for (const file of files) writeFileSync(file, 'start\n');
  await b.start({ pollMs: 300, walkMs: 10_000 });
  const waits: number[] = [];
  for (const file of files) {
    const before = b.calls.length;
    appendFileSync(file, 'more\n');
    waits.push(await b.until(before + 1));
  }
  waits.sort((x, y) => x - y);
  assert.ok((waits[25] ?? 0) <= 300, `median ${waits[25]} ms`);
  assert.ok((waits[49] ?? 0) <= 1_000, `worst ${waits[49]} ms`);
});

test('without any notice of the system, looking finds what changed', async (t) => {
  const b = bench(t);
  const file = join(b.root, 'a.jsonl');
  writeFileSync(file, 'one\n');
  // Beyond the limit of watched folders nothing is watched.
  for (let index = 0; index < 1_100; index += 1) mkdirSync(join(b.root, `d${index}`));
  writeFileSync(join(b.root, 'd1099/b.jsonl'), 'two\n');
  await b.start({ pollMs: 100, walkMs: 100 });
  assert.equal(b.calls.length, 2);
  appendFileSync(join(b.root, 'd1099/b.jsonl'), 'three\n');
  appendFileSync(join(b.root, 'd3/c.jsonl'), 'four\n');
  assert.ok((await b.until(4)) < 1_000);
});

test('the thread is never held long while much is read', async (t) => {
  const b = bench(t);
  const line = `${'y'.repeat(400)}\n`;
  for (let file = 0; file < 10; file += 1) writeFileSync(join(b.root, `${file}.jsonl`), line.repeat(20_000));
  const turns = watchTurns();
  t.after(turns.stop);
  await b.start({
    importers: [
      lineImporter(b.root, {
        reader: () => ({
          line: (bytes) => ({ observations: [], problem: bytes.length === 1 ? 'x' : undefined }),
          state: () => null,
        }),
      }),
    ],
  });
  // 20 ms is the aim; clearing away what was read falls on a turn too.
  assert.ok(turns.longestMs() < 120, `${turns.longestMs()} ms`);
});

const self = fileURLToPath(import.meta.url);

test('the tests about permissions, as a user who has none', {
  skip: process.getuid?.() !== 0 && 'they ran above',
}, () => {
  const child = spawnSync(process.execPath, ['--test', '--test-name-pattern', 'may not be', self], {
    uid: 65_534,
    gid: 65_534,
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, HOME: tmpdir() },
    encoding: 'utf8',
  });
  assert.equal(child.status, 0, child.stdout + child.stderr);
  assert.match(child.stdout, /pass 2/);
});

// --- databases ---

function databaseImporter(root: string): DatabaseImporter {
  return {
    kind: 'database',
    id: 'test-database',
    agent: 'test',
    roots: () => [root],
    matches: (path) => path.endsWith('store.db'),
    descends: () => false,
    read(database, cursor) {
      const last = typeof cursor === 'number' ? cursor : 0;
      const rows = database.all('SELECT id FROM calls WHERE id > ? ORDER BY id LIMIT 3', last);
      return {
        observations: rows.map(({ id }) => ({
          kind: 'settled',
          callId: `row ${id}`,
          at: 1,
          source: 'test-database',
          facts: { agent: 'test' },
        })),
        cursor: Number(rows.at(-1)?.id ?? last) as Json,
        problems: [],
      };
    },
  };
}

/** Names, sizes and contents; of the -shm the name only, for its writer changes it. */
function trace(folder: string): readonly string[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => {
      if (name.endsWith('-shm')) return name;
      const path = join(folder, name);
      return `${name} ${statSync(path).mtimeMs} ${readFileSync(path).toString('base64').length}`;
    });
}

test('a database in WAL mode is read live beside its writer, and nothing is left in its folder', async (t) => {
  const b = bench(t);
  const path = join(b.root, 'store.db');
  const writer = new DatabaseSync(path);
  writer.exec(
    'PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE calls (id INTEGER PRIMARY KEY); INSERT INTO calls VALUES (1),(2),(3),(4)',
  );
  const before = trace(b.root);
  const tail = await b.start({ importers: [databaseImporter(b.root)] });
  await b.until(4);
  assert.deepEqual(trace(b.root), before);
  writer.exec('INSERT INTO calls VALUES (5)');
  const after = trace(b.root);
  await b.until(5);
  assert.deepEqual(trace(b.root), after);
  assert.deepEqual(b.calls, ['row 1', 'row 2', 'row 3', 'row 4', 'row 5']);
  writer.close();
  await sleep(150);
  assert.deepEqual(readdirSync(b.root), ['store.db'], "the writer's own closing is not disturbed");
  assert.deepEqual(tail.status()[0]?.problems, []);
});

test('a database that its writer closed is read without a trace, and again only when it changed', async (t) => {
  const b = bench(t);
  const path = join(b.root, 'store.db');
  const write = (sql: string) => {
    const writer = new DatabaseSync(path);
    writer.exec(sql);
    writer.close();
  };
  write('PRAGMA journal_mode = WAL; CREATE TABLE calls (id INTEGER PRIMARY KEY); INSERT INTO calls VALUES (1)');
  const before = trace(b.root);
  await (await b.start({ importers: [databaseImporter(b.root)] })).stop();
  assert.deepEqual(b.calls, ['row 1']);
  assert.deepEqual(trace(b.root), before);
  await b.start({ importers: [databaseImporter(b.root)] });
  write('INSERT INTO calls VALUES (2)');
  await b.until(2);
  assert.deepEqual(b.calls, ['row 1', 'row 2']);
});

test('a folder that may not be written to is no hindrance', {
  skip: process.getuid?.() === 0 && 'root may write everywhere',
}, async (t) => {
  const b = bench(t);
  const writer = new DatabaseSync(join(b.root, 'store.db'));
  writer.exec('PRAGMA journal_mode = WAL; CREATE TABLE calls (id INTEGER PRIMARY KEY); INSERT INTO calls VALUES (1)');
  writer.close();
  chmodSync(b.root, 0o500);
  await b.start({ importers: [databaseImporter(b.root)] });
  chmodSync(b.root, 0o700);
  assert.deepEqual(b.calls, ['row 1']);
});

test('a file that is no database, or an unfinished one, is a problem and is read once it is whole', async (t) => {
  const b = bench(t);
  const path = join(b.root, 'store.db');
  writeFileSync(path, 'this is no database at all, but long enough to look like one'.repeat(100));
  const tail = await b.start({ importers: [databaseImporter(b.root)] });
  const [problem] = tail.status()[0]?.problems ?? [];
  assert.match(problem?.sentence ?? '', /^An agent's database can't be read/);
  assert.equal(problem?.count, 1);
  const good = join(b.root, 'good.tmp');
  const writer = new DatabaseSync(good);
  writer.exec('CREATE TABLE calls (id INTEGER PRIMARY KEY); INSERT INTO calls VALUES (1)');
  writer.close();
  renameSync(good, path);
  await b.until(1);
});

test('a database that its agent holds locked is told as in use, and read afterwards', async (t) => {
  const b = bench(t);
  const path = join(b.root, 'store.db');
  const writer = new DatabaseSync(path);
  writer.exec('PRAGMA journal_mode = WAL; CREATE TABLE calls (id INTEGER PRIMARY KEY); INSERT INTO calls VALUES (1)');
  writer.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; INSERT INTO calls VALUES (2)');
  const tail = await b.start({ importers: [databaseImporter(b.root)] });
  await sleep(300);
  writer.exec('COMMIT; PRAGMA locking_mode = NORMAL; SELECT 1 FROM calls');
  writer.close();
  await b.until(2);
  for (const { sentence } of tail.status()[0]?.problems ?? []) assert.match(sentence, /in use|can't be read/);
});

test('a database crashed with its -wal is read as far as its writer had come', async (t) => {
  const b = bench(t);
  const made = join(b.root, '../made');
  mkdirSync(made);
  const writer = new DatabaseSync(join(made, 'store.db'));
  writer.exec(
    'PRAGMA journal_mode = WAL; CREATE TABLE calls (id INTEGER PRIMARY KEY); INSERT INTO calls VALUES (1),(2)',
  );
  for (const name of readdirSync(made)) copyFileSync(join(made, name), join(b.root, name));
  writer.close();
  const before = trace(b.root);
  await b.start({ importers: [databaseImporter(b.root)] });
  assert.deepEqual(b.calls, ['row 1', 'row 2']);
  assert.deepEqual(trace(b.root), before);
});

// --- the splitter ---

test('however a text is cut into chunks, its lines are the same', () => {
  const lines = fc.array(
    fc.string({ maxLength: 30 }).map((text) => text.replaceAll(/[\n\r\0\ufeff]/g, '.')),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(
      lines,
      fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1 }),
      fc.integer({ min: 5, max: 40 }),
      (texts, lengths, maxLineBytes) => {
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
        const splitter = lineSplitter(maxLineBytes);
        const found: string[] = [];
        for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
          const length = lengths[turn % lengths.length] ?? 1;
          splitter.add(bytes.subarray(start, start + length));
          for (let line = splitter.next(); line; line = splitter.next())
            found.push(line.bytes.toString('utf8', line.start, line.end));
          start += length;
        }
        const short = texts.filter((text) => Buffer.byteLength(text) <= maxLineBytes);
        assert.deepEqual(found, short);
        assert.equal(splitter.dropped(), texts.length - short.length);
        assert.equal(splitter.held(), 0);
      },
    ),
  );
});

test('a file that only its time says is changed is read no further', async (t) => {
  const b = bench(t);
  const file = join(b.root, 'a.jsonl');
  writeFileSync(file, 'one\n');
  await b.start();
  utimesSync(file, new Date(), new Date(Date.now() + 5_000));
  await sleep(400);
  assert.deepEqual(b.calls, ['one #1']);
});
