/** Any history, in blocks and of two windows, against the same one as rows: what is told is the same at every moment. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { forget } from '../../src/app/forget.ts';
import { repriceEntries } from '../../src/app/reprice.ts';
import { inOrder } from '../../src/core/inOrder.ts';
import type { LedgerEvent, ObservedEvent } from '../../src/core/ledger/event.ts';
import { dayOf } from '../../src/core/ledger/localDay.ts';
import type { CallPlace, LedgerStore } from '../../src/ports.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { ledgerFolder } from '../fakes/ledgerFolder.ts';
import { noCopies } from '../fakes/noCopies.ts';
import { packing } from '../fakes/packing.ts';

const NOON = new Date(2026, 10, 20, 12).getTime();
const DAY_MS = 86_400_000;
const [FIRST_DAY, LAST_DAY] = [dayOf(NOON - 5 * DAY_MS), dayOf(NOON + DAY_MS)];
const clock = { now: () => NOON };
const CALLS = 60;
/** In the names of one project of three. */
const SECRET = 'näher-geheim';

const callNumber = fc.nat({ max: CALLS - 1 });
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 6, nil: undefined });
/** Ids of every kind: ASCII and not, with what JSON escapes, with half a surrogate pair, none, and longer than a row or a block. */
const ID_BEGINS = [
  'call:',
  'call:',
  'call:',
  'qu"ote\\\n:',
  'näher😀:',
  '\ud83d',
  `${'long'.repeat(200)}:`,
  'y'.repeat(5_000),
];

function idOf(number: number): string {
  return number === 13 ? '' : `${ID_BEGINS[number % ID_BEGINS.length]}${number}`;
}

/** What a source tells of a call; the same in all respects is the same event. */
const observation = fc
  .record({
    number: callNumber,
    source: fc.constantFrom('log', 'log', 'log', 'provider', 'store'),
    kind: fc.constantFrom('settled', 'settled', 'settled', 'failed', 'started', 'witnessed'),
    /** It turns out to be the call so many numbers further on, of the same project. */
    sameAs: maybe(fc.constantFrom(3, 6, 21)),
    /** It is known by the other's id, not by its message. */
    byId: fc.boolean(),
    /** Its identities are parts of its id, as the form of a block says once. */
    parts: fc.boolean(),
    fresh: maybe(fc.constantFrom(0, 1.5, -1, 2 ** 53)),
    text: fc.nat({ max: 3 }),
    scope: maybe(fc.constant('run')),
    billed: maybe(fc.nat({ max: 2 })),
  })
  .map((told) => eventOf(told));

interface Told {
  readonly number: number;
  readonly source?: string;
  readonly kind?: string;
  readonly sameAs?: number | undefined;
  readonly byId?: boolean;
  readonly parts?: boolean;
  readonly fresh?: number | undefined;
  readonly text?: number;
  readonly scope?: string | undefined;
  readonly billed?: number | undefined;
}

function eventOf(told: Told): LedgerEvent {
  const { number, source = 'log', kind = 'settled', sameAs, byId, parts = true, text = 1, scope, billed } = told;
  const other = sameAs === undefined ? undefined : (number + sameAs) % CALLS;
  const begun = {
    callId: idOf(number),
    at: NOON - DAY_MS * (number % 3) + number * 1000,
    source,
    facts: {
      agent: number % 5 === 0 ? 'copilot' : 'claude-code',
      model: `model-${number % 2}`,
      runId: `run-${number % 6}`,
      sessionId: `session-${number % 4}`,
      folder: number % 3 === 0 ? `/home/${SECRET}/日本語プロジェクト` : `/home/other-${number % 3}`,
      ...(number % 6 === 0 ? { subagentId: `${SECRET}-agent` } : {}),
      ...(number % 11 === 0 ? { billable: false } : {}),
    },
  };
  if (kind === 'started') return { kind, ...begun };
  return {
    kind,
    ...begun,
    identities: [
      `message:${number}`,
      ...(parts ? [`id:${idOf(number)}`] : []),
      ...(other === undefined ? [] : [byId ? idOf(other) : `message:${other}`]),
    ],
    usage: { fresh: told.fresh ?? 100 + number, text },
    cost: { nanoCredits: 1000 * number + text, confidence: 'priced', pricedAt: 1, priceBook: 'b1' },
    ...(number % 4 === 0 ? { tools: [`Tool-${number % 3}`] } : {}),
    ...(scope ? { scope } : {}),
    ...(billed === undefined ? {} : { billedNanoCredits: billed, cost: { nanoCredits: billed, confidence: 'billed' } }),
    ...(kind === 'failed' ? { fault: 'unreachable' } : {}),
  } as LedgerEvent;
}

/** One thing that happens; `limit`, `size`: how many at once. */
type Step =
  | { readonly act: 'append'; readonly events: readonly LedgerEvent[]; readonly size: number }
  | { readonly act: 'erase'; readonly numbers: readonly number[] }
  | { readonly act: 'follow'; readonly limit: number }
  | { readonly act: 'reprice'; readonly at: number }
  | { readonly act: 'rebuild' | 'reopen' | 'forget' };

const size = fc.integer({ min: 1, max: 40 });
const manyCalls = fc
  .tuple(callNumber, fc.nat({ max: 30 }))
  .map(([first, count]) => Array.from({ length: count }, (_, index) => eventOf({ number: (first + index) % CALLS })));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('append'), events: manyCalls, size }) },
  {
    weight: 5,
    arbitrary: fc.record({ act: fc.constant('append'), events: fc.array(observation, { maxLength: 6 }), size }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constant('erase'), numbers: fc.array(callNumber, { minLength: 1, maxLength: 4 }) }),
  },
  { weight: 5, arbitrary: fc.record({ act: fc.constant('follow'), limit: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('reprice'), at: fc.integer({ min: 2, max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constantFrom('rebuild', 'reopen', 'forget') }) },
);

function pagesOf<Page extends { readonly next: CallPlace | undefined }>(ask: (after?: CallPlace) => Page): Page[] {
  const pages = [ask()];
  for (let next = pages[0]?.next; next; next = pages.at(-1)?.next) pages.push(ask(next));
  return pages;
}

/** Lists as sets: where two are alike in what they are sorted by, the ledger's own numbers decide. */
function loosely(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => JSON.stringify(inOrder(loosely(each)))).sort();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, loosely(each)]));
}

function groupsOf(store: LedgerStore, kind: Parameters<LedgerStore['breakdown']>[0]) {
  const turns = store.breakdown(kind, FIRST_DAY, LAST_DAY, 100);
  let turn = turns.next();
  while (!turn.done) turn = turns.next();
  // Of which call its agent, run and folder are told is up to the ledger where several are as dear.
  return turn.value.groups.map(({ key, calls, cost, usage, firstAt, lastAt }) => ({
    key,
    calls,
    cost,
    usage,
    firstAt,
    lastAt,
  }));
}

/** `limit`: calls to a page. */
function everything(store: LedgerStore, limit: number) {
  const { revision: _, ...summary } = store.summary(NOON, ['/home/other-1']);
  const each = <Value>(count: number, ask: (index: number) => Value) =>
    Array.from({ length: count }, (_, at) => ask(at));
  const exact = {
    named: each(CALLS, (index) => [store.entry(idOf(index)), store.entry(`message:${index}`)]),
    entries: pagesOf((after) => store.entries({}, limit, after)).flatMap(({ entries }) => entries),
    unbilled: pagesOf((after) => store.unbilled(0, limit, after)).flatMap(({ observations }) => observations),
    billed: pagesOf((before) => store.billed(0, limit, before)).flatMap(({ calls }) => calls),
    burn: store.burn(FIRST_DAY, LAST_DAY),
    startOfLatest: store.startOfLatest(10),
  };
  const loose = {
    summary,
    runs: store.runs(100),
    someSteps: store.runs(100, 2),
    sources: store.sources(0),
    folders: store.folders(),
    dearest: store.dearest(FIRST_DAY, LAST_DAY, 100),
    hours: store.spendByHour(NOON - 5 * DAY_MS, NOON + DAY_MS),
    series: each(6, (index) => store.series(`run-${index}`)),
    sessions: each(4, (index) => store.sessionParts(`session-${index}`)),
    attempts: store.attempts(each(6, (index) => `run-${index}`)),
    groups: (['project', 'session', 'subagent', 'task'] as const).map((kind) => groupsOf(store, kind)),
  };
  // Sixteen digits are the ledger's own number of a call.
  return { ...exact, loose: JSON.parse(JSON.stringify(loosely(loose)).replace(/\\*"0{8}\d{8}\\*"/g, '0')) };
}

/** Follows a ledger from its beginning: each end is told, and once. */
function follower(store: () => LedgerStore) {
  let after = 0;
  const told: string[] = [];

  function follow(limit: number): boolean {
    const { facts, next, more } = store().changes(after, limit, 0);
    after = next;
    for (const fact of facts) {
      if (fact.kind !== 'entry') continue;
      const { callId } = fact.entry;
      assert.ok(!told.some((before) => store().entry(before)?.callId === callId), `${callId} was told before`);
      told.push(callId);
    }
    return more;
  }

  return {
    follow,
    finish() {
      while (follow(3));
      const known = new Set(told.map((callId) => store().entry(callId)?.callId));
      const ended = store()
        .entries({}, 1000)
        .entries.filter(({ endedAt }) => endedAt !== undefined);
      for (const { callId } of ended) assert.ok(known.has(callId), `${callId} was never told`);
    },
  };
}

function price(observed: ObservedEvent, at: number): ObservedEvent {
  const { cost } = observed;
  return cost?.confidence === 'priced'
    ? { ...observed, cost: { ...cost, nanoCredits: at * 777, pricedAt: at } }
    : observed;
}

async function live(path: string, steps: readonly (readonly [Step, window: 0 | 1])[]): Promise<void> {
  const open = (at: string) => openLedger(at, { clock, isGone: () => false });
  const windows: [LedgerStore, LedgerStore] = [open(path), open(path)];
  const plain = open(':memory:');
  const followers = [() => windows[0], () => windows[1], () => plain].map(follower);
  try {
    for (const [done, at] of steps) {
      const both = [windows[at], plain];
      switch (done.act) {
        case 'append':
          packing(windows[at], done.size).append(done.events);
          plain.append(done.events);
          break;
        case 'erase':
          for (const ledger of both) {
            ledger.append(
              done.numbers.map((number) => ({ kind: 'erased', callId: idOf(number), at: NOON, source: 'user' })),
            );
            ledger.forgetNames();
          }
          break;
        case 'follow':
          for (const { follow } of followers) follow(done.limit);
          break;
        case 'reprice':
          for (const ledger of both)
            await repriceEntries({ ledger, clock, price: (observed) => price(observed, done.at) });
          break;
        case 'rebuild':
          windows[at].rebuild();
          break;
        case 'reopen':
          windows[at].close();
          windows[at] = open(path);
          break;
        case 'forget':
          for (const ledger of both)
            await forget({ ledger, clock, copies: noCopies }, { folder: `/home/${SECRET}/日本語プロジェクト` });
          for (const file of [path, `${path}-wal`])
            assert.ok(!existsSync(file) || !readFileSync(file).includes(SECRET), 'its names are gone from the files');
          break;
      }
      assert.deepEqual(everything(windows[at === 0 ? 1 : 0], 3), everything(plain, 7), done.act);
    }
    for (const { finish } of followers) finish();
    windows[0].rebuild();
    assert.deepEqual(everything(windows[1], 50), everything(plain, 7), 'rebuilt');
  } finally {
    for (const each of [...windows, plain]) each.close();
    for (const part of ['', '-wal', '-shm']) rmSync(path + part, { force: true });
  }
}

test('two windows of one file with blocks tell what a ledger without them tells', async (t) => {
  const { path } = ledgerFolder(t);
  const steps = fc.array(fc.tuple(step, fc.constantFrom(0 as const, 1 as const)), { minLength: 4, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(steps, (each) => live(path, each)),
    { numRuns: 10 },
  );
});
