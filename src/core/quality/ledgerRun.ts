/**
 * A run of the ledger as what its predictors and its breaker take: its steps in order, when it is over, and what can't be known
 * of it. Sub-agents' steps are the run's own.
 */
import type { BreakerStep } from '../budget/breaker.ts';
import type { Entry } from '../ledger/entry.ts';
import { runLedgerStep } from './runLedgerStep.ts';
import type { RunAction, RunStep } from './runStep.ts';
import type { ToldStep } from './toldStep.ts';

export interface LedgerStep {
  readonly callId: string;
  /** Epoch ms of its start and end. */
  readonly at: number;
  readonly endedAt: number;
  readonly model: string | undefined;
  readonly step: RunStep;
  readonly breaker: BreakerStep;
  /** The run's own agent answered or was cancelled: nothing follows by itself. */
  readonly answered: boolean;
  /** Differs once anything that is learned from differs. */
  readonly mark: string;
}

/** After an answer, or the next prompt, a run is over so soon: agents' hooks may still make it go on, and logs tell late. */
const STILL_MS = 60_000;
/** In the middle of its tools a run may be still this long: a build, a question to the developer. */
const IDLE_MS = 30 * 60_000;
/** Agents that edit through their shell: whether a command of theirs edited can't be told from its name. */
const SHELL_EDITORS: ReadonlySet<string> = new Set(['codex', 'copilot-cli']);

/** The steps that ended, in the order of time. `told`: what is known of their calls beyond the tools' names, by callId. */
export function ledgerSteps(
  entries: readonly Entry[],
  told: (callId: string) => Omit<ToldStep, 'callId'> | undefined = () => undefined,
): readonly LedgerStep[] {
  return entries.flatMap((entry) => {
    if (entry.facts.billable === false) return [];
    // Where a total tells the run's cost its steps are covered by it; they are steps all the same.
    const plain = runLedgerStep(entry.state === 'covered' ? { ...entry, state: 'settled' } : entry);
    if (!plain) return [];
    const more = told(entry.callId);
    const step = more ? { ...plain, actions: more.actions, appendedChars: more.appendedChars } : plain;
    const { callId, at, facts, finish, tools, cost } = entry;
    const endedAt = entry.endedAt ?? at;
    return [
      {
        callId,
        at,
        endedAt,
        model: facts.model ?? facts.servedModel,
        step,
        breaker: breakerStep(entry, more?.actions, step),
        answered: facts.subagentId === undefined && tools.length === 0 && (finish === 'stop' || finish === 'cancelled'),
        mark: JSON.stringify([cost.nanoCredits, entry.usage, finish, tools.length, more?.actions, endedAt]),
      },
    ];
  });
}

/** Epoch ms at which it is over if nothing more comes. `next`: when the next run of its session began. */
export function overAt(last: Pick<LedgerStep, 'endedAt' | 'answered'>, next: number | undefined): number {
  if (last.answered) return last.endedAt + STILL_MS;
  const left = next === undefined ? Number.POSITIVE_INFINITY : Math.max(last.endedAt, next) + STILL_MS;
  return Math.min(last.endedAt + IDLE_MS, left);
}

/** The steps up to the first stillness that ends the run; what comes after it is no part of what is learned. */
export function firstStretch(steps: readonly LedgerStep[], next: number | undefined): readonly LedgerStep[] {
  let last: LedgerStep | undefined;
  for (const [index, step] of steps.entries()) {
    if (last && step.at > overAt(last, next)) return steps.slice(0, index);
    if (!last || step.endedAt >= last.endedAt) last = step;
  }
  return steps;
}

/** Of a run in the order of time, the step that ended last. */
export function lastToEnd(steps: readonly LedgerStep[]): LedgerStep | undefined {
  return steps.reduce<LedgerStep | undefined>(
    (last, step) => (last && last.endedAt > step.endedAt ? last : step),
    undefined,
  );
}

/** Calls of which only a tool's name is known are each their own: that one was repeated, or failed, nobody says. */
function breakerStep(
  { callId, facts, cost, tools }: Entry,
  told: readonly RunAction[] | undefined,
  { actions }: RunStep,
): BreakerStep {
  const edited = actions.some(({ kind, failed }) => (kind === 'edit' || kind === 'create') && failed !== true);
  const mayHaveEdited = !told && SHELL_EDITORS.has(facts.agent) && actions.some(({ kind }) => kind === 'run');
  return {
    calls: told
      ? told.map(({ key, failed }, index) => ({ signature: String(key ?? `${callId} ${index}`), failed }))
      : tools.map((_, index) => ({ signature: `${callId} ${index}` })),
    edited: edited || mayHaveEdited,
    passed: actions.some(({ kind, failed }) => kind === 'test' && failed === false),
    nanoCredits: cost.nanoCredits,
  };
}
