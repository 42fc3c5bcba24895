/**
 * What the events of one call tell together. The result depends on the set of events alone: not on their order, not on
 * how often one of them was read.
 *
 * Each source counts once, with the best of what it wrote (`byRevision`) at its latest pricing (`latestPricings`); the
 * sources are then ranked (`byExactness`), and the first gives the figures. Usage is taken whole from one source, since vendors cut it up differently and mixed
 * kinds would be counted twice; other facts that the front source doesn't know are filled in from the next that does.
 */
import { UNSERVED_FAULTS } from '../endpointError.ts';
import { type Confidence, type NanoCredits, surer } from '../money.ts';
import { inputTokens, outputTokens, sumTokens, tokenCount, USAGE_KINDS, type Usage } from '../usage.ts';
import { canonicalEvent } from './canonicalEvent.ts';
import type { Entry } from './entry.ts';
import type { CallFacts, Cost, Latency, LedgerEvent, ObservedEvent, StartedEvent } from './event.ts';
import { latestPricings } from './pricing.ts';

interface Ranked {
  readonly event: ObservedEvent;
  readonly usage: Usage;
  readonly cost: Cost;
  readonly output: number;
  readonly total: number;
}

/** Sources that see a call first-hand go before those that read it in a log, where both are equally exact. */
const FIRST_HAND = ['provider', 'gateway'];

/**
 * Folds all events of one call, whichever names they know it by. undefined: nothing is left to show (it was erased, or
 * the events tell of decisions and outcomes only). The states `lost` and `covered` take more than one call's events:
 * see `lostSince` and `withCoverage`.
 */
export function foldCall(events: readonly LedgerEvent[]): Entry | undefined {
  const [first] = events;
  if (first && events.length === 1 && isObserved(first)) return loneEntry(first);
  const started: StartedEvent[] = [];
  const observed: ObservedEvent[] = [];
  for (const event of events) {
    if (event.kind === 'erased') return undefined;
    if (event.kind === 'started') started.push(event);
    else if (event.kind === 'settled' || event.kind === 'witnessed' || event.kind === 'failed') observed.push(event);
  }
  if (started.length > 1) started.sort(byStart);
  const ranked = rank(observed);
  const front = ranked[0];
  return front ? endedEntry(front, ranked, started) : openEntry(started);
}

/** What kept a call from ending is unknown, and its cost with it. */
export function asLost(entry: Entry): Entry {
  return { ...entry, state: 'lost' };
}

function openEntry(started: readonly StartedEvent[]): Entry | undefined {
  const first = started[0];
  if (!first) return undefined;
  return {
    callId: first.callId,
    state: 'open',
    at: first.at,
    endedAt: undefined,
    facts: fillFacts(started),
    scope: 'step',
    usage: {},
    usageBasis: undefined,
    cost: { confidence: 'unknown' },
    latency: {},
    tools: [],
    finish: undefined,
    fault: undefined,
    source: first.source,
    witnesses: others(first.source, started),
  };
}

function isObserved(event: LedgerEvent): event is ObservedEvent {
  return event.kind === 'settled' || event.kind === 'witnessed' || event.kind === 'failed';
}

/** As `endedEntry`, of a call of which one event tells all: most are such. */
function loneEntry(event: ObservedEvent): Entry {
  const usage = cleanUsage(event.usage);
  return {
    callId: event.callId,
    state: event.kind === 'failed' ? 'failed' : 'settled',
    at: event.at,
    endedAt: event.at,
    facts: event.facts,
    scope: event.scope ?? 'step',
    usage,
    usageBasis: hasTokens(usage) ? (event.usageBasis ?? 'reported') : undefined,
    cost: costOf(event),
    latency: event.latency ? fillFields([event.latency]) : {},
    tools: event.tools ?? [],
    finish: event.finish,
    fault: event.kind === 'failed' ? event.fault : undefined,
    source: event.source,
    witnesses: [],
  };
}

function endedEntry(front: Ranked, ranked: readonly Ranked[], started: readonly StartedEvent[]): Entry {
  const observed = ranked.map((each) => each.event);
  const all = started.length === 0 ? observed : [...observed, ...started];
  const measured = ranked.find((each) => hasTokens(each.usage));
  const end = observed.find((event) => event.kind !== 'witnessed') ?? front.event;
  return {
    callId: front.event.callId,
    state: end.kind === 'failed' ? 'failed' : 'settled',
    at: started[0]?.at ?? front.event.at,
    endedAt: front.event.at,
    facts: fillFacts(all),
    scope: front.event.scope ?? 'step',
    usage: measured?.usage ?? {},
    usageBasis: measured && (measured.event.usageBasis ?? 'reported'),
    cost: front.cost,
    latency: fillLatency(observed),
    tools: observed.find((event) => event.tools !== undefined)?.tools ?? [],
    finish: end.finish ?? observed.find((event) => event.finish !== undefined)?.finish,
    fault: end.kind === 'failed' ? end.fault : undefined,
    source: front.event.source,
    witnesses: others(front.event.source, all),
  };
}

/** The observation of each source whose figures may count, among all events of one call; none where it was erased. */
export function standingObservations(events: readonly LedgerEvent[]): readonly ObservedEvent[] {
  const observed: ObservedEvent[] = [];
  for (const event of events) {
    if (event.kind === 'erased') return [];
    if (event.kind === 'settled' || event.kind === 'witnessed' || event.kind === 'failed') observed.push(event);
  }
  const sources = new Set<string>();
  return rank(observed).flatMap(({ event }) => {
    if (sources.has(event.source)) return [];
    sources.add(event.source);
    return [event];
  });
}

/** All observations, the front one first, then the other sources', then what these superseded. */
function rank(observed: readonly ObservedEvent[]): readonly Ranked[] {
  if (observed.length < 2) return observed.map(withFigures);
  const best = new Map<string, Ranked>();
  const superseded: Ranked[] = [];
  for (const each of latestPricings(observed).map(withFigures)) {
    const rival = best.get(each.event.source);
    if (!rival) {
      best.set(each.event.source, each);
      continue;
    }
    const [kept, dropped] = byRevision(each, rival) < 0 ? [each, rival] : [rival, each];
    best.set(each.event.source, kept);
    superseded.push(dropped);
  }
  return [...[...best.values()].sort(byExactness), ...superseded.sort(byExactness)];
}

function withFigures(event: ObservedEvent): Ranked {
  const usage = cleanUsage(event.usage);
  return {
    event,
    usage,
    cost: costOf(event),
    output: outputTokens(usage) ?? -1,
    total: sumTokens(inputTokens(usage), outputTokens(usage)) ?? -1,
  };
}

/** The vendor's figure if there is one, else the priced one; a price on counted tokens is an estimate, whoever says otherwise. */
export function costOf(event: ObservedEvent): Cost {
  const billed = wholeNano(event.billedNanoCredits);
  if (billed !== undefined) {
    const {
      nanoCredits: _,
      confidence: __,
      priceBook: ___,
      pricedAt: ____,
      ...rest
    } = event.cost ?? {
      confidence: 'unknown',
    };
    return { ...rest, nanoCredits: billed, confidence: 'billed' };
  }
  const nanoCredits = wholeNano(event.cost?.nanoCredits);
  if (event.cost && nanoCredits !== undefined && event.cost.confidence !== 'unknown') {
    const estimated = event.usageBasis === 'counted' && surer(event.cost.confidence, 'estimated');
    // As it is with nearly all.
    if (!estimated && nanoCredits === event.cost.nanoCredits) return event.cost;
    return { ...event.cost, nanoCredits, confidence: estimated ? 'estimated' : event.cost.confidence };
  }
  if (event.kind === 'failed' && UNSERVED_FAULTS.has(event.fault) && !hasTokens(cleanUsage(event.usage))) {
    return { nanoCredits: 0, confidence: 'priced', priceSource: 'turned away by the endpoint' };
  }
  const { nanoCredits: _, ...rest } = event.cost ?? { confidence: 'unknown' };
  return { ...rest, confidence: 'unknown' };
}

function wholeNano(value: NanoCredits | undefined): NanoCredits | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? Math.round(value) : undefined;
}

function cleanUsage(usage: Usage | undefined): Usage {
  if (!usage) return {};
  // As nearly all are.
  if (USAGE_KINDS.every((kind) => tokenCount(usage[kind]) === usage[kind])) return usage;
  const clean: { -readonly [Kind in keyof Usage]: Usage[Kind] } = {};
  for (const kind of USAGE_KINDS) {
    const tokens = tokenCount(usage[kind]);
    if (tokens !== undefined) clean[kind] = tokens;
  }
  return clean;
}

function hasTokens(usage: Usage): boolean {
  return USAGE_KINDS.some((kind) => usage[kind] !== undefined);
}

/**
 * Which of two observations by one source stands: a bill over anything else, then the greater output, then the greater
 * total (agents log partial counts first), then the surer, the later, the greater run id (see alignRuns.ts), the later
 * pricing. Negative: `a`.
 */
function byRevision(a: Ranked, b: Ranked): number {
  return (
    Number(b.cost.confidence === 'billed') - Number(a.cost.confidence === 'billed') ||
    b.output - a.output ||
    b.total - a.total ||
    exactness(a) - exactness(b) ||
    b.event.at - a.event.at ||
    descending(a.event.facts.runId ?? '', b.event.facts.runId ?? '') ||
    (b.cost.pricedAt ?? 0) - (a.cost.pricedAt ?? 0) ||
    descending(canonicalEvent(a.event), canonicalEvent(b.event))
  );
}

/** Which of two sources stands in front: the more exact one, then the nearer to the call. Negative: `a`. */
function byExactness(a: Ranked, b: Ranked): number {
  return exactness(a) - exactness(b) || bySource(a.event.source, b.event.source) || byRevision(a, b);
}

const CONFIDENCES: readonly Confidence[] = ['billed', 'priced', 'estimated', 'unknown'];

function exactness(each: Ranked): number {
  const basis = !hasTokens(each.usage) ? 2 : each.event.usageBasis === 'counted' ? 1 : 0;
  return CONFIDENCES.indexOf(each.cost.confidence) * 3 + basis;
}

function bySource(a: string, b: string): number {
  return placeOf(a) - placeOf(b) || descending(b, a);
}

function placeOf(source: string): number {
  const place = FIRST_HAND.indexOf(source);
  return place < 0 ? FIRST_HAND.length : place;
}

function byStart(a: StartedEvent, b: StartedEvent): number {
  return a.at - b.at || bySource(a.source, b.source) || descending(canonicalEvent(b), canonicalEvent(a));
}

function descending(a: string, b: string): number {
  return a < b ? 1 : a > b ? -1 : 0;
}

function others(source: string, events: readonly { readonly source: string }[]): readonly string[] {
  if (events.length < 2) return [];
  return [...new Set(events.map((event) => event.source))].filter((each) => each !== source).sort();
}

/** Field by field the first that knows it; the agent's own session id before one that was inferred. */
function fillFacts(events: readonly { readonly facts: CallFacts }[]): CallFacts {
  const first = events[0]?.facts;
  if (!first) throw new Error('A call has at least one event with facts.');
  if (events.length === 1) return first;
  const all = events.map((event) => event.facts);
  const facts: CallFacts = { ...fillFields(all), agent: first.agent };
  const session = all.find((each) => each.sessionId !== undefined && !each.sessionInferred);
  if (session) {
    facts.sessionId = session.sessionId;
    if (session.sessionInferred === undefined) delete facts.sessionInferred;
    else facts.sessionInferred = session.sessionInferred;
  }
  return facts;
}

function fillLatency(events: readonly ObservedEvent[]): Latency {
  const told = events.flatMap(({ latency }) => latency ?? []);
  return told.length === 0 ? {} : fillFields(told);
}

function fillFields<Fields extends CallFacts | Latency>(all: readonly Fields[]): Fields {
  const filled: Record<string, unknown> = {};
  for (const each of all) {
    for (const [key, value] of Object.entries(each)) if (value !== undefined) filled[key] ??= value;
  }
  return filled as Fields;
}
