import { type RecordedCandidate, readCandidates } from '../allocate/decisionRecord.ts';
import type { DecisionEvent } from '../ledger/event.ts';
import type { NanoCredits } from '../money.ts';

/** What a choice was expected to cost beyond the best one, for what it teaches; undefined: it was no trial. */
export function trialCost({ choice, candidates, situation }: DecisionEvent): NanoCredits | undefined {
  if (!situation?.explored) return undefined;
  const recorded = readCandidates(candidates);
  const taken = recorded.find(({ use }) => use.model === choice);
  return taken && extraNanoCredits(taken, recorded);
}

function extraNanoCredits(taken: RecordedCandidate, candidates: readonly RecordedCandidate[]): NanoCredits {
  const [best] = candidates
    .filter(({ barred, net, use }) => barred === undefined && net !== undefined && use.kind !== 'stop')
    .sort((a, b) => (b.net ?? 0) - (a.net ?? 0));
  return Math.max(0, (taken.nanoCredits ?? 0) - (best?.nanoCredits ?? 0));
}
