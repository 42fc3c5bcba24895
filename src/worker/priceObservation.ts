import type { Cost, FailedEvent, Observation, ObservedEvent } from '../core/ledger/event.ts';
import { isAtListPrice } from '../core/ledger/plans.ts';
import { settleCost } from '../core/prices/cost.ts';
import { ENDPOINTS_LIST, type Price, type PriceBook, USERS_SETTING } from '../core/prices/price.ts';

/**
 * What a log told of a call, with its cost: the vendor's own figure, or its tokens at the book's price of that time.
 * `pricedAt`: epoch ms of now.
 */
export function priceObservation<Event extends ObservedEvent>(
  observation: Event,
  priceBook: () => PriceBook,
  pricedAt: number,
): Event {
  return observation.cost ? observation : { ...observation, cost: costOf(observation, priceBook, pricedAt) };
}

/**
 * As `priceObservation`, for years of observations: all that it gives have the same fields in the same order, those that
 * nobody told as undefined. Whatever reads them would be slower with each kind of object more, and be compiled anew for it.
 */
export function priceAlike(observation: Observation, priceBook: () => PriceBook, pricedAt: number): Observation {
  return {
    kind: observation.kind,
    callId: observation.callId,
    at: observation.at,
    source: observation.source,
    facts: observation.facts,
    identities: observation.identities,
    scope: observation.scope,
    usage: observation.usage,
    usageBasis: observation.usageBasis,
    billedNanoCredits: observation.billedNanoCredits,
    cost: costOf(observation, priceBook, pricedAt),
    latency: observation.latency,
    tools: observation.tools,
    finish: observation.finish,
    fault: observation.kind === 'failed' ? observation.fault : undefined,
  } satisfies Record<keyof FailedEvent, unknown> as Observation;
}

/** The cost of `priceObservation` alone. */
export function costOf(observation: ObservedEvent, priceBook: () => PriceBook, pricedAt: number): Cost {
  // The importer knew: a request that was refused costs nothing.
  if (observation.cost) return observation.cost;
  const book = priceBook();
  return costUnder(book, priceUnder(book, observation), observation, pricedAt);
}

/**
 * An observation of the ledger with its cost under another price book. As it is where the book has no say: it was billed,
 * its cost was known without a price, or it passed through Marginal and was priced by what only its endpoint knew (its
 * own list of prices, the seconds that the server says it worked).
 */
export function repriceObservation<Event extends ObservedEvent>(
  observation: Event,
  priceBook: () => PriceBook,
  pricedAt: number,
): Event {
  const { cost, billedNanoCredits, facts } = observation;
  if (billedNanoCredits !== undefined || (cost && cost.priceBook === undefined)) return observation;
  const book = priceBook();
  if (cost?.priceBook === book.version) return observation;
  const price = priceUnder(book, observation);
  if (facts.endpointId !== undefined && cost?.nanoCredits !== undefined && price?.source !== USERS_SETTING) {
    if (cost.priceSource === ENDPOINTS_LIST) return observation;
    if (price?.rate.kind === 'seconds' && cost.priceSource === price.source) return observation;
  }
  return { ...observation, cost: costUnder(book, price, observation, pricedAt) };
}

/** What an observation's tokens cost at the list price of its time, its bill set aside. */
export function computedCost(observation: ObservedEvent, priceBook: () => PriceBook, pricedAt: number): Cost {
  const { billedNanoCredits: _, ...unbilled } = observation;
  const book = priceBook();
  return costUnder(book, priceUnder(book, unbilled), unbilled, pricedAt);
}

/** The book's price for a call of that time; undefined: unknown. */
export function priceUnder(book: PriceBook, { facts, at }: Pick<ObservedEvent, 'facts' | 'at'>): Price | undefined {
  // What passed through Marginal has the price of the model that was asked for.
  const model = facts.endpointId === undefined ? (facts.servedModel ?? facts.model) : facts.model;
  if (model === undefined) return undefined;
  return book.priceOf({ model, provider: facts.provider, local: facts.local, at });
}

function costUnder(book: PriceBook, price: Price | undefined, observation: ObservedEvent, pricedAt: number): Cost {
  const { facts, usage, usageBasis, billedNanoCredits, latency } = observation;
  return settleCost({
    usage,
    usageBasis: usageBasis ?? 'reported',
    billedNanoCredits,
    price,
    priceBook: book.version,
    pricedAt,
    seconds: latency?.totalMs === undefined ? undefined : latency.totalMs / 1000,
    atListPrice: isAtListPrice(facts.agent),
  });
}
