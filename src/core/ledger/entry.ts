import type { MoneySum } from '../money.ts';
import type { Usage } from '../usage.ts';
import type { CallFacts, Cost, Latency } from './event.ts';

/** One model call as all its sources together tell it; the fold of its events. */
export interface Entry {
  readonly callId: string;
  /**
   * `open`: started, its end not seen yet. `settled`, `failed`: ended. `lost`: its end will not come (the window that
   * made it is gone); its cost is unknown. `covered`: it counts nothing, since its run's cost
   * is told by the run's steps (where it is a total) or by the run's total (where it is a step); see `givesWay`.
   */
  readonly state: 'open' | 'settled' | 'failed' | 'lost' | 'covered' | 'erased';
  /** Epoch ms of its start where that is known, else of its end. */
  readonly at: number;
  /** Epoch ms of its end, as the source in front tells it; undefined while it is open. */
  readonly endedAt?: number | undefined;
  readonly facts: CallFacts;
  readonly scope: 'step' | 'run';
  readonly usage: Usage;
  readonly usageBasis: 'reported' | 'counted' | undefined;
  readonly cost: Cost;
  readonly latency: Latency;
  readonly tools: readonly string[];
  readonly finish: string | undefined;
  readonly fault: string | undefined;
  /** The most exact source, whose figures these are. */
  readonly source: string;
  /** The other sources that saw the call. */
  readonly witnesses: readonly string[];
}

/** A day's or an hour's figures for one model of one agent. */
export interface BurnRow {
  /** Local calendar day, `2026-11-22`. */
  readonly day: string;
  readonly agent: string;
  readonly model: string;
  readonly calls: number;
  readonly usage: Usage;
  readonly cost: MoneySum;
}

/** One run with its cost. */
export interface RunView {
  readonly runId: string;
  readonly agent: string;
  readonly folder: string | undefined;
  /** What its task is taken for, or was corrected to; undefined: nobody knows. */
  readonly task?: { readonly kind: string; readonly size: string | undefined } | undefined;
  /** True while a step is open or one ended in the last few seconds. */
  readonly live: boolean;
  /** By its total or by all its steps, those left out too. */
  readonly cost: MoneySum;
  /** Its steps, oldest first, among them its total where that gives the cost. */
  readonly steps: readonly Entry[];
  /** Where only the latest steps were asked for: how many earlier ones are left out, and when the run began (epoch ms). */
  readonly omitted?: { readonly steps: number; readonly startedAt: number };
}

/** What the status bar needs, small enough to send on every change. */
export interface BurnSummary {
  /** Number of ledger events behind it; a later summary has a higher one. */
  readonly revision: number;
  readonly at: number;
  readonly today: MoneySum;
  readonly month: MoneySum;
  /** Today's cost by agent, dearest first. */
  readonly todayByAgent: readonly { readonly agent: string; readonly calls: number; readonly cost: MoneySum }[];
  /** The run in progress or last ended in this window's folders, else anywhere; undefined: none today. */
  readonly run:
    | {
        readonly runId: string;
        readonly agent: string;
        readonly live: boolean;
        readonly steps: number;
        readonly cost: MoneySum;
        readonly lastModel: string | undefined;
        /** See {@link RunView}. */
        readonly task?: RunView['task'];
      }
    | undefined;
  /** The session of that run. */
  readonly session: { readonly steps: number; readonly cost: MoneySum } | undefined;
  /** The calls that ended in the last minute or so: a stream's live estimate gives way once its call is among them. */
  readonly endedCallIds?: readonly string[];
}
