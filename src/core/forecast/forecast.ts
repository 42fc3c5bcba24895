/** What is asked of a forecast, and what it says. The method and its limits: docs/decisions/2026-11-26-forecast.md. */
import type { MoneySum, NanoCredits } from '../money.ts';

/** What was spent in a stretch of time that lies within one local hour. */
export interface HourSpend {
  /** Epoch ms at which it begins. */
  readonly at: number;
  readonly cost: MoneySum;
}

export interface ForecastQuestion {
  /** Epoch ms. */
  readonly now: number;
  /** The period that a plan or a budget counts in, [start, end) in epoch ms; `now` lies in it. */
  readonly periodStart: number;
  readonly periodEnd: number;
  /** What there is to spend in the period; undefined: no pool, so nothing that could run dry. */
  readonly poolNanoCredits?: NanoCredits | undefined;
  /** What others drew from the same pool so far in the period: other devices, code review, cloud agents. */
  readonly spentElsewhereNanoCredits?: NanoCredits | undefined;
  /** Whose spending counts; undefined: every agent's. */
  readonly agents?: readonly string[] | undefined;
}

/** One in ten, one in two and nine in ten outcomes lie at or below. */
export interface Quantiles {
  readonly p10: NanoCredits;
  readonly p50: NanoCredits;
  readonly p90: NanoCredits;
}

export interface PeriodForecast {
  /** Epoch ms: what was known then. */
  readonly at: number;
  readonly periodStart: number;
  readonly periodEnd: number;
  /** The developer's own spend in the period so far, without what was drawn elsewhere. */
  readonly spent: MoneySum;
  /** Spent in the whole period by its end, what is drawn elsewhere included. */
  readonly endOfPeriod: Quantiles;
  /**
   * Calls of unknown cost in the period or in the weeks that the forecast was learned from, so many of them: every
   * figure is then a lower bound, and a pool may run dry sooner than it says. 0: none.
   */
  readonly unknownCalls: number;
  /** Epoch ms by which the pool has run dry in one (p10: the early date), five and nine of ten cases; undefined: not within the period. */
  readonly dry: { readonly p10?: number; readonly p50?: number; readonly p90?: number };
  readonly pace: Pace;
  readonly evidence: Evidence;
  /** How forecasts as far ahead as this one fared on the ledger's own past; undefined: too short a past to say. */
  readonly backtest?: Backtest | undefined;
}

/** Nano-credits per working hour: an hour weighs what this developer's week says of it, so that nights count little. */
export interface Pace {
  /** Of the last working days; undefined: no working hour yet. */
  readonly recentPerHour?: NanoCredits;
  /** What would use up the pool exactly at the period's end; 0 once it is dry; undefined: no pool, or no working hour left. */
  readonly lastsPerHour?: NanoCredits;
  /** Epoch ms at which the recent pace, kept up, leaves the pool dry; undefined: it lasts, or there is no pool. */
  readonly dryAt?: number;
}

export interface Evidence {
  /** Local days since the first call that is known, today included. */
  readonly days: number;
  /** Those of them on which something was spent. */
  readonly activeDays: number;
  /**
   * What the range rests on: `prior` (mostly on how developers' weeks commonly look, so it is wide), `young` (on both),
   * `own` (on this developer's own weeks).
   */
  readonly basis: 'prior' | 'young' | 'own';
}

export interface Backtest {
  /** Share of past outcomes within their p10 to p90; 0.8 is what it claims. */
  readonly coverage80: number;
  /** How many forecasts were compared with what came, one a day. */
  readonly forecasts: number;
  /** How many stretches of time without overlap these are: so much evidence is behind `coverage80`. */
  readonly periods: number;
  /** Mean of p90 − p10, nano-credits. */
  readonly meanWidth: NanoCredits;
}
