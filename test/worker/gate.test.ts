import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { forget, forgettable, forgettableFolders } from '../../src/app/forget.ts';
import { DEFAULT_GATE_SETTINGS } from '../../src/core/gate/gateSettings.ts';
import type { GateChoice, GateQuestion } from '../../src/core/gate/question.ts';
import { OWN_AGENT } from '../../src/core/hooks/hookCall.ts';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import type { WorkerNotice } from '../../src/ports.ts';
import { gateQuestions } from '../../src/worker/gateQuestions.ts';
import { fakeClock } from '../fakes/fakeClock.ts';
import { openSmall } from '../fakes/smallLedger.ts';
import { gateWorld } from './gateWorld.ts';

const QUESTION: GateQuestion = { kind: 'spend', id: 'q', agent: 'codex', deadline: 50, sentence: '' };
const NEVER = new AbortController().signal;

function questions() {
  const notices: WorkerNotice[] = [];
  return { notices, ...gateQuestions({ now: () => 0 }, (notice) => notices.push(notice)) };
}

test('a question goes to the window, and its answer to who asked, once', async () => {
  const { ask, answer, notices } = questions();
  const asked = ask(QUESTION, NEVER);
  assert.deepEqual(notices, [{ kind: 'gateQuestion', question: QUESTION }]);
  assert.equal(answer('another', { kind: 'once' }), false);
  assert.equal(answer('q', { kind: 'once' }), true);
  assert.deepEqual(await asked, { kind: 'once' });
  assert.equal(answer('q', { kind: 'once' }), false);
});

test('a question is over at its deadline, when nobody waits for it, and when the window closes', async () => {
  const late = questions();
  assert.equal(await late.ask(QUESTION, NEVER), undefined);
  const given = questions();
  const gone = new AbortController();
  const asked = given.ask({ ...QUESTION, deadline: 60_000 }, gone.signal);
  gone.abort();
  assert.equal(await asked, undefined);
  const closed = questions();
  const open = closed.ask({ ...QUESTION, deadline: 60_000 }, NEVER);
  closed.dispose();
  assert.equal(await open, undefined);
  for (const { notices, answer } of [late, given, closed]) {
    assert.deepEqual(notices.at(-1), { kind: 'gateQuestionOver', questionId: 'q' });
    assert.equal(answer('q', { kind: 'once' }), false);
  }
  assert.equal(await given.ask(QUESTION, gone.signal), undefined);
});

test('what git can bring back passes, what it can’t is asked about and kept in the ledger', async (t) => {
  const { run, asked, gate, ledger } = gateWorld(t);
  await gate.warm();
  assert.equal((await run('rm kept.txt')).kind, 'pass');
  assert.equal((await run('rm -rf data')).kind, 'allow');
  assert.ok(asked[0]?.kind === 'action');
  assert.match(asked[0].reason, /not in version control/);
  const [kept] = await gate.api.gateDecisions(0, Number.MAX_SAFE_INTEGER);
  assert.deepEqual([kept?.gate.by, kept?.gate.class, kept?.gate.targets], ['developer', 'irreversible', ['data']]);
  assert.equal(ledger.runs(5).length, 0, 'no call is made of it');
  await assert.rejects(gate.api.undoGate('x'), /no safety copy/);
});

test('what a confirmed action destroys is copied before, shown, and comes back', async (t) => {
  const { app, run, gate } = gateWorld(t);
  assert.equal((await run('rm -rf data')).kind, 'allow');
  const [decision] = await gate.api.gateDecisions(0, Number.MAX_SAFE_INTEGER);
  assert.ok(decision?.gate.copy);
  const { entries } = await gate.api.gateCopy(decision.callId);
  assert.deepEqual(
    entries.map((entry) => path.relative(app, entry.path)),
    ['data', 'data/mine.csv'],
  );
  rmSync(path.join(app, 'data'), { recursive: true });
  assert.equal(await gate.api.undoGate(decision.callId), 'Put back 1 file and 1 folder.');
  assert.equal(readFileSync(path.join(app, 'data', 'mine.csv'), 'utf8'), 'mine');
});

test('what is forgotten takes the safety copies along that were made of it', async (t) => {
  const { app, run, gate, ledger, copies } = gateWorld(t);
  const parts = { ledger, clock: fakeClock(), copies: gate.copies };
  assert.equal((await forgettable(parts, {})).copies, 0, 'nothing was copied yet');
  await forget(parts, {});
  assert.equal((await run('rm -rf data')).kind, 'allow');
  assert.deepEqual(await forgettableFolders(parts), [app]);
  const { gateDecisions, copies: kept } = await forgettable(parts, { folder: app });
  assert.deepEqual([gateDecisions, kept], [1, 1]);
  await forget(parts, { folder: path.join(app, 'elsewhere') });
  assert.equal(readdirSync(copies).length, 1);
  await forget(parts, { folder: app });
  assert.deepEqual([readdirSync(copies), await forgettableFolders(parts)], [[], []]);
});

test('on a full disk nothing is let through that couldn’t be copied or recorded, but on a second yes; then it is recorded once there is room', async (t) => {
  let grow = () => {};
  let second: GateChoice = { kind: 'deny' };
  const { app, run, gate, ledger, asked, copies, kept } = gateWorld(
    t,
    {},
    ({ id }) => (asked.findIndex((question) => question.id === id) % 2 === 0 ? { kind: 'once' } : second),
    (file, clock) => {
      const small = openSmall(file, 1, clock);
      grow = () => small.grow();
      return small.store;
    },
  );
  const decisions = () => gate.api.gateDecisions(0, Number.MAX_SAFE_INTEGER);
  // Until the smallest decision finds no room.
  const old = (callId: string, reason: string): LedgerEvent => ({
    kind: 'gate',
    callId,
    at: -1,
    source: 'gate',
    facts: { agent: 'codex' },
    gate: {
      class: 'commit',
      reason,
      targets: [],
      expectedLossNanoCredits: 0,
      decision: 'denied',
      by: 'rule',
      digest: '',
    },
  });
  for (const reason of ['x'.repeat(1_000), ''])
    assert.throws(() => {
      for (let index = 0; ; index += 1) ledger.append([old(`${index}${reason}`, reason)]);
    }, /The disk is full/);
  const answer = await run('rm -rf data');
  assert.match(
    answer.kind === 'deny' ? answer.reason : answer.kind,
    /could not be recorded \(The disk is full: make room where .*ledger\.db lies/,
  );
  assert.match(asked[1]?.kind === 'action' ? asked[1].reason : '', /it can’t be recorded, .*The disk is full/);
  assert.deepEqual(await decisions(), []);

  // The copies' folder can't be made either: a file stands there.
  rmSync(copies, { recursive: true });
  writeFileSync(copies, '');
  const uncopied = await run('rm -rf data');
  assert.match(uncopied.kind === 'deny' ? uncopied.reason : uncopied.kind, /No safety copy could be made first/);
  rmSync(copies);

  second = { kind: 'once' };
  assert.equal((await run('rm -rf data')).kind, 'allow');
  assert.deepEqual(await decisions(), []);
  grow();
  await kept();
  const [allowed, ...denied] = await decisions();
  assert.deepEqual(
    [allowed?.gate.decision, denied.map((each) => each.gate.decision)],
    ['allowed', ['denied', 'denied']],
  );
  rmSync(path.join(app, 'data'), { recursive: true });
  assert.equal(await gate.api.undoGate(allowed?.callId ?? ''), 'Put back 1 file and 1 folder.');
});

test('Marginal’s own agent asks the same gate', async (t) => {
  const { app, gate, asked } = gateWorld(t);
  const answer = await gate.api.gateAnswer({
    agent: OWN_AGENT,
    event: 'beforeTool',
    sessionId: 'chat/1',
    cwd: app,
    moment: { kind: 'beforeTool', tool: 'run_in_terminal', input: { command: 'rm -rf data' }, actions: [] },
  });
  assert.equal(answer.kind, 'allow');
  assert.ok(asked[0]?.kind === 'action');
  assert.deepEqual([asked[0].agent, asked[0].class, asked[0].targets], ['vscode-chat', 'irreversible', ['data']]);
});

test('the repository’s rules hold where the workspace is trusted, and only there', async (t) => {
  const rules = JSON.stringify({ rules: [{ decide: 'deny', command: 'git status' }] });
  for (const trusted of [true, false]) {
    const { app, run } = gateWorld(t, { trusted });
    mkdirSync(path.join(app, '.marginal'));
    writeFileSync(path.join(app, '.marginal', 'policy.json'), rules);
    assert.equal((await run('git status')).kind, trusted ? 'deny' : 'pass');
  }
});

test('an action is explained with the rule that decides, and nobody asked', async (t) => {
  const policy = { rules: [{ decide: 'twoPeople', path: 'data' }] } as const;
  const { app, gate, asked } = gateWorld(t, { gate: { ...DEFAULT_GATE_SETTINGS, policy } });
  const explained = await gate.api.explainAction({ kind: 'shell', command: 'rm -rf data', cwd: app });
  assert.equal(explained.verdict.class, 'irreversible');
  assert.deepEqual([explained.outcome, explained.rule], ['twoPeople', 'your rule: two people for path data']);
  assert.deepEqual([asked, await gate.api.gateDecisions(0, Number.MAX_SAFE_INTEGER)], [[], []]);
});
