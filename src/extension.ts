/**
 * The extension's entry: makes the ports, composes the program in dependency order, registers the surfaces. Nothing else.
 * VS Code waits for it: what is only needed later is imported where it is used (docs/decisions, 2026-11-26-activation).
 */
import { randomInt, randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { importEnvironment } from './adapters/importEnvironment.ts';
import { liesWithin } from './adapters/liesWithin.ts';
import { systemClock as clock } from './adapters/systemClock.ts';
import { startWorker } from './adapters/workerClient.ts';
import { createAllocator } from './app/allocator.ts';
import { createAnswer } from './app/answer.ts';
import { batchedCounts } from './app/batchedCounts.ts';
import { createCatalog } from './app/catalog.ts';
import { followModels } from './app/modelOffer.ts';
import { offersOf } from './app/offers.ts';
import type { RunSteering } from './app/runs/runSteering.ts';
import type { LedgerEvent } from './core/ledger/event.ts';
import { agentsOff, sourcesOf } from './core/meters.ts';
import { budgetOf } from './core/status/budget.ts';
import { registerChatProvider } from './editor/chatProvider.ts';
import { type CommandParts, performDashboardRequest, registerCommands } from './editor/commands.ts';
import { confirmSpend } from './editor/confirmSpend.ts';
import { Dashboard } from './editor/dashboard.ts';
import { registerEditTools } from './editor/editTools.ts';
import { followEndpoints } from './editor/endpoints.ts';
import { exactCopilotFigures } from './editor/exactCopilotFigures.ts';
import { followGate } from './editor/gate.ts';
import { mayGoOn } from './editor/mayGoOn.ts';
import { createMeter } from './editor/meter.ts';
import { offersEvent } from './editor/offersEvent.ts';
import { followOutcomes } from './editor/outcomes/index.ts';
import { registerParticipant } from './editor/participant.ts';
import { reportViews } from './editor/reports.ts';
import { endpointKeys } from './editor/secrets.ts';
import { type EndpointSetting, liveSettings, type Settings } from './editor/settings.ts';
import { showBurn } from './editor/showBurn.ts';
import { tellWhatWasFound } from './editor/tellWhatWasFound.ts';
import { warmUpAllocator } from './editor/warmUpAllocator.ts';
import type { Endpoint, WorkerConfiguration } from './ports.ts';
import { isOwnAddress, ollamaUrl } from './providers/address.ts';
import type { EndpointConfig } from './providers/config.ts';
import type { WorkerData } from './worker/workerData.ts';

/** How old the endpoints' lists may be when the picker asks. */
const LIST_AGE_MS = 15_000;

let closeWorker: (() => Promise<void>) | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Marginal', { log: true });
  const settings = liveSettings();
  const storage = context.globalStorageUri.fsPath;

  const compiled = path.join(storage, 'compiled', context.extension.packageJSON.version);
  const worker = startWorker({
    script: context.asAbsolutePath('dist/worker.cjs'),
    compiled,
    data: {
      compiled,
      ledger: path.join(storage, 'ledger.db'),
      ranks: context.asAbsolutePath('dist/o200k_base.ranks.br'),
      backlog: context.asAbsolutePath('dist/backlog.cjs'),
      prices: context.asAbsolutePath('dist/prices.jsonl'),
      environment: importEnvironment(path.dirname(path.dirname(storage))),
      hook: context.asAbsolutePath('dist/hook.cjs'),
      holder: randomUUID(),
    } satisfies WorkerData,
    configuration: workerConfiguration(settings.value),
    clock,
    log: (sentence) => log.warn(sentence),
  });
  closeWorker = () => worker.close();

  const keys = endpointKeys(context.secrets);
  const catalog = createCatalog({ clock, describer: worker });
  const exactFigures = exactCopilotFigures(context.globalState, () => settings.value.meters.copilot);
  const meter = createMeter({ clock, worker, catalog, settings: () => settings.value, suggestions: exactFigures });
  worker.onNotice((notice) => meter.notice(notice));
  const gate = followGate({
    clock,
    newId: randomUUID,
    worker,
    onWaiting: (...waiting) => meter.waiting(...waiting),
    log: (sentence) => log.info(sentence),
  });
  worker.onNotice((notice) => gate.notice(notice));
  const endpoints = followEndpoints({
    catalog,
    settings,
    keys,
    secrets: context.secrets,
    clock,
    build: endpointOf,
    ollamaUrl: ollamaUrl(process.env.OLLAMA_HOST),
    log: (sentence) => log.warn(sentence),
  });
  /** Loaded with the first request of a run. */
  let steering: Promise<RunSteering> | undefined;
  const steeringOf = () => {
    steering ??= import('./app/runs/runSteering.ts').then(({ createRunSteering }) =>
      createRunSteering({
        clock,
        worker,
        mode: () => settings.value.choice.mode,
        mayGoOn,
        newId: randomUUID,
        chance: Math.random,
        record,
        log: (sentence) => log.warn(sentence),
      }),
    );
    return steering;
  };
  /** Settles when all that was recorded is in the ledger, or is told as a trouble. */
  let written = Promise.resolve();
  const record = (events: readonly LedgerEvent[]) => {
    void steering?.then((known) => known.recorded(events));
    written = worker.append(events).then(
      () => meter.trouble('record', undefined),
      (error: Error) => {
        log.error(error.message);
        meter.trouble('record', error.message);
      },
    );
  };
  const allocator = createAllocator({
    clock,
    worker,
    catalog,
    settings: () => settings.value.choice,
    newId: randomUUID,
    salt: randomInt(2 ** 32),
    later: (work) => void setTimeout(work, 50),
    record,
    log: (sentence) => log.warn(sentence),
    ask: confirmSpend,
  });
  const offers = offersEvent(catalog, allocator.menu);
  const models = followModels({
    catalog,
    settings: () => settings.value.choice,
    worker,
    log: (sentence) => log.warn(sentence),
  });
  const outcomes = followOutcomes({
    clock,
    worker,
    settings,
    salt: randomInt(2 ** 32),
    log: (sentence) => log.warn(sentence),
  });
  const answer = createAnswer({
    clock,
    catalog,
    newId: randomUUID,
    counter: worker,
    allocator,
    folders: () => (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
    onAsked: (run) => outcomes.asked(run),
    onProgress: (step) => meter.progress(step),
    record,
    steer: async (facts, request) => (await steeringOf()).before(facts, request),
  });

  const reports = reportViews({ clock, worker, off: () => agentsOff(settings.value.meters) });
  const commands: CommandParts = {
    dashboard: () => dashboard,
    dialogs: {
      keys,
      taken: () => settings.value.endpoints,
      isOwn: isOwnAddress,
      build: (setting, key) => endpointOf({ ...setting, adding: true }, async () => key),
    },
    log,
    rescan: async () => {
      await Promise.all([worker.rescan(), endpoints.refresh(0)]);
    },
    exactCopilotFigures: exactFigures,
    testEndpoint: (endpointId) => catalog.check(endpointId),
    plans: {
      plans: () => settings.value.plans,
      agents: async () => (await worker.importStatus()).map(({ agent }) => agent),
    },
    rating: { worker, outcomes },
    correction: { worker, classes: allocator.classes, onCorrected: () => meter.tasksChanged() },
    askAccountQuota: () => worker.askAccountQuota(),
    mayAskAccountQuota: () => settings.value.askCopilotQuota,
    reports,
    gate,
    guards: { clock, worker, load: () => guardsOf(context) },
    caps: { worker },
    explain: { worker, show: (text) => reports.showExplanation(text) },
    signer: async () =>
      (await import('./adapters/ssh/requestSigning.ts')).requestSigning({ home: homedir(), env: process.env }),
    ledger: { clock, worker, monthBudget: () => budgetOf(settings.value.budget).monthNanoCredits },
  };
  const dashboard = new Dashboard({
    extensionUri: context.extensionUri,
    source: { snapshot: (view) => meter.snapshot(view), onDidChange: (listener) => meter.onDidChange(listener) },
    perform: (request) => performDashboardRequest(request, commands),
    answer: async (question) => (await import('./editor/dashboardAnswers.ts')).dashboardAnswer(question, worker),
    log: (sentence) => log.warn(sentence),
  });

  const editTools = registerEditTools({ liesWithin, explain: (edit) => worker.explainAction(edit) });
  context.subscriptions.push(
    log,
    settings,
    exactFigures,
    endpoints,
    offers,
    models,
    outcomes,
    reports,
    settings.onDidChange((value) => {
      worker.configure(workerConfiguration(value)).catch((error: Error) => log.error(error.message));
      meter.plansChanged();
      models.changed();
      meter.trouble('settings', settingsTrouble(value));
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      worker.configure(workerConfiguration(settings.value)).catch((error: Error) => log.error(error.message));
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      worker.configure(workerConfiguration(settings.value)).catch((error: Error) => log.error(error.message));
    }),
    registerChatProvider({
      offers: () => {
        void endpoints.refresh(LIST_AGE_MS);
        return offersOf(catalog.models(), allocator.menu.text);
      },
      answer,
      countText: batchedCounts((model, texts) => worker.countTexts(model, texts)),
      onDidChangeOffers: offers.event,
      log: (sentence) => log.error(sentence),
    }),
    showBurn(meter, settings),
    editTools,
    registerParticipant({
      clock,
      extension: context.extension,
      worker,
      answer,
      allocator,
      record,
      written: () => written,
      chance: Math.random,
      value: () => settings.value.allocation.value,
      limits: () => settings.value.allocation.limits,
      budget: () => budgetOf(settings.value.budget),
      folders: () => (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
      newId: randomUUID,
      gatedTools: { answer: (call) => worker.gateAnswer(call), edits: editTools },
      outcomes,
      log: (sentence) => log.warn(sentence),
    }),
    dashboard.register(),
    registerCommands(commands),
    warmUpAllocator(allocator, catalog),
    tellWhatWasFound(context.globalState, worker, catalog, clock),
  );
  meter.trouble('settings', settingsTrouble(settings.value));
}

export function deactivate(): Promise<void> | undefined {
  return closeWorker?.();
}

async function guardsOf(context: vscode.ExtensionContext) {
  const { guardParts } = await import('./adapters/hookInstaller/guardParts.ts');
  return guardParts({ clock, script: context.asAbsolutePath('dist/hook.cjs') });
}

async function endpointOf(
  setting: EndpointSetting & Pick<EndpointConfig, 'adding'>,
  key: () => Promise<string | undefined>,
): Promise<Endpoint> {
  const { buildEndpoint } = await import('./providers/index.ts');
  const endpoint = buildEndpoint({ ...setting, key }, { fetch, clock });
  return setting.demo ? { ...endpoint, demo: true } : endpoint;
}

function settingsTrouble({ problems }: Settings): string | undefined {
  return problems.length === 0 ? undefined : `Settings that were ignored: ${problems.join(' ')}`;
}

function workerConfiguration({
  priceOverrides,
  localCost,
  meters,
  plans,
  askCopilotQuota,
  allocation,
  gate,
}: Settings): WorkerConfiguration {
  return {
    folders: (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
    priceOverrides,
    localCost,
    plans,
    askCopilotQuota,
    allocation,
    gate,
    trusted: vscode.workspace.isTrusted,
    importers: sourcesOf(meters),
  };
}
