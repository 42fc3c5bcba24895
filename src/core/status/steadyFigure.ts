/**
 * Today's figure as it is shown. It never jumps back within a day: between the end of a stream and the ledger's word on
 * it the last figure is held. Where the ledger's word is lower, that is a correction, and a correction says why.
 */
import { joinMoney, type MoneySum, type NanoCredits } from '../money.ts';

export interface SteadyFigure {
  /** Local calendar day. */
  readonly day: string;
  /** Of the newest summary behind it. */
  readonly revision: number;
  readonly settled: MoneySum;
  readonly shown: MoneySum;
  /** Epoch ms since when a figure is shown that is above what is known; undefined: none is. */
  readonly heldSince?: number | undefined;
  readonly correction?: Correction | undefined;
}

/** Why today's figure went down. */
export interface Correction {
  readonly at: number;
  readonly fromNanoCredits: NanoCredits;
  readonly toNanoCredits: NanoCredits;
  /** `estimate`: a step was reported below its live estimate. `ledger`: a surer source replaced a figure. */
  readonly reason: 'estimate' | 'ledger';
}

export interface SteadyInput {
  readonly day: string;
  readonly at: number;
  readonly revision: number;
  readonly settled: MoneySum;
  readonly live: MoneySum;
}

/** How long a figure is held when its step has vanished and the ledger is silent. */
const HOLD_MS = 3_000;

export function steadyFigure(before: SteadyFigure | undefined, input: SteadyInput): SteadyFigure {
  if (!before || before.day !== input.day) {
    const { day, revision, settled } = input;
    return { day, revision, settled, shown: joinMoney(settled, input.live) };
  }
  // A summary that was overtaken by a later one tells nothing new.
  const stale = input.revision < before.revision;
  const settled = stale ? before.settled : input.settled;
  const revision = stale ? before.revision : input.revision;
  const total = joinMoney(settled, input.live);
  const next: SteadyFigure = { day: input.day, revision, settled, shown: total, correction: before.correction };
  if (total.nanoCredits >= before.shown.nanoCredits) return next;

  const heldSince = before.heldSince ?? input.at;
  const newWord = revision > before.revision;
  if (!newWord && input.at - heldSince < HOLD_MS) return { ...next, shown: before.shown, heldSince };
  return {
    ...next,
    correction: {
      at: input.at,
      fromNanoCredits: before.shown.nanoCredits,
      toNanoCredits: total.nanoCredits,
      reason: settled.nanoCredits < before.settled.nanoCredits ? 'ledger' : 'estimate',
    },
  };
}
