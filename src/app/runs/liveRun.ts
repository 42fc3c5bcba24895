/** One run at work: its steps as they come, what was foretold of each, and what is advised before the next. */
import type { Prices } from '../../core/allocate/objective.ts';
import type { RunOutlook } from '../../core/allocate/outlook.ts';
import type { ForetoldStep, RunLearning } from '../../core/allocate/runLearning.ts';
import { costRange, runOutlook, runQuestion } from '../../core/allocate/runOutlook.ts';
import { applyBreaker, type BreakerState, CLOSED_BREAKER } from '../../core/budget/breaker.ts';
import type { Range, TokenPrice } from '../../core/forecast/runStepCost.ts';
import type { Entry, RunView } from '../../core/ledger/entry.ts';
import { NANO_PER_CREDIT, type NanoCredits } from '../../core/money.ts';
import { expectingGrowth } from '../../core/quality/expectedGrowth.ts';
import { type LedgerStep, lastToEnd, ledgerSteps } from '../../core/quality/ledgerRun.ts';
import { runValuer } from '../../core/quality/runValue.ts';
import type { ToldStep } from '../../core/quality/toldStep.ts';
import type { LedgerStore } from '../../ports.ts';
import type { PriceOfEntry } from './pastRuns.ts';

export interface LiveRun {
  /** Reads what is new of it. */
  look(): void;
  /** undefined: it has no step that ended, or it has answered. */
  outlook(): RunOutlook | undefined;
  foretold(): readonly ForetoldStep[];
}

/** What is known of a run beyond the ledger. */
export interface Heard {
  /** Characters ahead of its first step. */
  taskChars: number | undefined;
  /** What later requests told of its steps, by their callId. */
  readonly steps: Map<string, ToldStep>;
  /** The steps after which the developer let it go on: its progress is counted anew from there. */
  readonly resumedAfter: Set<string>;
}

export interface LiveRunPorts {
  readonly ledger: Pick<LedgerStore, 'run'>;
  readonly learning: RunLearning;
  readonly priceOf: PriceOfEntry;
  readonly prices: (agent: string) => Prices;
  /** V of a task of this kind; undefined: its kind isn't known. */
  readonly value: (taskKind: string | undefined) => NanoCredits;
  /** V as the choice of a run's model was made with, where Marginal made it: the developer may have named it. */
  readonly decidedValue?: (runId: string) => NanoCredits | undefined;
}

/** Steps that are read of a run whose earlier ones are known. */
const LATEST = 12;
/** A choice of Marginal’s is in the ledger by then; it isn’t looked for again. */
const DECIDED_WITHIN = 3;
/** Runs of a model behind a quote: what is foretold of a whole run from fewer is the prior of another agent. */
const QUOTED_FROM = 8;

export function createLiveRun(runId: string, heard: Heard, ports: LiveRunPorts): LiveRun {
  const { ledger, learning } = ports;
  let first: Entry | undefined;
  let steps: readonly LedgerStep[] = [];
  let shown: Pick<RunView, 'cost' | 'agent'> | undefined;
  let working = false;
  let resumptions = 0;
  let valuer = runValuer();
  let expecting = expectingGrowth();
  let breaker: BreakerState = CLOSED_BREAKER;
  let foretold: ForetoldStep[] = [];
  let whole: Range | undefined;
  let tokenPrice: TokenPrice | undefined;
  let decided: NanoCredits | undefined;

  /** From the steps that are known, with what is told of them now. */
  function begin(): void {
    valuer = runValuer(structuredClone(learning.state().valuer));
    valuer.begin(runId, steps[0]?.model, first?.facts.taskKind);
    if (heard.taskChars !== undefined) valuer.observeTask(runId, heard.taskChars);
    expecting = expectingGrowth();
    breaker = CLOSED_BREAKER;
    foretold = [];
    whole = undefined;
    for (const step of steps) observe(step);
  }

  function observe({ callId, step, breaker: ofBreaker }: LedgerStep): void {
    const value = valuer.runValue(runId, { value: 0, stopKeepsWork: true, tokenPrice });
    if (value) {
      whole ??= value.remainingCredits;
      foretold.push({ callId, credits: value.stepCredits, success: value.pSuccess });
    }
    valuer.observeStep(runId, expecting(step));
    breaker = applyBreaker(breaker, { kind: 'step', step: ofBreaker });
    if (heard.resumedAfter.has(callId)) breaker = applyBreaker(breaker, { kind: 'resumed' });
  }

  /** The steps as they are now; what is known of earlier ones is taken over where nothing speaks against it. */
  function read(): readonly LedgerStep[] {
    const latest = ledger.run(runId, LATEST);
    if (!latest) return [];
    const before = shown;
    working = latest.steps.some(({ state }) => state === 'open');
    const now = ledgerSteps(latest.steps, heard.steps);
    const from = steps.findIndex(({ callId }) => callId === now[0]?.callId);
    const fresh = from < 0 ? [] : now.slice(steps.length - from);
    const added = fresh.reduce((sum, { breaker: { nanoCredits } }) => sum + (nanoCredits ?? 0), 0);
    shown = latest;
    if (latest.omitted && from >= 0 && before && latest.cost.nanoCredits === before.cost.nanoCredits + added)
      return [...steps.slice(0, from), ...now];
    const all = latest.omitted ? ledger.run(runId) : latest;
    first = all?.steps.find(({ scope }) => scope === 'step');
    return ledgerSteps(all?.steps ?? [], heard.steps);
  }

  return {
    look() {
      const now = read();
      tokenPrice = first && ports.priceOf(first);
      const resumed = steps.filter(({ callId }) => heard.resumedAfter.has(callId)).length;
      const isSame =
        resumed === resumptions &&
        steps.every(({ callId, mark }, index) => now[index]?.callId === callId && now[index]?.mark === mark);
      const known = steps.length;
      steps = now;
      resumptions = resumed;
      if (!isSame || known === 0) begin();
      else for (const step of now.slice(known)) observe(step);
    },
    outlook() {
      const last = lastToEnd(steps);
      if (!last || !shown || (last.answered && !working)) return undefined;
      const { agent } = shown;
      const spent = steps.reduce((sum, { breaker: { nanoCredits } }) => sum + (nanoCredits ?? 0), 0);
      const prices = ports.prices(agent);
      if (first?.facts.endpointId !== undefined && steps.length <= DECIDED_WITHIN)
        decided ??= ports.decidedValue?.(runId);
      const valueNanoCredits = decided ?? ports.value(first?.facts.taskKind);
      const secondsPerStep = Math.max(0, last.endedAt - (steps[0]?.at ?? last.endedAt)) / 1000 / steps.length;
      const asked = { valueNanoCredits, prices, secondsPerStep, breaker };
      const value = valuer.runValue(runId, { ...runQuestion(asked), tokenPrice });
      if (!value) return undefined;
      const model = last.model;
      return runOutlook(
        {
          ...asked,
          runId,
          agent,
          model,
          at: last.endedAt,
          steps: steps.length,
          spentNanoCredits: spent,
          priced: tokenPrice !== undefined || steps.some(({ step }) => step.credits !== undefined),
          skill: learning.skill(),
          quoted: whole && learning.runsOf(steps[0]?.model) >= QUOTED_FROM ? costRange(whole) : undefined,
        },
        value,
      );
    },
    foretold: () => foretold,
  };
}

/** The price book's price of a model as the predictors take it: credits a token; undefined: unknown, or by the second. */
export function tokenPriceOf(
  price: { readonly fresh: number; readonly cacheRead?: number | undefined; readonly text: number } | undefined,
): TokenPrice | undefined {
  return (
    price && {
      fresh: price.fresh / NANO_PER_CREDIT,
      cached: (price.cacheRead ?? price.fresh) / NANO_PER_CREDIT,
      output: price.text / NANO_PER_CREDIT,
    }
  );
}
