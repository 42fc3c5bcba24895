/** What is remembered of the runs of this window's chats while they last: who answered, what was spent, what was agreed to. */
import type { CostRange } from '../core/allocate/objective.ts';
import type { PreviousRequest } from '../core/allocate/outlook.ts';
import type { RunSpent } from '../core/budget/confirmation.ts';
import type { LedgerEvent } from '../core/ledger/event.ts';
import { asksTheSame, type PromptSketch, promptSketch } from '../core/quality/promptSketch.ts';
import { inputTokens, outputTokens, type Usage } from '../core/usage.ts';
import type { Clock } from '../ports.ts';

export interface RunPlace {
  readonly runId: string;
  readonly sessionId: string;
}

export interface RunBook {
  /** A run begins; its prompt is compared with earlier ones and not kept. */
  began(place: RunPlace, prompt: string): void;
  /** Models that answered the same prompt a little earlier: it is asked again, so they failed at it. */
  failedBefore(runId: string): readonly string[];
  /** The request before in the same session; undefined: none is known. */
  previous(place: RunPlace, inputTokens: number): PreviousRequest | undefined;
  answered(place: RunPlace, by: { readonly optionId: string; readonly model: string }, usage: Usage | undefined): void;
  /** Takes what steps cost from the events that are recorded. */
  observe(events: readonly LedgerEvent[]): void;
  spent(runId: string): RunSpent;
  /** Of what is foretold of a run, only what was said before its first step counts. */
  quote(runId: string, cost: CostRange | undefined): void;
  /** The developer lets this run go on, whatever it costs. */
  agree(runId: string): void;
  hasAgreed(runId: string): boolean;
}

/** Runs and sessions that are remembered; more are never at work at once. */
const MOST_KEPT = 64;
const ASKED_AGAIN_MS = 30 * 60_000;

interface Run {
  readonly at: number;
  sketch: PromptSketch | undefined;
  /** Of the runs that asked the same. */
  failed: readonly string[];
  models: Set<string>;
  spent: RunSpent;
  quoted: CostRange | undefined;
  isAgreed: boolean;
}

interface Latest {
  readonly runId: string;
  readonly optionId: string;
  readonly tokens: number;
  readonly at: number;
}

/** `salt`: random, so that hashes of two windows can't be compared. */
export function createRunBook({ clock, salt }: { readonly clock: Pick<Clock, 'now'>; readonly salt: number }): RunBook {
  const runs = new Map<string, Run>();
  const sessions = new Map<string, Latest>();

  function runOf(runId: string): Run {
    const known = runs.get(runId);
    if (known) return known;
    const run: Run = {
      at: clock.now(),
      sketch: undefined,
      failed: [],
      models: new Set(),
      spent: { steps: 0, nanoCredits: 0, unknown: 0, quoted: undefined },
      quoted: undefined,
      isAgreed: false,
    };
    keep(runs, runId, run);
    return run;
  }

  return {
    began({ runId }, prompt) {
      if (runs.get(runId)?.sketch) return;
      const sketch = promptSketch(prompt, salt);
      const earlier = [...runs.values()].filter(
        (other) =>
          sketch !== undefined &&
          other.sketch !== undefined &&
          clock.now() - other.at <= ASKED_AGAIN_MS &&
          asksTheSame(other.sketch, sketch),
      );
      const run = runOf(runId);
      run.sketch = sketch;
      run.failed = [...new Set(earlier.flatMap(({ models }) => [...models]))];
    },

    failedBefore: (runId) => runs.get(runId)?.failed ?? [],

    previous({ runId, sessionId }, tokens) {
      const latest = sessions.get(sessionId);
      if (!latest) return undefined;
      const { optionId, at } = latest;
      return { optionId, at, cachedTokens: Math.min(latest.tokens, tokens), sameRun: latest.runId === runId };
    },

    answered({ runId, sessionId }, { optionId, model }, usage = {}) {
      runOf(runId).models.add(model);
      const tokens = (inputTokens(usage) ?? 0) + (outputTokens(usage) ?? 0);
      keep(sessions, sessionId, { runId, optionId, tokens, at: clock.now() });
    },

    observe(events) {
      for (const event of events) {
        if ((event.kind !== 'settled' && event.kind !== 'failed') || event.facts.runId === undefined) continue;
        const run = runOf(event.facts.runId);
        const { nanoCredits } = event.cost ?? {};
        const { spent } = run;
        run.spent = {
          ...spent,
          steps: spent.steps + 1,
          nanoCredits: spent.nanoCredits + (nanoCredits ?? 0),
          unknown: spent.unknown + (nanoCredits === undefined ? 1 : 0),
        };
      }
    },

    spent(runId) {
      const { spent, quoted } = runOf(runId);
      return { ...spent, quoted };
    },

    quote(runId, cost) {
      const run = runOf(runId);
      if (run.spent.steps === 0) run.quoted ??= cost;
    },

    agree: (runId) => {
      runOf(runId).isAgreed = true;
    },
    hasAgreed: (runId) => runs.get(runId)?.isAgreed === true,
  };
}

/** Puts it last; the first goes when there are too many. */
function keep<Value>(all: Map<string, Value>, key: string, value: Value): void {
  all.delete(key);
  all.set(key, value);
  const [oldest] = all.keys();
  if (all.size > MOST_KEPT && oldest !== undefined) all.delete(oldest);
}
