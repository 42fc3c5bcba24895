/**
 * The worker thread: ledger, importers, prices and token counts, away from the extension host. Composes them by hand and
 * answers the host by message.
 */
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { claudeQuota } from '../adapters/claudeQuota.ts';
import { askCopilotQuota } from '../adapters/copilotQuota.ts';
import { findFacts, findStrength } from '../adapters/priceData/modelData.ts';
import { priceBooks } from '../adapters/priceData/priceBooks.ts';
import { serveApi } from '../adapters/rpc.ts';
import { systemClock as clock } from '../adapters/systemClock.ts';
import { logTail } from '../adapters/tail/index.ts';
import { cacheCounts } from '../adapters/tokenizer/countCache.ts';
import { loadO200kTokenizer } from '../adapters/tokenizer/ranksFile.ts';
import { writeWhole } from '../adapters/wholeFile.ts';
import { createTokenCounting, type TokenCounting } from '../app/countTokens.ts';
import { createExplainer } from '../app/explainer.ts';
import { exportLedger } from '../app/exportLedger.ts';
import { forecastPeriod } from '../app/forecastPeriod.ts';
import { forget, forgettable } from '../app/forget.ts';
import { importLogs } from '../app/importLogs.ts';
import { outlook } from '../app/outlook.ts';
import { reconcileBills } from '../app/reconcileBills.ts';
import { repriceEntries } from '../app/reprice.ts';
import { tokenPriceOf } from '../app/runs/liveRun.ts';
import { plainPrices } from '../app/runs/plainPrices.ts';
import { createRunKeeper } from '../app/runs/runKeeper.ts';
import { successes } from '../app/successes.ts';
import { DEFAULT_VALUE_SETTINGS, lambdaFloor, taskValue } from '../core/allocate/taskValue.ts';
import type { Entry } from '../core/ledger/entry.ts';
import { planStandings, READINGS_SINCE_MS } from '../core/plans/planStandings.ts';
import { tierFor } from '../core/prices/cost.ts';
import { withFacts } from '../core/prices/modelFacts.ts';
import type { PriceBook } from '../core/prices/price.ts';
import type { Calibration } from '../core/tokens/calibration.ts';
import { inputTokens } from '../core/usage.ts';
import { importers } from '../importers/index.ts';
import type { LedgerStore, ModelQuery, WorkerApi, WorkerConfiguration, WorkerNotice } from '../ports.ts';
import { groupCommit } from '../storage/groupCommit.ts';
import { openLedger } from '../storage/ledger.ts';
import { importAbandoned, pendingFile } from '../storage/pendingEvents.ts';
import { followLeadership } from './leader.ts';
import { createLogReading } from './logReading.ts';
import { computedCost, priceObservation, priceUnder, repriceObservation } from './priceObservation.ts';
import { quotaReading } from './quotaReading.ts';
import { summaryPush } from './summaryPush.ts';
import type { WorkerData } from './workerData.ts';

const CALIBRATION = 'token-calibration';

const data = workerData as WorkerData;
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
  read: () => ledger().summary(clock.now(), configuration?.folders ?? []),
  send(summary) {
    notify({ kind: 'summary', summary });
    if (configuration) runs.soon();
  },
});

// Prices: the lists are opened when the first model is described or the first call priced; the book follows the settings.
const bookUnder = priceBooks(data.prices);
let book: PriceBook | undefined;
function priceBook(): PriceBook {
  if (!configuration) throw new Error('Prices depend on the settings, which have not come yet.');
  book ??= bookUnder({ overrides: configuration.priceOverrides, localCost: configuration.localCost });
  return book;
}

// What the ledger's calls cost under new prices; only the newest prices are of interest.
let repricing = new AbortController();
async function reprice(): Promise<void> {
  repricing.abort();
  repricing = new AbortController();
  const { signal } = repricing;
  const pricedAt = clock.now();
  try {
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

const forecasts = forecastPeriod({
  revision: () => ledger().revision(),
  spendByHour: (from, to, agents) => ledger().spendByHour(from, to, agents),
});

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

// What is foretold and advised of the runs at work.
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
  prices: plainPrices({
    clock,
    standings,
    lambda: () => lambdaFloor(DEFAULT_VALUE_SETTINGS),
  }),
  value: (taskKind) => taskValue(taskKind, DEFAULT_VALUE_SETTINGS),
  notify: (outlooks) => notify({ kind: 'runs', outlooks }),
  later(work, delayMs) {
    const timer = setTimeout(work, delayMs);
    return () => clearTimeout(timer);
  },
  onTrouble: (sentence) => tell('runs', sentence),
});

/** What a token of a call's model costs; undefined: unknown, or priced by the second. */
function tokenPrice({ facts, at, usage }: Entry) {
  if (!configuration) return undefined;
  const rate = priceUnder(priceBook(), { facts, at })?.rate;
  return rate?.kind === 'tokens' ? tokenPriceOf(tierFor(rate, inputTokens(usage) ?? 0)) : undefined;
}

function standings() {
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

// Token counts: the tokenizer is loaded at the first one.
let counting: TokenCounting | undefined;
function counter(): TokenCounting {
  counting ??= createTokenCounting({
    loadTokenizer: () => cacheCounts(loadO200kTokenizer(data.ranks)),
    clock,
    onTrouble: (sentence) => tell('tokenizer', sentence),
    calibration: readCalibration(),
  });
  return counting;
}

function readCalibration(): Calibration | undefined {
  try {
    return ledger().cursor(CALIBRATION) as Calibration | undefined;
  } catch {
    return undefined; // counts are only rougher without it
  }
}

// The importers, in the window that leads.
const reading = createLogReading({
  clock,
  cursor: (key) => ledger().cursor(key),
  keep: (cursors) => commits.append([], cursors),
  async create(fromTheBeginning) {
    await configured.promise;
    const chosen = importers.filter(({ id }) => configuration?.importers.includes(id));
    return importLogs({
      tail: logTail({ importers: chosen, environment: data.environment }, { clock }),
      ledger: {
        append: (events, cursors) => ledger().append(events, cursors),
        cursor: (key) => (fromTheBeginning ? undefined : ledger().cursor(key)),
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

const leadership = followLeadership(ledger, data.holder, clock, (leads) => reading.lead(leads));

// Readings of allowances that stand in no log, in the window that leads.
const quotas = quotaReading({
  clock,
  leads: () => leadership.leads,
  mayLook: () => configuration?.importers.includes('claude-code-log') ?? false,
  mayAsk: () => configuration?.askCopilotQuota ?? false,
  look: claudeQuota(data.environment).look,
  ask: () => askCopilotQuota({ clock }),
  cursor: (key) => ledger().cursor(key),
  async keep(events, cursors) {
    await commits.append(events, cursors);
    summaries.soon();
  },
  onTrouble: (sentence) => tell('copilot-quota', sentence),
});

/** `until`: epoch ms; undefined: up to now. */
async function reconciliation(since: number, until?: number) {
  await configured.promise;
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

function pricesOf({ priceOverrides, localCost }: WorkerConfiguration): string {
  return JSON.stringify([priceOverrides, localCost]);
}

const api: WorkerApi = {
  async append(events) {
    await commits.append(events);
    summaries.soon();
  },
  countText: async (model, text, endpointId) => counter().countText(model, text, endpointId),
  countTexts: async (model, texts) => texts.map((text) => counter().countText(model, text).tokens),
  countRequest: async (request) => counter().countRequest(request),
  async observeTokens(request, observedTokens) {
    const calibration = counter().observe(request, observedTokens);
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
  summary: async () => ledger().summary(clock.now(), configuration?.folders ?? []),
  runs: async (limit, latestSteps) => ledger().runs(limit, latestSteps),
  run: async (runId, latestSteps) => ledger().run(runId, latestSteps),
  burn: async (fromDay, toDay) => ledger().burn(fromDay, toDay),
  sources: async (since) => ledger().sources(since),
  forecast: async (question) => forecasts(question),
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
  successes: (fromDay, toDay) => successes(ledger(), explainer, fromDay, toDay),
  outcomes: async (since) => ledger().outcomes(since, Number.MAX_SAFE_INTEGER),
  async account(runId) {
    await configured.promise;
    return explainer.account(runId);
  },
  importStatus: async () => reading.status(),
  planStandings: async () => standings(),
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
  predictorScores: () => runs.scores(),
  askAccountQuota: () => quotas.ask(),
  rescan: () => reading.rescan(),
  forgettable: (selection) => forgettable(ledger(), selection),
  async forget(selection) {
    const erased = await forget({ ledger: ledger(), clock }, selection);
    summaries.soon();
    return erased;
  },
  folders: async () => ledger().folders(),
  async exportTo(path, request) {
    await configured.promise;
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
    if (!before) return;
    book = undefined;
    if (pricesOf(before) !== pricesOf(next)) void reprice();
    summaries.soon();
    if (before.importers.join() !== next.importers.join()) await reading.restart();
  },
  async close() {
    summaries.dispose();
    runs.dispose();
    quotas.dispose();
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
