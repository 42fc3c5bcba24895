/** Whether the developer is asked before a request is sent, and what: by the limits that they set, and by what was foretold. */
import type { CostRange } from '../allocate/objective.ts';
import { formatCredits, type NanoCredits } from '../money.ts';

export interface ConfirmLimits {
  /** p90 of one request; undefined: no limit. */
  readonly requestNanoCredits: NanoCredits | undefined;
  /** p90 of a whole run; undefined: no limit. */
  readonly runNanoCredits: NanoCredits | undefined;
  /** Ask too where a run has cost more than was foretold of it. */
  readonly onLeavingQuote: boolean;
}

/** A request that is about to be sent. */
export interface Spending {
  /** For a person: `gpt-5 on OpenAI`. */
  readonly model: string;
  /** On own hardware: it costs electricity, and nobody is asked for that. */
  readonly local: boolean;
  /** Of the request alone; undefined: unknown price. */
  readonly step: CostRange | undefined;
  /** Of the request and all that are expected to follow in its run; undefined: unknown. */
  readonly rest: CostRange | undefined;
  readonly run: RunSpent;
}

export interface RunSpent {
  readonly steps: number;
  readonly nanoCredits: NanoCredits;
  /** Calls whose cost nobody knows. */
  readonly unknown: number;
  /** What was foretold of all of it before its first step; undefined: it wasn't. */
  readonly quoted: CostRange | undefined;
}

export interface ConfirmQuestion {
  /** `stop`: it isn't expected to be worth its cost. `budget`: it doesn't fit the day's or the month's. */
  readonly kind: 'request' | 'run' | 'quote' | 'unknown' | 'stop' | 'budget';
  /** One sentence with the amount. */
  readonly message: string;
  /** Why it is asked. */
  readonly detail: string;
}

/** What the developer may answer. */
export type ConfirmAnswer = 'once' | 'run' | 'no';

/** undefined: it is sent without a word. */
export function confirmation(spending: Spending, limits: ConfirmLimits): ConfirmQuestion | undefined {
  const { model, local, step, rest, run } = spending;
  const { requestNanoCredits, runNanoCredits, onLeavingQuote } = limits;
  if (local) return undefined;
  const isLimited = requestNanoCredits !== undefined || runNanoCredits !== undefined;
  if (step === undefined && isLimited) {
    return {
      kind: 'unknown',
      message: `What this request costs with ${model} is unknown.`,
      detail: 'Its price is unknown, so it can’t be held to your limits. Give one in the setting marginal.prices.',
    };
  }
  if (step !== undefined && requestNanoCredits !== undefined && step.p90 > requestNanoCredits) {
    return {
      kind: 'request',
      message: `This request may cost ${credits(step.p90)} with ${model}.`,
      detail: `Nine in ten like it cost less, half of them less than ${credits(step.p50)}. You set a limit of ${credits(requestNanoCredits)} a request (marginal.confirm.requestCredits).`,
    };
  }
  const coming = run.steps === 0 ? (rest ?? step) : step;
  const whole = run.nanoCredits + (coming?.p90 ?? 0);
  if (runNanoCredits !== undefined && whole > runNanoCredits) {
    return {
      kind: 'run',
      message:
        run.steps === 0
          ? `This run may cost ${credits(whole)} with ${model}.`
          : `This run may come to ${credits(whole)} with its next request to ${model}.`,
      detail: `${spentText(run)}You set a limit of ${credits(runNanoCredits)} a run (marginal.confirm.runCredits).`,
    };
  }
  if (onLeavingQuote && run.quoted !== undefined && run.steps > 0 && run.nanoCredits > run.quoted.p90) {
    const next = step === undefined ? '' : ` Its next request, to ${model}, may cost ${credits(step.p90)}.`;
    return {
      kind: 'quote',
      message: `This run has left its range: ${credits(run.nanoCredits)}${run.unknown > 0 ? ' + ?' : ''} so far.`,
      detail: `Before it began, nine in ten like it were expected to cost less than ${credits(run.quoted.p90)}, half of them less than ${credits(run.quoted.p50)}.${next}`,
    };
  }
  return undefined;
}

/** What the chat says where the developer didn't go on. */
export function notSentText({ kind, message }: ConfirmQuestion): string {
  return `Not sent, as you chose. ${message} ${
    kind === 'stop'
      ? 'Pick a model by its name, or say what the task is worth (marginal.value in the settings)'
      : 'Pick a cheaper model, shorten the request, or raise the limit in the settings (Allocator)'
  }.`;
}

function spentText({ steps, nanoCredits, unknown }: RunSpent): string {
  if (steps === 0) return '';
  const more = unknown > 0 ? `, and ${unknown} of unknown cost` : '';
  return `So far ${steps === 1 ? 'one request' : `${steps} requests`} cost ${credits(nanoCredits)}${more}. `;
}

const credits = (nanoCredits: NanoCredits) => `${formatCredits(nanoCredits)} credits`;
