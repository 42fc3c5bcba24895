import type { Observation } from '../core/ledger/event.ts';
import { outputTokens } from '../core/usage.ts';

/**
 * Of several lines about one call the one that tells most, in the order of their first. The ledger would come to the
 * same; this spares it most of a first reading's events.
 */
export function latestRevisions(observations: readonly Observation[]): readonly Observation[] {
  const latest: Observation[] = [];
  const places = new Map<string, Map<string, number>>();
  let source: string | undefined;
  let ofSource = new Map<string, number>();
  for (const observation of observations) {
    if (observation.source !== source) {
      source = observation.source;
      ofSource = places.get(source) ?? new Map();
      places.set(source, ofSource);
    }
    // Lines about one call mostly follow each other.
    const last = latest.at(-1);
    const isLast = last?.callId === observation.callId && last.source === source;
    const place = isLast ? latest.length - 1 : ofSource.get(observation.callId);
    if (place === undefined) ofSource.set(observation.callId, latest.push(observation) - 1);
    else if (outputOf(observation) >= outputOf(latest[place] as Observation)) latest[place] = observation;
  }
  return latest;
}

function outputOf({ usage }: Observation): number {
  return (usage && outputTokens(usage)) ?? -1;
}
