// All importers on one home, through the follower into a real ledger: the known totals, once, whatever is read twice.
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { logTail } from '../../src/adapters/tail/index.ts';
import { importLogs, type LogImport } from '../../src/app/importLogs.ts';
import { settleCost } from '../../src/core/prices/cost.ts';
import { importers } from '../../src/importers/index.ts';
import type { ImportEnvironment, LedgerStore } from '../../src/ports.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { fixturePath } from '../contract/importer.ts';

const clock = { now: () => Date.now(), elapsed: () => performance.now() };

interface Home {
  readonly environment: ImportEnvironment;
  readonly ledger: LedgerStore;
  readonly claude: string;
  /** `priceBook`: each is another one with the same prices. */
  read(options?: { readonly fromTheBeginning?: boolean; readonly priceBook?: string }): Promise<LogImport>;
}

function home(t: TestContext): Home {
  const folder = mkdtempSync(join(tmpdir(), 'marginal-home-'));
  const user = join(folder, '.config/Code/User');
  const claude = join(folder, '.claude/projects/-home-dev-work');
  mkdirSync(claude, { recursive: true });
  for (const name of ['0d8ec70c', '57300c71', '6fc4a475', 'd96c787e']) {
    cpSync(fixturePath(`claude-code/claude-code-${name}.jsonl`), join(claude, `${name}.jsonl`));
  }
  cpSync(fixturePath('claude-code/with-subagent'), claude, { recursive: true });
  for (const name of ['custom-endpoint', 'extension-model']) {
    cpSync(fixturePath(`copilot/${name}`), join(user, 'workspaceStorage', name), { recursive: true });
  }
  mkdirSync(join(folder, '.copilot'));
  const store = new DatabaseSync(join(folder, '.copilot/session-store.db'));
  store.exec(readFileSync(fixturePath('copilot/session-store.sql'), 'utf8'));
  store.close();
  mkdirSync(join(folder, '.local/share/opencode'), { recursive: true });
  const openCode = new DatabaseSync(join(folder, '.local/share/opencode/opencode.db'), {
    enableForeignKeyConstraints: false,
  });
  openCode.exec(readFileSync(fixturePath('opencode/opencode.sql'), 'utf8'));
  // A fork of the session: the same calls under other ids.
  openCode.exec("INSERT INTO message SELECT 'copy_' || id, session_id, time_created, time_updated, data FROM message");
  openCode.close();
  cpSync(fixturePath('cline/sessions'), join(folder, '.cline/data/sessions'), { recursive: true });
  cpSync(fixturePath('cline/globalStorage'), join(user, 'globalStorage'), { recursive: true });
  const ledger = openLedger(join(folder, 'ledger.db'), { clock });
  const environment: ImportEnvironment = { home: folder, platform: 'linux', env: {}, codeUserFolders: [user] };
  const started: LogImport[] = [];
  t.after(async () => {
    for (const each of started) await each.stop();
    ledger.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    environment,
    ledger,
    claude,
    async read({ fromTheBeginning = false, priceBook = 'one' } = {}) {
      const imports = importLogs({
        tail: logTail({ importers, environment }, { clock }),
        ledger: {
          append: (events, cursors) => ledger.append(events, cursors),
          appendPacked: (events, cursors) => ledger.appendPacked(events, cursors),
          cursor: (key) => (fromTheBeginning ? undefined : ledger.cursor(key)),
        },
        price: (observation) => ({
          ...observation,
          cost: settleCost({
            usage: observation.usage,
            usageBasis: observation.usageBasis,
            price: undefined,
            priceBook,
            pricedAt: performance.now(),
          }),
        }),
        onTrouble: (error) => assert.ifError(error),
      });
      started.push(imports);
      imports.start();
      await imports.caughtUp();
      return imports;
    },
  };
}

/** Calls and tokens by agent and model, over all days. */
function figures(ledger: LedgerStore): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ledger
      .burn('2025-01-01', '2026-12-31')
      .map(({ agent, model, calls, usage }) => [
        `${agent} ${model}`,
        `${calls} calls: ${['fresh', 'cacheRead', 'cacheWrite', 'cacheWriteHour', 'text', 'reasoning'].map((kind) => usage[kind as keyof typeof usage] ?? '?').join(' ')}`,
      ]),
  );
}

const KNOWN = {
  // Written to the cache: 17,000 + 300 + 300, 1,000, and with the sub-agent 17,000 + 300, 400; one server reported zeros.
  'claude-code claude-opus-4-8': '8 calls: 112 53000 36300 200 112 ?',
  'claude-code /home/dev/agents': '4 calls: 3114 8690 0 0 256 ?',
  // The debug log's four calls; the two totals of the chat session give way to them.
  'copilot gpt-scripted': '4 calls: 6500 76000 ? ? 205 ?',
  'copilot alpha': '1 calls: ? ? ? ? 963 ?',
  // The copies of a fork's messages are the same calls.
  'opencode fake-model': '3 calls: 2481 609 0 ? 135 24',
  'cline fake-model': '3 calls: 2454 606 0 ? 156 ?',
  'cline gpt-scripted': '2 calls: 1552 2048 0 ? 150 ?',
  'cline claude-sonnet-4-5': '3 calls: 32 9000 9400 ? 395 ?',
  'roo-code claude-sonnet-4-5': '2 calls: 30 9000 9480 ? 150 ?',
  'roo-code fake-model': '2 calls: 952 2048 0 ? 7 ?',
  'kilo-code unknown': '2 calls: 10052 2048 9000 ? 127 ?',
  'copilot fake-model': '2 calls: 1152 5048 0 ? 31 5',
};

test('the known totals, each call once', async (t) => {
  const { read, ledger } = home(t);
  const imports = await read();
  for (const { problems } of imports.status()) assert.deepEqual(problems, []);
  assert.deepEqual(sorted(figures(ledger)), sorted(KNOWN));
});

test('reading everything again, by a new start or from the beginning, changes nothing', async (t) => {
  const { read, ledger } = home(t);
  await (await read()).stop();
  const { revision } = ledger.summary(Date.now(), []);
  for (const fromTheBeginning of [false, true, true]) {
    for (const priceBook of ['one', 'another']) {
      await (await read({ fromTheBeginning, priceBook })).stop();
      assert.deepEqual(sorted(figures(ledger)), sorted(KNOWN));
      assert.equal(ledger.summary(Date.now(), []).revision, revision, `${fromTheBeginning} ${priceBook}`);
    }
  }
});

test('a line that Claude Code writes is in the ledger within a second', async (t) => {
  const { read, ledger, claude } = home(t);
  await read();
  const before = ledger.summary(Date.now(), []).revision;
  const line = readFileSync(fixturePath('claude-code/claude-code-6fc4a475.jsonl'), 'utf8')
    .split('\n')
    .find((each) => each.includes('"usage"'));
  appendFileSync(join(claude, '6fc4a475.jsonl'), `${line?.replaceAll('req_x', 'req_y')}\n`);
  // In turns of 5 ms of this process: what else the machine does lengthens both.
  let waited = 0;
  for (; ledger.summary(Date.now(), []).revision === before && waited < 5_000; waited += 5)
    await new Promise((resolve) => setTimeout(resolve, 5));
  t.diagnostic(`${waited} ms`);
  assert.ok(waited < 1_000, `${waited} ms`);
});

function sorted(record: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(record).toSorted();
}
