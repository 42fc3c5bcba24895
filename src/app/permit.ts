/** Asks the developer before a request is sent that may cost more than they set, or whose run has left its range. */
import type { ChoiceSettings } from '../core/allocate/choiceSettings.ts';
import { type ConfirmAnswer, type ConfirmQuestion, confirmation, notSentText } from '../core/budget/confirmation.ts';
import { EndpointError } from '../core/endpointError.ts';
import type { Chosen } from './chooser.ts';
import type { RunBook } from './runBook.ts';

export interface PermitPorts {
  readonly settings: () => ChoiceSettings;
  readonly runs: RunBook;
  /** Shows the question and waits for the developer. */
  readonly ask: (question: ConfirmQuestion) => Promise<ConfirmAnswer>;
}

export interface Permit {
  /** Resolves when the request may be sent; throws EndpointError with a sentence when it may not. */
  permit(chosen: Chosen, runId: string, signal: AbortSignal): Promise<void>;
  /** Whether the developer goes on all the same. */
  mayGoOn(question: ConfirmQuestion, runId: string, signal: AbortSignal): Promise<boolean>;
}

export function createPermit({ settings, runs, ask }: PermitPorts): Permit {
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

  return {
    async permit({ candidate, step, rest }, runId, signal) {
      if (runs.hasAgreed(runId)) return;
      const question = confirmation(
        {
          model: `${candidate.model.name} on ${candidate.endpointLabel}`,
          local: candidate.local,
          step,
          rest,
          run: runs.spent(runId),
        },
        settings().confirm,
      );
      if (!question || (await mayGoOn(question, runId, signal))) return;
      if (signal.aborted) throw new EndpointError('cancelled', 'Cancelled.');
      throw new EndpointError('refused', notSentText(question));
    },
    mayGoOn,
  };
}
