/**
 * A conversation as its usage tells it: what each step sent, and how much of that had been sent before. No text is
 * looked at; only tokens, their kinds and their order are known. A request repeats what stands before it: first what
 * the session's first request carried, then what was said since, last what is new.
 */
import type { TokenPrice } from '../chat.ts';
import type { Entry } from '../ledger/entry.ts';
import type { Cost } from '../ledger/event.ts';
import { priceOfKind, tierFor } from '../prices/cost.ts';
import type { TokenRate } from '../prices/price.ts';
import { inputTokens, outputTokens, USAGE_KINDS, type Usage, type UsageKind } from '../usage.ts';

/** What is looked at of a step, and the price of its day. */
export interface SeriesStep {
  readonly callId: string;
  /** Epoch ms of its start and its end; the end is undefined where it isn't known. */
  readonly at: number;
  readonly endedAt: number | undefined;
  readonly state: Entry['state'];
  readonly scope: Entry['scope'];
  readonly billable: boolean;
  /** undefined: its source tells of no session, so that what came before it isn't known. */
  readonly sessionId: string | undefined;
  readonly subagentId: string | undefined;
  readonly model: string;
  readonly usage: Usage;
  readonly cost: Pick<Cost, 'nanoCredits' | 'confidence'>;
  /** The tools that its reply called, in order. */
  readonly tools: readonly string[];
  /** undefined: no price by token is known for it. */
  readonly rate: TokenRate | undefined;
  /** It is paid by the second, as models on own hardware are. */
  readonly bySecond?: boolean;
}

/** What tokens of a step are: `unplaced` where nothing tells whether they had been sent before. */
export type Place = 'standing' | 'context' | 'reply' | 'new' | 'unplaced' | 'output';

/** Tokens of one step that are one thing at one price. */
export interface Charge {
  readonly place: Place;
  readonly kind: UsageKind;
  readonly tokens: number;
  /** At list price, in nano-credits, not rounded. */
  readonly nanoCredits: number;
  /** They had been sent before, the vendor's cache sells them cheaper, and yet they were paid as new. */
  readonly missed: boolean;
}

/** Why a vendor's cache didn't hold what was sent before: its life was over, or another model was asked. */
export type MissCause = 'expired' | 'switched' | 'unknown';

export interface PlacedStep {
  readonly step: SeriesStep;
  /** undefined: its tokens or its price aren't known, so nothing can be said of what they were. */
  readonly charges: readonly Charge[] | undefined;
  /** The tools whose results are what is new in it; empty: it is no tool's. */
  readonly resultsOf: readonly string[];
  /** Most of what had been sent before was paid as new, and why. */
  readonly miss: MissCause | undefined;
  /** The conversation was cut, or made shorter, before it. */
  readonly restarted: boolean;
}

/** Below this share of the last request a conversation wasn't carried on, but shortened (compacted). */
const LEAST_CARRIED = 0.9;
/** A request of another model below this share is a call beside the conversation (a title, a check). */
const BESIDE = 0.5;
/** How long a vendor keeps a prefix, by default and at its longest (Anthropic's five minutes and one hour). */
const CACHE_LIFE_MS = 5 * 60_000;
const LONG_CACHE_LIFE_MS = 60 * 60_000;
/** Vendors' caches hold no prefix that is shorter than this. */
const LEAST_CACHED_TOKENS = 1024;

/** One conversation as it stands after a step. */
interface Conversation {
  readonly last: SeriesStep;
  readonly input: number;
  readonly output: number;
  /** Tokens of the first request: what every later one repeats at its beginning. */
  readonly standing: number;
}

/** Steps in the order of time; of those at one instant the one with the lesser id first. */
export function byTime(a: SeriesStep, b: SeriesStep): number {
  return a.at - b.at || (a.callId < b.callId ? -1 : a.callId > b.callId ? 1 : 0);
}

/**
 * Places the tokens of steps, in any order, of one session. The main conversation and each sub-agent's stand for
 * themselves. Runs' totals, open calls and helper calls that nobody pays for are left out.
 */
export function placeSteps(steps: readonly SeriesStep[]): readonly PlacedStep[] {
  const main = new Map<string, Conversation>();
  const beside = new Map<string, Conversation>();
  return [...steps]
    .filter(({ scope, state, billable }) => scope === 'step' && billable && state !== 'open' && state !== 'erased')
    .sort(byTime)
    .map((step) => {
      const input = inputTokens(step.usage);
      const output = outputTokens(step.usage);
      if (input === undefined || output === undefined) return nothingKnown(step);
      const key = `${step.sessionId ?? step.callId}\n${step.subagentId ?? ''}`;
      const line = main.get(key);
      const isBeside = line !== undefined && line.last.model !== step.model && input < line.input * BESIDE;
      const [lines, name] = isBeside ? [beside, `${key}\n${step.model}`] : [main, key];
      const before = lines.get(name);
      lines.set(name, {
        last: step,
        input,
        output,
        standing: Math.min(input, before?.standing ?? input),
      });
      return placed(step, input, before, isBeside);
    });
}

function nothingKnown(step: SeriesStep): PlacedStep {
  return { step, charges: undefined, resultsOf: [], miss: undefined, restarted: false };
}

function placed(step: SeriesStep, input: number, before: Conversation | undefined, isBeside: boolean): PlacedStep {
  const price = step.rate && tierFor(step.rate, input);
  const carriesOn = before !== undefined && input >= before.input * LEAST_CARRIED;
  const resultsOf = carriesOn ? before.last.tools : [];
  const spans = spansOf(step, input, before, isBeside);
  if (!price) return { step, charges: undefined, resultsOf, miss: undefined, restarted: !carriesOn };
  const charges = [
    ...inputCharges(step.usage, price, spans, before !== undefined),
    ...outputCharges(step.usage, price),
  ];
  return {
    step,
    charges,
    resultsOf,
    miss: carriesOn ? missOf(step, before, charges) : undefined,
    restarted: !carriesOn,
  };
}

/** What stands where in a request: each place with the token it ends before, in order. */
type Spans = readonly (readonly [place: Place, end: number])[];

function spansOf(step: SeriesStep, input: number, before: Conversation | undefined, isBeside: boolean): Spans {
  if (!before) return [[step.sessionId === undefined || isBeside ? 'unplaced' : 'standing', input]];
  const standing = Math.min(before.standing, input);
  if (input < before.input * LEAST_CARRIED) {
    // Shortened: only what the cache still held is known to have been sent before.
    return [
      ['standing', Math.min(standing, step.usage.cacheRead ?? 0)],
      ['unplaced', input],
    ];
  }
  return [
    ['standing', standing],
    ['context', Math.min(input, before.input)],
    ['reply', Math.min(input, before.input + before.output)],
    ['new', input],
  ];
}

/** The order in which a vendor takes up a request: what its cache holds, what it writes there, what it doesn't keep. */
const INPUT_KINDS = ['cacheRead', 'cacheWriteHour', 'cacheWrite', 'fresh'] as const;

function inputCharges(usage: Usage, price: TokenPrice, spans: Spans, repeats: boolean): readonly Charge[] {
  const charges: Charge[] = [];
  let at = 0;
  let index = 0;
  for (const kind of INPUT_KINDS) {
    const end = at + (usage[kind] ?? 0);
    while (at < end) {
      const [place, spanEnd] = spans[index] ?? (['unplaced', end] as const);
      const to = Math.min(end, Math.max(at, spanEnd));
      if (to > at) charges.push(charge(place, kind, to - at, usage, price, repeats));
      at = to;
      if (at < end) index += 1;
    }
  }
  return charges;
}

function charge(
  place: Place,
  kind: UsageKind,
  tokens: number,
  usage: Usage,
  price: TokenPrice,
  repeats: boolean,
): Charge {
  const each = priceOfKind(price, kind);
  const isCheaperCached = usage.cacheRead !== undefined && priceOfKind(price, 'cacheRead') < each;
  const wasSent = repeats && (place === 'standing' || place === 'context');
  return {
    place,
    kind,
    tokens,
    nanoCredits: tokens * each,
    missed: wasSent && kind !== 'cacheRead' && isCheaperCached,
  };
}

function outputCharges(usage: Usage, price: TokenPrice): readonly Charge[] {
  return USAGE_KINDS.flatMap((kind) => {
    const tokens = usage[kind];
    if ((kind !== 'text' && kind !== 'reasoning') || tokens === undefined) return [];
    return [{ place: 'output' as const, kind, tokens, nanoCredits: tokens * priceOfKind(price, kind), missed: false }];
  });
}

function missOf(step: SeriesStep, before: Conversation, charges: readonly Charge[]): MissCause | undefined {
  const missed = charges.reduce((sum, each) => sum + (each.missed ? each.tokens : 0), 0);
  if (missed < LEAST_CACHED_TOKENS || missed < before.input / 2) return undefined;
  if (step.model !== before.last.model) return 'switched';
  const idleMs = step.at - (before.last.endedAt ?? before.last.at);
  const lifeMs = (before.last.usage.cacheWriteHour ?? 0) > 0 ? LONG_CACHE_LIFE_MS : CACHE_LIFE_MS;
  return idleMs > lifeMs ? 'expired' : 'unknown';
}
