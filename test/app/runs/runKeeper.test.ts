import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { AT_WORK_MS, createRunKeeper, type RunKeeperPorts } from '../../../src/app/runs/runKeeper.ts';
import type { RunOutlook } from '../../../src/core/allocate/outlook.ts';
import type { RunAtHand, RunModel } from '../../../src/core/allocate/runModels.ts';
import { NANO_PER_CREDIT } from '../../../src/core/money.ts';
import type { LedgerStore } from '../../../src/ports.ts';
import { openLedger } from '../../../src/storage/ledger.ts';
import { STRONGER } from '../../core/status/runOutlooks.ts';
import { creditsAt, type MadeRun, PRICE, stepsOf } from '../../fakes/agentRun.ts';
import { fakeClock } from '../../fakes/fakeClock.ts';
import { ledgerFolder } from '../../fakes/ledgerFolder.ts';

function setUp(context: TestContext, priced = true, ports: Partial<RunKeeperPorts> = {}) {
  const clock = fakeClock();
  const ledger = openLedger(ledgerFolder(context).path, { clock });
  context.after(() => ledger.close());
  const calls: string[] = [];
  const notices: (readonly RunOutlook[])[] = [];
  const troubles: (string | undefined)[] = [];
  const timers: { readonly work: () => void; readonly at: number }[] = [];
  const told = (call: string) => {
    calls.push(call);
    return ledger;
  };
  const watched: Pick<LedgerStore, 'run' | 'runs' | 'entries' | 'burn' | 'outcomes'> = {
    run: (...asked) => told('run').run(...asked),
    runs: (...asked) => told('runs').runs(...asked),
    entries: (...asked) => told('entries').entries(...asked),
    burn: (...asked) => told('burn').burn(...asked),
    outcomes: (...asked) => told('outcomes').outcomes(...asked),
  };
  const keeper = createRunKeeper({
    clock,
    ledger: watched,
    priceOf: () => (priced ? PRICE : undefined),
    prices: () => ({ kappa: 1, beta: 0, lambda: 0.01, rho: 1 }),
    value: () => 300 * NANO_PER_CREDIT,
    notify: (outlooks) => notices.push(outlooks),
    later(work, delayMs) {
      const timer = { work, at: clock.now() + delayMs };
      timers.push(timer);
      return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1));
    },
    onTrouble: (sentence) => troubles.push(sentence),
    ...ports,
  });
  context.after(() => keeper.dispose());
  /** Time passes, and whatever is due happens. */
  async function pass(ms: number): Promise<void> {
    clock.advance(ms);
    for (const timer of timers.filter(({ at }) => at <= clock.now())) {
      timers.splice(timers.indexOf(timer), 1);
      timer.work();
    }
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  }
  async function add(run: MadeRun, from = 0): Promise<void> {
    ledger.append(stepsOf(run).slice(from));
    keeper.soon();
    await pass(1_000);
  }
  return { clock, ledger, keeper, calls, notices, troubles, timers, pass, add };
}

const reading = (count: number) => Array.from({ length: count }, () => ['Read']);

test('nothing of the past is read while no run is at work', async (context) => {
  const { clock, calls, notices, add } = setUp(context);
  await add({ runId: 'old', startedAt: clock.now() - 3_600_000, steps: [['Read'], []] });
  assert.deepEqual([...new Set(calls)], ['runs']);
  assert.deepEqual(notices, []);
});

test('a run at work has an outlook after each step, and none once it has answered', async (context) => {
  const { clock, notices, troubles, add } = setUp(context);
  const startedAt = clock.now() - 60_000;
  const run = { runId: 'r', startedAt, steps: [['Read'], ['Grep'], ['Read'], []] };
  await add({ ...run, steps: run.steps.slice(0, 2) });
  const [first] = notices.at(-1) ?? [];
  assert.ok(first);
  assert.deepEqual([first.runId, first.steps, first.agent, first.model], ['r', 2, 'claude-code', 'opus']);
  assert.ok(first.next && first.next.p10 <= first.next.p50 && first.next.p50 <= first.next.p90);
  assert.ok(
    first.next.p50 > 0.3 * creditsAt(2) * 1e9 && first.next.p50 < 3 * creditsAt(2) * 1e9,
    String(first.next.p50),
  );
  assert.deepEqual(first.evidence, { outcomes: 0, settled: false });
  assert.equal(first.quoted, undefined);
  assert.equal(
    first.decision.candidates.some(({ use }) => use.kind === 'stop'),
    true,
  );
  await add({ ...run, steps: run.steps.slice(0, 3) }, 2);
  assert.equal(notices.at(-1)?.[0]?.steps, 3);
  await add(run, 3);
  assert.deepEqual(notices.at(-1), []);
  assert.ok(troubles.every((sentence) => sentence === undefined));
});

test('what a run could go on with is asked for by what it is, and is one of its uses', async (context) => {
  const asked: RunAtHand[] = [];
  const others = (run: RunAtHand): readonly RunModel[] => {
    asked.push(run);
    return [STRONGER];
  };
  const { clock, notices, add } = setUp(context, true, { others });
  await add({ runId: 'r', startedAt: clock.now() - 60_000, steps: reading(3) });
  const run = asked.at(-1);
  assert.deepEqual([run?.model, run?.local, run?.speedKey, run?.features], ['opus', false, undefined, undefined]);
  assert.ok((run?.inputTokens ?? 0) > 1_000 && (run?.outputTokens ?? 0) > 0 && (run?.secondsPerStep ?? 0) > 0);
  const escalating = notices.at(-1)?.[0]?.decision.candidates.find(({ use }) => use.kind === 'escalate');
  assert.deepEqual(escalating?.use, { kind: 'escalate', model: 'big', endpointId: 'e' });
  assert.ok(escalating?.terms && escalating.net !== undefined);
  assert.equal(escalating.barred, 'what it would bring isn’t proven here yet');
});

test('a run that falls silent is over without an event', async (context) => {
  const { clock, notices, pass, add } = setUp(context);
  await add({ runId: 'r', startedAt: clock.now() - 5_000, steps: [['Read']] });
  assert.equal(notices.at(-1)?.length, 1);
  await pass(AT_WORK_MS / 2);
  assert.equal(notices.at(-1)?.length, 1);
  await pass(AT_WORK_MS);
  assert.deepEqual(notices.at(-1), []);
});

test('a run that reads on and on without an edit is told to make no progress', async (context) => {
  const { clock, notices, add } = setUp(context);
  const run = { runId: 'r', startedAt: clock.now() - 400_000, steps: reading(36), dearer: 2 };
  await add({ ...run, steps: reading(20) });
  assert.equal(notices.at(-1)?.[0]?.advice, undefined);
  await add(run, 20);
  const outlook = notices.at(-1)?.[0];
  assert.equal(outlook?.advice, 'no progress in 36 steps');
  assert.equal(outlook?.stuck?.reason, 'noEdits');
  const going = outlook?.decision.candidates.find(({ use }) => use.kind === 'continue');
  assert.equal(going?.barred, 'the run makes no progress');
});

test('of calls of which only the names are known none is taken for a repeat or a failure', async (context) => {
  const { clock, notices, add } = setUp(context);
  await add({ runId: 'r', startedAt: clock.now() - 200_000, steps: reading(18), dearer: 0.1 });
  assert.equal(notices.at(-1)?.[0]?.stuck, undefined);
});

test('what requests tell of their calls opens the breaker, and the developer’s word closes it', async (context) => {
  const { clock, keeper, notices, pass, add } = setUp(context);
  const run = { runId: 'r', startedAt: clock.now() - 90_000, steps: reading(6), agent: 'vscode-chat' };
  await add(run);
  for (let index = 0; index < 5; index++) {
    const actions = [{ kind: 'run' as const, key: 7, failed: true }];
    keeper.told('r', { callId: `r ${index}`, actions, appendedChars: 400 });
  }
  await pass(1_000);
  const outlook = notices.at(-1)?.[0];
  assert.equal(outlook?.stuck?.reason, 'repeats');
  assert.equal(outlook?.advice, 'no progress in 6 steps');
  assert.ok(outlook?.decision.choice.use.kind === 'ask' || outlook?.decision.choice.use.kind === 'stop');
  keeper.resume('r');
  await pass(1_000);
  assert.equal(notices.at(-1)?.[0]?.advice, undefined);
});

test('what a log tells of tool calls opens the breaker of a run that can’t be rerouted, too', async (context) => {
  const told = new Map<string, { actions: { kind: 'run' | 'edit'; key: number; failed?: boolean | undefined }[] }>();
  const looks: number[] = [];
  const calls = { of: (callId: string) => told.get(callId), refresh: () => void looks.push(1) };
  const { clock, notices, keeper, pass, add } = setUp(context, true, { calls });
  const run = { runId: 'r', startedAt: clock.now() - 120_000, steps: reading(12) };
  await add({ ...run, steps: reading(5) });
  assert.equal(notices.at(-1)?.[0]?.stuck, undefined);
  for (let index = 0; index < 5; index++) told.set(`r ${index}`, { actions: [{ kind: 'run', key: 7 }] });
  keeper.soon();
  await pass(1_000);
  assert.equal(notices.at(-1)?.[0]?.stuck?.reason, 'repeats');
  // An edit in between makes the same call a new question.
  told.set('r 3', { actions: [{ kind: 'edit', key: 8, failed: false }] });
  keeper.soon();
  await pass(1_000);
  assert.equal(notices.at(-1)?.[0]?.stuck, undefined);
  await add(run, 5);
  for (let index = 4; index < 12; index++)
    told.set(`r ${index}`, { actions: [{ kind: 'run', key: index, failed: true }] });
  told.set('r 3', { actions: [{ kind: 'run', key: 3, failed: true }] });
  told.set('r 2', { actions: [{ kind: 'run', key: 2, failed: true }] });
  keeper.soon();
  await pass(1_000);
  assert.equal(notices.at(-1)?.[0]?.stuck?.reason, 'failures');
  assert.ok(looks.length >= 4);
});

test('where no price is known nothing is foretold, and nothing is advised for its cost', async (context) => {
  const { clock, ledger, keeper, notices, pass } = setUp(context, false);
  const run = { runId: 'r', startedAt: clock.now() - 40_000, steps: reading(3) };
  ledger.append(stepsOf(run).map((event) => ({ ...event, cost: { confidence: 'unknown' as const } })) as never);
  keeper.soon();
  await pass(1_000);
  const outlook = notices.at(-1)?.[0];
  assert.deepEqual([outlook?.next, outlook?.remaining, outlook?.advice], [undefined, undefined, undefined]);
  assert.deepEqual(
    outlook?.decision.candidates.filter(({ barred }) => barred === undefined).map(({ use }) => use.kind),
    ['stop'],
  );
});

test('steps that changed are counted anew: no step twice', async (context) => {
  const { clock, ledger, keeper, notices, pass, add } = setUp(context);
  const run = { runId: 'r', startedAt: clock.now() - 90_000, steps: reading(5) };
  await add(run);
  const dearer = stepsOf({ ...run, dearer: 3 }).map((event) => ({ ...event, source: 'surer-source' }));
  const billed = dearer.map((event) => ({
    ...event,
    billedNanoCredits: 3e9,
    cost: { nanoCredits: 3e9, confidence: 'billed' as const },
  }));
  ledger.append(billed as never);
  keeper.soon();
  await pass(1_000);
  assert.equal(notices.at(-1)?.[0]?.steps, 5);
  const report = await keeper.report('r');
  assert.deepEqual(
    report?.steps.map(({ callId }) => callId),
    run.steps.map((_, index) => `r ${index}`),
  );
});

test('a run that is over is reported as it was foretold, and one that nobody knows is not', async (context) => {
  const { clock, keeper, pass, add } = setUp(context);
  await add({ runId: 'r', startedAt: clock.now() - 60_000, steps: [['Read'], ['Edit'], []] });
  await pass(3_600_000);
  await keeper.scores();
  const report = await keeper.report('r');
  assert.equal(report?.outlook, undefined);
  assert.equal(report?.steps.length, 3);
  assert.equal(await keeper.report('nobody'), undefined);
  assert.equal((await keeper.scores()).runs, 1);
});

test('a quote is there once enough runs of the model are known, and leaving it is told', async (context) => {
  const { clock, notices, ledger, add } = setUp(context);
  for (let index = 0; index < 9; index++) {
    ledger.append(
      stepsOf({
        runId: `p${index}`,
        startedAt: clock.now() - (20 - index) * 3_600_000,
        steps: [['Read'], ['Edit'], []],
      }),
    );
  }
  await add({ runId: 'r', startedAt: clock.now() - 20_000, steps: [['Read']] });
  const first = notices.at(-1)?.[0];
  assert.ok(first?.quoted);
  assert.equal(first.leftQuote, false);
  await add({ runId: 'dear', startedAt: clock.now() - 40_000, steps: [['Read'], ['Read']], dearer: 400 });
  assert.equal(notices.at(-1)?.find(({ runId }) => runId === 'dear')?.leftQuote, true);
});
