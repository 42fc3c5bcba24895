import type { Observation } from '../core/ledger/event.ts';
import { isAtListPrice } from '../core/ledger/plans.ts';
import { settleCost } from '../core/prices/cost.ts';
import type { PriceBook } from '../core/prices/price.ts';

/** What a log told of a call, with its cost: the vendor's own figure, or its tokens at the book's price of that time. */
export function priceObservation(observation: Observation, priceBook: () => PriceBook): Observation {
  // The importer knew: a request that was refused costs nothing.
  if (observation.cost) return observation;
  const book = priceBook();
  const { facts, usage, usageBasis, billedNanoCredits, latency, at } = observation;
  const model = facts.servedModel ?? facts.model;
  const price =
    model === undefined ? undefined : book.priceOf({ model, provider: facts.provider, local: facts.local, at });
  const cost = settleCost({
    usage,
    usageBasis: usageBasis ?? 'reported',
    billedNanoCredits,
    price,
    priceBook: book.version,
    seconds: latency?.totalMs === undefined ? undefined : latency.totalMs / 1000,
    atListPrice: isAtListPrice(facts.agent),
  });
  return { ...observation, cost };
}
