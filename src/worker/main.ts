/**
 * The worker thread: ledger, importers, prices and token counts, away from the extension host. Composes them by hand and
 * answers the host by message.
 */
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { claudeQuota } from '../adapters/claudeQuota.ts';
import { hookFolder } from '../adapters/hookFolder.ts';
import { findFacts, findStrength } from '../adapters/priceData/modelData.ts';
import { priceBooks } from '../adapters/priceData/priceBooks.ts';
import { removeOthers } from '../adapters/removeOthers.ts';
import { serveApi } from '../adapters/rpc.ts';
import { systemClock as clock } from '../adapters/systemClock.ts';
import { logTail } from '../adapters/tail/index.ts';
import { writeWhole } from '../adapters/wholeFile.ts';
import { windowFile } from '../adapters/windowFile.ts';
import { createAllocation } from '../app/allocation/createAllocation.ts';
import { createExplainer } from '../app/explainer.ts';
import { forget, forgettable, forgettableFolders } from '../app/forget.ts';
import { createRunKinds } from '../app/gate/runKinds.ts';
import { importLogs } from '../app/importLogs.ts';
import { createLiveCalls } from '../app/runs/liveCalls.ts';
import { tokenPriceOf } from '../app/runs/liveRun.ts';
import { createRunKeeper } from '../app/runs/runKeeper.ts';
import { successes } from '../app/successes.ts';
import type { RunOutlook } from '../core/allocate/outlook.ts';
import { LEARNING_SHARE, learningAllowance } from '../core/allocate/requestMemory.ts';
import { DEFAULT_VALUE_SETTINGS, hourlyCredits, taskValue } from '../core/allocate/taskValue.ts';
import { lossOfSession } from '../core/gate/lossOfSession.ts';
import type { Attempt } from '../core/ledger/costPerSuccess.ts';
import type { BurnSummary, Entry, RunView } from '../core/ledger/entry.ts';
import { dayOf } from '../core/ledger/localDay.ts';
import type { SessionPart } from '../core/ledger/sessionTree.ts';
import { NANO_PER_CREDIT, type NanoCredits } from '../core/money.ts';
import { type PlanStanding, planStandings, READINGS_SINCE_MS } from '../core/plans/planStandings.ts';
import { tierFor } from '../core/prices/cost.ts';
import { withFacts } from '../core/prices/modelFacts.ts';
import type { PriceBook } from '../core/prices/price.ts';
import type { PredictorScore } from '../core/report/allocatorReport.ts';
import { runPredictors } from '../core/report/runPredictors.ts';
import type { Calibration } from '../core/tokens/calibration.ts';
import { inputTokens } from '../core/usage.ts';
import { importers } from '../importers/index.ts';
import { type CallWatch, watchCalls } from '../importers/watchCalls.ts';
import type { LedgerStore, ModelQuery, WorkerApi, WorkerConfiguration, WorkerNotice } from '../ports.ts';
import { groupCommit } from '../storage/groupCommit.ts';
import { openLedger } from '../storage/ledger.ts';
import { importAbandoned, pendingFile } from '../storage/pendingEvents.ts';
import { backlogThread } from './backlogThread.ts';
import { createWorkerGate } from './gate.ts';
import { gateEndpoint } from './gateEndpoint.ts';
import { worthOfRun } from './gateWorth.ts';
import { followLeadership } from './leader.ts';
import { loadedOnce } from './loadedOnce.ts';
import { createLogReading } from './logReading.ts';
import { computedCost, priceObservation, priceUnder, repriceObservation } from './priceObservation.ts';
import { quotaReading } from './quotaReading.ts';
import { summaryPush } from './summaryPush.ts';
import type { WorkerData } from './workerData.ts';

const CALIBRATION = 'token-calibration';

const data = workerData as WorkerData;
// For this thread alone: programs that it starts aren't to keep there what is theirs.
delete process.env.NODE_COMPILE_CACHE;
if (data.compiled !== undefined) void removeOthers(data.compiled);
const port = parentPort;
if (!port) throw new Error('This file is the entry of a worker thread.');

let configuration: WorkerConfiguration | undefined;
const configured = Promise.withResolvers<void>();
let notify: (notice: WorkerNotice) => void = () => {};

/** Tells a trouble, or with undefined that it is over. */
function tell(id: string, sentence: string | undefined): void {
  notify({ kind: 'trouble', id, sentence: sentence ?? '', ...(sentence === undefined ? { resolved: true } : {}) });
}

// The ledger, opened when it is first needed and again after it failed. Throws LedgerError.
let opened: LedgerStore | undefined;
function ledger(): LedgerStore {
  if (opened) return opened;
  opened = openLedger(data.ledger, { clock, onTrouble: ledgerMended });
  importAbandoned(opened, path.dirname(data.ledger));
  return opened;
}

/** A damaged ledger was replaced: what agents' logs still tell is read again. */
function ledgerMended(sentence: string): void {
  tell('ledger-mended', sentence);
  void reading.rescan();
}

const commits = groupCommit(
  { append: (events, cursors) => ledger().append(events, cursors) },
  {
    pendingFile: pendingFile(path.dirname(data.ledger)),
    onTrouble: (sentence) => tell('ledger', sentence),
  },
);

const summaries = summaryPush({
  read: () => summaryNow(),
  send(summary) {
    notify({ kind: 'summary', summary });
    allocation.follow();
    if (configuration) runs.soon();
  },
});

// Prices: the lists are opened when the first model is described or the first call priced; the book follows the settings.
const bookUnder = priceBooks(data.prices);
let book: PriceBook | undefined;
function priceBook(): PriceBook {
  book ??= bookUnder(priceSettings());
  return book;
}

function priceSettings() {
  if (!configuration) throw new Error('Prices depend on the settings, which have not come yet.');
  return { overrides: configuration.priceOverrides, localCost: configuration.localCost };
}

// What the ledger's calls cost under new prices; only the newest prices are of interest.
let repricing = new AbortController();
async function reprice(): Promise<void> {
  repricing.abort();
  repricing = new AbortController();
  const { signal } = repricing;
  const pricedAt = clock.now();
  try {
    const { repriceEntries } = await import('../app/reprice.ts');
    await repriceEntries(
      {
        ledger: {
          append: (events) => ledger().append(events),
          unbilled: (since, limit, after) => ledger().unbilled(since, limit, after),
        },
        clock,
        price: (observation) => repriceObservation(observation, priceBook, pricedAt),
      },
      signal,
    );
    tell('prices', undefined);
    summaries.soon();
  } catch (error) {
    tell('prices', error instanceof Error ? error.message : String(error));
  }
}

const forecasts = loadedOnce(async () =>
  (await import('../app/forecastPeriod.ts')).forecastPeriod({
    revision: () => ledger().revision(),
    spendByHour: (from, to, agents) => ledger().spendByHour(from, to, agents),
  }),
);

// Why runs cost what they did.
const explainer = createExplainer({
  clock,
  ledger: {
    breakdown: (...parameters) => ledger().breakdown(...parameters),
    dearest: (...parameters) => ledger().dearest(...parameters),
    series: (runId) => ledger().series(runId),
    sessionParts: (sessionId) => ledger().sessionParts(sessionId),
    seriesPlaces: (...parameters) => ledger().seriesPlaces(...parameters),
    seriesAt: (place) => ledger().seriesAt(place),
  },
  priceOf: (call) => priceUnder(priceBook(), call),
});

// What logs tell of the tool calls of runs at work.
const calls = createLiveCalls({
  cursor: (key) => ledger().cursor(key),
  keep: (cursors) => commits.append([], cursors),
  later: (work, delayMs) => setTimeout(work, delayMs).unref(),
  onTrouble: (sentence) => tell('live-calls', sentence),
});

// What is foretold and advised of the runs at work.
let outlooks: readonly RunOutlook[] = [];
const runs = createRunKeeper({
  clock,
  ledger: {
    run: (runId, latestSteps) => ledger().run(runId, latestSteps),
    runs: (limit, latestSteps) => ledger().runs(limit, latestSteps),
    entries: (...parameters) => ledger().entries(...parameters),
    burn: (fromDay, toDay) => ledger().burn(fromDay, toDay),
    outcomes: (from, to) => ledger().outcomes(from, to),
  },
  priceOf: tokenPrice,
  calls,
  prices: (agent) => allocation.pricesOf(agent),
  value: (taskKind) => taskValue(taskKind, valueSettings()),
  lossOf: (sessionId, since) => lossOfSession(ledger().gateDecisions(since, clock.now() + 1), sessionId),
  others: (run) => allocation.othersFor(run),
  featuresOf: (runId) => ledger().latestDecision(runId, true)?.features,
  decidedValue: (runId) => ledger().latestDecision(runId)?.situation?.valueNanoCredits,
  notify(told) {
    outlooks = told;
    notify({ kind: 'runs', outlooks });
  },
  later(work, delayMs) {
    const timer = setTimeout(work, delayMs);
    return () => clearTimeout(timer);
  },
  onTrouble: (sentence) => tell('runs', sentence),
});

const valueSettings = () => configuration?.allocation?.value ?? DEFAULT_VALUE_SETTINGS;

/** What a token of a call's model costs; undefined: unknown, or priced by the second. */
function tokenPrice({ facts, at, usage }: Entry) {
  if (!configuration) return undefined;
  const rate = priceUnder(priceBook(), { facts, at })?.rate;
  return rate?.kind === 'tokens' ? tokenPriceOf(tierFor(rate, inputTokens(usage) ?? 0)) : undefined;
}

const counter = loadedOnce(async () =>
  (await import('./tokenCounter.ts')).tokenCounter({
    ranks: data.ranks,
    clock,
    onTrouble: (sentence) => tell('tokenizer', sentence),
    calibration: readCalibration(),
  }),
);

function readCalibration(): Calibration | undefined {
  try {
    return ledger().cursor(CALIBRATION) as Calibration | undefined;
  } catch {
    return undefined; // counts are only rougher without it
  }
}

const watch: CallWatch = {
  now: () => clock.now(),
  told(steps) {
    calls.told(steps);
    runs.soon();
  },
};

// The importers, in the window that leads.
const backlogReader = backlogThread(data.backlog, () => ({ prices: data.prices, ...priceSettings() }));
const reading = createLogReading({
  clock,
  cursor: (key) => ledger().cursor(key),
  keep: (cursors) => commits.append([], cursors),
  async create(fromTheBeginning) {
    await configured.promise;
    const chosen = importers.filter(({ id }) => configuration?.importers.includes(id));
    return importLogs({
      tail: logTail({ importers: watchCalls(chosen, watch), environment: data.environment, backlogReader }, { clock }),
      ledger: {
        append: (events, cursors) => ledger().append(events, cursors),
        appendPacked: (events, cursors) => ledger().appendPacked(events, cursors),
        cursor: (key) => (fromTheBeginning ? undefined : ledger().cursor(key)),
        cursorMarks: () => (fromTheBeginning ? new Map() : ledger().cursorMarks()),
      },
      price: (observation) => priceObservation(observation, priceBook, clock.now()),
      onAppended: () => summaries.soon(),
      onTrouble: tellOfReading,
    });
  },
  onTrouble: tellOfReading,
});

function tellOfReading(error: unknown): void {
  tell('import', error === undefined ? undefined : error instanceof Error ? error.message : String(error));
}

const leadership = followLeadership(ledger, data.holder, clock, (leads) => {
  reading.lead(leads);
  void configured.promise.then(() => endpoint.check());
});

// Readings of allowances that stand in no log, in the window that leads.
const quotas = quotaReading({
  clock,
  leads: () => leadership.leads,
  mayLook: () => configuration?.importers.includes('claude-code-log') ?? false,
  mayAsk: () => configuration?.askCopilotQuota ?? false,
  look: claudeQuota(data.environment).look,
  ask: async () => (await import('../adapters/copilotQuota.ts')).askCopilotQuota({ clock }),
  cursor: (key) => ledger().cursor(key),
  async keep(events, cursors) {
    await commits.append(events, cursors);
    summaries.soon();
  },
  onTrouble: (sentence) => tell('copilot-quota', sentence),
});

// What requests are worth, at which prices.
const allocation = createAllocation({
  clock,
  ledger: {
    decisions: (...parameters) => ledger().decisions(...parameters),
    outcomes: (...parameters) => ledger().outcomes(...parameters),
    gateDecisions: (...parameters) => ledger().gateDecisions(...parameters),
    entries: (...parameters) => ledger().entries(...parameters),
    startOfLatest: (calls) => ledger().startOfLatest(calls),
    lastChange: () => ledger().lastChange(),
    changes: (...parameters) => ledger().changes(...parameters),
    latestDecision: (...parameters) => ledger().latestDecision(...parameters),
    revision: () => ledger().revision(),
    cursor: (key) => ledger().cursor(key),
    lease: (...parameters) => ledger().lease(...parameters),
  },
  holder: data.holder,
  keep: (events, cursors) => commits.append(events, cursors),
  settings: () => configuration?.allocation,
  plans: () => configuration?.plans ?? [],
  standings: standingsNow,
  summary: () => ledger().summary(clock.now(), []),
  priorOf: (model) => ({ passRate: findStrength({ name: model })?.passRate }),
  random: Math.random,
  onTrouble: (sentence) => tell('allocation', sentence),
});

const kinds = createRunKinds({
  cursor: (key) => ledger().cursor(key),
  keep: (cursors) => commits.append([], cursors),
  lessons: () => allocation.lessons(),
  correctionOf: (runId) => allocation.correctionOf(runId),
});

// What agents are about to do.
const gate = createWorkerGate({
  clock,
  env: process.env,
  environment: data.environment,
  copies: path.join(path.dirname(data.ledger), 'safety-copies'),
  people: path.join(path.dirname(data.ledger), 'two-people'),
  configuration: () => configuration,
  configured: configured.promise,
  ledger: { gateDecisions: (...parameters) => ledger().gateDecisions(...parameters) },
  record(events) {
    commits.append(events).then(
      () => tell('gate-record', undefined),
      (error: Error) => tell('gate-record', error.message),
    );
  },
  recordNow: (events) => commits.appendNow(events),
  notify: (notice) => notify(notice),
  tell,
  spending: {
    ledger,
    kinds,
    standings: standingsNow,
    told: (runId, step) => runs.told(runId, step),
    resume: (runId) => runs.resume(runId),
  },
  tokenPrice: ({ sessionId }) => sessionTokenPrice(sessionId),
  worth: (call) => worthOfRun(call, outlooks, (runId) => ledger().run(runId, 1)),
});

// Where agents' hooks ask it.
const endpoint = gateEndpoint({
  clock,
  id: data.holder,
  pid: process.pid,
  hooks: hookFolder(data.environment.home, data.environment.platform, { runtime: process.execPath, script: data.hook }),
  file: windowFile(data.environment.home, data.holder),
  folders: () => configuration?.folders ?? [],
  leads: () => leadership.leads,
  warm: () => gate.warm(),
  answer: (call, signal) => gate.answer(call, signal),
  cursor: (key) => ledger().cursor(key),
  keep: (cursors) => commits.append([], cursors),
  onTrouble: (sentence) => tell('hook-endpoint', sentence),
  onUnanswered: (sentence) => tell('hook', sentence),
});
/** What a token of input costs with the model that a session used last; undefined: unknown. */
function sessionTokenPrice(sessionId: string | undefined): NanoCredits | undefined {
  const parts = sessionId === undefined ? [] : ledger().sessionParts(sessionId);
  const latest = parts.reduce<SessionPart | undefined>(
    (last, part) => (last && last.at > part.at ? last : part),
    undefined,
  );
  const call = latest && ledger().run(latest.runId, 1)?.steps.at(-1);
  const price = call && tokenPrice(call);
  return price && Math.round(price.fresh * NANO_PER_CREDIT);
}

/** How what is foretold of runs has done. */
const runScores = async () => runPredictors(await runs.scores(), allocation.quoteScores());

async function foretoldAndCame(): Promise<readonly PredictorScore[]> {
  const ofRuns = await runScores();
  // Its scores are read with the ledger.
  await allocation.prices();
  return [{ name: 'a request’s success', probability: allocation.successScore() }, ...ofRuns];
}

async function review(from: number, to: number) {
  const { kappa } = (await allocation.prices()).prices;
  const { reviewAllocation } = await import('../app/reviewAllocation.ts');
  return reviewAllocation(
    {
      ledger: ledger(),
      beliefs: () => allocation.beliefs(),
      runScores,
      passRateOf: (model) => findStrength({ name: model })?.passRate,
      hourlyCredits: hourlyCredits(valueSettings()),
      learningShare: LEARNING_SHARE,
      learningAllowance,
      spent: (since, until) =>
        ledger()
          .burn(dayOf(since), dayOf(until))
          .reduce((sum, { cost }) => sum + cost.nanoCredits, 0),
    },
    { from, to, kappa },
  );
}

function standingsNow(): readonly PlanStanding[] {
  const now = clock.now();
  return planStandings(
    configuration?.plans ?? [],
    ledger().quotas(now - READINGS_SINCE_MS),
    now,
    (from, to, agents) => ledger().spent(from, to, agents),
    (from, to, agents) =>
      ledger()
        .spendByHour(from, to, agents)
        .map(({ at }) => at)
        .sort((a, b) => a - b),
  );
}

/** `until`: epoch ms; undefined: up to now. */
async function reconciliation(since: number, until?: number) {
  await configured.promise;
  const { reconcileBills } = await import('../app/reconcileBills.ts');
  return reconcileBills(
    {
      ledger: { billed: (from, limit, before) => ledger().billed(from, limit, before) },
      compute: (observation) => computedCost(observation, priceBook, clock.now()),
    },
    since,
    until,
  );
}

function describe({ model, provider, local }: ModelQuery, prices: PriceBook) {
  // Own servers set their own context windows: what a public list says of the model doesn't hold there.
  const known = local ? model : withFacts(model, findFacts(model.name, provider));
  const price = prices.priceOf({
    model: model.name,
    provider,
    local,
    at: clock.now(),
    listedPrice: model.listedPrice,
  });
  return { model: known, price, strength: findStrength(known, provider, price) };
}

/** A run's task is of the class that the developer gave it. */
function corrected<Of extends Omit<Attempt, 'outcome'>>(attempt: Of): Of {
  const right = allocation.correctionOf(attempt.runId);
  return right ? { ...attempt, taskKind: right.kind, taskSize: right.size } : attempt;
}

/** With what the run's task is taken for. */
function summaryNow(): BurnSummary {
  const summary = ledger().summary(clock.now(), configuration?.folders ?? []);
  const run = summary.run && ledger().run(summary.run.runId, 1);
  const task = run && withTask(run).task;
  return summary.run && task ? { ...summary, run: { ...summary.run, task } } : summary;
}

function withTask(run: RunView): RunView {
  const right = allocation.correctionOf(run.runId);
  if (right) return { ...run, task: right };
  const facts = run.steps.findLast(({ facts: { taskKind } }) => taskKind !== undefined)?.facts;
  return facts?.taskKind === undefined ? run : { ...run, task: { kind: facts.taskKind, size: facts.taskSize } };
}

function pricesOf({ priceOverrides, localCost }: WorkerConfiguration): string {
  return JSON.stringify([priceOverrides, localCost]);
}

const api: WorkerApi = {
  ...gate.api,
  guardsHeard: async () => endpoint.heard(),
  guardsChanged: () => endpoint.check(),
  async append(events) {
    await commits.append(events);
    summaries.soon();
  },
  countText: async (model, text, endpointId) => (await counter()).countText(model, text, endpointId),
  async countTexts(model, texts) {
    const { countText } = await counter();
    return texts.map((text) => countText(model, text).tokens);
  },
  countRequest: async (request) => (await counter()).countRequest(request),
  async observeTokens(request, observedTokens) {
    const calibration = (await counter()).observe(request, observedTokens);
    if (calibration) await commits.append([], { [CALIBRATION]: calibration as never });
  },
  async describeModels(queries) {
    await configured.promise;
    const prices = priceBook();
    return {
      priceBook: prices.version,
      models: queries.map((query) => describe(query, prices)),
    };
  },
  summary: async () => summaryNow(),
  runs: async (limit, latestSteps) => ledger().runs(limit, latestSteps).map(withTask),
  async run(runId, latestSteps) {
    const run = ledger().run(runId, latestSteps);
    return run && withTask(run);
  },
  burn: async (fromDay, toDay) => ledger().burn(fromDay, toDay),
  sources: async (since) => ledger().sources(since),
  forecast: async (question) => (await forecasts())(question),
  reconciliation: (since) => reconciliation(since),
  breakdown: (...parameters) => explainer.breakdown(...parameters),
  async toolCosts(fromDay, toDay) {
    await configured.promise;
    return explainer.toolCosts(fromDay, toDay);
  },
  async dearest(fromDay, toDay, limit) {
    await configured.promise;
    return explainer.dearest(fromDay, toDay, limit);
  },
  successes: (fromDay, toDay) =>
    successes(
      {
        outcomes: (...parameters) => ledger().outcomes(...parameters),
        attempts: (runIds) => ledger().attempts(runIds).map(corrected),
      },
      explainer,
      fromDay,
      toDay,
    ),
  outcomes: async (since) => ledger().outcomes(since, Number.MAX_SAFE_INTEGER),
  async account(runId) {
    await configured.promise;
    return explainer.account(runId);
  },
  valueRequest: (question) => allocation.valueRequest(question),
  quote: (question) => allocation.quote(question),
  prices: () => allocation.prices(),
  offerModels: (offer) => allocation.offerModels(offer),
  reviewAllocation: (from, to) => review(from, to),
  lastDecision: (runId) => allocation.lastDecision(runId),
  taskLessons: () => allocation.taskLessons(),
  correctTask: (...correction) => allocation.correctTask(...correction),
  reserve: (request) => allocation.reserve(request),
  release: (id) => allocation.release(id),
  importStatus: async () => reading.status(),
  planStandings: async () => standingsNow(),
  runOutlook: (runId) => runs.outlook(runId),
  runReport: (runId) => runs.report(runId),
  async observeStep(runId, step) {
    runs.told(runId, step);
  },
  async observeTask(runId, chars) {
    runs.toldTask(runId, chars);
  },
  async resumeRun(runId) {
    runs.resume(runId);
  },
  predictorScores: foretoldAndCame,
  askAccountQuota: () => quotas.ask(),
  rescan: () => reading.rescan(),
  forgettable: (selection) => forgettable({ ledger: ledger(), copies: gate.copies }, selection),
  async forget(selection) {
    const forgetRuns = async (runIds: ReadonlySet<string>) => {
      await allocation.forgetCorrections(runIds);
      await kinds.forget(runIds);
    };
    const erased = await forget({ ledger: ledger(), clock, copies: gate.copies, forgetRuns }, selection);
    await calls.forget();
    allocation.renew();
    gate.renew();
    summaries.soon();
    return erased;
  },
  folders: async () => forgettableFolders({ ledger: ledger(), copies: gate.copies }),
  async exportTo(path, request) {
    await configured.promise;
    const [{ exportLedger }, { outlook }] = await Promise.all([
      import('../app/exportLedger.ts'),
      import('../app/outlook.ts'),
    ]);
    const ports = {
      ledger: ledger(),
      explainer,
      reconcile: reconciliation,
      outlook: (budget: number | undefined) => outlook(api, clock.now(), budget),
    };
    await writeWhole(path, exportLedger(ports, request));
  },
  async configure(next) {
    const before = configuration;
    configuration = next;
    configured.resolve();
    quotas.soon();
    void endpoint.check();
    if (!before) return;
    allocation.renew();
    book = undefined;
    const isRepriced = pricesOf(before) !== pricesOf(next);
    // The thread that reads a backlog keeps to the prices that it began with.
    if (isRepriced || before.importers.join() !== next.importers.join()) await reading.restart();
    if (isRepriced) void reprice();
    summaries.soon();
  },
  async close() {
    summaries.dispose();
    runs.dispose();
    gate.dispose();
    await endpoint.close();
    quotas.dispose();
    allocation.dispose();
    repricing.abort();
    // First what can't be had again: this thread may be ended while the ledger makes it wait for other windows.
    commits.close();
    await reading.close();
    leadership.dispose();
    opened?.close();
  },
};

notify = serveApi(port, api) as (notice: WorkerNotice) => void;
summaries.soon();
