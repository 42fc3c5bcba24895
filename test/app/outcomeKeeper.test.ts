import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createOutcomeKeeper, type FileChange, SETTLE_MS } from '../../src/app/outcomeKeeper.ts';
import type { Entry, RunView } from '../../src/core/ledger/entry.ts';
import type { OutcomeEvent } from '../../src/core/ledger/event.ts';
import { NO_MONEY } from '../../src/core/money.ts';
import { linesOf } from '../../src/core/quality/lineHashes.ts';

const SALT = 4;
const MINUTE = 60_000;
const FOLDER = '/code/app';
const CART = `${FOLDER}/src/cart.js`;
const BEFORE = 'export function total(items) {\n  return items.length;\n}\n';
const AFTER =
  'export function total(items) {\n  const prices = items.map(priceOf);\n  return prices.reduce(add, 0);\n}\n';

function run(runId: string, startedAt: number, endedAt: number, more: Partial<Entry> = {}): RunView {
  const step: Entry = {
    callId: `${runId}-step`,
    state: 'settled',
    at: startedAt,
    endedAt,
    facts: { agent: 'claude-code', folder: FOLDER },
    scope: 'step',
    usage: {},
    usageBasis: undefined,
    cost: { confidence: 'unknown' },
    latency: {},
    tools: [],
    finish: 'stop',
    fault: undefined,
    source: 'claude-code-log',
    witnesses: [],
    ...more,
  };
  return { runId, agent: 'claude-code', folder: FOLDER, live: false, cost: NO_MONEY, steps: [step] };
}

function setUp(context: TestContext) {
  context.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const recorded: OutcomeEvent[] = [];
  const files = new Map([[CART, BEFORE]]);
  const logged: string[] = [];
  let runs: readonly RunView[] | Error = [];
  const keeper = createOutcomeKeeper({
    clock: { now: () => Date.now() },
    worker: {
      async runs() {
        if (runs instanceof Error) throw runs;
        return runs;
      },
    },
    record: (events) => recorded.push(...events),
    read: async (path) => files.get(path),
    later(work, delayMs) {
      const timer = setTimeout(work, delayMs);
      return () => clearTimeout(timer);
    },
    log: (sentence) => logged.push(sentence),
    salt: SALT,
  });
  context.after(() => keeper.dispose());
  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= MINUTE) {
      context.mock.timers.tick(Math.min(left, MINUTE));
      for (let turns = 0; turns < 10; turns += 1) await turn();
    }
  }
  async function change(how: FileChange['how'], text: string | undefined, path = CART): Promise<void> {
    const before = linesOf(files.get(path) ?? '', SALT);
    if (text === undefined) files.delete(path);
    else files.set(path, text);
    keeper.changed({ path, folder: FOLDER, at: Date.now(), how, before, after: linesOf(text ?? '', SALT) });
    await pass(SETTLE_MS);
  }
  return {
    keeper,
    files,
    logged,
    pass,
    change,
    setRuns: (next: typeof runs) => {
      runs = next;
    },
    said: () => recorded.map(({ runId, outcome, success }) => [runId, outcome, success]),
    recorded,
    check: (passed: boolean, ofAgent = false) =>
      keeper.checked({
        startedAt: Date.now(),
        at: Date.now() + 800,
        folder: FOLDER,
        command: 'npm test',
        check: 'test',
        passed,
        ofAgent,
      }),
    /** A run is at work now, edits the cart, and ends. */
    async work(runId: string, text = AFTER) {
      runs = [run(runId, Date.now() - 1_000, Date.now() + 1_000)];
      await change('changed', text);
      await pass(30_000);
    },
  };
}

test('tests that the developer runs after a run’s edit are its label', async (context) => {
  const { work, check, said, pass } = setUp(context);
  await work('r');
  check(true);
  await pass(SETTLE_MS);
  assert.deepEqual(said(), [['r', 'checkPassed', 1]]);
});

test('tests that begin while an agent is at work, or in its terminal, are its own', async (context) => {
  const { work, check, said, pass, setRuns } = setUp(context);
  await work('r');
  setRuns([run('s', Date.now() - 1_000, Date.now() + 500, { tools: ['run_in_terminal'], finish: 'toolCalls' })]);
  check(true);
  await pass(SETTLE_MS);
  setRuns([]);
  await pass(10 * MINUTE - SETTLE_MS);
  check(true, true);
  await pass(SETTLE_MS);
  assert.deepEqual(
    said().filter(([, outcome]) => String(outcome).startsWith('check')),
    [],
  );
});

test('edited lines are looked at after 5, 30 and 120 minutes', async (context) => {
  const { work, pass, said, files } = setUp(context);
  await work('r');
  await pass(5 * MINUTE);
  files.set(CART, AFTER.replace('return prices.reduce(add, 0);', 'return sumOf(prices);'));
  await pass(26 * MINUTE);
  files.set(CART, BEFORE);
  await pass(100 * MINUTE);
  assert.deepEqual(said(), [
    ['r', 'survived5', 1],
    ['r', 'survived30', 0.5],
    ['r', 'survived120', 0],
  ]);
});

test('an undo that stays speaks against the run; one that is redone doesn’t', async (context) => {
  const { work, change, pass, said } = setUp(context);
  await work('r');
  await change('undone', BEFORE);
  await change('undone', AFTER);
  await pass(20_000);
  assert.deepEqual(said(), []);
  await change('undone', BEFORE);
  await pass(20_000);
  assert.deepEqual(said(), [['r', 'undone', 0]]);
});

test('an undo long after the lines were rewritten takes nothing back', async (context) => {
  const { work, change, pass, said, setRuns } = setUp(context);
  await work('r');
  setRuns([]);
  const rewritten = 'export const total = (items) => sum(items.map(priceOf));\nexport default total;\n';
  await change('typed', rewritten);
  await change('undone', `${rewritten}// exported for the tests\n`);
  await pass(20_000);
  assert.deepEqual(said(), []);
});

test('a file that is as it was before the run was reverted; one that was rewritten wasn’t', async (context) => {
  const { work, change, pass, said, setRuns } = setUp(context);
  await work('r');
  setRuns([]);
  await change('changed', 'export const total = (items) => sum(items.map(priceOf));\nexport default total;\n');
  await pass(20_000);
  assert.deepEqual(said(), []);
  await change('changed', BEFORE);
  await pass(20_000);
  assert.deepEqual(said(), [['r', 'reverted', 0]]);
});

test('what a later run changes is no longer the earlier one’s to keep', async (context) => {
  const { work, pass, said } = setUp(context);
  await work('a');
  await work('b', BEFORE.replace('items.length', 'items.length + 1'));
  await pass(6 * MINUTE);
  assert.deepEqual(said(), [['b', 'survived5', 1]]);
});

test('where two runs were at work nobody can say whose edit it is', async (context) => {
  const { change, pass, said, setRuns } = setUp(context);
  setRuns([run('a', Date.now() - 1_000, Date.now() + 1_000), run('b', Date.now() - 1_000, Date.now() + 1_000)]);
  await change('changed', AFTER);
  setRuns([]);
  await pass(6 * MINUTE);
  assert.deepEqual(said(), []);
});

test('what was typed is nobody’s but the developer’s', async (context) => {
  const { change, pass, said, setRuns } = setUp(context);
  setRuns([run('a', Date.now() - 1_000, Date.now() + 1_000)]);
  await change('typed', AFTER);
  await pass(6 * MINUTE);
  assert.deepEqual(said(), []);
});

test('a commit is a label by how much of the edit it holds; the agent’s own isn’t', async (context) => {
  const { work, keeper, pass, said, setRuns } = setUp(context);
  await work('r');
  const commit = (id: string, text: string) =>
    keeper.committed({ at: Date.now(), folder: FOLDER, id, paths: [CART], read: async () => text });
  setRuns([run('r', Date.now() - 1_000, Date.now(), { tools: ['Bash'], finish: 'toolCalls' })]);
  commit('one', AFTER);
  await pass(SETTLE_MS);
  assert.deepEqual(said(), []);
  setRuns([]);
  commit('two', AFTER.replace('const prices = items.map(priceOf);', 'const prices = all(items);'));
  await pass(SETTLE_MS);
  assert.deepEqual(said(), [['r', 'committed', 0.5]]);
});

test('a vote, and the same request again', async (context) => {
  const { keeper, said } = setUp(context);
  const prompt = 'Make the cart add up prices and not items';
  keeper.asked({ runId: 'a', folder: FOLDER, prompt });
  keeper.asked({ runId: 'b', folder: FOLDER, prompt: `Please ${prompt}` });
  keeper.vote('b', true);
  assert.deepEqual(said(), [
    ['a', 'askedAgain', 0],
    ['b', 'vote', 1],
  ]);
});

test('what is recorded holds counts and no text or path', async (context) => {
  const { work, check, pass, recorded } = setUp(context);
  await work('r');
  check(false);
  await pass(31 * MINUTE);
  assert(recorded.length >= 2);
  const text = JSON.stringify(recorded);
  for (const secret of ['cart', FOLDER, 'npm', 'prices']) assert(!text.includes(secret), secret);
});

test('where the ledger can’t be read no label is made, and it is said', async (context) => {
  const { change, pass, said, setRuns, logged } = setUp(context);
  setRuns(new Error('The disk is full: free some space.'));
  await change('changed', AFTER);
  await pass(6 * MINUTE);
  assert.deepEqual(said(), []);
  assert.match(logged[0] ?? '', /disk is full/);
});
