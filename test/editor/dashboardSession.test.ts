import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptySampleState, sampleState } from '../../scripts/preview/sample.ts';
import { type DashboardRequest, dashboardSession } from '../../src/editor/dashboardSession.ts';
import type { DashboardState, ToDashboard } from '../../src/protocol/dashboard.ts';
import type { DashboardAnswer, DashboardQuestion } from '../../src/protocol/dashboardReasons.ts';
import type { DashboardView } from '../../src/protocol/dashboardState.ts';

/** A session with a source and a clock in the test's hands. */
function setUp() {
  const posted: ToDashboard[] = [];
  const views: DashboardView[] = [];
  const performed: DashboardRequest[] = [];
  const logged: string[] = [];
  const timers: { action: () => void; delayMs: number }[] = [];
  const listeners = new Set<() => void>();
  const world = {
    posted,
    views,
    performed,
    logged,
    timers,
    listeners,
    state: emptySampleState() as DashboardState | Error,
    visible: true,
    perform: async (_request: DashboardRequest): Promise<void> => {},
    answer: (question: DashboardQuestion): Promise<DashboardAnswer> =>
      Promise.resolve({ type: 'why', runId: question.type === 'why' ? question.runId : '' }),
    change: () => {
      for (const listener of listeners) listener();
    },
    /** Lets what was asked for arrive, and the waiting time pass. */
    settle: async () => {
      await new Promise(setImmediate);
    },
    pass: async () => {
      for (const { action } of timers.splice(0)) action();
      await new Promise(setImmediate);
    },
  };
  const session = dashboardSession({
    source: {
      snapshot: async (view) => {
        views.push(view);
        if (world.state instanceof Error) throw world.state;
        return structuredClone(world.state);
      },
      onDidChange: (listener) => {
        listeners.add(listener);
        return { dispose: () => listeners.delete(listener) };
      },
    },
    post: (message) => posted.push(message),
    visible: () => world.visible,
    perform: async (request) => {
      performed.push(request);
      await world.perform(request);
    },
    answer: (question) => world.answer(question),
    log: (sentence) => logged.push(sentence),
    later: (action, delayMs) => {
      const timer = { action, delayMs };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  });
  return Object.assign(world, { session });
}

test('nothing is read or sent before the page is ready; then the whole state', async () => {
  const world = setUp();
  world.change();
  await world.settle();
  assert.equal(world.views.length, 0);
  world.session.receive({ type: 'ready' });
  await world.settle();
  assert.deepEqual(world.posted, [{ type: 'snapshot', state: world.state }]);
});

test('a burst of changes is one patch per quarter of a second, and the last change is in it', async () => {
  const world = setUp();
  world.session.receive({ type: 'ready' });
  await world.settle();
  for (let count = 0; count < 100; count++) world.change();
  await world.settle();
  assert.equal(world.views.length, 1);
  assert.deepEqual(
    world.timers.map(({ delayMs }) => delayMs),
    [250],
  );
  world.state = sampleState();
  await world.pass();
  assert.equal(world.views.length, 2);
  assert.equal(world.posted[1]?.type, 'patch');
  await world.pass();
  assert.equal(world.views.length, 2, 'no change, nothing read');
});

test('an unchanged state sends nothing', async () => {
  const world = setUp();
  world.session.receive({ type: 'ready' });
  await world.settle();
  await world.pass();
  world.change();
  await world.settle();
  assert.equal(world.views.length, 2);
  assert.equal(world.posted.length, 1);
});

test('a hidden page gets nothing, and is brought up to date when it is shown', async () => {
  const world = setUp();
  world.session.receive({ type: 'ready' });
  await world.settle();
  await world.pass();
  world.visible = false;
  world.state = sampleState();
  world.change();
  await world.settle();
  assert.equal(world.posted.length, 1);
  world.visible = true;
  world.session.visibilityChanged();
  await world.settle();
  assert.equal(world.posted[1]?.type, 'patch');
});

test('a page that was made anew gets the whole state again', async () => {
  const world = setUp();
  world.session.receive({ type: 'ready' });
  await world.settle();
  world.session.receive({ type: 'ready', view: { runId: 'chat-2', stepLimit: 600 } });
  await world.settle();
  assert.deepEqual(
    world.posted.map(({ type }) => type),
    ['snapshot', 'snapshot'],
  );
  assert.deepEqual(world.views[1], { runId: 'chat-2', stepLimit: 600 });
});

test('another run or more steps are answered at once, within bounds', async () => {
  const world = setUp();
  world.session.receive({ type: 'ready' });
  await world.settle();
  world.session.receive({ type: 'showSteps', limit: 1_000_000 });
  await world.settle();
  assert.deepEqual(world.views[1], { runId: undefined, stepLimit: 5_000 });
  world.session.receive({ type: 'selectRun', runId: 'chat-2' });
  await world.settle();
  assert.deepEqual(world.views[2], { runId: 'chat-2', stepLimit: 200 });
});

test('a view that was picked while the last was being read is read next', async () => {
  const world = setUp();
  world.session.receive({ type: 'ready' });
  world.session.receive({ type: 'selectRun', runId: 'chat-2' });
  await world.settle();
  assert.deepEqual(
    world.views.map(({ runId }) => runId),
    [undefined, 'chat-2'],
  );
});

test('failures are said in a sentence, and the next change tries again', async () => {
  const world = setUp();
  world.state = new Error('The ledger is locked: close the other program.');
  world.session.receive({ type: 'ready' });
  await world.settle();
  assert.deepEqual(world.posted, [{ type: 'failure', sentence: 'The ledger is locked: close the other program.' }]);
  world.state = emptySampleState();
  world.change();
  await world.pass();
  assert.equal(world.posted[1]?.type, 'snapshot');

  world.perform = () => Promise.reject(new Error('Nothing answers there.'));
  world.session.receive({ type: 'testEndpoint', endpointId: 'ollama' });
  await world.settle();
  assert.deepEqual(world.performed, [{ type: 'testEndpoint', endpointId: 'ollama' }]);
  assert.deepEqual(world.posted[2], { type: 'failure', sentence: 'Nothing answers there.' });
});

test('a question is answered when it comes, and a failure is said', async () => {
  const world = setUp();
  world.session.receive({ type: 'why', runId: 'run-1' });
  await world.settle();
  assert.deepEqual(world.posted, [{ type: 'why', runId: 'run-1' }]);
  world.answer = () => Promise.reject(new Error('The ledger is locked: close the other program.'));
  world.session.receive({ type: 'dearest', fromDay: '2026-11-01', toDay: '2026-11-22', limit: 3 });
  await world.settle();
  assert.deepEqual(world.posted[1], { type: 'failure', sentence: 'The ledger is locked: close the other program.' });
  world.session.receive({ type: 'dearest', fromDay: 1, toDay: '2026-11-22', limit: 3 });
  world.session.receive({ type: 'dearest', fromDay: '2026-11-01', toDay: '2026-11-22', limit: -3 });
  await world.settle();
  assert.deepEqual([world.posted.length, world.logged.length], [2, 2]);
});

test('what is no request is logged and left', async () => {
  const world = setUp();
  world.session.receive({ type: 'runCommand', command: 'workbench.action.quit' });
  await world.settle();
  assert.deepEqual([world.performed, world.posted, world.logged.length], [[], [], 1]);
});

test('after its end it is silent', async () => {
  const world = setUp();
  world.session.receive({ type: 'ready' });
  world.session.dispose();
  await world.settle();
  assert.deepEqual([world.posted, world.listeners.size], [[], 0]);
});
