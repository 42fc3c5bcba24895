import type { Observation } from '../core/ledger/event.ts';
import { outputTokens } from '../core/usage.ts';

/**
 * Of several lines about one call the one that tells most, in the order of their first. The ledger would come to the
 * same; this spares it most of a first reading's events.
 */
export function latestRevisions(observations: readonly Observation[]): readonly Observation[] {
  const latest = new Map<string, Observation>();
  for (const observation of observations) {
    const key = `${observation.source} ${observation.callId}`;
    const known = latest.get(key);
    if (!known || outputOf(observation) >= outputOf(known)) latest.set(key, observation);
  }
  return latest.size === observations.length ? observations : [...latest.values()];
}

function outputOf({ usage }: Observation): number {
  return (usage && outputTokens(usage)) ?? -1;
}
