import { readCandidates } from '../allocate/decisionRecord.ts';
import type { DecisionEvent } from '../ledger/event.ts';
import { NANO_PER_CREDIT } from '../money.ts';

/** What a choice gave up for what it teaches, in credits of net; undefined: it was no trial, the best was taken. */
export function trialPremium({ choice, candidates }: DecisionEvent): number | undefined {
  const open = readCandidates(candidates).filter(({ barred, net }) => barred === undefined && net !== undefined);
  const taken = open.find(({ use }) => (use.model ?? use.kind) === choice);
  // A choice by chance alone is a trial: one that the developer made has no propensity.
  if (taken?.net === undefined || taken.propensity === undefined || taken.propensity >= 1) return undefined;
  const best = Math.max(...open.map(({ net = 0 }) => net));
  return best > taken.net ? (best - taken.net) / NANO_PER_CREDIT : undefined;
}
