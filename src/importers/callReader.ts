/**
 * What agents' logs tell of tool calls while a run is at work: which call it was, by a hash, whether it failed, whether it edited
 * or tested. The readers of model calls pass most of this over; these are only asked for lines that have just been written.
 */
import type { Observation } from '../core/ledger/event.ts';
import type { RunAction } from '../core/quality/runStep.ts';
import { exitCodeIn } from '../core/quality/toolAction.ts';
import type { DocumentItem } from '../ports.ts';
import { contains, type JsonObject, listIn, needle, objectIn, parseObject } from './line.ts';

/** What is known by now of the tool calls of one model call. */
export interface ToldCalls {
  /** The ledger's id of the model call. */
  readonly callId: string;
  readonly actions: readonly RunAction[];
}

export interface CallReader {
  /** Takes one line, and what the reader of model calls made of it; returns what has changed. Never throws. */
  line(bytes: Uint8Array, observations: readonly Observation[]): readonly ToldCalls[];
}

export interface DocumentCallReader {
  /** Takes the document's own items in their order. Never throws. */
  item(item: DocumentItem): void;
  end(): readonly ToldCalls[];
}

interface Call {
  readonly id: string;
  action: RunAction;
}

/** The calls of the latest steps, to which their results come later. */
export interface CallBook {
  /** One more call of a step; `step` undefined: the step that is told next has made it. */
  called(step: string | undefined, id: string, action: RunAction): void;
  /** A step is told: the calls that were waiting for it are its own. */
  told(step: string): void;
  /** A call's result; undefined: it doesn't say whether it failed. */
  resulted(id: string, failed: boolean | undefined): void;
  /** What has changed since it was last asked. */
  changes(): readonly ToldCalls[];
}

const MOST_STEPS = 16;
const MOST_CALLS = 64;

export function callBook(): CallBook {
  const steps = new Map<string, Call[]>();
  const changed = new Set<string>();
  let waiting: Call[] = [];

  function add(step: string, calls: readonly Call[]): void {
    const known = steps.get(step) ?? [];
    const fresh = calls.filter(({ id }) => !known.some((call) => call.id === id));
    if (fresh.length === 0) return;
    steps.delete(step);
    steps.set(step, [...known, ...fresh].slice(0, MOST_CALLS));
    changed.add(step);
    for (const old of [...steps.keys()].slice(0, Math.max(0, steps.size - MOST_STEPS))) steps.delete(old);
  }

  return {
    called(step, id, action) {
      const call: Call = { id, action };
      if (step !== undefined) add(step, [call]);
      else if (waiting.length < MOST_CALLS) waiting.push(call);
    },
    told(step) {
      add(step, waiting);
      waiting = [];
    },
    resulted(id, failed) {
      if (failed === undefined) return;
      for (const [step, calls] of steps) {
        const call = calls.find((each) => each.id === id);
        if (!call || call.action.failed === failed) continue;
        call.action = { ...call.action, failed };
        changed.add(step);
      }
      for (const call of waiting) if (call.id === id) call.action = { ...call.action, failed };
    },
    changes() {
      const told = [...changed].flatMap((callId) => {
        const calls = steps.get(callId);
        return calls ? [{ callId, actions: calls.map(({ action }) => action) }] : [];
      });
      changed.clear();
      return told;
    },
  };
}

/** Larger ones are whole files that a tool gave back; their results are left unknown. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Reads lines in which one of these words is: the others tell nothing of tools. `callId`: of the model call that the line tells. */
export function lineCalls(
  words: readonly string[],
  read: (line: JsonObject, book: CallBook, callId: string | undefined) => void,
): () => CallReader {
  const needles = words.map((word) => needle(word));
  return () => {
    const book = callBook();
    return {
      line(bytes, observations) {
        const callId = observations.at(-1)?.callId;
        const isWorth = bytes.length <= MOST_BYTES && needles.some((word) => contains(bytes, word));
        const line = isWorth ? parseObject(bytes) : undefined;
        if (line) read(line, book, callId);
        if (callId !== undefined) book.told(callId);
        return book.changes();
      },
    };
  };
}

/** Of a call as Gemini CLI and its relatives tell it: a shell's succeeds for them whatever its command's exit code is. */
export function failedBy(status: unknown, parts: readonly JsonObject[]): boolean | undefined {
  if (status === 'error') return true;
  if (status !== 'success') return undefined;
  const outputs = parts.map(({ functionResponse }) => objectIn(objectIn(functionResponse)?.response)?.output);
  return outputs.some((output) => typeof output === 'string' && (exitCodeIn(output) ?? 0) !== 0);
}

/** The objects in a list. */
export function blocksOf(list: unknown): readonly JsonObject[] {
  return listIn(list)
    .map(objectIn)
    .filter((each) => each !== undefined);
}
