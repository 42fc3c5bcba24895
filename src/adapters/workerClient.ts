/**
 * The extension host's side of the worker: starts it, mirrors its api, starts it anew when it dies (bounded), and sends
 * again what it had not acknowledged, so that no event is lost with it.
 */
import { Worker } from 'node:worker_threads';
import type { ModelOffer } from '../core/allocate/runModels.ts';
import type { LedgerEvent } from '../core/ledger/event.ts';
import type { Clock, WorkerApi, WorkerConfiguration, WorkerNotice } from '../ports.ts';
import { connectApi, type RemoteApi } from './rpc.ts';

const RESTARTS_PER_HOUR = 5;
const HOUR_MS = 3_600_000;
/**
 * Room for the worker's newest objects. V8 itself would let it grow to 48 MB and never shrink it; 12 MB make a first reading
 * of logs a little quicker, and cost every start 10 MB more.
 */
const YOUNG_GENERATION_MB = 3;
/**
 * Bounds its older objects, at ten times what was ever seen in use. The nearer the bound, the sooner V8 clears away what
 * isn't used any more: at the end of a first reading of 900 MB of logs 70 MB are taken, without it 120.
 */
const OLD_GENERATION_MB = 512;
/** How long close() waits for events on their way to disk. */
const CLOSE_MS = 2_000;

interface Batch {
  readonly events: readonly LedgerEvent[];
  readonly acknowledge: () => void;
  readonly refuse: (error: Error) => void;
}

export interface WorkerClient extends WorkerApi {
  onNotice(listener: (notice: WorkerNotice) => void): void;
}

export interface WorkerClientOptions {
  /** File of the worker's bundle. */
  readonly script: string;
  /** Where V8 keeps what it compiles of the worker when it ends, and takes it from at later starts; undefined: nowhere. */
  readonly compiled?: string;
  /** Handed to the worker as its workerData. */
  readonly data: unknown;
  readonly configuration: WorkerConfiguration;
  readonly clock: Clock;
  readonly log: (sentence: string) => void;
}

interface Running {
  readonly worker: Worker;
  readonly remote: RemoteApi<WorkerApi>;
}

/** Starts the worker a moment later, since making a thread takes some ms of an activation; calls wait until it is up. */
export function startWorker(options: WorkerClientOptions): WorkerClient {
  const { clock, log, compiled } = options;
  const listeners: ((notice: WorkerNotice) => void)[] = [];
  const pending = new Set<Batch>();
  let configuration = options.configuration;
  let offer: ModelOffer | undefined;
  let starts: number[] = [];
  let disposed = false;
  let current: Running | undefined;
  const started = new Promise<void>((resolve) => {
    setImmediate(() => {
      if (!disposed) current = launch();
      resolve();
    });
  });

  function launch(): Running | undefined {
    starts = [...starts.filter((at) => clock.elapsed() - at < HOUR_MS), clock.elapsed()];
    if (starts.length > RESTARTS_PER_HOUR) {
      notify({
        kind: 'trouble',
        id: 'worker',
        sentence:
          'Marginal stopped metering: its worker failed again and again. Reload the window; if it recurs, see the log (Marginal: Show Log).',
      });
      return undefined;
    }
    const worker = new Worker(options.script, {
      workerData: options.data,
      name: 'marginal',
      // Without the host's own options: a debugger's or a script's are not for this thread.
      execArgv: [],
      env: compiled === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: compiled },
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB, maxOldGenerationSizeMb: OLD_GENERATION_MB },
    });
    const remote = connectApi<WorkerApi>(worker, (notice) => notify(notice as WorkerNotice));
    worker.on('error', (error) => log(`The worker failed: ${error.stack ?? error.message}`));
    worker.on('exit', (code) => {
      if (current?.worker !== worker) return;
      current = undefined;
      remote.fail(new Error('The metering worker ended: reload the window if this recurs.'));
      if (disposed) return;
      notify({ kind: 'gateQuestionOver', questionId: undefined });
      log(`The worker ended with code ${code}; starting it anew.`);
      current = launch();
      for (const batch of pending) void send(batch);
    });
    worker.unref();
    void remote.api.configure(configuration).catch((error: Error) => log(error.message));
    if (offer) void remote.api.offerModels(offer).catch((error: Error) => log(error.message));
    return { worker, remote };
  }

  function notify(notice: WorkerNotice): void {
    for (const listener of listeners) listener(notice);
  }

  /** Sends a batch; when the worker dies under it, the batch stays pending and goes to the next worker. */
  async function send(batch: Batch): Promise<void> {
    await started;
    const worker = current?.worker;
    try {
      await (await api()).append(batch.events);
      pending.delete(batch);
      batch.acknowledge();
    } catch (error) {
      if (current?.worker !== worker) return;
      pending.delete(batch);
      batch.refuse(error as Error);
    }
  }

  async function api(): Promise<WorkerApi> {
    await started;
    if (!current) throw new Error('The metering worker is not running: reload the window.');
    return current.remote.api;
  }

  function append(events: readonly LedgerEvent[]): Promise<void> {
    return new Promise((acknowledge, refuse) => {
      const batch = { events, acknowledge, refuse };
      pending.add(batch);
      void send(batch);
    });
  }

  return {
    append,
    countText: async (...parameters) => (await api()).countText(...parameters),
    countTexts: async (model, texts) => (await api()).countTexts(model, texts),
    countRequest: async (...parameters) => (await api()).countRequest(...parameters),
    observeTokens: async (...parameters) => (await api()).observeTokens(...parameters),
    describeModels: async (queries) => (await api()).describeModels(queries),
    summary: async () => (await api()).summary(),
    runs: async (limit, latestSteps) => (await api()).runs(limit, latestSteps),
    run: async (runId, latestSteps) => (await api()).run(runId, latestSteps),
    burn: async (from, to) => (await api()).burn(from, to),
    sources: async (since) => (await api()).sources(since),
    reconciliation: async (since) => (await api()).reconciliation(since),
    breakdown: async (kind, from, to, limit) => (await api()).breakdown(kind, from, to, limit),
    toolCosts: async (from, to) => (await api()).toolCosts(from, to),
    dearest: async (from, to, limit) => (await api()).dearest(from, to, limit),
    successes: async (from, to) => (await api()).successes(from, to),
    outcomes: async (since) => (await api()).outcomes(since),
    account: async (runId) => (await api()).account(runId),
    valueRequest: async (question) => (await api()).valueRequest(question),
    quote: async (question) => (await api()).quote(question),
    prices: async () => (await api()).prices(),
    reviewAllocation: async (from, to) => (await api()).reviewAllocation(from, to),
    lastDecision: async (runId) => (await api()).lastDecision(runId),
    taskLessons: async () => (await api()).taskLessons(),
    correctTask: async (...correction) => (await api()).correctTask(...correction),
    reserve: async (request) => (await api()).reserve(request),
    release: async (id) => (await api()).release(id),
    rescan: async () => (await api()).rescan(),
    forgettable: async (selection) => (await api()).forgettable(selection),
    forget: async (selection) => (await api()).forget(selection),
    folders: async () => (await api()).folders(),
    exportTo: async (path, request) => (await api()).exportTo(path, request),
    importStatus: async () => (await api()).importStatus(),
    forecast: async (question) => (await api()).forecast(question),
    runOutlook: async (runId) => (await api()).runOutlook(runId),
    runReport: async (runId) => (await api()).runReport(runId),
    observeStep: async (runId, step) => (await api()).observeStep(runId, step),
    observeTask: async (runId, chars) => (await api()).observeTask(runId, chars),
    resumeRun: async (runId) => (await api()).resumeRun(runId),
    predictorScores: async () => (await api()).predictorScores(),
    planStandings: async () => (await api()).planStandings(),
    askAccountQuota: async () => (await api()).askAccountQuota(),
    answerGate: async (...parameters) => (await api()).answerGate(...parameters),
    gateDecisions: async (from, to) => (await api()).gateDecisions(from, to),
    undoGate: async (decisionId) => (await api()).undoGate(decisionId),
    gateCopy: async (decisionId) => (await api()).gateCopy(decisionId),
    gateAnswer: async (call) => (await api()).gateAnswer(call),
    explainAction: async (action) => (await api()).explainAction(action),
    guardsHeard: async () => (await api()).guardsHeard(),
    guardsChanged: async () => (await api()).guardsChanged(),
    offerModels: async (next) => {
      offer = next;
      await (await api()).offerModels(next);
    },
    configure: async (next) => {
      configuration = next;
      await (await api()).configure(next);
    },
    onNotice: (listener) => void listeners.push(listener),
    async close() {
      disposed = true;
      const running = current;
      if (!running) return;
      running.worker.ref();
      const patience = new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref());
      // What can't be written in time goes with the worker: the window is closing.
      await Promise.race([running.remote.api.close().catch((error: Error) => log(error.message)), patience]);
      await running.worker.terminate();
    },
  };
}
