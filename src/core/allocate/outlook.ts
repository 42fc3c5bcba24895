/**
 * What the allocator tells the surfaces: computed once, in the worker, and only printed by the status bar, the dashboard, the
 * chat and the exports.
 */
import type { BreakerOpen } from '../budget/breaker.ts';
import type { NanoCredits } from '../money.ts';
import type { TaskKind, TaskSize } from '../quality/taskClass.ts';
import type { Contract, ContractName } from '../route/menu.ts';
import type { Decision } from './choose.ts';
import type { CostRange, Prices } from './objective.ts';
import type { PricePoint } from './shadowPrices.ts';
import type { Use } from './use.ts';

/** How far a chance of success rests on what happened here. */
export interface Evidence {
  /** Outcomes seen. */
  readonly outcomes: number;
  /** The lower bound of its skill is above zero; until then the screen says `value ?`. */
  readonly settled: boolean;
}

/** What a request is taken to ask for; the developer can correct it. */
export interface TaskShown {
  readonly kind: TaskKind;
  readonly size: TaskSize;
  /** 0 to 1. */
  readonly sureness: number;
}

/** What a request is worth with each model that it could go to. */
export interface RequestOutlook {
  readonly decision: Decision;
  /** What is done: the choice, or what is tried to learn from it. */
  readonly taken: Use;
  readonly explored: boolean;
  readonly propensities: readonly { readonly use: Use; readonly propensity: number }[];
  /** Frugal, Balanced and Best for this request; empty: no model can be had. */
  readonly menu: readonly Contract[];
  readonly task: TaskShown;
  readonly evidence: Evidence;
  /** Of the tightest budget when it was decided; undefined: no limit. */
  readonly leftNanoCredits: NanoCredits | undefined;
}

/** What a whole run of a prompt would cost and bring under one policy. */
export interface Quote {
  readonly policy: ContractName;
  readonly model: string;
  readonly endpointLabel: string;
  /** undefined: unknown price. */
  readonly cost: CostRange | undefined;
  readonly seconds: { readonly p50: number; readonly p90: number };
  readonly steps: { readonly p50: number; readonly p90: number };
  readonly success: number;
  readonly evidence: Evidence;
}

/** What is foretold and advised of a run at work, before its next step. */
export interface RunOutlook {
  readonly runId: string;
  readonly agent: string;
  readonly model: string | undefined;
  /** Epoch ms of its latest step's end. */
  readonly at: number;
  readonly steps: number;
  /** undefined: unknown price. */
  readonly next: CostRange | undefined;
  /** The next step and all that follow. */
  readonly remaining: CostRange | undefined;
  /** e(k): the chance that it ends accepted, 0 to 1. */
  readonly success: number;
  /** The uses before its next step; `stop` of net 0 among them. */
  readonly decision: Decision;
  readonly evidence: Evidence;
  /** The breaker's finding; undefined: it makes progress. */
  readonly stuck: BreakerOpen | undefined;
  /** The advice in a few words, for the status bar: `no progress in 6 steps`; undefined: go on. */
  readonly advice: string | undefined;
  /** What was foretold of the whole run before its first step; undefined: it wasn't. */
  readonly quoted: CostRange | undefined;
  /** It has cost more than its quote's p90. */
  readonly leftQuote: boolean;
}

/** The prices in force, each with the constraint that it belongs to. */
export interface PricesView {
  readonly at: number;
  readonly prices: Prices;
  readonly constraints: Readonly<Record<'kappa' | 'beta' | 'lambda' | 'rho', string>>;
  /** Oldest first; for a plot. */
  readonly history: readonly PricePoint[];
  /** undefined: no budget. */
  readonly leftNanoCredits: NanoCredits | undefined;
}
