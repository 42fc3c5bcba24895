import { createHash } from 'node:crypto';
import { parseShell } from '../../src/adapters/shellParser.ts';
import { createGate } from '../../src/app/gate/createGate.ts';
import type { Gate, GateParts } from '../../src/app/gate/gateParts.ts';
import { createKnownPrograms } from '../../src/app/gate/knownPrograms.ts';
import { gateAction } from '../../src/app/gateAction.ts';
import { DEFAULT_GATE_SETTINGS, type GateSettings } from '../../src/core/gate/gateSettings.ts';
import type { GateChoice, GateQuestion } from '../../src/core/gate/question.ts';
import type { HookAnswer, HookCall } from '../../src/core/hooks/hookCall.ts';
import type { GateEvent } from '../../src/core/ledger/event.ts';
import type { Action } from '../../src/core/risk/action.ts';
import type { FactAnswer, FactQuestion } from '../../src/core/risk/facts.ts';
import { type FakeClock, fakeClock } from './fakeClock.ts';

export type Answering = (question: GateQuestion, signal: AbortSignal) => Promise<GateChoice | undefined>;

export interface FakeGateOptions extends Partial<Omit<GateParts, 'settings' | 'ask'>> {
  readonly settings?: Partial<GateSettings>;
  /** What the developer says; without it a question fails the test. */
  readonly answer?: GateChoice | Answering;
  readonly facts?: (question: FactQuestion) => FactAnswer;
}

export interface FakeGate {
  readonly gate: Gate;
  readonly clock: FakeClock;
  readonly asked: GateQuestion[];
  readonly recorded: GateEvent[];
  readonly logged: string[];
  /** Before a tool, one action or several; in one session unless told otherwise. */
  before(action: Action | readonly Action[], more?: Partial<HookCall>, signal?: AbortSignal): Promise<HookAnswer>;
  run(command: string, more?: Partial<HookCall>): Promise<HookAnswer>;
  prompt(): Promise<HookAnswer>;
}

export const shell = (command: string, cwd = '/w/app'): Action => ({ kind: 'shell', command, cwd });

/** The real gate over the real core; the machine, the developer and the other parts are made up. Everything below /w is open. */
export function fakeGate(options: FakeGateOptions = {}): FakeGate {
  const { settings, answer, facts = () => ({ kind: 'unanswered' }), ...parts } = options;
  const clock = fakeClock();
  const asked: GateQuestion[] = [];
  const recorded: GateEvent[] = [];
  const logged: string[] = [];
  let ids = 0;
  let uses = 0;
  const programs = createKnownPrograms({ clock, ledger: { gateDecisions: () => recorded }, folders: () => ['/w/app'] });
  const gate = createGate({
    clock,
    settings: () => ({ ...DEFAULT_GATE_SETTINGS, ...settings }),
    newId: () => `id-${++ids}`,
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    judge: (action, { madeByRun, knownProgram }) =>
      gateAction(action, {
        clock,
        parse: parseShell,
        facts: {
          answer: async (question) => {
            if (question.kind === 'program') return { kind: 'program', known: knownProgram(question.name) };
            if (question.kind === 'path' && madeByRun(question.path.replace(/^(?!\/)/, `${question.cwd ?? '/w/app'}/`)))
              return {
                kind: 'path',
                exists: true,
                type: 'file',
                tracked: false,
                insideWorkspace: true,
                madeByRun: true,
              };
            return facts(question);
          },
        },
      }),
    repositoryPolicy: async () => ({ rules: [] }),
    ask: async (question, signal) => {
      asked.push(question);
      if (answer === undefined) throw new Error(`Nobody was to be asked: ${JSON.stringify(question)}`);
      return typeof answer === 'function' ? answer(question, signal) : answer;
    },
    brakes: { before: async () => ({ kind: 'go' }), observe() {}, release() {} },
    suspicion: { observe: () => undefined, of: () => ({ factor: 1 }) },
    copies: { take: async () => undefined },
    people: { request: async () => undefined, verify: () => Promise.reject(new Error('Nobody is set up.')) },
    places: { kindOf: async () => 'file', inside: async (path) => path === '/w/app' || path.startsWith('/w/app/') },
    programs,
    worth: async () => undefined,
    record: (events) => recorded.push(...(events as readonly GateEvent[])),
    recordNow: (events) => recorded.push(...(events as readonly GateEvent[])),
    log: (sentence) => logged.push(sentence),
    ...parts,
  });
  const call = (moment: HookCall['moment'], more: Partial<HookCall> = {}): HookCall => ({
    agent: 'claude-code',
    event: 'PreToolUse',
    sessionId: 'session',
    cwd: '/w/app',
    moment,
    ...more,
  });
  function before(action: Action | readonly Action[], more?: Partial<HookCall>, signal?: AbortSignal) {
    const actions = Array.isArray(action) ? (action as readonly Action[]) : [action as Action];
    const moment = { kind: 'beforeTool', toolUseId: `use-${++uses}`, tool: 'Bash', input: {}, actions } as const;
    return gate.answer(call(moment, more), signal ?? new AbortController().signal);
  }
  return {
    gate,
    clock,
    asked,
    recorded,
    logged,
    before,
    run: (command, more) => before(shell(command, more?.cwd), more),
    prompt: () => gate.answer(call({ kind: 'prompt', prompt: 'x' }), new AbortController().signal),
  };
}
