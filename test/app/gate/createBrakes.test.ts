import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { createBrakes } from '../../../src/app/gate/createBrakes.ts';
import { createRunKinds } from '../../../src/app/gate/runKinds.ts';
import type { Limit } from '../../../src/core/budget/limits.ts';
import type { BrakeSettings } from '../../../src/core/gate/brakeSettings.ts';
import type { HookAnswer } from '../../../src/core/hooks/hookCall.ts';
import { NANO_PER_CREDIT } from '../../../src/core/money.ts';
import type { PlanStanding } from '../../../src/core/plans/planStandings.ts';
import type { ToldStep } from '../../../src/core/quality/toldStep.ts';
import { openLedger } from '../../../src/storage/ledger.ts';
import { fakeClock } from '../../fakes/fakeClock.ts';
import { ledgerFolder } from '../../fakes/ledgerFolder.ts';
import { noKinds } from '../../fakes/noKinds.ts';
import { after, before, loggedCall, promptCall } from './hookCalls.ts';

const CREDIT = NANO_PER_CREDIT;
const PASS: HookAnswer = { kind: 'pass' };
const DENIED: HookAnswer = { kind: 'deny', reason: 'no' };

function cap(scope: Limit['scope'], credits: number, mode: Limit['mode'], of?: string): Limit {
  return { scope, nanoCredits: credits * CREDIT, mode, of };
}

function brakesOver(context: TestContext, set: Partial<BrakeSettings> = {}) {
  const clock = fakeClock();
  const ledger = openLedger(ledgerFolder(context).path, { clock });
  context.after(() => ledger.close());
  let settings: BrakeSettings = { mode: 'show', limits: [], ...set };
  let standings: readonly PlanStanding[] = [];
  const told: (ToldStep & { readonly runId: string })[] = [];
  const resumed: string[] = [];
  const troubles: (string | undefined)[] = [];
  const kinds = createRunKinds({
    cursor: (key) => ledger.cursor(key),
    keep: async (cursors) => ledger.append([], cursors),
    lessons: () => ({}),
    correctionOf: () => undefined,
  });
  const brakes = createBrakes({
    clock,
    ledger: () => ledger,
    kinds,
    settings: () => settings,
    standings: () => standings,
    told: (runId, step) => told.push({ runId, ...step }),
    resume: (runId) => resumed.push(runId),
    onTrouble: (sentence) => troubles.push(sentence),
  });
  return {
    brakes,
    clock,
    ledger,
    told,
    resumed,
    troubles,
    set: (next: Partial<BrakeSettings>) => {
      settings = { ...settings, ...next };
    },
    stand: (next: readonly PlanStanding[]) => {
      standings = next;
    },
    /** A model call that its log tells at once, then its tool. */
    async step(credits: number | undefined, facts: Parameters<typeof loggedCall>[2] = {}, seconds = 1) {
      clock.advance(seconds * 1000);
      ledger.append([loggedCall(clock.now(), credits, facts)]);
      const call = before('npm test', facts.subagentId === undefined ? {} : { subagentId: facts.subagentId });
      return { call, braking: await brakes.before(call) };
    },
  };
}

test('a run over its hard cap is stopped, with what it cost, its cap and how to go on; the next prompt begins anew', async (context) => {
  const { brakes, step } = brakesOver(context, { limits: [cap('run', 10, 'hard')] });
  await brakes.before(promptCall());
  assert.deepEqual((await step(6)).braking, { kind: 'go' });
  const { braking } = await step(5);
  assert.equal(braking.kind, 'stop');
  assert.match(
    braking.kind === 'stop' ? braking.sentence : '',
    /^Stopped by Marginal\. This run has cost 11 credits, and its cap is 10 \(marginal\.budget\.runCredits\)\. To go on, .*cheaper model.*finish with what you have/,
  );
  assert.equal((await brakes.before(promptCall())).kind, 'go');
  assert.equal((await step(6)).braking.kind, 'go');
});

test('sub-agents draw on the run, the session, the day and the month of who called them', async (context) => {
  for (const scope of ['run', 'session', 'day', 'month', 'project', 'model'] as const) {
    const { brakes, step } = brakesOver(context, { limits: [cap(scope, 10, 'hard')] });
    await brakes.before(promptCall());
    assert.equal((await step(4)).braking.kind, 'go', scope);
    assert.equal((await step(4, { subagentId: 'a' })).braking.kind, 'go', scope);
    assert.equal((await step(4, { subagentId: 'b' })).braking.kind, 'stop', scope);
  }
});

test('an agent that tells its sub-agent as a session of its own draws on the one that called it', async (context) => {
  const { brakes, step } = brakesOver(context, { limits: [cap('session', 10, 'hard')] });
  await brakes.before(promptCall());
  await step(4);
  await step(7, { subagentId: 'thread-2' });
  assert.equal((await brakes.before(before('ls', { sessionId: 'thread-2' }))).kind, 'stop');
  assert.equal((await brakes.before(before('ls', { sessionId: 'thread-3' }))).kind, 'go');
});

test('a cap is for what it is for: another project’s, model’s, day’s and session’s spend is not counted', async (context) => {
  const limits = [
    cap('session', 10, 'hard'),
    cap('day', 10, 'hard'),
    cap('project', 10, 'hard', '/code/app'),
    cap('model', 10, 'hard', 'claude-opus-4-5'),
  ];
  const { brakes, ledger, clock, step } = brakesOver(context, {
    limits: limits.filter(({ scope }) => scope !== 'day'),
  });
  const elsewhere = { sessionId: 'session-2', folder: '/code/other' };
  ledger.append([loggedCall(clock.now(), 50, elsewhere), loggedCall(clock.now() - 2 * 86_400_000, 9, elsewhere)]);
  await brakes.before(promptCall());
  assert.equal((await step(9)).braking.kind, 'go');
  const late = brakesOver(context, { limits });
  late.ledger.append([loggedCall(late.clock.now() - 2 * 86_400_000, 50, elsewhere)]);
  assert.equal((await late.step(9)).braking.kind, 'go');
});

test('never more than one step over a hard cap, whatever steps cost, in whichever order they are told', async (context) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.array(
        fc.record({ credits: fc.integer({ min: 0, max: 20 }), subagent: fc.constantFrom(undefined, 'a', 'b') }),
        { minLength: 1, maxLength: 25 },
      ),
      fc.constantFrom('run' as const, 'session' as const, 'day' as const),
      async (limit, steps, scope) => {
        const { brakes, step } = brakesOver(context, { limits: [cap(scope, limit, 'hard')] });
        await brakes.before(promptCall());
        let spent = 0;
        for (const { credits, subagent } of steps) {
          assert.ok(spent < limit, 'it went on over its cap');
          const { braking } = await step(credits, subagent === undefined ? {} : { subagentId: subagent });
          spent += credits;
          assert.equal(braking.kind === 'stop', spent >= limit);
          if (braking.kind === 'stop') return;
        }
      },
    ),
    { numRuns: 25 },
  );
});

test('where the log is late, calls that it lacks are counted at their usual cost, and it is said', async (context) => {
  const { brakes, clock, step } = brakesOver(context, { limits: [cap('run', 20, 'hard')] });
  await brakes.before(promptCall());
  await step(6);
  assert.equal((await step(6)).braking.kind, 'go');
  clock.advance(300);
  // Its model call isn't logged yet: 12 credits are known, 6 are estimated.
  assert.equal((await brakes.before(before('ls'))).kind, 'go');
  clock.advance(300);
  const braking = await brakes.before(before('ls'));
  assert.match(
    braking.kind === 'stop' ? braking.sentence : '',
    /This run has cost about 24 credits, 2 requests among them that its log hasn’t told yet, and its cap is 20/,
  );
});

test('an ask cap is asked once: after a yes again a quarter later, after a no not at all', async (context) => {
  const { brakes, step } = brakesOver(context, { limits: [cap('session', 10, 'ask')] });
  await brakes.before(promptCall());
  const first = await step(11);
  assert.equal(first.braking.kind, 'ask');
  if (first.braking.kind !== 'ask') return;
  assert.match(first.braking.sentence, /^This session has cost 11 credits, and its cap is 10 .*Let it go on\?/);
  brakes.release(first.call, first.braking.id);
  brakes.observe(first.call, PASS);
  assert.equal((await step(2)).braking.kind, 'go', '13 of 13.75');
  const second = await step(1);
  assert.equal(second.braking.kind, 'ask');
  brakes.observe(second.call, DENIED);
  const third = await step(0);
  assert.match(third.braking.kind === 'stop' ? third.braking.sentence : '', /asked and has not agreed/);
  assert.equal((await brakes.before(promptCall())).kind, 'ask', 'a new prompt asks anew');
});

test('a question that is still open is asked for the next call too, and an action that is denied later ends nothing', async (context) => {
  const { brakes, step } = brakesOver(context, { limits: [cap('session', 10, 'ask')] });
  const [first, beside] = [await step(11), await step(0)];
  assert.equal(beside.braking.kind, 'ask');
  if (first.braking.kind !== 'ask') return;
  brakes.release(first.call, first.braking.id);
  brakes.observe(first.call, DENIED);
  assert.equal((await step(0)).braking.kind, 'go');
});

test('a soft cap is told once in a run and stops nothing', async (context) => {
  const { brakes, step } = brakesOver(context, { limits: [cap('day', 10, 'soft')] });
  await brakes.before(promptCall());
  const { braking } = await step(11);
  assert.match(braking.kind === 'go' ? (braking.note ?? '') : '', /^Marginal: Today’s work has cost 11 credits/);
  assert.deepEqual((await step(11)).braking, { kind: 'go' });
});

test('a prompt is quoted by runs of the same agent and model; too few are said, and are no 0', async (context) => {
  const { brakes, ledger, clock } = brakesOver(context);
  const unknown = await brakes.before(promptCall({ model: 'claude-sonnet-4-5' }));
  assert.match(
    noteOf(unknown),
    /^Marginal: What a run with claude-sonnet-4-5 costs is unknown: none was seen here yet\.$/,
  );
  assert.deepEqual(await brakes.before(promptCall({ model: 'claude-sonnet-4-5' })), { kind: 'go' }, 'said once');
  const quoted = brakesOver(context);
  for (let run = 1; run <= 20; run += 1)
    quoted.ledger.append([loggedCall(quoted.clock.now() - run * 60_000, run, { sessionId: `old-${run}` })]);
  assert.match(
    noteOf(await quoted.brakes.before(promptCall())),
    /^Marginal: A run with claude-sonnet-4-5 costs [\d.]+ to \d+ credits in eight of ten cases, half of them less than 1[01] \(estimated from 20 runs here\)\.$/,
  );
  assert.match(noteOf(await quoted.brakes.before(promptCall({ model: 'claude-opus-4-5' }))), /unknown: none was seen/);
  assert.match(noteOf(await quoted.brakes.before(promptCall({ agent: 'codex', sessionId: 'of-codex' }))), /is unknown/);
  assert.ok(ledger && clock);
});

test('a prompt that says clearly what it asks for is quoted by runs of prompts that did, where enough were heard', async (context) => {
  const { brakes, ledger, clock } = brakesOver(context);
  let run = 0;
  async function heard(prompt: string, credits: number) {
    run += 1;
    const call = { sessionId: `session-${run}` };
    await brakes.before({ ...promptCall(call), moment: { kind: 'prompt', prompt } });
    // A call of the run before is told late: it is of no kind.
    ledger.append([loggedCall(clock.now() - 1, 500, { ...call, runId: `late-${run}` })]);
    clock.advance(60_000);
    ledger.append([loggedCall(clock.now(), credits, { ...call, runId: `run-${run}` })]);
    await brakes.before(before('npm test', call));
  }
  const quote = async (prompt: string) => {
    // What runs cost is read anew after some minutes, behind the answer.
    clock.advance(11 * 60_000);
    for (let round = 0; round < 2; round += 1) {
      const said = await brakes.before({ ...promptCall({ sessionId: 'asking' }), moment: { kind: 'prompt', prompt } });
      if (round === 1) return noteOf(said);
      for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    return '';
  };
  for (let index = 0; index < 8; index += 1) await heard('Fix the bug that crashes the parser', 40);
  for (let index = 0; index < 7; index += 1) await heard('What does the parser do, and why?', 2);
  await heard('go on', 3);
  assert.match(
    await quote('fix this regression: the cart crashes'),
    /A run with claude-sonnet-4-5 for a task of the kind “fix” costs 40 to 40 credits .*\(estimated from 8 such runs here\)/,
  );
  assert.match(
    await quote('How does the cart work?'),
    /costs .* \(estimated from \d\d runs here\)/,
    'seven are too few',
  );
  assert.match(
    await quote('and now the cart'),
    /costs .* \(estimated from \d\d runs here\)/,
    'nobody can tell what that asks',
  );
});

test('above the limit for a run a prompt is asked about, and the run again once it has cost what was agreed to', async (context) => {
  const { brakes, ledger, clock, step } = brakesOver(context, { confirmRunNanoCredits: 10 * CREDIT });
  for (let run = 1; run <= 20; run += 1)
    ledger.append([loggedCall(clock.now() - run * 60_000, run, { sessionId: `old-${run}` })]);
  const call = promptCall({ model: 'claude-sonnet-4-5' });
  const braking = await brakes.before(call);
  assert.equal(braking.kind, 'ask');
  if (braking.kind !== 'ask') return;
  assert.match(braking.sentence, /One in ten runs like it costs more than \d+ credits, and you are asked from 10 on/);
  brakes.release(call, braking.id);
  assert.equal((await step(12)).braking.kind, 'go');
  assert.equal((await step(8)).braking.kind, 'ask');
});

test('a prompt over a cap that is used up is asked about or stopped by its mode', async (context) => {
  for (const [mode, kind] of [
    ['soft', 'go'],
    ['ask', 'ask'],
    ['hard', 'stop'],
  ] as const) {
    const { brakes, ledger, clock } = brakesOver(context, { limits: [cap('day', 10, mode)] });
    ledger.append([loggedCall(clock.now(), 11, { sessionId: 'other' })]);
    assert.equal((await brakes.before(promptCall())).kind, kind);
  }
});

test('a plan that is used up to its limit holds its agents, and no other', async (context) => {
  const { brakes, stand, set } = brakesOver(context, { planLimit: { share: 0.9, mode: 'hard' } });
  stand([
    {
      kind: 'windows',
      label: 'Claude Max',
      agents: ['claude-code'],
      windows: [
        {
          window: '5h',
          label: '5-hour window',
          usedShare: 0.93,
          resetsAt: 1,
          reading: undefined,
          spent: undefined,
          usedSince: false,
        },
      ],
    },
  ]);
  const braking = await brakes.before(before());
  assert.match(
    braking.kind === 'stop' ? braking.sentence : '',
    /93 % of Claude Max · 5-hour window is used, and its limit is 90 %/,
  );
  assert.equal((await brakes.before(before('ls', { agent: 'codex', sessionId: 'c' }))).kind, 'go');
  set({ planLimit: { share: 0.9, mode: 'ask' } });
  const call = before();
  const asking = await brakes.before(call);
  if (asking.kind !== 'ask') assert.fail('it is asked');
  brakes.release(call, asking.id);
  assert.equal((await brakes.before(before())).kind, 'go');
});

test('the same failing command again and again: told, asked about or stopped, as the mode says', async (context) => {
  for (const [mode, kind] of [
    ['show', 'go'],
    ['ask', 'ask'],
    ['act', 'stop'],
  ] as const) {
    const { brakes, resumed, ledger, clock } = brakesOver(context, { mode });
    await brakes.before(promptCall());
    ledger.append([loggedCall(clock.now(), 1)]);
    for (let time = 0; time < 4; time += 1) {
      assert.deepEqual(await brakes.before(before('npm test')), { kind: 'go' });
      brakes.observe(after('npm test', true), PASS);
    }
    const call = before('npm test');
    const braking = await brakes.before(call);
    assert.equal(braking.kind, kind);
    assert.match(
      JSON.stringify(braking),
      /he same call was made 4 times among the last 4, failed each time, without an edit in between/,
    );
    if (braking.kind !== 'ask') continue;
    brakes.release(call, braking.id);
    assert.equal((await brakes.before(before('npm test'))).kind, 'go');
    assert.equal(resumed.length, 1);
  }
});

test('an edit between, a wait for the same thing, and two sub-agents that do the same are no circle', async (context) => {
  const { brakes } = brakesOver(context, { mode: 'act' });
  await brakes.before(promptCall());
  const edit = { kind: 'edit', path: '/code/app/a.ts', before: 'a', after: 'b' } as const;
  for (let time = 0; time < 8; time += 1) {
    brakes.observe(after('npm test', true), PASS);
    if (time % 2 === 1)
      brakes.observe(
        {
          ...after('', false),
          moment: { kind: 'afterTool', tool: 'Edit', input: { time }, actions: [edit], result: '' },
        },
        PASS,
      );
    brakes.observe(after('ls', false, { subagentId: time % 2 === 0 ? 'a' : 'b' }), PASS);
    if (time % 4 === 3) await brakes.before(promptCall());
  }
  assert.equal((await brakes.before(before())).kind, 'go');
  for (let time = 0; time < 8; time += 1)
    brakes.observe(
      {
        ...after('', false),
        moment: { kind: 'afterTool', tool: 'BashOutput', input: { id: 1 }, actions: [], result: '' },
      },
      PASS,
    );
  assert.equal((await brakes.before(before())).kind, 'go');
});

test('what hooks tell of a step’s calls goes to the run that the ledger knows', async (context) => {
  const { brakes, step, told } = brakesOver(context);
  await brakes.before(promptCall());
  await step(1);
  brakes.observe(after('npm test', true), PASS);
  assert.equal(told.length, 1);
  assert.match(told[0]?.runId ?? '', /^claude-code:run-/);
  assert.deepEqual(
    told[0]?.actions.map(({ kind, failed }) => ({ kind, failed })),
    [{ kind: 'test', failed: true }],
  );
});

test('a ledger that can’t be read stops nobody, and is told', async () => {
  const troubles: (string | undefined)[] = [];
  const brakes = createBrakes({
    kinds: noKinds,
    clock: fakeClock(),
    ledger: () => {
      throw new Error('The ledger is locked.');
    },
    settings: () => ({ mode: 'act', limits: [cap('day', 1, 'hard')] }),
    standings: () => [],
    told: () => {},
    resume: () => {},
    onTrouble: (sentence) => troubles.push(sentence),
  });
  assert.deepEqual(await brakes.before(promptCall()), { kind: 'go' });
  assert.deepEqual(await brakes.before(before()), { kind: 'go' });
  brakes.observe(before(), PASS);
  brakes.release(before(), 'nonsense');
  assert.match(troubles[0] ?? '', /can’t be held to its caps now; they go on: The ledger is locked\./);
});

test('a session that went on before its hooks were heard has its past: the session’s all, the run’s latest', async (context) => {
  const { brakes, ledger, clock } = brakesOver(context, { limits: [cap('session', 10, 'hard')] });
  ledger.append([loggedCall(clock.now() - 60_000, 6), loggedCall(clock.now() - 1000, 6)]);
  assert.equal((await brakes.before(before())).kind, 'stop');
  const run = brakesOver(context, { limits: [cap('run', 10, 'hard')] });
  run.ledger.append([loggedCall(clock.now() - 60_000, 6), loggedCall(clock.now() - 1000, 6)]);
  assert.equal((await run.brakes.before(before())).kind, 'go');
});

test('a call of unknown cost is no free one: a cap says that it holds for the others only', async (context) => {
  const { brakes, step } = brakesOver(context, { limits: [cap('session', 10, 'hard')] });
  await brakes.before(promptCall());
  await step(undefined);
  assert.match(
    noteOf(await brakes.before(promptCall())),
    /1 call of this session is of unknown cost, so caps hold for the others only/,
  );
  const { braking } = await step(11);
  assert.match(braking.kind === 'stop' ? braking.sentence : '', /11 credits, and 1 call of unknown cost/);
});

function noteOf(braking: { readonly kind: string; readonly note?: string }): string {
  assert.equal(braking.kind, 'go');
  return braking.note ?? '';
}
