/**
 * What this window knows of the burn: the ledger's newest summary, the steps that stream right now, and what is in the
 * way. The status bar and the dashboard show it; it computes nothing that they don't show.
 */
import type { Catalog } from '../app/catalog.ts';
import type { OutlookPorts } from '../app/outlook.ts';
import type { StepProgress } from '../app/runStep.ts';
import type { RunOutlook } from '../core/allocate/outlook.ts';
import type { GateQuestion } from '../core/gate/question.ts';
import type { BurnSummary } from '../core/ledger/entry.ts';
import { dayOf, startOfDay } from '../core/ledger/localDay.ts';
import type { Reconciliation } from '../core/ledger/reconcile.ts';
import { NO_MONEY } from '../core/money.ts';
import { liveCost } from '../core/prices/liveCost.ts';
import { type Budget, budgetOf } from '../core/status/budget.ts';
import { endLiveStep, growLiveStep, type LiveStep, pendingLiveSteps } from '../core/status/liveStep.ts';
import { type StatusView, statusView } from '../core/status/statusView.ts';
import type { SteadyFigure } from '../core/status/steadyFigure.ts';
import type { Clock, SourceRow, WorkerApi, WorkerNotice } from '../ports.ts';
import type { DashboardState, EndpointHealth } from '../protocol/dashboard.ts';
import type { DashboardView } from '../protocol/dashboardState.ts';
import { followPlans } from './planFollower.ts';
import type { Settings } from './settings.ts';

export interface Meter {
  /** A step of this window goes on or ended. */
  progress(step: StepProgress): void;
  /** The worker tells something. */
  notice(notice: WorkerNotice): void;
  /** Trouble that the extension host itself met; undefined: it is over. */
  trouble(id: string, sentence: string | undefined): void;
  /** The settings of plans changed. */
  plansChanged(): void;
  /** The class of a run's task was corrected. */
  tasksChanged(): void;
  /** The gate's questions that wait for an answer in this window; `isBehind`: after a dialog that is over. */
  waiting(questions: readonly GateQuestion[], isBehind: boolean): void;
  status(): StatusView;
  snapshot(view: DashboardView): Promise<DashboardState>;
  /** Fires at most every {@link LEAST_INTERVAL_MS}, and once more after the last change. */
  onDidChange(listener: () => void): { dispose(): void };
}

export interface MeterPorts {
  readonly clock: Clock;
  readonly worker: Pick<
    WorkerApi,
    'lastDecision' | 'runs' | 'run' | 'burn' | 'sources' | 'importStatus' | 'summary' | 'reconciliation'
  > &
    OutlookPorts;
  readonly catalog: Pick<Catalog, 'health' | 'onDidChange'>;
  readonly settings: () => Settings;
  /** What is offered to the user, given where the figures come from. */
  readonly suggestions?: {
    suggestion(sources: readonly SourceRow[]): DashboardState['suggestion'];
    onDidChange(listener: () => void): unknown;
  };
}

const LEAST_INTERVAL_MS = 100;
const CHARACTERS_PER_TOKEN = 4;
const CHART_DAYS = 30;
const RUNS_SHOWN = 30;
const MOST_RUNS = 100;
/** It takes the worker's time, and changes slowly. */
const RECONCILE_AFTER_MS = 60_000;
const DAY_MS = 86_400_000;

export function createMeter({ clock, worker, catalog, settings, suggestions }: MeterPorts): Meter {
  let summary: BurnSummary | undefined;
  let live: readonly LiveStep[] = [];
  let memory: SteadyFigure | undefined;
  let sources: readonly SourceRow[] = [];
  const plans = followPlans({ clock, worker, monthBudget: () => budget().monthNanoCredits, onChange: changed });
  let reconciliation: readonly Reconciliation[] = [];
  let reconciledAt = Number.NEGATIVE_INFINITY;
  /** Of the runs at work. */
  let outlooks: readonly RunOutlook[] = [];
  let waiting: readonly GateQuestion[] = [];
  let waitingBehind = false;
  const troubles = new Map<string, string>();
  const listeners = new Set<() => void>();
  /** Characters of the last request of a run to a model: that much of the next is probably cached. */
  const lastInput = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function changed(): void {
    if (timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      for (const listener of listeners) listener();
    }, LEAST_INTERVAL_MS);
  }

  catalog.onDidChange(changed);
  suggestions?.onDidChange(changed);

  function setSummary(next: BurnSummary): void {
    if (summary && next.revision < summary.revision) return;
    summary = next;
    live = pendingLiveSteps(live, summary);
    changed();
    plans.soon();
    worker.sources(startOfDay(dayOf(clock.now()))).then(
      (rows) => {
        sources = rows;
        changed();
      },
      () => {},
    );
  }

  /** Asked for aside: a snapshot shows what is known, and another follows when that has changed. */
  function reconcile(): void {
    if (clock.elapsed() - reconciledAt < RECONCILE_AFTER_MS) return;
    reconciledAt = clock.elapsed();
    worker.reconciliation(clock.now() - CHART_DAYS * DAY_MS).then(
      (rows) => {
        reconciliation = rows;
        changed();
      },
      // Whoever reads the summary tells of the ledger's trouble.
      () => {},
    );
  }

  function setTrouble(id: string, sentence: string | undefined): void {
    if (troubles.get(id) === sentence) return;
    if (sentence === undefined) troubles.delete(id);
    else troubles.set(id, sentence);
    changed();
  }

  const budget = (): Budget => budgetOf(settings().budget);

  /** The figure that it shows is kept: the next must not jump back from it. */
  function status(): StatusView {
    const now = clock.now();
    plans.keepFresh();
    const next = statusView(memory, {
      now,
      day: dayOf(now),
      summary: summary && asOf(summary, dayOf(now)),
      live,
      budget: budget(),
      sources,
      troubles: [...troubles.values()],
      ...plans.outlook(),
      outlooks,
      waiting,
      waitingBehind,
    });
    memory = next.memory;
    return next.view;
  }

  /** The list of runs needs no steps but their last; only the run that is looked at comes with them. */
  async function runsFor({ runId, stepLimit }: DashboardView) {
    const runs = await worker.runs(RUNS_SHOWN, 1);
    const wanted = runId ?? runs[0]?.runId;
    const picked = wanted === undefined ? undefined : await worker.run(wanted, stepLimit);
    const isOurs = picked?.steps.some(({ source }) => source === 'provider') === true;
    const decision = isOurs ? await worker.lastDecision(picked.runId) : undefined;
    return { runs, picked, reason: decision?.reason };
  }

  return {
    progress(step) {
      const place = `${step.facts.runId} ${step.facts.model}`;
      live = growLiveStep(live, liveStep(step, lastInput.get(place) ?? 0, clock.now()));
      if (step.ended) {
        live = endLiveStep(live, step.callId, summary?.revision ?? 0);
        lastInput.delete(place);
        lastInput.set(place, step.inputCharacters);
        if (lastInput.size > MOST_RUNS) lastInput.delete(lastInput.keys().next().value ?? place);
      }
      changed();
    },

    notice(notice) {
      if (notice.kind === 'summary') setSummary(notice.summary);
      else if (notice.kind === 'runs') {
        outlooks = notice.outlooks;
        changed();
      } else if (notice.kind === 'trouble') setTrouble(notice.id, notice.resolved ? undefined : notice.sentence);
    },

    trouble: setTrouble,

    plansChanged: () => plans.soon(),
    tasksChanged: changed,
    waiting(questions, isBehind) {
      waiting = questions;
      waitingBehind = isBehind;
      changed();
    },

    status,

    async snapshot(view) {
      const { dashboardState } = await import('../protocol/dashboardState.ts');
      const now = clock.now();
      const day = dayOf(now);
      const fromDay = earlier(dayOf(now - CHART_DAYS * DAY_MS), `${day.slice(0, 7)}-01`);
      const [newest, { runs, picked, reason }, burn, allSources, imports] = await Promise.all([
        worker.summary(),
        runsFor(view),
        worker.burn(fromDay, day),
        worker.sources(now - CHART_DAYS * DAY_MS),
        worker.importStatus(),
      ]);
      reconcile();
      const { meters, discoverOllama, useVscodeModels } = settings();
      // Today's figure must not lag behind the month's and the runs', which are of this summary.
      if (!summary || newest.revision > summary.revision) setSummary(newest);
      status();
      return dashboardState({
        now,
        day,
        view,
        summary: newest,
        live,
        shownToday: memory?.day === day ? memory.shown : undefined,
        runs,
        picked,
        reason,
        fromDay,
        burn,
        sources: [...allSources],
        reconciliation,
        imports,
        endpoints: catalog.health().map(endpointHealth),
        budget: budget(),
        ...plans.outlook(),
        settings: {
          meters,
          ollamaDiscover: discoverOllama,
          vscodeModels: useVscodeModels,
        },
        troubles: [...troubles].map(([id, sentence]) => ({ id, sentence })),
        suggestion: suggestions?.suggestion(allSources),
      });
    },

    onDidChange(listener) {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
}

function liveStep(step: StepProgress, cachedCharacters: number, now: number): LiveStep {
  const inputTokens = Math.ceil(step.inputCharacters / CHARACTERS_PER_TOKEN);
  const cost = liveCost(step.price, {
    inputTokens,
    cachedTokens: Math.floor(Math.min(cachedCharacters, step.inputCharacters) / CHARACTERS_PER_TOKEN),
    outputCharacters: step.outputCharacters,
    seconds: step.elapsedMs / 1000,
  });
  return {
    callId: step.callId,
    agent: step.facts.agent,
    runId: step.facts.runId,
    model: step.facts.model,
    startedAt: now - step.elapsedMs,
    inputTokens,
    outputTokens: Math.ceil(step.outputCharacters / CHARACTERS_PER_TOKEN),
    nanoCredits: cost?.nanoCredits,
  };
}

function endpointHealth(health: ReturnType<Catalog['health']>[number]): EndpointHealth {
  const { endpoint, state, sentence, models, latencyMs, checkedAt } = health;
  return {
    id: endpoint.id,
    label: endpoint.label,
    kind: endpoint.demo ? 'demo' : endpoint.id.startsWith('vscode:') ? 'vscode' : (endpoint.provider ?? 'openai'),
    local: endpoint.local,
    state,
    ...(sentence === undefined ? {} : { sentence }),
    models,
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...(checkedAt === undefined ? {} : { checkedAt }),
  };
}

/** A summary of an earlier day tells nothing of today yet: a new day begins at 0. */
function asOf(summary: BurnSummary, day: string): BurnSummary {
  if (dayOf(summary.at) === day) return summary;
  const month = dayOf(summary.at).slice(0, 7) === day.slice(0, 7) ? summary.month : NO_MONEY;
  return { ...summary, today: NO_MONEY, todayByAgent: [], month, run: undefined, session: undefined };
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}
