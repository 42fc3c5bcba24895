/**
 * Asks the developer before a request is sent that may cost more than they set, or whose run has left its range; and holds it to
 * budgets that ask or refuse, which the worker keeps for all windows.
 */
import type { ChoiceSettings } from '../core/allocate/choiceSettings.ts';
import { type ConfirmAnswer, type ConfirmQuestion, confirmation, notSentText } from '../core/budget/confirmation.ts';
import type { Verdict } from '../core/budget/reservations.ts';
import { EndpointError } from '../core/endpointError.ts';
import type { CallFacts } from '../core/ledger/event.ts';
import type { WorkerApi } from '../ports.ts';
import type { Chosen } from './chooser.ts';
import { patiently } from './patiently.ts';
import type { RunBook } from './runBook.ts';

export interface PermitPorts {
  readonly settings: () => ChoiceSettings;
  readonly runs: RunBook;
  readonly worker: Pick<WorkerApi, 'reserve' | 'release'>;
  readonly newId: () => string;
  /** Shows the question and waits for the developer. */
  readonly ask: (question: ConfirmQuestion) => Promise<ConfirmAnswer>;
}

export interface Permit {
  /** Resolves when the request may be sent, to what is called when it has ended; throws EndpointError when it may not. */
  permit(chosen: Chosen, facts: CallFacts & { readonly runId: string }, signal: AbortSignal): Promise<() => void>;
  /** Whether the developer goes on all the same. */
  mayGoOn(question: ConfirmQuestion, runId: string, signal: AbortSignal): Promise<boolean>;
}

/**
 * A worker that doesn't say within this whether a request fits its budget isn't waited for: no chat fails for its bookkeeping, but
 * where a budget refuses the developer is asked.
 */
const RESERVE_PATIENCE_MS = 2_000;

export function createPermit({ settings, runs, worker, newId, ask }: PermitPorts): Permit {
  /** One dialog at a time: requests of one run that come together are answered by one word. */
  let asking: Promise<unknown> = Promise.resolve();

  function mayGoOn(question: ConfirmQuestion, runId: string, signal: AbortSignal): Promise<boolean> {
    const answered = asking.then(async () => {
      if (runs.hasAgreed(runId)) return true;
      if (signal.aborted) return false;
      const answer = await ask(question);
      if (answer === 'run') runs.agree(runId);
      return answer !== 'no';
    });
    asking = answered.catch(() => {});
    return answered;
  }

  async function goOnOrThrow(question: ConfirmQuestion, runId: string, signal: AbortSignal): Promise<void> {
    if (await mayGoOn(question, runId, signal)) return;
    if (signal.aborted) throw new EndpointError('cancelled', 'Cancelled.');
    throw new EndpointError('refused', notSentText(question));
  }

  /** Resolves to the reservation's end. */
  async function reserve(
    { candidate, step }: Chosen,
    { runId, sessionId, folder }: CallFacts & { readonly runId: string },
    signal: AbortSignal,
  ): Promise<() => void> {
    const id = `request:${newId()}`;
    const { local } = candidate;
    const request = { id, nanoCredits: step?.p90, local, runId, sessionId, folder, model: candidate.model.name };
    const held = async (agreed: boolean): Promise<Verdict | undefined> =>
      patiently(worker.reserve({ ...request, agreed }), RESERVE_PATIENCE_MS).catch(() => undefined);
    const release = () => void worker.release(id).catch(() => {});
    const verdict = await held(runs.hasAgreed(runId));
    if (verdict?.verdict === 'refuse') throw new EndpointError('refused', `Not sent: ${verdict.why}`);
    if (!verdict && settings().budgetRefuses && !runs.hasAgreed(runId)) await goOnOrThrow(UNTOLD, runId, signal);
    if (verdict?.verdict !== 'ask') return release;
    await goOnOrThrow({ kind: 'budget', message: verdict.why, detail: BUDGET_DETAIL }, runId, signal);
    await held(true);
    return release;
  }

  return {
    async permit(chosen, facts, signal) {
      const { candidate, step, rest } = chosen;
      const { confirm, budgetHolds } = settings();
      if (!runs.hasAgreed(facts.runId)) {
        const model = `${candidate.model.name} on ${candidate.endpointLabel}`;
        const spending = { model, local: candidate.local, step, rest, run: runs.spent(facts.runId) };
        const question = confirmation(spending, confirm);
        if (question) await goOnOrThrow(question, facts.runId, signal);
      }
      return budgetHolds && !candidate.local ? reserve(chosen, facts, signal) : () => {};
    },
    mayGoOn,
  };
}

/** Of a budget that refuses. */
const UNTOLD: ConfirmQuestion = {
  kind: 'budget',
  message: 'Whether this request fits your budget can’t be told just now.',
  detail:
    'You set this budget to refuse what doesn’t fit (marginal.budget.mode), and Marginal’s ledger did not answer in time. If that goes on, reload the window.',
};

const BUDGET_DETAIL = 'You set this budget to ask before it is overdrawn (marginal.budget.mode).';
