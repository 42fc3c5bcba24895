/** Why a prompt cost what it did: its run's credits split into causes, from the usage of its steps and the prices of their day. */
import { addMoney, type Confidence, type MoneySum, type NanoCredits, NO_MONEY } from '../money.ts';
import { byTime, type Charge, type MissCause, type PlacedStep, placeSteps, type SeriesStep } from './series.ts';
import { splitExactly } from './split.ts';

/** The causes, in the order in which they are shown. */
export const CAUSES = [
  'standing',
  'resent',
  'cacheMisses',
  'cacheWrites',
  'toolResults',
  'freshInput',
  'output',
  'reasoning',
  'unsplit',
] as const;
export type Cause = (typeof CAUSES)[number];

export interface CausePart {
  readonly cause: Cause;
  readonly nanoCredits: NanoCredits;
  /** Tokens paid for, as often as they were; undefined: not known (`unsplit`). */
  readonly tokens: number | undefined;
  /** Steps that it is part of. */
  readonly steps: number;
}

/** A step at which most of what had been sent before was paid as new. */
export interface CacheMiss {
  /** Its place in the run, from 1. */
  readonly step: number;
  readonly why: MissCause;
  readonly tokens: number;
  readonly nanoCredits: NanoCredits;
}

/** Why something couldn't be split. */
export type UnsplitReason = 'total' | 'tokens' | 'price' | 'seconds';

export interface RunExplanation {
  /** As the run's own sum: what nobody knows the cost of is counted, and is in no part. */
  readonly cost: MoneySum;
  /** Sum to `cost` exactly; a cause without tokens and credits is absent. */
  readonly parts: readonly CausePart[];
  /** How sure the split is; `estimated` where the credits are a bill that was split by list prices, or tokens were counted. */
  readonly confidence: Extract<Confidence, 'priced' | 'estimated'>;
  readonly steps: number;
  readonly misses: readonly CacheMiss[];
  /** Tokens that the session's first request carried already; 0: not known. */
  readonly standingTokens: number;
  /** Tools whose results were new input, those with the most tokens first. */
  readonly tools: readonly string[];
  readonly subagents: { readonly count: number; readonly cost: MoneySum };
  readonly unsplit: UnsplitReason | undefined;
  /** Models of which tokens are known and no price, so that their cost isn't. */
  readonly unpriced: readonly string[];
}

type Weights = Map<Cause, { nanoCredits: number; tokens: number | undefined; steps: number }>;

/**
 * Explains a run from all its steps and totals, in any order. `earlier`: steps of the same session before it, the first
 * and the last of each conversation at least; they are part of no figure. Never throws.
 */
export function explainRun(run: readonly SeriesStep[], earlier: readonly SeriesStep[] = []): RunExplanation {
  const ids = new Set(run.map(({ callId }) => callId));
  const placed = placeSteps([...earlier.filter(({ callId }) => !ids.has(callId)), ...run]);
  const own = placed.filter(({ step }) => ids.has(step.callId));
  const numbers = numbersOf(run);
  const counted = run.filter(isCounted).sort(byTime);
  const sums: Weights = new Map();
  const misses: CacheMiss[] = [];
  let unsplit: UnsplitReason | undefined;
  let isExact = true;
  const placedById = new Map(own.map((each) => [each.step.callId, each]));
  const addMiss = ({ step, miss, charges = [] }: PlacedStep, paid: number) => {
    if (miss === undefined) return;
    const missed = charges.filter((each) => each.missed);
    misses.push({
      step: numbers.get(step.callId) ?? 0,
      why: miss,
      tokens: missed.reduce((sum, { tokens }) => sum + tokens, 0),
      nanoCredits: Math.round(missed.reduce((sum, { nanoCredits }) => sum + nanoCredits, 0) * paid),
    });
  };

  for (const entry of counted) {
    const amount = entry.cost.nanoCredits;
    if (amount === undefined || entry.cost.confidence === 'unknown') continue;
    if (entry.scope === 'run') {
      isExact = false;
      const covered = coveredWeights(own);
      const parts =
        covered &&
        splitExactly(
          amount,
          covered.map(({ nanoCredits }) => nanoCredits),
        );
      if (!covered || !parts) {
        unsplit ??= 'total';
        add(sums, 'unsplit', amount, undefined);
        continue;
      }
      const paid = amount / covered.reduce((sum, { nanoCredits }) => sum + nanoCredits, 0);
      for (const [index, { cause, tokens }] of covered.entries()) add(sums, cause, parts[index] ?? 0, tokens);
      for (const each of own) if (each.step.state === 'covered') addMiss(each, paid);
      continue;
    }
    const found = placedById.get(entry.callId);
    const weights = found?.charges && causesOf(found);
    const parts =
      weights &&
      splitExactly(
        amount,
        weights.map(({ nanoCredits }) => nanoCredits),
      );
    if (!found || !weights || !parts) {
      if (amount !== 0) unsplit ??= entry.bySecond ? 'seconds' : entry.rate === undefined ? 'price' : 'tokens';
      if (amount !== 0) add(sums, 'unsplit', amount, undefined);
      continue;
    }
    const listed = weights.reduce((sum, { nanoCredits }) => sum + nanoCredits, 0);
    isExact &&= entry.cost.confidence === 'priced' && Math.abs(listed - amount) <= 1;
    for (const [index, { cause, tokens }] of weights.entries()) add(sums, cause, parts[index] ?? 0, tokens);
    addMiss(found, amount / listed);
  }

  const subagents = counted.filter(({ subagentId }) => subagentId !== undefined);
  return {
    cost: costOf(counted),
    parts: CAUSES.flatMap((cause) => {
      const sum = sums.get(cause);
      return sum && (sum.nanoCredits !== 0 || (sum.tokens ?? 0) > 0) ? [{ cause, ...sum }] : [];
    }),
    confidence: isExact ? 'priced' : 'estimated',
    steps: numbers.size,
    misses: misses.sort((a, b) => a.step - b.step),
    standingTokens: standingOf(placed),
    tools: toolsOf(own),
    subagents: { count: new Set(subagents.map(({ subagentId }) => subagentId)).size, cost: costOf(subagents) },
    unsplit,
    unpriced: [...new Set(counted.filter(isUnpriced).map(({ model }) => model))],
  };
}

/** What a step's credits were for, by list price; tokens of one cause together. */
export function causesOf({ charges = [], resultsOf }: Pick<PlacedStep, 'charges' | 'resultsOf'>): readonly {
  readonly cause: Cause;
  readonly nanoCredits: number;
  readonly tokens: number;
}[] {
  const sums = new Map<Cause, { cause: Cause; nanoCredits: number; tokens: number }>();
  for (const each of charges) {
    const cause = causeOf(each, resultsOf.length > 0);
    const sum = sums.get(cause) ?? { cause, nanoCredits: 0, tokens: 0 };
    sums.set(cause, {
      cause,
      nanoCredits: sum.nanoCredits + each.nanoCredits,
      tokens: sum.tokens + each.tokens,
    });
  }
  return [...sums.values()];
}

function causeOf({ place, kind, missed }: Charge, hasResults: boolean): Cause {
  if (kind === 'text') return 'output';
  if (kind === 'reasoning') return 'reasoning';
  if (missed) return 'cacheMisses';
  if (place === 'standing') return 'standing';
  if (place === 'context' || kind === 'cacheRead') return 'resent';
  if (place === 'new' && hasResults) return 'toolResults';
  return kind === 'fresh' ? 'freshInput' : 'cacheWrites';
}

/** The causes of all steps that a total stands for; undefined: of one of them it isn't known what it was for. */
function coveredWeights(placed: readonly PlacedStep[]) {
  const covered = placed.filter(({ step }) => step.state === 'covered');
  const known = covered.filter(({ charges }) => charges !== undefined);
  const isWhole = covered.every(({ step, charges }) => charges !== undefined || step.cost.nanoCredits === 0);
  return isWhole && known.length > 0 ? known.flatMap(causesOf) : undefined;
}

/** As `isSummed` of entries. */
function isUnpriced({ cost, rate, bySecond, usage }: SeriesStep): boolean {
  return cost.nanoCredits === undefined && rate === undefined && bySecond !== true && Object.keys(usage).length > 0;
}

function isCounted({ state, billable }: SeriesStep): boolean {
  return billable && (state === 'settled' || state === 'failed' || state === 'lost');
}

function costOf(steps: readonly SeriesStep[]): MoneySum {
  return steps.reduce((sum, { cost }) => addMoney(sum, cost.nanoCredits, cost.confidence), NO_MONEY);
}

function add(sums: Weights, cause: Cause, nanoCredits: number, tokens: number | undefined): void {
  const sum = sums.get(cause) ?? { nanoCredits: 0, tokens: cause === 'unsplit' ? undefined : 0, steps: 0 };
  sums.set(cause, {
    nanoCredits: sum.nanoCredits + nanoCredits,
    tokens: tokens === undefined ? sum.tokens : (sum.tokens ?? 0) + tokens,
    steps: sum.steps + 1,
  });
}

/** The place of each step in its run, as the list of steps numbers them. */
function numbersOf(run: readonly SeriesStep[]): ReadonlyMap<string, number> {
  const steps = run.filter(({ scope }) => scope === 'step').sort(byTime);
  return new Map(steps.map(({ callId }, index) => [callId, index + 1]));
}

function standingOf(placed: readonly PlacedStep[]): number {
  const first = placed.find(({ step, charges }) => step.subagentId === undefined && charges !== undefined);
  return (first?.charges ?? []).reduce((sum, { place, tokens }) => sum + (place === 'standing' ? tokens : 0), 0);
}

function toolsOf(placed: readonly PlacedStep[]): readonly string[] {
  const tokensOf = new Map<string, number>();
  for (const { charges = [], resultsOf } of placed) {
    const tokens = charges.reduce((sum, each) => sum + (each.place === 'new' ? each.tokens : 0), 0);
    for (const tool of resultsOf) tokensOf.set(tool, (tokensOf.get(tool) ?? 0) + tokens / resultsOf.length);
  }
  return [...tokensOf]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .flatMap(([tool, tokens]) => (tokens > 0 ? [tool] : []));
}
