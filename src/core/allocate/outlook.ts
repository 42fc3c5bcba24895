/**
 * What the allocator tells the surfaces: computed once, in the worker, and only printed by the status bar, the dashboard, the
 * chat and the exports.
 */
import type { BreakerOpen } from '../budget/breaker.ts';
import type { CallFacts } from '../ledger/event.ts';
import type { NanoCredits } from '../money.ts';
import type { Price } from '../prices/price.ts';
import type { RequestFeatures } from '../quality/requestFeatures.ts';
import type { TaskKind, TaskSize } from '../quality/taskClass.ts';
import type { Contract, ContractName } from '../route/menu.ts';
import type { Decision } from './choose.ts';
import type { RecordedCandidate } from './decisionRecord.ts';
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

/** A model that a request could go to. */
export interface RequestOption {
  /** The catalogue's: unique. */
  readonly id: string;
  readonly endpointId: string;
  /** The endpoint's, for a person. */
  readonly endpointLabel: string;
  /** As its endpoint names it. */
  readonly model: string;
  /** Whose price list applies; undefined: unknown. */
  readonly provider: string | undefined;
  /** On own hardware. */
  readonly local: boolean;
  /** false: it must be loaded first; undefined: not known. */
  readonly resident?: boolean | undefined;
  /** undefined: unknown. */
  readonly price: Price | undefined;
  /** Percent of a public benchmark; undefined: nothing known. */
  readonly passRate: number | undefined;
  /** What it costs in privacy that the request goes there. */
  readonly privacyNanoCredits?: NanoCredits | undefined;
  /** Why it can't be had, whatever it is worth: a rule of the user, an endpoint that is down, a limit of the model. */
  readonly barred?: string | undefined;
}

/** A request before it is sent. No word of it: see {@link RequestFeatures}. */
export interface RequestQuestion {
  readonly features: RequestFeatures;
  readonly task: TaskShown;
  /** Names of what the task's class was read from (`taskFeatures`), so that a correction can teach. */
  readonly cues?: readonly string[] | undefined;
  readonly options: readonly RequestOption[];
  /** As counted. */
  readonly inputTokens: number;
  /** undefined: as learned. */
  readonly expectedOutputTokens?: number | undefined;
  /** As in the ledger; undefined: `vscode-chat`. */
  readonly agent?: string | undefined;
  readonly runId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly folder?: string | undefined;
  /** V where the developer named it; undefined: by the task's class. */
  readonly valueNanoCredits?: NanoCredits | undefined;
  /** The request before it in its run or session; undefined: it is the first. */
  readonly previous?: PreviousRequest | undefined;
  /** Models that were seen to fail on this task. */
  readonly failed?: readonly string[] | undefined;
  /** A failure will be seen, and another model may follow. */
  readonly observesFailure?: boolean | undefined;
  readonly mayExplore: boolean;
  /** Whether there may be no answer at all; a chat must have one. */
  readonly mayStop?: boolean | undefined;
  /** The decision goes into the ledger under this name, with the facts of the call that it is for. */
  readonly record?: { readonly callId: string; readonly facts: CallFacts } | undefined;
}

export interface PreviousRequest {
  readonly optionId: string;
  /** What its model has in its cache of the request at hand. */
  readonly cachedTokens: number;
  /** Epoch ms. */
  readonly at: number;
  /** It belongs to the same run: a tool's result is sent back. */
  readonly sameRun?: boolean | undefined;
}

/** What a request is worth with each model that it could go to. Costs are those of all steps that it is expected to take. */
export interface RequestOutlook {
  readonly decision: Decision;
  /** What is done: the choice, or what is tried to learn from it; `stop`: nothing can be had. */
  readonly taken: Use;
  /** The option's id; undefined: `taken` is `stop`. */
  readonly takenId: string | undefined;
  /** Of `taken`: the next request alone; undefined: unknown price. */
  readonly step: CostRange | undefined;
  readonly explored: boolean;
  /** Where something else is taken than `decision` would choose, and why: a sentence. */
  readonly note: string | undefined;
  readonly propensities: readonly { readonly use: Use; readonly propensity: number }[];
  /** Frugal, Balanced and Best for this request; empty: no model can be had. */
  readonly menu: readonly Contract[];
  readonly task: TaskShown;
  /** The question's, as the ledger may keep them. */
  readonly features?: RequestFeatures | undefined;
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

/** A decision as the ledger keeps it. */
export interface LastDecision {
  /** Epoch ms. */
  readonly at: number;
  readonly facts: CallFacts;
  /** What was done: a model's name or a kind of use. */
  readonly choice: string;
  readonly reason: string | undefined;
  /** Best first. */
  readonly candidates: readonly RecordedCandidate[];
  /** undefined: it was recorded without. */
  readonly situation: DecisionSituation | undefined;
}

/** What a decision was made with. */
export interface DecisionSituation {
  /** V */
  readonly valueNanoCredits: NanoCredits;
  readonly prices: Prices;
  /** undefined: no limit. */
  readonly leftNanoCredits?: NanoCredits | undefined;
  readonly explored?: boolean | undefined;
  /** undefined: recorded before it was told. */
  readonly evidence?: Evidence | undefined;
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
