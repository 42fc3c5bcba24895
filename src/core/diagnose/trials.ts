import { readCandidates } from '../allocate/decisionRecord.ts';
import type { DecisionEvent } from '../ledger/event.ts';
import { NANO_PER_CREDIT } from '../money.ts';

/** What a choice gave up for what it teaches, in credits of net; undefined: it was no trial, the best was taken. */
export function trialPremium({ choice, candidates, situation }: DecisionEvent): number | undefined {
  if (!situation?.explored) return undefined;
  const open = readCandidates(candidates).filter(({ barred, net }) => barred === undefined && net !== undefined);
  const taken = open.find(({ use }) => (use.model ?? use.kind) === choice);
  if (taken?.net === undefined) return undefined;
  const best = Math.max(...open.map(({ net = 0 }) => net));
  return Math.max(0, best - taken.net) / NANO_PER_CREDIT;
}
