import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { eventSchemas } from '../../../src/core/ledger/event.ts';
import { WEIGHTS } from '../../../src/core/quality/outcome.ts';
import { foldSignal, MOST_WORKS, NO_OUTCOMES, type OutcomeState } from '../../../src/core/quality/outcomeFold.ts';
import type { OutcomeSignal } from '../../../src/core/quality/outcomeSignal.ts';
import { promptSketch } from '../../../src/core/quality/promptSketch.ts';

const { outcomeSchema } = eventSchemas();

const MINUTE = 60_000;
const FOLDER = '/code/app';

function fold(signals: readonly OutcomeSignal[], from: OutcomeState = NO_OUTCOMES) {
  let state = from;
  const events = signals.flatMap((signal) => {
    const folded = foldSignal(state, signal);
    state = folded.state;
    return folded.events;
  });
  return { state, events };
}

const edited = (runId: string, at: number, more: Partial<Extract<OutcomeSignal, { kind: 'edited' }>> = {}) =>
  ({ kind: 'edited', at, runId, folder: FOLDER, file: 1, isTest: false, added: 5, removed: 0, ...more }) as const;
const check = (at: number, passed: boolean, more: Partial<Extract<OutcomeSignal, { kind: 'check' }>> = {}) =>
  ({
    kind: 'check',
    at,
    startedAt: at - 500,
    folder: FOLDER,
    key: 7,
    check: 'test',
    passed,
    byAgent: false,
    ...more,
  }) as const;
const said = (signals: readonly OutcomeSignal[]) =>
  fold(signals).events.map(({ runId, outcome, success }) => [runId, outcome, success]);
const weights = (signals: readonly OutcomeSignal[]) => fold(signals).events.map(({ weight }) => weight ?? 0);

test('the developer’s tests pass after a run’s edit: a label with its weight, delay and counts', () => {
  assert.deepEqual(fold([edited('r', 1_000), check(61_000, true)]).events, [
    {
      kind: 'outcome',
      callId: 'outcome:r:checkPassed:7',
      at: 61_000,
      source: 'workspace',
      taskId: 'r',
      runId: 'r',
      outcome: 'checkPassed',
      success: 1,
      weight: WEIGHTS.checkPassed * 0.85,
      delayMs: 60_000,
      evidence: { runs: 1, seconds: 1 },
    },
  ]);
});

test('a check says most where it changes what it said before the edit', () => {
  const [fixed = 0] = weights([check(1, false), edited('r', 1_000), check(5_000, true)]);
  const [unknown = 0] = weights([edited('r', 1_000), check(5_000, true)]);
  const [still = 0] = weights([check(1, true), edited('r', 1_000), check(5_000, true)]);
  assert(fixed > unknown && unknown > still, `${fixed} ${unknown} ${still}`);
  const [broke = 0] = weights([check(1, true), edited('r', 1_000), check(5_000, false)]);
  const [stillBroken = 0] = weights([check(1, false), edited('r', 1_000), check(5_000, false)]);
  assert(broke > stillBroken);
});

test('what the agent ran or committed itself is no label', () => {
  assert.deepEqual(said([edited('r', 1_000), check(5_000, true, { byAgent: true })]), []);
  const works = [{ runId: 'r', kept: 5, of: 5, files: 1 }];
  assert.deepEqual(said([edited('r', 1_000), { kind: 'committed', at: 9_000, key: 1, byAgent: true, works }]), []);
  assert.deepEqual(said([edited('r', 1_000), { kind: 'committed', at: 9_000, key: 1, byAgent: false, works }]), [
    ['r', 'committed', 1],
  ]);
});

test('a check that passes says nothing of a run that took lines from its tests; one that fails does', () => {
  const weakened = edited('r', 1_000, { isTest: true, removed: 1 });
  assert.deepEqual(said([weakened, check(5_000, true)]), []);
  assert.deepEqual(said([edited('r', 1_000, { isTest: true, removed: undefined }), check(5_000, true)]), []);
  assert.deepEqual(said([weakened, check(5_000, false)]), [['r', 'checkFailed', 0]]);
  const [own = 0] = weights([edited('r', 1_000, { isTest: true }), check(5_000, true)]);
  const [without = 0] = weights([edited('r', 1_000), check(5_000, true)]);
  assert.equal(own, without / 2);
});

test('an edit during a check, long before it, or in another folder isn’t what it checked', () => {
  assert.deepEqual(said([edited('r', 5_000), check(5_100, true)]), []);
  assert.deepEqual(said([edited('r', 0), check(121 * MINUTE, true)]), []);
  assert.deepEqual(said([edited('r', 1_000), check(5_000, true, { folder: '/code/other' })]), []);
  assert.equal(said([edited('r', 1_000), check(5_000, true, { folder: `${FOLDER}/packages/one` })]).length, 1);
});

test('once the developer has typed, what a check says is only half the run’s, and a second one is nobody’s', () => {
  const typed = { kind: 'typed', at: 2_000, folder: FOLDER } as const;
  const [mixed = 0] = weights([edited('r', 1_000), typed, check(5_000, false)]);
  const [alone = 0] = weights([edited('r', 1_000), check(5_000, false)]);
  assert.equal(mixed, alone / 2);
  const later = { ...typed, at: 6_000 };
  assert.deepEqual(said([edited('r', 1_000), check(5_000, false), later, check(9_000, true)]), [
    ['r', 'checkFailed', 0],
  ]);
  // The run went on working on it: then the check is about its work again.
  assert.equal(
    said([edited('r', 1_000), check(5_000, false), later, edited('r', 7_000), check(9_000, true)]).length,
    2,
  );
});

test('of several runs each is praised by a passing check, and a failing one’s blame is shared', () => {
  const two = [edited('a', 1_000), edited('b', 2_000, { file: 2 })];
  assert.equal(weights([...two, check(5_000, true)]).length, 2);
  const [shared = 0] = weights([...two, check(5_000, false)]);
  const [alone = 0] = weights([edited('a', 1_000), check(5_000, false)]);
  assert.equal(shared, alone / 2);
});

test('the same request again in the same folder soon: against the first run, and both are one task', () => {
  const sketch = promptSketch('Make the cart round prices to whole cents', 3);
  const again = promptSketch('please make the cart round prices to whole cents', 3);
  const other = promptSketch('Rename the total function everywhere in the project', 3);
  const asked = (runId: string, at: number, words = sketch, folder = FOLDER) =>
    ({ kind: 'asked', at, runId, folder, sketch: words }) as const;
  const { events, state } = fold([asked('a', 0), edited('a', 1), asked('b', MINUTE, again), edited('b', 2 * MINUTE)]);
  assert.deepEqual(
    events.map(({ runId, outcome, taskId }) => [runId, outcome, taskId]),
    [['a', 'askedAgain', 'a']],
  );
  assert.equal(state.works.get('b')?.taskId, 'a');
  assert.equal(fold([check(3 * MINUTE, true)], state).events.find(({ runId }) => runId === 'b')?.taskId, 'a');
  assert.deepEqual(said([asked('a', 0), asked('b', MINUTE, other)]), []);
  assert.deepEqual(said([asked('a', 0), asked('b', MINUTE, again, '/code/other')]), []);
  assert.deepEqual(said([asked('a', 0), asked('b', 31 * MINUTE, again)]), []);
  assert.deepEqual(said([asked('a', 0), asked('a', MINUTE, again)]), []);
});

test('a run over the same files soon after one that failed retries it; after one that didn’t fail it is another task', () => {
  const failed = fold([edited('a', 1_000), check(5_000, false), edited('b', MINUTE)]);
  assert.equal(failed.state.works.get('b')?.taskId, 'a');
  const passed = fold([edited('a', 1_000), check(5_000, true), edited('b', MINUTE)]);
  assert.equal(passed.state.works.get('b')?.taskId, 'b');
  const elsewhere = fold([edited('a', 1_000), check(5_000, false), edited('b', MINUTE, { file: 9 })]);
  assert.equal(elsewhere.state.works.get('b')?.taskId, 'b');
});

test('what was taken back speaks against the run, by the share that is gone', () => {
  const undone = { kind: 'undone', at: 9_000, runId: 'r', kept: 1, of: 4, files: 1 } as const;
  const [event] = fold([edited('r', 1_000), undone]).events;
  assert.deepEqual([event?.outcome, event?.success, event?.weight], ['undone', 0, WEIGHTS.undone * 0.75]);
  assert.deepEqual(said([undone]), [], 'a run that isn’t known');
  assert.deepEqual(said([edited('r', 1_000), { ...undone, kind: 'survival', minutes: 30 }]), [
    ['r', 'survived30', 0.25],
  ]);
});

test('a run that was stopped is abandoned where none follows in its folder', () => {
  const cancelled = { kind: 'cancelled', at: 1_000, runId: 'r', folder: FOLDER } as const;
  const tick = (at: number) => ({ kind: 'tick', at }) as const;
  assert.deepEqual(said([cancelled, tick(29 * MINUTE)]), []);
  assert.deepEqual(said([cancelled, tick(32 * MINUTE), tick(40 * MINUTE)]), [['r', 'abandoned', 0]]);
  const follower = { kind: 'asked', at: MINUTE, runId: 's', folder: FOLDER } as const;
  assert.deepEqual(said([cancelled, follower, tick(32 * MINUTE)]), []);
});

interface Drawn {
  readonly kind: OutcomeSignal['kind'];
  readonly at: number;
  readonly runId: string;
  readonly folder: string;
  readonly file: number;
  readonly flag: boolean;
  readonly kept: number;
  readonly of: number;
}

function signalOf({ at, runId, folder, file, flag, kept, of, kind }: Drawn): OutcomeSignal {
  const remains = { runId, kept, of, files: 1 };
  switch (kind) {
    case 'asked':
      return { kind, at, runId, folder, sketch: [file] };
    case 'edited':
      return { kind, at, runId, folder, file, isTest: flag, added: kept, removed: of };
    case 'typed':
      return { kind, at, folder };
    case 'check':
      return { kind, at, startedAt: at - 1, folder, key: file, check: 'test', passed: flag, byAgent: kept === 0 };
    case 'committed':
      return { kind, at, key: file, byAgent: flag, works: [remains] };
    case 'survival':
      return { kind, at, minutes: 30, ...remains };
    case 'undone':
    case 'reverted':
      return { kind, at, ...remains };
    case 'vote':
      return { kind, at, runId, up: flag };
    case 'cancelled':
      return { kind, at, runId, folder };
    case 'tick':
      return { kind, at };
  }
}

const signals = fc.array(
  fc
    .record({
      at: fc.integer({ min: 0, max: 200 * MINUTE }),
      runId: fc.constantFrom('a', 'b', 'c'),
      folder: fc.constantFrom(FOLDER, '/code', '/code/other'),
      file: fc.nat({ max: 3 }),
      flag: fc.boolean(),
      kept: fc.nat({ max: 9 }),
      of: fc.nat({ max: 9 }),
      kind: fc.constantFrom(
        ...([
          'asked',
          'edited',
          'typed',
          'check',
          'committed',
          'survival',
          'undone',
          'reverted',
          'vote',
          'cancelled',
          'tick',
        ] as const),
      ),
    })
    .map(signalOf),
  { maxLength: 30 },
);

test('replay equals live: folded in two parts or at once, the labels are the same, and fit the ledger', () => {
  fc.assert(
    fc.property(signals, fc.nat(), (all, cut) => {
      const whole = fold(all);
      const first = fold(all.slice(0, cut));
      const second = fold(all.slice(cut), first.state);
      assert.deepEqual([...first.events, ...second.events], whole.events);
      assert.deepEqual(second.state, whole.state);
      for (const event of whole.events) {
        assert.deepEqual(outcomeSchema.parse(event), event);
        assert((event.weight ?? -1) >= 0 && (event.weight ?? 2) <= 1, `weight ${event.weight}`);
        assert((event.success ?? -1) >= 0 && (event.success ?? 2) <= 1, `success ${event.success}`);
      }
    }),
  );
});

test('no signal of an agent’s own makes a label', () => {
  fc.assert(
    fc.property(signals, (all) => {
      const own = all.filter(({ kind }) => kind === 'edited' || kind === 'check' || kind === 'committed');
      const byAgents = own.map((each) =>
        each.kind === 'edited' ? each : { ...each, byAgent: true },
      ) as OutcomeSignal[];
      assert.deepEqual(fold(byAgents).events, []);
    }),
  );
});

test('what is remembered is bounded', () => {
  const { state } = fold(Array.from({ length: MOST_WORKS + 20 }, (_, index) => edited(`r${index}`, index)));
  assert.equal(state.works.size, MOST_WORKS);
  assert.equal(fold([{ kind: 'tick', at: 4 * 60 * MINUTE }], state).state.works.size, 0);
});
