/**
 * What the allocator knows of prices and speeds, as a reducer over the ledger's settled entries in the order of their ends:
 * live, one by one; after a start, by replay. Both lead to the same state.
 */
import type { Entry } from '../ledger/entry.ts';
import type { DecisionEvent, GateEvent } from '../ledger/event.ts';
import type { NanoCredits } from '../money.ts';
import { inputTokens, outputTokens } from '../usage.ts';
import type { RecordedCandidate } from './decisionRecord.ts';
import { learnSpeed, NO_SPEEDS, type Speeds } from './latency.ts';
import type { Prices } from './objective.ts';
import { betaInHindsight, NO_DEMAND, type PeriodDemand, withDecision, withSpend } from './periodDemand.ts';
import {
  type Constraints,
  type PriceEvent,
  type PriceState,
  pricesOf,
  startPrices,
  updatePrices,
} from './shadowPrices.ts';
import { COMMON_WEEK, type WorkingWeek, workingHoursBetween } from './workingHours.ts';

export interface AllocatorState {
  readonly prices: PriceState;
  readonly speeds: Speeds;
  /** Epoch ms of the last update; undefined: none yet. */
  readonly at: number | undefined;
  /** Of the budget's period in progress. */
  readonly periodStart: number | undefined;
  readonly spentNanoCredits: NanoCredits;
  /** What was asked of it in that period. */
  readonly demand: PeriodDemand;
}

/** The budget in force at an instant. */
export interface BudgetPeriod {
  /** Epoch ms. */
  readonly start: number;
  readonly end: number;
  /** The whole period's credits. */
  readonly nanoCredits: NanoCredits;
  /** What was drawn elsewhere up to now. */
  readonly elsewhereNanoCredits?: NanoCredits | undefined;
}

export interface AllocatorSetting {
  readonly constraints: Constraints;
  /** undefined: no budget then. */
  readonly periodAt: (at: number) => BudgetPeriod | undefined;
  /** Whether a call draws on that budget; calls on own hardware never do. */
  readonly draws: (entry: Entry) => boolean;
  /** Whether it pays for an option of a decision. */
  readonly charges: (candidate: Pick<RecordedCandidate, 'paidBy'>) => boolean;
  readonly week?: WorkingWeek | undefined;
}

/** `beta`: what a credit was worth in the period before, where that is known beforehand. */
export function startAllocator({ constraints }: AllocatorSetting, start: Partial<Prices> = {}): AllocatorState {
  return {
    prices: startPrices(constraints, start),
    speeds: NO_SPEEDS,
    at: undefined,
    periodStart: undefined,
    spentNanoCredits: 0,
    demand: NO_DEMAND,
  };
}

/** A choice tells what the period's credits could have brought. */
export function learnChoice(state: AllocatorState, event: DecisionEvent, setting: AllocatorSetting): AllocatorState {
  const period = setting.periodAt(event.at);
  if (!period) return state;
  const now = intoPeriod(state, period, setting);
  return { ...now, periodStart: period.start, demand: withDecision(now.demand, event, setting.charges) };
}

/**
 * Where another period has begun, its prices begin with what a credit of the one before was worth in hindsight; where that can't be
 * told, they go on as they are. The hours before it aren't its own.
 */
function intoPeriod(
  state: AllocatorState,
  period: BudgetPeriod | undefined,
  setting: AllocatorSetting,
): AllocatorState {
  const { periodStart, demand, prices, at } = state;
  if (!period || periodStart === undefined || period.start <= periodStart) return state;
  const { kappa, week = COMMON_WEEK } = { kappa: setting.constraints.kappa ?? 1, week: setting.week };
  const last = setting.periodAt(periodStart);
  const hours = last && workingHoursBetween(last.start, last.end, week);
  const covered = last && hours ? workingHoursBetween(demand.since ?? last.start, last.end, week) / hours : 0;
  const beta = last && betaInHindsight(demand, { nanoCredits: last.nanoCredits, covered: Math.min(1, covered), kappa });
  return {
    ...state,
    prices: beta === undefined ? prices : { ...prices, beta: startPrices(setting.constraints, { beta }).beta },
    at: at === undefined ? undefined : Math.max(at, period.start),
    spentNanoCredits: 0,
    demand: NO_DEMAND,
  };
}

/** A settled step teaches prices and speeds; any other entry changes nothing. `riskNanoCredits`: expected loss of what it did. */
export function learnEntry(
  before: AllocatorState,
  entry: Entry,
  setting: AllocatorSetting,
  riskNanoCredits?: NanoCredits,
): AllocatorState {
  if ((entry.state !== 'settled' && entry.state !== 'failed') || entry.scope !== 'step') return before;
  const at = entry.endedAt ?? entry.at;
  const period = setting.periodAt(at);
  const state = intoPeriod(before, period, setting);
  const spentBefore = period?.start === state.periodStart ? state.spentNanoCredits : 0;
  const isDrawn = entry.facts.local !== true && entry.facts.billable !== false && setting.draws(entry);
  const spent = isDrawn ? entry.cost.nanoCredits : 0;
  const { totalMs, queueMs = 0 } = entry.latency;
  const event: PriceEvent = {
    ...elapsed(state, at, period, setting, spentBefore),
    spentNanoCredits: spent,
    waitSeconds: totalMs === undefined ? undefined : (queueMs + totalMs) / 1000,
    riskNanoCredits,
  };
  return {
    prices: updatePrices(state.prices, event, setting.constraints),
    speeds: entry.state === 'settled' ? withSpeed(state.speeds, entry, at) : state.speeds,
    at: Math.max(at, state.at ?? at),
    periodStart: period?.start,
    spentNanoCredits: spentBefore + (spent ?? 0),
    demand: isDrawn ? withSpend(state.demand, entry) : state.demand,
  };
}

/** The expected loss of what an agent was let do moves ρ, where a limit is set for it; what was denied harms nobody. */
export function learnRisk(before: AllocatorState, { at, gate }: GateEvent, setting: AllocatorSetting): AllocatorState {
  const { decision, expectedLossNanoCredits } = gate;
  if (decision !== 'allowed' || !(expectedLossNanoCredits > 0) || setting.constraints.riskLimitPerHour === undefined)
    return before;
  const period = setting.periodAt(at);
  const state = intoPeriod(before, period, setting);
  const spentBefore = period?.start === state.periodStart ? state.spentNanoCredits : 0;
  const event: PriceEvent = {
    ...elapsed(state, at, period, setting, spentBefore),
    spentNanoCredits: 0,
    riskNanoCredits: expectedLossNanoCredits,
  };
  return {
    ...state,
    prices: updatePrices(state.prices, event, setting.constraints),
    at: Math.max(at, state.at ?? at),
    periodStart: period?.start,
    spentNanoCredits: spentBefore,
  };
}

/** The prices at an instant, idle working time since the last step included. */
export function pricesAt(before: AllocatorState, at: number, setting: AllocatorSetting): Prices {
  const period = setting.periodAt(at);
  const state = intoPeriod(before, period, setting);
  const spentBefore = period?.start === state.periodStart ? state.spentNanoCredits : 0;
  const idle = { ...elapsed(state, at, period, setting, spentBefore), spentNanoCredits: 0 };
  return pricesOf(updatePrices(state.prices, idle, setting.constraints), setting.constraints);
}

/** What is left of the budget at an instant, never negative; undefined: there is none. */
export function leftAt(state: AllocatorState, at: number, setting: AllocatorSetting): NanoCredits | undefined {
  const period = setting.periodAt(at);
  return period && leftOf(period, period.start === state.periodStart ? state.spentNanoCredits : 0);
}

function leftOf({ nanoCredits, elsewhereNanoCredits = 0 }: BudgetPeriod, spent: NanoCredits): NanoCredits {
  return Math.max(0, nanoCredits - elsewhereNanoCredits - spent);
}

function elapsed(
  state: AllocatorState,
  at: number,
  period: BudgetPeriod | undefined,
  { week = COMMON_WEEK }: AllocatorSetting,
  spentBefore: NanoCredits,
): Pick<PriceEvent, 'at' | 'workingHours' | 'budget'> {
  const workingHours = state.at === undefined ? 0 : workingHoursBetween(state.at, at, week);
  const budget = period && {
    leftNanoCredits: leftOf(period, spentBefore),
    // From the last update on, whose hours this step is to pace.
    workingHoursLeft: workingHoursBetween(Math.max(period.start, Math.min(at, state.at ?? at)), period.end, week),
  };
  return { at, workingHours, budget };
}

/** What tells an endpoint's model in {@link Speeds}. */
export function speedKey({
  endpointId,
  provider,
  model,
}: Pick<Entry['facts'], 'endpointId' | 'provider' | 'model'>): string {
  return `${endpointId ?? provider ?? ''}\n${model ?? ''}`;
}

/** Speeds of more models than these: the least recently seen is forgotten. */
const MOST_MODELS = 40;

function withSpeed(speeds: Speeds, { facts, usage, latency }: Entry, at: number): Speeds {
  if (facts.model === undefined || latency.totalMs === undefined) return speeds;
  const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);
  const seen = {
    at,
    inputTokens: inputTokens(usage),
    cachedTokens: usage.cacheRead,
    outputTokens: outputTokens(usage),
    queueSeconds: seconds(latency.queueMs),
    firstTokenSeconds: seconds(latency.firstTokenMs),
    totalSeconds: seconds(latency.totalMs),
  };
  const learned = learnSpeed(speeds, speedKey(facts), seen, facts.local === true);
  const keys = Object.keys(learned);
  if (keys.length <= MOST_MODELS) return learned;
  const oldest = keys.reduce((a, b) => ((learned[b]?.at ?? 0) < (learned[a]?.at ?? 0) ? b : a));
  return Object.fromEntries(Object.entries(learned).filter(([key]) => key !== oldest));
}
