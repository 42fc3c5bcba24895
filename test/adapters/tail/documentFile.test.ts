// Documents in the follower: read whole when they changed, retried while they are written, and told no more than once.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ITEM_TOO_LONG, NOT_WHOLE } from '../../../src/adapters/tail/documentFile.ts';
import { logTail, type TailConfig } from '../../../src/adapters/tail/index.ts';
import type { Cursor, DocumentImporter, LogTail } from '../../../src/ports.ts';
import { watchTurns } from '../../fakes/processorTime.ts';

const clock = { now: () => Date.now(), elapsed: () => performance.now() };

/** Each item is a call; what an item named `label` beside it says is its model. */
function documentImporter(root: string, reads: { count: number }): DocumentImporter {
  return {
    kind: 'document',
    id: 'test-document',
    agent: 'test',
    roots: () => [root],
    matches: (path) => path.endsWith('chat.json'),
    beside: (path) => [path.replace('chat.json', 'label.json')],
    reader() {
      reads.count += 1;
      const items: string[] = [];
      let model: string | undefined;
      return {
        item({ name, bytes }) {
          if (name === 'label') model = JSON.parse(Buffer.from(bytes).toString('utf8'));
          else items.push(Buffer.from(bytes).toString('utf8'));
        },
        end: () => ({
          observations: items.map((item) => ({
            kind: 'settled' as const,
            callId: item,
            at: 1,
            source: 'test-document',
            facts: { agent: 'test', ...(model ? { model } : {}) },
          })),
          problems: [],
        }),
      };
    },
  };
}

function bench(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'marginal-document-'));
  const root = join(folder, 'chats');
  mkdirSync(root);
  const tails: LogTail[] = [];
  t.after(async () => {
    for (const tail of tails) await tail.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const self = {
    root,
    file: join(root, 'chat.json'),
    calls: [] as string[],
    cursors: new Map<string, Cursor>(),
    reads: { count: 0 },
    async start(config: Partial<TailConfig> = {}) {
      const tail = logTail(
        {
          importers: [documentImporter(root, self.reads)],
          environment: { home: folder, platform: 'linux', env: {}, codeUserFolders: [] },
          pollMs: 40,
          walkMs: 200,
          ...config,
        },
        { clock },
      );
      tails.push(tail);
      tail.start({
        take({ observations, cursors }) {
          self.calls.push(...observations.map(({ callId, facts }) => callId + (facts.model ? ` ${facts.model}` : '')));
          for (const [key, cursor] of Object.entries(cursors))
            self.cursors.set(key, JSON.parse(JSON.stringify(cursor)));
        },
        cursor: (key) => self.cursors.get(key),
      });
      await tail.caughtUp();
      return tail;
    },
    async until(count: number) {
      for (let waited = 0; self.calls.length < count; waited += 5) {
        assert.ok(waited < 4_000, `${self.calls.length} of ${count} calls came: ${self.calls.slice(-5)}`);
        await sleep(5);
      }
    },
  };
  return self;
}

test('what is there comes first, then what a rewriting adds or changes, each once', async (t) => {
  const b = bench(t);
  writeFileSync(b.file, '[1, 2]');
  const tail = await b.start();
  assert.deepEqual(b.calls, ['1', '2']);
  // In place.
  writeFileSync(b.file, '[1, 2, 3]');
  await b.until(3);
  // By another file that takes its name.
  writeFileSync(join(b.root, 'new.tmp'), '[1, 22, 3, 4]');
  renameSync(join(b.root, 'new.tmp'), b.file);
  await b.until(5);
  assert.deepEqual(b.calls.slice(2), ['3', '22', '4']);
  assert.deepEqual(tail.status(), [
    { source: 'test-document', agent: 'test', roots: ['~/chats'], files: 1, observations: 5, problems: [] },
  ]);
});

test('a half-written document is tried again, silently, and nothing of it is lost', async (t) => {
  const b = bench(t);
  writeFileSync(b.file, '[1, {"a":');
  const tail = await b.start();
  assert.deepEqual(b.calls, []);
  writeFileSync(b.file, '[1, {"a":2}]');
  await b.until(2);
  assert.deepEqual(b.calls, ['1', '{"a":2}']);
  assert.deepEqual(tail.status()[0]?.problems, []);
});

test('a document cut off for good is told, with what stands before the cut, and rests until it changes', async (t) => {
  const b = bench(t);
  writeFileSync(b.file, '[1, 2, {"a":');
  const tail = await b.start({ pollMs: 15 });
  for (let waited = 0; (tail.status()[0]?.problems.length ?? 0) === 0 && waited < 12_000; waited += 50) await sleep(50);
  assert.deepEqual(tail.status()[0]?.problems, [
    { sentence: NOT_WHOLE, count: 1, example: `~${b.file.slice(b.root.length - '/chats'.length)}` },
  ]);
  await b.until(2);
  assert.deepEqual(b.calls, ['1', '2']);
  const { count } = b.reads;
  await sleep(400);
  assert.equal(b.reads.count, count, 'not read again while it is the same');
  writeFileSync(b.file, '[1, 2, 3]');
  await b.until(3);
  assert.equal(b.calls[2], '3');
});

test('a document rewritten again and again while it is read comes to its last version', async (t) => {
  const b = bench(t);
  writeFileSync(b.file, '[0]');
  await b.start({ chunkBytes: 16 });
  const filler = 'x'.repeat(2_000);
  for (let version = 1; version <= 40; version += 1) {
    writeFileSync(b.file, JSON.stringify([filler, ...Array.from({ length: version }, (_, index) => index)]));
    await sleep(3);
  }
  for (let waited = 0; !b.calls.includes('39') && waited < 4_000; waited += 10) await sleep(10);
  assert.deepEqual(
    new Set(b.calls),
    new Set([JSON.stringify(filler), ...Array.from({ length: 40 }, (_, index) => String(index))]),
  );
  assert.equal(b.calls.length, 41, 'each once');
});

test('a new start reads nothing that is unchanged, and of what changed tells only what is new', async (t) => {
  const b = bench(t);
  writeFileSync(b.file, '[1, 2]');
  await (await b.start()).stop();
  const { count } = b.reads;
  await (await b.start()).stop();
  assert.equal(b.reads.count, count);
  writeFileSync(b.file, '[1, 2, 3]');
  await (await b.start()).stop();
  assert.deepEqual(b.calls, ['1', '2', '3']);
});

test('a document beside it is read first; without it, or without leave to read it, the rest still comes', async (t) => {
  const b = bench(t);
  writeFileSync(b.file, '[1]');
  const beside = join(b.root, 'label.json');
  const tail = await b.start();
  assert.deepEqual(b.calls, ['1']);
  writeFileSync(beside, '{"label": "m"}');
  writeFileSync(b.file, '[1, 2]');
  await b.until(3);
  assert.deepEqual(b.calls.slice(1), ['1 m', '2 m']);
  chmodSync(beside, 0);
  writeFileSync(b.file, '[1, 2, 3]');
  await b.until(4);
  assert.ok(b.calls.at(-1)?.startsWith('3'));
  assert.ok(tail.status()[0]?.files === 1);
});

test('an item longer than allowed is skipped and counted, and its neighbours are read', async (t) => {
  const b = bench(t);
  writeFileSync(b.file, JSON.stringify([1, 'x'.repeat(5_000), 2]));
  const tail = await b.start({ maxLineBytes: 1_000, chunkBytes: 64 });
  assert.deepEqual(b.calls, ['1', '2']);
  assert.equal(tail.status()[0]?.problems[0]?.sentence, ITEM_TOO_LONG);
});

test('a document of 60 MB holds the thread for some milliseconds at a time, and little memory', async (t) => {
  const b = bench(t);
  const filler = `"${'words and \\"quotes\\" '.repeat(2_500)}"`;
  writeFileSync(b.file, `[${Array.from({ length: 1_200 }, (_, index) => `${index},${filler}`).join(',')}]`);
  assert.ok(statSync(b.file).size > 50_000_000);
  const importer: DocumentImporter = {
    ...documentImporter(b.root, b.reads),
    reader: () => {
      let numbers = 0;
      return {
        item({ bytes }) {
          if (bytes.length < 10) numbers += 1;
        },
        end: () => ({
          observations: [
            { kind: 'settled', callId: `${numbers} numbers`, at: 1, source: 'test-document', facts: { agent: 'test' } },
          ],
          problems: [],
        }),
      };
    },
  };
  const turns = watchTurns();
  const before = process.memoryUsage().rss;
  await b.start({ importers: [importer] });
  turns.stop();
  assert.deepEqual(b.calls, ['1200 numbers']);
  t.diagnostic(
    `${Math.round(turns.longestMs())} ms at most; ${Math.round((process.memoryUsage().rss - before) / 1e6)} MB more`,
  );
  assert.ok(turns.longestMs() < 200, `the thread was held for ${turns.longestMs()} ms`);
});

test('reading leaves no trace', async (t) => {
  const b = bench(t);
  writeFileSync(b.file, '[1]');
  const { mtimeMs } = statSync(b.file);
  await (await b.start()).stop();
  assert.deepEqual(readdirSync(b.root), ['chat.json']);
  assert.equal(readFileSync(b.file, 'utf8'), '[1]');
  assert.equal(statSync(b.file).mtimeMs, mtimeMs);
});
