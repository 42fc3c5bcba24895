/**
 * Follows the allocator's advice for agents' runs whose requests pass through Marginal, as far as the developer lets it, and
 * tells the worker what their requests tell of earlier steps: how tool calls went, as hashes and counts.
 */

import type { AllocatorMode } from '../../core/allocate/choiceSettings.ts';
import type { Decision } from '../../core/allocate/choose.ts';
import { decisionRecord } from '../../core/allocate/decisionRecord.ts';
import { explain } from '../../core/allocate/explain.ts';
import type { Taken } from '../../core/allocate/explore.ts';
import type { RunOutlook } from '../../core/allocate/outlook.ts';
import { continuing } from '../../core/allocate/runOutlook.ts';
import type { ChatRequest } from '../../core/chat.ts';
import { inToolLoop } from '../../core/ledger/chain.ts';
import type { CallFacts, LedgerEvent } from '../../core/ledger/event.ts';
import { stopIsTaken } from '../../core/quality/runValue.ts';
import { latestCalls, requestChars } from '../../core/quality/toldStep.ts';
import type { Clock, WorkerApi } from '../../ports.ts';
import { patiently } from '../patiently.ts';

export interface RunSteering {
  /** Before a request of a run is sent. undefined: send it; else the run ends here, with this sentence as its answer. */
  before(facts: CallFacts, request: Pick<ChatRequest, 'messages' | 'tools'>): Promise<string | undefined>;
  /** What goes into the ledger of this window's steps. */
  recorded(events: readonly LedgerEvent[]): void;
}

export interface RunSteeringPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly worker: Pick<WorkerApi, 'observeStep' | 'observeTask' | 'runOutlook' | 'resumeRun'>;
  /** `show`: advice is only shown; `ask`: a stop is asked about; `act`: it is followed. */
  readonly mode: () => AllocatorMode;
  /** Asks the developer whether a run should go on; true where they say so, or where nobody answers. */
  readonly mayGoOn: (sentence: string) => Promise<boolean>;
  readonly newId: () => string;
  /** Uniform in [0, 1). */
  readonly chance: () => number;
  /** Must not throw. */
  readonly record: (events: readonly LedgerEvent[]) => void;
  readonly log: (sentence: string) => void;
}

/** The latest step of a run of this window that called tools. */
interface CalledTools {
  readonly callId: string;
  readonly tools: readonly string[];
  told: boolean;
}

/** An advice that comes later than this is for the next step. */
const PATIENCE_MS = 300;
/** Who said "go on" isn't asked again for so many steps. */
const STEPS_UNASKED = 10;
const MOST_RUNS = 50;

export function createRunSteering(ports: RunSteeringPorts): RunSteering {
  const { worker } = ports;
  const called = new Map<string, CalledTools>();
  /** Up to which step of a run nothing is asked. */
  const unaskedUntil = new Map<string, number>();

  /** Bookkeeping: a run goes on without it. */
  function tell(work: Promise<void>): Promise<void> {
    return work.catch((error: Error) => ports.log(error.message));
  }

  function observe(runId: string, { messages, tools }: Pick<ChatRequest, 'messages' | 'tools'>): void {
    if (tools.length === 0) return;
    if (!inToolLoop(messages)) {
      void tell(worker.observeTask(runId, requestChars(messages)));
      return;
    }
    const step = called.get(runId);
    const calls = latestCalls(messages);
    if (!step || step.told || calls?.tools.join() !== step.tools.join()) return;
    step.told = true;
    const { actions, appendedChars } = calls;
    void tell(worker.observeStep(runId, { callId: step.callId, actions, appendedChars }));
  }

  async function outlookOf(runId: string): Promise<RunOutlook | undefined> {
    try {
      return await patiently(worker.runOutlook(runId), PATIENCE_MS);
    } catch {
      return undefined; // Without advice a run goes on.
    }
  }

  function recordDecision(facts: CallFacts, decision: Decision, goesOn: boolean): void {
    const callId = `decision:${ports.newId()}`;
    ports.record([stopEvent({ callId, at: ports.clock.now(), facts, decision, goesOn })]);
  }

  async function ask(runId: string, { steps, stuck, decision }: RunOutlook): Promise<string | undefined> {
    if (steps < (unaskedUntil.get(runId) ?? 0)) return undefined;
    const why = stuck ? stuckSentence(stuck.why, decision) : sentence(decision);
    if (!(await ports.mayGoOn(why))) return ending('You ended this run', why);
    keepLatest(unaskedUntil, runId, steps + STEPS_UNASKED);
    if (stuck) void tell(worker.resumeRun(runId));
    return undefined;
  }

  return {
    async before(facts, request) {
      const { runId } = facts;
      if (runId === undefined) return undefined;
      observe(runId, request);
      const mode = ports.mode();
      if (mode === 'show' || request.tools.length === 0 || !inToolLoop(request.messages)) return undefined;
      const outlook = await outlookOf(runId);
      if (!outlook || !isGrounded(outlook)) return undefined;
      const { decision, stuck } = outlook;
      switch (decision.choice.use.kind) {
        case 'ask':
          return ask(runId, outlook);
        case 'escalate':
        case 'switch':
          // Which model a run goes on with is whoever picked it to say; but a run that goes in circles doesn't go on unasked.
          return stuck ? ask(runId, outlook) : undefined;
        case 'stop': {
          if (mode === 'ask') return ask(runId, outlook);
          const goesOn = !stopIsTaken(ports.chance());
          recordDecision(facts, decision, goesOn);
          return goesOn ? undefined : ending('Marginal ended this run', stuck ? stuck.why : sentence(decision));
        }
        default:
          return undefined;
      }
    },
    recorded(events) {
      for (const event of events) {
        if (event.kind !== 'settled' || event.facts.runId === undefined || !event.tools?.length) continue;
        keepLatest(called, event.facts.runId, { callId: event.callId, tools: event.tools, told: false });
      }
    },
  };
}

/** As `stopIsTaken` has it. */
const STOPS_NOT_TAKEN = 0.05;

/** A stop that was advised, as the ledger keeps it; `goesOn`: it wasn't taken, to learn from it. */
export function stopEvent(stop: {
  readonly callId: string;
  readonly at: number;
  readonly facts: CallFacts;
  readonly decision: Decision;
  readonly goesOn: boolean;
}): LedgerEvent {
  const { callId, at, facts, decision, goesOn } = stop;
  const on = continuing(decision.candidates);
  const taken: Taken | undefined = on && {
    taken: goesOn ? on : decision.choice,
    explored: goesOn,
    propensities: [
      { use: decision.choice.use, propensity: 1 - STOPS_NOT_TAKEN },
      { use: on.use, propensity: STOPS_NOT_TAKEN },
    ],
  };
  return { kind: 'decision', callId, at, source: 'provider', facts, ...withArrays(decisionRecord(decision, taken)) };
}

/** Advice is followed where something was seen: the run goes in circles, or its value is proven and its cost known. */
export function isGrounded({ stuck, evidence, next }: RunOutlook): boolean {
  return stuck !== undefined || (evidence.settled && next !== undefined);
}

function stuckSentence(why: string, decision: Decision): string {
  return 'model' in decision.choice.use ? `${why} ${explain(decision).what}` : why;
}

function sentence(decision: Decision): string {
  const { what, why } = explain(decision);
  return decision.choice.use.kind === 'stop' ? why : `${what} ${why}`;
}

function ending(who: string, why: string): string {
  return `**${who}**: ${why.charAt(0).toLowerCase()}${why.slice(1).replace(/\.$/, '')}; to go on, send a message that says what to do differently.`;
}

function withArrays({ candidates, ...record }: ReturnType<typeof decisionRecord>) {
  return { ...record, candidates: [...candidates] };
}

function keepLatest<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MOST_RUNS) map.delete(map.keys().next().value ?? key);
}
