/** One run at work: its steps as they come, what was foretold of each, and what is advised before the next. */
import type { Prices } from '../../core/allocate/objective.ts';
import type { RunOutlook } from '../../core/allocate/outlook.ts';
import type { ForetoldStep, RunLearning } from '../../core/allocate/runLearning.ts';
import type { RunAtHand, RunModel } from '../../core/allocate/runModels.ts';
import { costRange, runOutlook, runQuestion } from '../../core/allocate/runOutlook.ts';
import { applyBreaker, type BreakerState, CLOSED_BREAKER } from '../../core/budget/breaker.ts';
import type { Range, TokenPrice } from '../../core/forecast/runStepCost.ts';
import type { Entry, RunView } from '../../core/ledger/entry.ts';
import { NANO_PER_CREDIT, type NanoCredits } from '../../core/money.ts';
import { expectingGrowth, type Growth, NO_GROWTH, nextGrowth } from '../../core/quality/expectedGrowth.ts';
import { type LedgerStep, lastToEnd, ledgerSteps } from '../../core/quality/ledgerRun.ts';
import type { RequestFeatures } from '../../core/quality/requestFeatures.ts';
import { type RunValuerState, runValuer } from '../../core/quality/runValue.ts';
import type { ToldStep } from '../../core/quality/toldStep.ts';
import { inputTokens, outputTokens } from '../../core/usage.ts';
import type { Clock, LedgerStore } from '../../ports.ts';
import { othersTurns } from '../othersTurn.ts';
import type { LiveCalls } from './liveCalls.ts';
import type { PriceOfEntry } from './pastRuns.ts';

export interface LiveRun {
  /** Reads what is new of it. */
  look(): Promise<void>;
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
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly ledger: Pick<LedgerStore, 'run'>;
  readonly learning: RunLearning;
  readonly priceOf: PriceOfEntry;
  readonly prices: (agent: string) => Prices;
  /** V of a task of this kind; undefined: its kind isn't known. */
  readonly value: (taskKind: string | undefined) => NanoCredits;
  /** Expected loss of what a session's agent was let do since an instant (epoch ms). */
  readonly lossOf?: (sessionId: string, since: number) => NanoCredits;
  /** V as the choice of a run's model was made with, where Marginal made it: the developer may have named it. */
  readonly decidedValue?: (runId: string) => NanoCredits | undefined;
  /** What logs tell of tool calls. */
  readonly calls?: Pick<LiveCalls, 'of' | 'refresh'>;
  /** The models that the run could go on with. */
  readonly others?: (run: RunAtHand) => readonly RunModel[];
  /** What is known of the run's first request, where Marginal chose its model. */
  readonly featuresOf?: (runId: string) => RequestFeatures | undefined;
}

/** What its steps told; plain data. */
interface Known {
  readonly valuer: RunValuerState;
  growth: Growth;
  breaker: BreakerState;
  readonly foretold: ForetoldStep[];
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
  /** The latest of the run's own agent: the next step is most like it. */
  let own: Entry | undefined;
  let steps: readonly LedgerStep[] = [];
  let shown: Pick<RunView, 'cost' | 'agent'> | undefined;
  let working = false;
  let marks: readonly string[] = [];
  let known = nothingKnown();
  /** As it was before the latest step: what a request tells is of that one. */
  let before: Known | undefined;
  let whole: Range | undefined;
  let tokenPrice: TokenPrice | undefined;
  let looking: Promise<void> = Promise.resolve();
  const turn = othersTurns(ports.clock);
  let decided: NanoCredits | undefined;

  function nothingKnown(): Known {
    return {
      valuer: structuredClone(learning.state().valuer),
      growth: NO_GROWTH,
      breaker: CLOSED_BREAKER,
      foretold: [],
    };
  }

  /** From the first step, with what is told of them now. */
  async function begin(): Promise<void> {
    known = nothingKnown();
    const valuer = runValuer(known.valuer);
    valuer.begin(runId, steps[0]?.model, first?.facts.taskKind);
    if (heard.taskChars !== undefined) valuer.observeTask(runId, heard.taskChars);
    whole = undefined;
    await observe(steps);
  }

  async function observe(added: readonly LedgerStep[]): Promise<void> {
    for (const [index, step] of added.entries()) {
      if (index === added.length - 1) before = structuredClone(known);
      observeStep(step);
      await turn();
    }
  }

  function observeStep({ callId, step, breaker }: LedgerStep): void {
    known.growth = nextGrowth(known.growth, step);
    const seen = runValuer(known.valuer).observeStep(runId, expectingGrowth(known.growth, step), tokenPrice);
    if (seen) {
      whole ??= seen.remainingCredits;
      known.foretold.push({ callId, credits: seen.stepCredits, success: seen.pSuccess });
    }
    known.breaker = applyBreaker(known.breaker, { kind: 'step', step: breaker });
    if (heard.resumedAfter.has(callId)) known.breaker = applyBreaker(known.breaker, { kind: 'resumed' });
  }

  /** What its requests told of a step's calls, else its log. */
  const told = (callId: string) => heard.steps.get(callId) ?? ports.calls?.of(callId);

  /** The steps as they are now; what is known of earlier ones is taken over where nothing speaks against it. */
  function read(): readonly LedgerStep[] {
    const latest = ledger.run(runId, LATEST);
    if (!latest) return [];
    const last = shown;
    own = latest.steps.findLast(({ scope, facts }) => scope === 'step' && facts.subagentId === undefined) ?? own;
    working = latest.steps.some(({ state }) => state === 'open');
    const now = ledgerSteps(latest.steps, told);
    const from = steps.findIndex(({ callId }) => callId === now[0]?.callId);
    const fresh = from < 0 ? [] : now.slice(steps.length - from);
    const added = fresh.reduce((sum, { breaker: { nanoCredits } }) => sum + (nanoCredits ?? 0), 0);
    shown = latest;
    if (latest.omitted && from >= 0 && last && latest.cost.nanoCredits === last.cost.nanoCredits + added)
      return [...steps.slice(0, from), ...now];
    const all = latest.omitted ? ledger.run(runId) : latest;
    first = all?.steps.find(({ scope }) => scope === 'step');
    return ledgerSteps(all?.steps ?? [], told);
  }

  async function lookNow(): Promise<void> {
    const now = read();
    const priced = own ?? first;
    tokenPrice = priced && ports.priceOf(priced);
    const was = marks;
    marks = now.map(({ callId, mark }) => `${callId} ${mark} ${heard.resumedAfter.has(callId)}`);
    const changed = was.findIndex((mark, index) => mark !== marks[index]);
    const count = was.length;
    steps = now;
    if (count === 0 || (changed >= 0 && !(changed === count - 1 && before))) await begin();
    else if (changed >= 0 && before) {
      known = before;
      await observe(now.slice(changed));
    } else await observe(now.slice(count));
  }

  let features: RequestFeatures | undefined;
  function othersOf(secondsPerStep: number): readonly RunModel[] {
    const { others, featuresOf } = ports;
    const latest = own ?? first;
    const model = latest?.facts.model;
    const input = latest && inputTokens(latest.usage);
    if (!others || !latest || model === undefined || input === undefined) return [];
    const { local, endpointId, folder, taskKind, taskSize } = latest.facts;
    if (endpointId !== undefined && steps.length <= DECIDED_WITHIN) features ??= featuresOf?.(runId);
    const outputs = steps.flatMap(({ step }) => outputTokens(step.usage) ?? []);
    return others({
      model,
      local: local === true,
      speedKey: endpointId && `${endpointId}\n${model}`,
      taskKind,
      taskSize,
      folder,
      features,
      inputTokens: input,
      outputTokens: outputs.reduce((sum, tokens) => sum + tokens, 0) / Math.max(1, outputs.length),
      secondsPerStep,
    });
  }

  return {
    look() {
      looking = looking.catch(() => {}).then(lookNow);
      return looking;
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
      const { sessionId } = first?.facts ?? {};
      const loss = sessionId === undefined ? 0 : (ports.lossOf?.(sessionId, steps[0]?.at ?? last.at) ?? 0);
      const others = othersOf(secondsPerStep);
      const asked = { valueNanoCredits, prices, secondsPerStep, breaker: known.breaker, others };
      const value = runValuer(known.valuer).runValue(runId, { ...runQuestion(asked), tokenPrice });
      if (!value) return undefined;
      const model = own?.facts.model ?? last.model;
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
          lossPerStepNanoCredits: loss / steps.length,
          skill: learning.skill(),
          quoted: whole && learning.runsOf(steps[0]?.model) >= QUOTED_FROM ? costRange(whole) : undefined,
        },
        value,
      );
    },
    foretold: () => known.foretold,
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
