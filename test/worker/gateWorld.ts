import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { GateChoice, GateQuestion } from '../../src/core/gate/question.ts';
import type { HookCall } from '../../src/core/hooks/hookCall.ts';
import type { Clock, LedgerStore, WorkerConfiguration } from '../../src/ports.ts';
import { groupCommit } from '../../src/storage/groupCommit.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { pendingFile } from '../../src/storage/pendingEvents.ts';
import { createWorkerGate } from '../../src/worker/gate.ts';
import { fakeClock } from '../fakes/fakeClock.ts';
import { noKinds } from '../fakes/noKinds.ts';

const NEVER = new AbortController().signal;

/**
 * The worker's gate with a repository (a committed `kept.txt`, an untracked `data/mine.csv`), a ledger and safety copies of its own.
 * `choose`: what the developer says; undefined: Allow Once.
 */
export function gateWorld(
  t: TestContext,
  configured: Partial<WorkerConfiguration> = {},
  choose: (question: GateQuestion) => GateChoice = () => ({ kind: 'once' }),
  open: (path: string, clock: Clock) => LedgerStore = (path, clock) => openLedger(path, { clock }),
) {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'marginal-gate-')));
  const app = path.join(root, 'app');
  mkdirSync(app);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], { cwd: app, stdio: 'pipe' });
  git('init', '-q');
  writeFileSync(path.join(app, 'kept.txt'), 'kept');
  git('add', '.');
  git('commit', '-qm', 'first');
  mkdirSync(path.join(app, 'data'));
  writeFileSync(path.join(app, 'data', 'mine.csv'), 'mine');
  const clock = fakeClock();
  const ledger = open(path.join(root, 'ledger.db'), clock);
  const commits = groupCommit(ledger, { pendingFile: pendingFile(root) });
  const asked: GateQuestion[] = [];
  const told: string[] = [];
  const kept: Promise<void>[] = [];
  const gate = createWorkerGate({
    clock,
    copies: path.join(root, 'copies'),
    people: path.join(root, 'two-people'),
    env: { ...process.env, HOME: path.join(root, 'home') },
    environment: { home: path.join(root, 'home'), env: process.env },
    configured: Promise.resolve(),
    configuration: () => ({
      folders: [app],
      priceOverrides: [],
      localCost: { watts: 0, dollarsPerKilowattHour: 0, hardwareDollars: 0, hardwareLifeHours: 1 },
      importers: [],
      plans: [],
      askCopilotQuota: false,
      ...configured,
    }),
    ledger,
    record: (events) => void kept.push(commits.append(events)),
    recordNow: (events) => commits.appendNow(events),
    notify(notice) {
      if (notice.kind !== 'gateQuestion') return;
      asked.push(notice.question);
      setImmediate(() => gate.api.answerGate(notice.question.id, choose(notice.question)));
    },
    tell: (_id, sentence) => void (sentence !== undefined && told.push(sentence)),
    spending: { ledger: () => ledger, kinds: noKinds, standings: () => [], told() {}, resume() {} },
    tokenPrice: () => undefined,
    worth: () => undefined,
  });
  t.after(() => {
    gate.dispose();
    commits.close();
    ledger.close();
    rmSync(root, { recursive: true });
  });
  const run = (command: string) =>
    gate.answer(
      {
        agent: 'codex',
        event: 'PreToolUse',
        sessionId: 's',
        cwd: app,
        moment: {
          kind: 'beforeTool',
          tool: 'shell',
          input: {},
          actions: [{ kind: 'shell', command, cwd: app }],
        },
      } satisfies HookCall,
      NEVER,
    );
  return {
    root,
    app,
    gate,
    ledger,
    asked,
    told,
    kept: () => Promise.all(kept),
    run,
    copies: path.join(root, 'copies'),
  };
}
