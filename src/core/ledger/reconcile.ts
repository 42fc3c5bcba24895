/**
 * How far computed figures are from bills. A call that its vendor billed, and whose tokens are known too, shows what the
 * tokens at the list price of its day would have come to; the difference tells how far to trust figures that have no
 * bill. Docs: economics, section 11.
 */
import type { Confidence, NanoCredits } from '../money.ts';
import type { ObservedEvent } from './event.ts';

/** A bill and what one source's tokens of the same call come to. */
export interface BilledCall {
  readonly model: string;
  /** Whose tokens were priced. */
  readonly source: string;
  readonly billed: NanoCredits;
  /** undefined: it can't be computed, for want of a price or of tokens. */
  readonly computed: NanoCredits | undefined;
  /** How sure the computed figure would be without the bill. */
  readonly confidence: Confidence;
}

/** The error of one model's computed figures by one source. */
export interface Reconciliation {
  readonly model: string;
  readonly source: string;
  /** `priced` where all of them are; else `estimated`. */
  readonly confidence: 'priced' | 'estimated';
  /** Calls with both figures. */
  readonly calls: number;
  /** Calls with a bill whose cost can't be computed. */
  readonly uncomputed: number;
  /** Of |computed − billed| ÷ billed, call by call: the middle, and what nine in ten stay within. undefined: no call has both. */
  readonly medianError: number | undefined;
  readonly p90Error: number | undefined;
  /** Σ computed ÷ Σ billed − 1: above 0 where computing tells too much. undefined: no call has both. */
  readonly bias: number | undefined;
}

interface Group {
  readonly model: string;
  readonly source: string;
  readonly errors: number[];
  billed: number;
  computed: number;
  uncomputed: number;
  isEstimated: boolean;
}

/** Folds calls, in any order, into the error by model and source, those with the most calls first. Bills of 0 are left out: nothing is relative to them. */
export function reconcile(calls: Iterable<BilledCall>): readonly Reconciliation[] {
  const groups = new Map<string, Group>();
  for (const { model, source, billed, computed, confidence } of calls) {
    if (!(billed > 0)) continue;
    const key = JSON.stringify([model, source]);
    const group = groups.get(key) ?? newGroup(model, source);
    groups.set(key, group);
    if (computed === undefined) {
      group.uncomputed += 1;
      continue;
    }
    group.errors.push(Math.abs(computed - billed) / billed);
    group.billed += billed;
    group.computed += computed;
    group.isEstimated ||= confidence !== 'priced';
  }
  return [...groups.values()]
    .map(
      ({ model, source, errors, billed, computed, uncomputed, isEstimated }): Reconciliation => ({
        model,
        source,
        confidence: isEstimated ? 'estimated' : 'priced',
        calls: errors.length,
        uncomputed,
        medianError: quantile(errors, 0.5),
        p90Error: quantile(errors, 0.9),
        bias: errors.length === 0 ? undefined : computed / billed - 1,
      }),
    )
    .sort(
      (a, b) =>
        b.calls - a.calls || b.uncomputed - a.uncomputed || order(a.model, b.model) || order(a.source, b.source),
    );
}

/**
 * The bill of one call beside what each source's tokens of it come to; none where the call has no bill. `told`: what each
 * source says of the call, the one in front first. `compute`: what an observation costs by its tokens, bills set aside.
 */
export function billedCalls(
  told: readonly ObservedEvent[],
  compute: (observation: ObservedEvent) => {
    readonly nanoCredits?: NanoCredits | undefined;
    readonly confidence: Confidence;
  },
): readonly BilledCall[] {
  const billed = told.find((each) => each.billedNanoCredits !== undefined)?.billedNanoCredits;
  if (billed === undefined) return [];
  const { servedModel, model } = firstNamed(told);
  return told.flatMap((observation): BilledCall[] => {
    if (observation.usage === undefined) return [];
    // Every source's tokens at the price of the one model that answered.
    const facts = {
      ...observation.facts,
      model,
      servedModel,
      provider: told.find((each) => each.facts.provider)?.facts.provider,
    };
    const { nanoCredits, confidence } = compute({ ...observation, facts });
    return [
      {
        model: servedModel ?? model ?? 'unknown',
        source: observation.source,
        billed,
        computed: nanoCredits,
        confidence,
      },
    ];
  });
}

function firstNamed(told: readonly ObservedEvent[]): { servedModel: string | undefined; model: string | undefined } {
  return {
    servedModel: told.find(({ facts }) => facts.servedModel !== undefined)?.facts.servedModel,
    model: told.find(({ facts }) => facts.model !== undefined)?.facts.model,
  };
}

function newGroup(model: string, source: string): Group {
  return { model, source, errors: [], billed: 0, computed: 0, uncomputed: 0, isEstimated: false };
}

/** The smallest value that at least this share of the values doesn't exceed. */
function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
