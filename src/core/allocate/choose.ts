import type { NanoCredits } from '../money.ts';
import { expectedOf, netOf, type Prediction, type Prices, type Terms, termsOf } from './objective.ts';
import { type Use, useKey } from './use.ts';

/** One use with what it is worth. */
export interface Valued {
  readonly use: Use;
  /** undefined: its cost is unknown. */
  readonly terms: Terms | undefined;
  /** The sum of the terms, exactly. */
  readonly net: NanoCredits | undefined;
  readonly prediction: Prediction;
  /** Why it can't be chosen; undefined: it can. */
  readonly barred: string | undefined;
}

/** A choice and the whole of why: what every surface shows. */
export interface Decision {
  readonly choice: Valued;
  /** The next best that could be chosen; undefined: there is none. */
  readonly runnerUp: Valued | undefined;
  /** All of them: those that can be chosen, best first, then the others. `stop` is always among the first. */
  readonly candidates: readonly Valued[];
  readonly prices: Prices;
  /** V */
  readonly valueNanoCredits: NanoCredits;
}

export interface Situation {
  /** V, in nano-credits. */
  readonly valueNanoCredits: NanoCredits;
  readonly prices: Prices;
  /** What may still be drawn from the tightest budget; undefined: no limit. */
  readonly leftNanoCredits?: NanoCredits | undefined;
}

const NOTHING = { p10: 0, p50: 0, p90: 0 };
const STOP: Prediction = {
  use: { kind: 'stop' },
  quality: 0,
  cost: NOTHING,
  waitSeconds: 0,
  riskNanoCredits: 0,
};

/**
 * The use of highest net among those that can be had: not barred, of known cost, and whose p90 (of what has to be reserved
 * for it) fits what is left of the budget. `stop`, of net 0, is always one of them. Equal nets: `stop` first, then the cheaper, then by name.
 */
export function choose(predictions: readonly Prediction[], situation: Situation): Decision {
  const { valueNanoCredits, prices, leftNanoCredits } = situation;
  const others = predictions.filter(({ use }) => use.kind !== 'stop');
  const candidates = [STOP, ...others].map((prediction): Valued => {
    const terms = termsOf(prediction, valueNanoCredits, prices);
    const net = terms && netOf(terms);
    const barred = prediction.barred ?? barOf(prediction, net, leftNanoCredits);
    return { use: prediction.use, terms, net, prediction, barred };
  });
  candidates.sort(
    (a, b) =>
      Number(a.barred !== undefined) - Number(b.barred !== undefined) ||
      byNet(a, b) ||
      byStop(a, b) ||
      byCost(a, b) ||
      byName(a, b),
  );
  const [choice = candidates[0] as Valued, runnerUp] = candidates.filter(({ barred }) => barred === undefined);
  return { choice, runnerUp, candidates, prices, valueNanoCredits };
}

function barOf(prediction: Prediction, net: number | undefined, left: NanoCredits | undefined): string | undefined {
  if (prediction.cost === undefined || net === undefined) return 'its price is unknown';
  if (!Number.isFinite(net)) return 'a part of what it is worth is unknown or beyond all limits';
  if (left === undefined || prediction.local) return undefined;
  if ((prediction.reserveNanoCredits ?? prediction.cost.p90) <= left) return undefined;
  return 'it may cost more than is left of the budget';
}

function byNet(a: Valued, b: Valued): number {
  const [x, y] = [a.net ?? Number.NEGATIVE_INFINITY, b.net ?? Number.NEGATIVE_INFINITY];
  return x === y ? 0 : y > x ? 1 : -1;
}

const byStop = (a: Valued, b: Valued) => Number(b.use.kind === 'stop') - Number(a.use.kind === 'stop');

function byCost(a: Valued, b: Valued): number {
  const [x, y] = [a, b].map(({ prediction: { cost } }) => (cost ? expectedOf(cost) : Number.POSITIVE_INFINITY));
  return x === y || x === undefined || y === undefined ? 0 : x - y;
}

/** Code units, not a locale's order: the same everywhere. */
function byName(a: Valued, b: Valued): number {
  const [x, y] = [useKey(a.use), useKey(b.use)];
  return x === y ? 0 : x < y ? -1 : 1;
}
