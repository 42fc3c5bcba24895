/** From the ledger's answers to what the dashboard is sent: only sums and the latest steps, however long the ledger is. */
import { burnBy, burnByDay } from '../core/ledger/burnGroups.ts';
import type { BurnRow, BurnSummary, Entry, RunView } from '../core/ledger/entry.ts';
import type { Reconciliation } from '../core/ledger/reconcile.ts';
import { isSummed } from '../core/ledger/sums.ts';
import { addMoney, joinMoney, type MoneySum } from '../core/money.ts';
import type { Budget } from '../core/status/budget.ts';
import { type LiveStep, liveMoney, pendingLiveSteps } from '../core/status/liveStep.ts';
import type { MonthGlance, PlanGlance } from '../core/status/planGlance.ts';
import { taskText } from '../core/status/taskText.ts';
import type { DashboardPatch, DashboardRun, DashboardState, DashboardStep, EndpointHealth } from './dashboard.ts';
import { dashboardMonth, dashboardPlan } from './plans.ts';

/** What a dashboard is looking at; each open one has its own. */
export interface DashboardView {
  /** undefined: the latest run. */
  readonly runId: string | undefined;
  readonly stepLimit: number;
}

export const FIRST_VIEW: DashboardView = { runId: undefined, stepLimit: 200 };

export interface DashboardFacts {
  readonly now: number;
  /** The local calendar day of `now`. */
  readonly day: string;
  readonly view: DashboardView;
  readonly summary: BurnSummary;
  /** Today's figure as the status bar shows it; undefined: the summary's with the live steps. */
  readonly shownToday?: MoneySum | undefined;
  readonly live: readonly LiveStep[];
  /** Newest first; their latest step will do. */
  readonly runs: readonly RunView[];
  /** The run whose steps are shown, with those of its steps; undefined: as it is among `runs`. */
  readonly picked?: RunView | undefined;
  /** Days from `fromDay` to `day`. */
  readonly fromDay: string;
  readonly burn: readonly BurnRow[];
  readonly sources: DashboardState['sources'];
  readonly reconciliation?: readonly Reconciliation[];
  readonly imports: readonly {
    readonly source: string;
    readonly agent: string;
    readonly files: number;
    readonly observations: number;
    readonly problems: readonly { readonly sentence: string; readonly count: number; readonly example: string }[];
  }[];
  /** Why the picked run's latest request went to its model; undefined: Marginal didn't choose. */
  readonly reason?: string | undefined;
  readonly endpoints: readonly EndpointHealth[];
  readonly budget: Budget;
  /** undefined: none is set. */
  readonly plans?: readonly PlanGlance[] | undefined;
  /** undefined: the plans tell it, or nothing is known yet. */
  readonly month?: MonthGlance | undefined;
  readonly settings: DashboardState['settings'];
  readonly troubles: DashboardState['troubles'];
  readonly suggestion?: DashboardState['suggestion'];
}

export function dashboardState(facts: DashboardFacts): DashboardState {
  const { summary, burn, day, budget } = facts;
  const live = pendingLiveSteps(facts.live, summary);
  const streaming = liveMoney(live);
  const runs = withLiveRuns(withPicked(facts.runs, facts.picked), live);
  const picked = runs.find(({ runId }) => runId === facts.view.runId) ?? runs[0];
  const month = day.slice(0, 7);
  const groups = (rows: readonly BurnRow[]) => ({
    agents: [...burnBy('agent', rows)],
    models: [...burnBy('model', rows)],
  });
  return {
    now: facts.now,
    day,
    figures: {
      today: facts.shownToday ?? joinMoney(summary.today, streaming),
      month: joinMoney(summary.month, streaming),
      ...(summary.session ? { session: summary.session } : {}),
      budget: { ...budget },
    },
    runs: runs.map((run) => header(run, live)),
    ...(picked
      ? {
          run: {
            header: header(picked, live),
            ...(facts.reason === undefined || picked.runId !== facts.picked?.runId ? {} : { reason: facts.reason }),
            steps: latestSteps(picked, live, facts.view.stepLimit),
          },
        }
      : {}),
    burn: {
      fromDay: facts.fromDay,
      toDay: day,
      days: [...burnByDay(burn)],
      today: groups(burn.filter((row) => row.day === day)),
      month: groups(burn.filter((row) => row.day.startsWith(month))),
      all: groups(burn),
    },
    sources: [...facts.sources],
    ...(facts.reconciliation && facts.reconciliation.length > 0
      ? { reconciliation: facts.reconciliation.map((row) => ({ ...row })) }
      : {}),
    imports: facts.imports.map((status) => ({ ...status, problems: [...status.problems] })),
    endpoints: [...facts.endpoints],
    plans: (facts.plans ?? []).map(dashboardPlan),
    ...(facts.month ? { month: dashboardMonth(facts.month) } : {}),
    settings: facts.settings,
    troubles: [...facts.troubles],
    ...(facts.suggestion ? { suggestion: facts.suggestion } : {}),
  };
}

/** The sections that may be absent. */
const GOING = ['run', 'suggestion', 'reconciliation', 'month'] as const;

/** The sections of `after` that differ from `before`; undefined where none does (the clock alone is no difference). */
export function dashboardPatch(before: DashboardState, after: DashboardState): DashboardPatch | undefined {
  const changed = (Object.keys(after) as (keyof DashboardState)[]).filter(
    (section) => section !== 'now' && JSON.stringify(before[section]) !== JSON.stringify(after[section]),
  );
  const removed = GOING.filter((section) => before[section] && !after[section]);
  if (changed.length === 0 && removed.length === 0) return undefined;
  const state = Object.fromEntries(changed.map((section) => [section, after[section]]));
  return { type: 'patch', state: { ...state, now: after.now }, removed };
}

/** The state after a patch. */
export function patched(state: DashboardState, patch: DashboardPatch): DashboardState {
  const next: DashboardState = { ...state, ...(patch.state as Partial<DashboardState>) };
  for (const section of patch.removed) delete next[section];
  return next;
}

/** The picked run with its steps, in its place; one that is older than the list comes last. */
function withPicked(runs: readonly RunView[], picked: RunView | undefined): readonly RunView[] {
  if (!picked) return runs;
  const others = runs.some(({ runId }) => runId === picked.runId) ? [] : [picked];
  return [...runs.map((run) => (run.runId === picked.runId ? picked : run)), ...others];
}

/** Runs of which the ledger has no word yet, because their first step is still streaming, come first. */
function withLiveRuns(runs: readonly RunView[], live: readonly LiveStep[]): readonly RunView[] {
  const known = new Set(runs.map(({ runId }) => runId));
  const fresh = new Map<string, RunView>();
  for (const step of live) {
    const runId = step.runId ?? step.callId;
    if (known.has(runId) || fresh.has(runId)) continue;
    const cost: MoneySum = { nanoCredits: 0, confidence: 'billed', unknown: 0 };
    fresh.set(runId, { runId, agent: step.agent, folder: undefined, live: true, cost, steps: [] });
  }
  return [...[...fresh.values()].reverse(), ...runs];
}

function ofRun(live: readonly LiveStep[], runId: string): readonly LiveStep[] {
  return live.filter((step) => (step.runId ?? step.callId) === runId);
}

/** Live steps that the run's entries don't have yet, not even as open. */
function unheard(run: RunView, live: readonly LiveStep[]): readonly LiveStep[] {
  return ofRun(live, run.runId).filter(({ callId }) => !run.steps.some((entry) => entry.callId === callId));
}

function header(run: RunView, live: readonly LiveStep[]): DashboardRun {
  const streaming = ofRun(live, run.runId);
  const first = run.omitted?.startedAt ?? run.steps[0]?.at ?? streaming[0]?.startedAt ?? 0;
  const last = Math.max(run.steps.at(-1)?.at ?? first, ...streaming.map(({ startedAt }) => startedAt));
  const model = streaming.at(-1)?.model ?? run.steps.findLast(({ facts }) => facts.model !== undefined)?.facts.model;
  const task = taskText(run.task);
  return {
    runId: run.runId,
    agent: run.agent,
    ...(run.folder === undefined ? {} : { folder: run.folder }),
    ...(task === undefined ? {} : { task }),
    live: run.live || streaming.length > 0,
    startedAt: first,
    lastAt: last,
    steps: (run.omitted?.steps ?? 0) + partsOf(run).steps.length + unheard(run, live).length,
    ...(model === undefined ? {} : { model }),
    cost: streaming.reduce((sum, step) => addMoney(sum, step.nanoCredits, 'estimated'), run.cost),
    atListPrice: run.steps.some((entry) => isSummed(entry) && entry.cost.atListPrice === true),
  };
}

function latestSteps(run: RunView, live: readonly LiveStep[], limit: number): DashboardStep[] {
  const { totals, steps } = partsOf(run);
  const streaming = new Map(ofRun(live, run.runId).map((step) => [step.callId, step]));
  const first = (run.omitted?.steps ?? 0) + 1;
  const heard = steps.map((entry, index) => stepOf(entry, first + index, streaming.get(entry.callId)));
  const rest = unheard(run, live).map((step, index) => streamingStep(step, first + steps.length + index));
  const latest = [...heard, ...rest].reverse().slice(0, Math.max(1, limit));
  return [...totals.map((entry) => stepOf(entry, 0, undefined)), ...latest];
}

/** A run's steps apart from the total that is shown with them; a total alone stands for the steps that nobody knows. */
function partsOf(run: RunView): { readonly totals: readonly Entry[]; readonly steps: readonly Entry[] } {
  const steps = run.steps.filter(({ scope }) => scope === 'step');
  if (steps.length === 0) return { totals: [], steps: run.steps };
  return { totals: run.steps.filter(({ scope }) => scope === 'run'), steps };
}

function stepOf(entry: Entry, number: number, live: LiveStep | undefined): DashboardStep {
  if (entry.state === 'open' && live) return { ...streamingStep(live, number), source: entry.source };
  const { facts } = entry;
  return {
    callId: entry.callId,
    number,
    state: entry.state,
    at: entry.at,
    scope: entry.scope,
    model: facts.model,
    servedModel: facts.servedModel,
    subagent: facts.subagentId !== undefined,
    policy: facts.policy,
    local: facts.local,
    billable: facts.billable,
    usage: entry.usage,
    usageBasis: entry.usageBasis,
    cost: entry.cost,
    latency: entry.latency,
    tools: [...entry.tools],
    finish: entry.finish,
    fault: entry.fault,
    source: entry.source,
    witnesses: [...entry.witnesses],
    streaming: false,
  };
}

function streamingStep(step: LiveStep, number: number): DashboardStep {
  return {
    callId: step.callId,
    number,
    state: 'open',
    at: step.startedAt,
    scope: 'step',
    model: step.model,
    subagent: false,
    // Whether the input is read from a cache is only known from the reply.
    usage: { fresh: step.inputTokens, text: step.outputTokens },
    usageBasis: 'counted',
    cost: {
      nanoCredits: step.nanoCredits,
      confidence: step.nanoCredits === undefined ? 'unknown' : 'estimated',
    },
    latency: {},
    tools: [],
    source: 'provider',
    witnesses: [],
    streaming: true,
  };
}
