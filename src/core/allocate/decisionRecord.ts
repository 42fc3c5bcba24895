/** A decision as the ledger keeps it: plain data, by which it can be shown again and scored later. */
import * as z from 'zod/mini';
import { later } from '../later.ts';
import type { NanoCredits } from '../money.ts';
import type { Decision } from './choose.ts';
import { explain } from './explain.ts';
import type { Taken } from './explore.ts';
import { expectedOf, type Prediction } from './objective.ts';
import { type Use, useKey } from './use.ts';

const candidateSchema = later(() => {
  const use = z.object({
    kind: z.string(),
    model: z.optional(z.string()),
    endpointId: z.optional(z.string()),
    tool: z.optional(z.string()),
  });
  return z.object({
    use,
    terms: z.optional(z.object({ value: z.number(), cost: z.number(), wait: z.number(), risk: z.number() })),
    net: z.optional(z.number()),
    /** ΔQ as foretold. */
    quality: z.number(),
    /** Expected ΔC in nano-credits; undefined: unknown. */
    nanoCredits: z.optional(z.number()),
    /** 80 % of what its run may cost, in nano-credits. */
    range: z.optional(z.object({ p10: z.number(), p90: z.number() })),
    /** What pays for it: what the prices in force are of, another plan or month, or own hardware. */
    paidBy: z.optional(z.enum(['front', 'other', 'local'])),
    /** The chance that it had; undefined: none. */
    propensity: z.optional(z.number()),
    barred: z.optional(z.string()),
  });
});

/** One candidate of a `decision` event. */
export type RecordedCandidate = z.infer<ReturnType<typeof candidateSchema>>;

export interface DecisionRecord {
  /** What was done: the kind of use, and its model where it has one. */
  readonly choice: string;
  readonly reason: string;
  readonly candidates: readonly RecordedCandidate[];
}

/** `taken`: what `explore` made of it; undefined: the choice was followed. */
export function decisionRecord(decision: Decision, taken?: Taken, left?: NanoCredits): DecisionRecord {
  const done = taken?.taken ?? decision.choice;
  const chances = new Map(
    (taken?.propensities ?? [{ use: decision.choice.use, propensity: 1 }]).map(({ use, propensity }) => [
      useKey(use),
      propensity,
    ]),
  );
  const { what, price } = explain(decision, left);
  return {
    choice: nameOf(done.use),
    reason: taken?.explored ? `${what} Something else was tried, to learn from it.` : `${what} ${price}`,
    candidates: decision.candidates.map(({ use, terms, net, prediction, barred }) => ({
      use,
      terms,
      net,
      quality: prediction.quality,
      nanoCredits: prediction.cost && expectedOf(prediction.cost),
      ...(prediction.cost ? { range: { p10: prediction.cost.p10, p90: prediction.cost.p90 } } : {}),
      ...(isModel(use) ? { paidBy: paidBy(prediction) } : {}),
      propensity: chances.get(useKey(use)),
      barred,
    })),
  };
}

const isModel = (use: Use) => 'model' in use;

function paidBy({ local, credit }: Prediction): RecordedCandidate['paidBy'] {
  return local ? 'local' : credit ? 'other' : 'front';
}

/** By which the regret report knows a use. */
export function nameOf(use: Use): string {
  return 'model' in use ? use.model : use.kind;
}

/** A `decision` event's candidates as they were recorded; those that can't be read are left out. */
export function readCandidates(candidates: readonly unknown[] = []): readonly RecordedCandidate[] {
  return candidates.flatMap((each) => {
    const read = candidateSchema().safeParse(each);
    return read.success ? [read.data] : [];
  });
}
