import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type AllocationPorts, createAllocation } from '../../../src/app/allocation/createAllocation.ts';
import type { RequestQuestion } from '../../../src/core/allocate/outlook.ts';
import { DEFAULT_VALUE_SETTINGS } from '../../../src/core/allocate/taskValue.ts';
import type { LedgerEvent } from '../../../src/core/ledger/event.ts';
import { NANO_PER_CREDIT } from '../../../src/core/money.ts';
import { seededRandom } from '../../../src/core/quality/seededRandom.ts';
import { openLedger } from '../../../src/storage/ledger.ts';
import { fakeClock } from '../../fakes/fakeClock.ts';
import { ledgerFolder } from '../../fakes/ledgerFolder.ts';
import { question } from './requests.ts';

/** A ledger in a folder of its own, and allocators as windows would have them. */
function world(context: TestContext) {
  const clock = fakeClock();
  const ledger = openLedger(ledgerFolder(context).path, { clock });
  context.after(() => ledger.close());
  const troubles: (string | undefined)[] = [];
  const allocation = (more: Partial<AllocationPorts> = {}) => {
    const made = createAllocation({
      clock,
      ledger,
      keep: async (events, cursors) => ledger.append(events, cursors),
      settings: () => undefined,
      plans: () => [],
      standings: () => [],
      summary: () => ledger.summary(clock.now(), []),
      priorOf: () => ({}),
      holder: 'window-1',
      random: seededRandom(1),
      onTrouble: (sentence) => troubles.push(sentence),
      ...more,
    });
    context.after(() => made.dispose());
    return made;
  };
  return { clock, ledger, allocation, troubles };
}

let count = 0;
function asked(more: Partial<RequestQuestion> & { readonly prompt?: string } = {}): RequestQuestion {
  count += 1;
  const runId = `run-${count}`;
  return question({
    runId,
    record: {
      callId: `decision:${count}`,
      facts: { agent: 'vscode-chat', runId, taskKind: 'fix', policy: 'balanced' },
    },
    ...more,
  });
}

function settled(runId: string, model: string, at: number, nanoCredits = NANO_PER_CREDIT): LedgerEvent {
  return {
    kind: 'settled',
    callId: `call:${runId}`,
    at,
    source: 'provider',
    facts: { agent: 'vscode-chat', runId, model, endpointId: 'there', taskKind: 'fix' },
    usage: { fresh: 6_000, text: 400 },
    usageBasis: 'reported',
    cost: { nanoCredits, confidence: 'priced' },
    latency: { firstTokenMs: 1_000, totalMs: 6_000 },
  };
}

function vote(runId: string, up: boolean, at: number): LedgerEvent {
  return {
    kind: 'outcome',
    callId: `outcome:${runId}`,
    at,
    source: 'workspace',
    taskId: runId,
    runId,
    outcome: 'vote',
    success: up ? 1 : 0,
  };
}

test('without evidence a request is valued by the priors, and says so', async (context) => {
  const { allocation, troubles } = world(context);
  const outlook = await allocation().valueRequest(asked());
  assert.deepEqual(outlook.evidence, { outcomes: 0, settled: false });
  assert.equal(outlook.menu.length, 3);
  assert.deepEqual(outlook.taken, outlook.decision.choice.use);
  assert.ok(outlook.takenId);
  assert.deepEqual(troubles, []);
});

test('a decision is recorded as numbers, and can be asked for', async (context) => {
  const { allocation, ledger } = world(context);
  const made = allocation();
  const first = asked({ prompt: 'Rename the zebrawood component', cues: ['refactor', 'words2'] });
  const outlook = await made.valueRequest(first);
  const event = ledger.latestDecision(first.runId);
  assert.ok(event?.features);
  assert.doesNotMatch(JSON.stringify(event), /zebrawood/);
  // The words are there, but not under the numbers that anybody could look up.
  assert.equal(event.features.words.length, first.features.words.length);
  assert.notDeepEqual([...event.features.words].sort(), [...first.features.words].sort());
  const last = await made.lastDecision(first.runId);
  assert.equal(last?.choice, 'model' in outlook.taken ? outlook.taken.model : 'stop');
  assert.deepEqual(last?.situation?.prices, outlook.decision.prices);
  assert.equal(last?.candidates.length, outlook.decision.candidates.length);
  assert.equal(await made.lastDecision('no such run'), undefined);
});

test('outcomes teach: a model that fails again and again is left for another', async (context) => {
  const { allocation, ledger, clock } = world(context);
  const made = allocation();
  const before = await made.valueRequest(asked());
  for (let round = 0; round < 30; round += 1) {
    clock.advance(60_000);
    const request = asked();
    const { taken } = await made.valueRequest(request);
    const model = 'model' in taken ? taken.model : '';
    const runId = request.runId ?? '';
    ledger.append([settled(runId, model, clock.now()), vote(runId, model === 'large-model', clock.now() + 1_000)]);
    clock.advance(2_000);
  }
  const after = await made.valueRequest(asked());
  assert.notEqual(before.takenId, 'there/large-model');
  assert.equal(after.takenId, 'there/large-model');
  assert.equal(after.evidence.outcomes, 30);
});

test('a corrected run teaches by the cues of its first request, whatever came after it', async (context) => {
  const { allocation, clock } = world(context);
  const made = allocation();
  const first = asked({ cues: ['fix', 'words3'] });
  await made.valueRequest(first);
  clock.advance(1_000);
  const facts = { agent: 'vscode-chat', runId: first.runId };
  const previous = { optionId: 'there/small-model', cachedTokens: 100, at: clock.now(), sameRun: true };
  await made.valueRequest({ ...first, cues: undefined, previous, record: { callId: 'decision:later', facts } });
  const lessons = await made.correctTask(first.runId ?? '', { kind: 'docs', size: 'simple' });
  assert.ok((lessons['fix>docs'] ?? 0) > 0);
  assert.deepEqual(made.correctionOf(first.runId ?? ''), { kind: 'docs', size: 'simple' });
});

test('the month’s limit is what is left in the prices’ view, and paces β once it is drawn too fast', async (context) => {
  const { allocation, ledger, clock } = world(context);
  const limits = [{ scope: 'month', nanoCredits: 1000 * NANO_PER_CREDIT, mode: 'hard' }] as const;
  const made = allocation({ settings: () => ({ value: DEFAULT_VALUE_SETTINGS, limits }) });
  const before = await made.prices();
  assert.equal(before.leftNanoCredits, 1000 * NANO_PER_CREDIT);
  for (let index = 0; index < 20; index += 1) {
    clock.advance(60_000);
    ledger.append([settled(`spent-${index}`, 'large-model', clock.now(), 30 * NANO_PER_CREDIT)]);
  }
  const after = await made.prices();
  assert.equal(after.leftNanoCredits, 400 * NANO_PER_CREDIT);
  assert.ok(after.prices.beta > before.prices.beta);
  assert.ok(after.history.length > 0);
  assert.deepEqual(made.pricesOf('claude-code'), after.prices);
});

test('a ledger that can’t be read leaves requests valued by the priors, and says so', async (context) => {
  const { allocation, ledger, troubles } = world(context);
  const broken = () => {
    throw new Error('The ledger can’t be read: free the disk.');
  };
  const made = allocation({ ledger: { ...ledger, lastChange: broken, changes: broken } });
  const { decision } = await made.valueRequest(asked());
  assert.ok(decision.candidates.length > 1);
  assert.deepEqual(troubles, ['The ledger can’t be read: free the disk.']);
});
