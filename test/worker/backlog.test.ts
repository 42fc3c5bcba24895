// A first reading on a thread of its own: what it brings is what reading without it brings, whatever becomes of it.
import assert from 'node:assert/strict';
import { appendFileSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { after, before, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { priceBooks } from '../../src/adapters/priceData/priceBooks.ts';
import type { BacklogReader, BacklogReading } from '../../src/adapters/tail/backlog.ts';
import { logTail } from '../../src/adapters/tail/index.ts';
import { importLogs, type LogImport } from '../../src/app/importLogs.ts';
import { importers } from '../../src/importers/index.ts';
import type { LedgerStore } from '../../src/ports.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { backlogThread } from '../../src/worker/backlogThread.ts';
import { priceObservation } from '../../src/worker/priceObservation.ts';
import { writeHome } from '../bench/ingest/home.ts';
import { ledgerFolder } from '../fakes/ledgerFolder.ts';
import { shippedPrices } from '../fakes/shippedPrices.ts';

const clock = { now: () => Date.now(), elapsed: () => performance.now() };
const settings = {
  overrides: [],
  localCost: { watts: 150, dollarsPerKilowattHour: 0.2, hardwareDollars: 1500, hardwareLifeHours: 10_000 },
};
const SCRIPT = fileURLToPath(new URL('../../src/worker/backlog.ts', import.meta.url));
const thread = backlogThread(SCRIPT, () => ({ prices: shippedPrices, ...settings }));

let home = '';
let expected: ReturnType<typeof told>;

before(async () => {
  home = mkdtempSync(join(tmpdir(), 'marginal-backlog-'));
  await writeHome(home, 6_000);
  const files = globSync(join(home, '.claude/projects/**/*.jsonl'));
  // Not valid, and not finished.
  appendFileSync(files[0] as string, '{"type":"assistant","message":{"usage":}}\n{"type":"assist');
});
after(() => rmSync(home, { recursive: true, force: true, maxRetries: 3 }));

interface Reading {
  readonly ledger: LedgerStore;
  start(backlogReader?: BacklogReader): LogImport;
}

function reading(context: TestContext): Reading {
  const ledger = openLedger(ledgerFolder(context).path, { clock });
  const started: LogImport[] = [];
  const book = priceBooks(shippedPrices)(settings);
  context.after(async () => {
    for (const each of started) await each.stop();
    ledger.close();
  });
  return {
    ledger,
    start(backlogReader) {
      const imports = importLogs({
        tail: logTail(
          {
            importers: importers.filter(({ agent }) => agent === 'claude-code' || agent === 'codex'),
            environment: { home, platform: 'linux', env: {}, codeUserFolders: [] },
            backlogReader,
            backlogBytes: 1,
          },
          { clock },
        ),
        ledger,
        price: (observation) => priceObservation(observation, () => book, clock.now()),
        onTrouble: (error) => assert.ifError(error),
      });
      started.push(imports);
      imports.start();
      return imports;
    },
  };
}

/** What a ledger and an import tell, but for when. */
function told(ledger: LedgerStore, imports: LogImport) {
  return {
    burn: ledger.burn('2026-01-01', '2026-12-31'),
    sources: ledger.sources(0),
    runs: ledger.runs(40).map(({ runId, cost, folder, steps }) => ({ runId, cost, folder, steps: steps.length })),
    quotas: ledger.quotas(0),
    cursors: new Map([...ledger.cursorMarks().keys()].sort().map((key) => [key, ledger.cursor(key)])),
    problems: imports.status().map(({ source, files, problems }) => ({ source, files, problems })),
  };
}

/** A reader whose thread is closed once it has told so many portions; which it has told before is noted. */
function cutting(portions: number): BacklogReader & { count: number } {
  const self = {
    count: 0,
    reads: thread.reads,
    open(): BacklogReading {
      const inner = thread.open();
      return {
        ...inner,
        async next() {
          if (self.count === portions) inner.close();
          const portion = await inner.next();
          if (portion) self.count += 1;
          return portion;
        },
      };
    },
  };
  return self;
}

test('without the thread', async (context) => {
  const { ledger, start } = reading(context);
  const imports = start();
  await imports.caughtUp();
  expected = told(ledger, imports);
  assert.ok(expected.burn.reduce((calls, row) => calls + row.calls, 0) > 1_000);
  assert.ok(expected.problems.some(({ problems }) => problems.length === 1));
});

test('with it all is the same, down to how far each file was read; and it adds up', async (context) => {
  const { ledger, start } = reading(context);
  const reader = cutting(Number.POSITIVE_INFINITY);
  const imports = start(reader);
  await imports.caughtUp();
  assert.ok(reader.count > 1);
  assert.deepEqual(told(ledger, imports), expected);
  ledger.rebuild();
  assert.deepEqual(told(ledger, imports), expected);
});

test('what is asked for while it reads is told together with the rest', async () => {
  const files = globSync(join(home, '.claude/projects/*/*.jsonl')).slice(0, 2);
  const source = importers.find(({ agent }) => agent === 'claude-code')?.id ?? '';
  const inner = thread.open();
  try {
    for (const path of files) inner.read([{ key: path, path, source, cursor: undefined }]);
    const portion = await inner.next();
    assert.deepEqual(
      portion?.ended,
      files.map((key) => ({ key })),
    );
  } finally {
    inner.close();
  }
});

test('agents’ files are read in turns', async () => {
  const sourceOf = (agent: string) => importers.find((each) => each.agent === agent)?.id ?? '';
  const ofClaude = globSync(join(home, '.claude/projects/*/*.jsonl')).slice(0, 3);
  const ofCodex = globSync(join(home, '.codex/sessions/**/*.jsonl')).slice(0, 1);
  const ofGemini = [fileURLToPath(new URL('../fixtures/gemini-cli/resumed.jsonl', import.meta.url))];
  const asked = (files: readonly string[], source: string) =>
    files.map((path) => ({ key: path, path, source, cursor: undefined }));
  const inner = thread.open();
  try {
    inner.read([
      ...asked(ofClaude, sourceOf('claude-code')),
      ...asked(ofCodex, sourceOf('codex')),
      ...asked(ofGemini, sourceOf('gemini-cli')),
    ]);
    const portion = await inner.next();
    const keys = portion?.ended.map(({ key }) => key);
    assert.deepEqual(keys, [ofClaude[0], ofCodex[0], ofGemini[0], ...ofClaude.slice(1)]);
  } finally {
    inner.close();
  }
});

test('where it ends at any moment, the rest is read here', async (context) => {
  for (const portions of [0, 1, 2]) {
    const { ledger, start } = reading(context);
    const imports = start(cutting(portions));
    await imports.caughtUp();
    assert.deepEqual(told(ledger, imports), expected, String(portions));
  }
});

test('where it can’t start, all is read here', async (context) => {
  const scripts = ['/nowhere/backlog.cjs', 'no path'];
  for (const script of scripts) {
    const { ledger, start } = reading(context);
    const imports = start(backlogThread(script, () => ({ prices: shippedPrices, ...settings })));
    await imports.caughtUp();
    assert.deepEqual(told(ledger, imports), expected, script);
  }
});

test('a reading that is stopped goes on at the next start, and adds nothing twice', async (context) => {
  const { ledger, start } = reading(context);
  const first = start(thread);
  while (ledger.revision() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await first.stop();
  const second = start(thread);
  await second.caughtUp();
  const { problems: _, ...all } = expected;
  const { problems: __, ...now } = told(ledger, second);
  assert.deepEqual(now, all);
  const before = ledger.revision();
  await second.stop();
  await start(thread).caughtUp();
  assert.equal(ledger.revision(), before);
});
