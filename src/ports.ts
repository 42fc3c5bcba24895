/** Everything the program needs from the world, on one page. Each is the smallest interface that serves. */
import type { AllocationSettings } from './core/allocate/allocationSettings.ts';
import type { CostRange } from './core/allocate/objective.ts';
import type {
  LastDecision,
  PricesView,
  Quote,
  RequestOutlook,
  RequestQuestion,
  RunOutlook,
} from './core/allocate/outlook.ts';
import type { ModelOffer } from './core/allocate/runModels.ts';
import type { ReserveRequest, Verdict } from './core/budget/reservations.ts';
import type { ChatMessage, ChatRequest, Json, ModelInfo, ReplyPart, ToolDefinition } from './core/chat.ts';
import type { RunExplanation } from './core/explain/explainRun.ts';
import type { SeriesStep } from './core/explain/series.ts';
import type { ToolCost } from './core/explain/toolCosts.ts';
import type { ExportFormat } from './core/export/table.ts';
import type { ExportView } from './core/export/views.ts';
import type { ForecastQuestion, HourSpend, PeriodForecast } from './core/forecast/forecast.ts';
import type { GateOutcome } from './core/gate/applyPolicy.ts';
import type { GateSettings } from './core/gate/gateSettings.ts';
import type { GateChoice, GateQuestion } from './core/gate/question.ts';
import type { TwoPeopleRequest } from './core/gate/twoPeople.ts';
import type { GuardedAgent, HookAnswer, HookCall } from './core/hooks/hookCall.ts';
import type { Breakdown, DearRun, PeriodBreakdownKind } from './core/ledger/breakdown.ts';
import type { Attempt, CostPerSuccess } from './core/ledger/costPerSuccess.ts';
import type { BurnRow, BurnSummary, Entry, RunView } from './core/ledger/entry.ts';
import type {
  CallFacts,
  DecisionEvent,
  GateEvent,
  LedgerEvent,
  Observation,
  ObservedEvent,
  OutcomeEvent,
  QuotaEvent,
} from './core/ledger/event.ts';
import type { LedgerFact } from './core/ledger/fact.ts';
import type { Reconciliation } from './core/ledger/reconcile.ts';
import type { SessionNode, SessionPart } from './core/ledger/sessionTree.ts';
import type { MoneySum, NanoCredits } from './core/money.ts';
import type { Plan } from './core/plans/plan.ts';
import type { PlanStanding } from './core/plans/planStandings.ts';
import type { LocalCost, Price, PriceOverride } from './core/prices/price.ts';
import type { Strength } from './core/quality/benchmark.ts';
import type { TaskClass, TaskLessons } from './core/quality/taskClass.ts';
import type { ToldStep } from './core/quality/toldStep.ts';
import type { AllocatorReview, PredictorScore } from './core/report/allocatorReport.ts';
import type { Action } from './core/risk/action.ts';
import type { FactAnswer, FactQuestion } from './core/risk/facts.ts';
import type { Verdict as ActionVerdict } from './core/risk/verdict.ts';
import type { TokenEstimate } from './core/tokens/estimate.ts';

export type { LocalCost, PriceBook, PriceOverride } from './core/prices/price.ts';
export type { TokenEstimate } from './core/tokens/estimate.ts';

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds from an arbitrary start; never jumps. */
  elapsed(): number;
}

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** A place that runs models: a server, a vendor's API, or VS Code's own models. */
export interface Endpoint {
  /** The id in settings; unique. */
  readonly id: string;
  readonly label: string;
  /** Whose price list applies; undefined: unknown. */
  readonly provider: string | undefined;
  /** On own hardware (this machine's or network's). A model with `remoteHost` is not local all the same. */
  readonly local: boolean;
  /** A demonstration that answers from a script. */
  readonly demo?: boolean;
  /** Its models; throws EndpointError. */
  listModels(signal: AbortSignal): Promise<readonly ModelInfo[]>;
  /**
   * Streams one reply, ending in one `finished`; throws EndpointError. Aborting the signal ends the HTTP request at once.
   * Retries happen inside, bounded, and never once the answer had begun.
   */
  send(request: ChatRequest, signal: AbortSignal): AsyncIterable<ReplyPart>;
}

export interface Tokenizer {
  readonly encoding: string;
  /** Tokens of a text; special-token spellings count as plain text. Never throws. */
  count(text: string): number;
}

/** Where importing a file stopped: JSON that its importer understands. */
export type Cursor = Json;

/** The append-only event store. Synchronous: it lives in the worker. */
export interface LedgerStore extends LedgerBreakdown {
  /**
   * Writes events and import cursors in one transaction and returns once it is committed. Events that are there already
   * change nothing, nor does an observation that is priced again at the same cost. Throws LedgerError (with its remedy)
   * when nothing could be written; then nothing was.
   */
  append(events: readonly LedgerEvent[], cursors?: Readonly<Record<string, Cursor>>): void;
  /** As `append`, of events that another thread has made ready. */
  appendPacked(events: PackedEvents, cursors: Readonly<Record<string, Cursor>>): void;
  cursor(key: string): Cursor | undefined;
  /** Of all cursors at once, by key: a file's size and time where they tell it, as `size:modifiedMs`; else ''. */
  cursorMarks(): ReadonlyMap<string, string>;
  /** Sums for the status bar. Days and months are the local calendar's. `folders`: this window's. */
  summary(at: number, folders: readonly string[]): BurnSummary;
  entry(callId: string): Entry | undefined;
  /** With its latest steps; undefined: with all of them. */
  run(runId: string, latestSteps?: number): RunView | undefined;
  /** The latest runs, newest first. */
  runs(limit: number, latestSteps?: number): readonly RunView[];
  /** Figures by local day × agent × model, both days included. */
  burn(fromDay: string, toDay: string): readonly BurnRow[];
  /**
   * Cost by local hour over [from, to), both rounded outwards to quarters of an hour; several rows may tell of one hour.
   * `agents`: whose; undefined: everybody's.
   */
  spendByHour(from: number, to: number, agents?: readonly string[]): readonly HourSpend[];
  /** Grows with every change; what was read at the same revision and instant is the same. */
  revision(): number;
  /** Entries by source and confidence since an instant: where each number comes from. */
  sources(since: number): readonly SourceRow[];
  /**
   * What was observed of calls that began since an instant (epoch ms) and have no bill: of each call what each source
   * tells at its latest pricing. Of `limit` calls at most, billed ones included, in the order of time after `after`.
   */
  unbilled(since: number, limit: number, after?: CallPlace): UnbilledCalls;
  /** What agents spent in [from, to), epoch ms; lost calls are unknown. */
  spent(from: number, to: number, agents: readonly string[]): MoneySum;
  /** The latest reading of each allowance since an instant, by source, agent and window, newest first. */
  quotas(since: number): readonly QuotaEvent[];
  /** The names of all readings of allowances in [from, to), epoch ms. */
  quotaNames(from: number, to: number): readonly string[];
  /** What happened to runs' work in [from, to), epoch ms, oldest first; of one callId the latest. */
  outcomes(from: number, to: number): readonly OutcomeEvent[];
  /** Choices that Marginal made in [from, to), epoch ms, oldest first. */
  decisions(from: number, to: number): readonly DecisionEvent[];
  /** Of a run, or of all; of a run only where it is among the latest few thousand. `cued`: that tells its task's cues. */
  latestDecision(runId?: string, cued?: boolean): DecisionEvent | undefined;
  /** What the gate decided in [from, to), epoch ms, latest first. */
  gateDecisions(from: number, to: number): readonly GateEvent[];
  /** The place of the latest event; see `changes`. */
  lastChange(): number;
  /**
   * What learners want of at most `limit` events after a place, in the order in which they were written. Each call is told
   * once, when its end is first told, with what is known of it now; calls that ended before `since` (epoch ms) are only counted.
   */
  changes(after: number, limit: number, since: number): LedgerChanges;
  /** When the earliest of so many of the latest calls began (epoch ms); undefined: there are fewer. */
  startOfLatest(calls: number): number | undefined;
  /** What these runs were and cost; none of which nothing is left. */
  attempts(runIds: readonly string[]): readonly Omit<Attempt, 'outcome'>[];
  /** Entries that began within a selection, in the order of time after `after`; `limit` at most. */
  entries(selection: EntrySelection, limit: number, after?: CallPlace): EntryPage;
  /** The folders that calls were made in. */
  folders(): readonly string[];
  /** Overwrites the names of folders, tools and sub-agents that no call is left of. */
  forgetNames(): void;
  /**
   * What was observed of calls that began since an instant (epoch ms) and have a bill, call by call, the source in front
   * first. Of `limit` calls at most, those without a bill included, the latest first, from before `before`.
   */
  billed(since: number, limit: number, before?: CallPlace): BilledObservations;
  /** Takes or renews a named lease for `holder`; false: another holds it. */
  lease(name: string, holder: string, at: number, lifeMs: number): boolean;
  /** Rebuilds every derived table from the events. */
  rebuild(): void;
  close(): void;
}

/** Events that another thread has made ready for the ledger; see storage/packedEvents.ts. */
export interface PackedEvents {
  readonly memory: SharedArrayBuffer | ArrayBuffer;
  /** How many events each item has: a block's are written together. The first is the `first` in the memory, counted from 0. */
  readonly items: readonly number[];
  readonly first: number;
  /** Kinds and names that its rows mean by their numbers, the first by 1. */
  readonly names: readonly (readonly [kind: string, name: string])[];
}

export interface LedgerChanges {
  readonly facts: readonly LedgerFact[];
  /** Calls that ended before what was asked for. */
  readonly passed: number;
  /** The place to go on after. */
  readonly next: number;
  /** There may be more already. */
  readonly more: boolean;
}

/** What a period's credits went to. Days are the local calendar's, both included. */
export interface LedgerBreakdown {
  /** The `limit` dearest groups, and the sum of the rest. It pauses every few milliseconds, so that others get their turn. */
  breakdown(kind: PeriodBreakdownKind, fromDay: string, toDay: string, limit: number): Generator<undefined, Breakdown>;
  /** The runs that cost most in these days, dearest first; none of which no cost is known. */
  dearest(fromDay: string, toDay: string, limit: number): readonly DearRun[];
  /** A run's steps and what its session had sent before it; undefined: no such run. */
  series(runId: string): RunSeries | undefined;
  /** The sums that a session is made of: all of its runs, by sub-agent. */
  sessionParts(sessionId: string): readonly SessionPart[];
  /** Where the steps of these days are told: each session, and each run that belongs to none. */
  seriesPlaces(fromDay: string, toDay: string): readonly SeriesPlace[];
  /** All steps there, also of other days. */
  seriesAt(place: SeriesPlace): readonly StoredStep[];
}

/** Numbers of the store's own; 0: none. */
export interface SeriesPlace {
  readonly session: number;
  readonly run: number;
}

/** A step without its price, and the facts of a call of the same model and source that the price depends on. */
export type StoredStep = Omit<SeriesStep, 'rate'> & { readonly facts: CallFacts };

export interface RunSeries {
  readonly sessionId: string | undefined;
  readonly steps: readonly StoredStep[];
  readonly earlier: readonly StoredStep[];
}

/** A dear run with its reason. */
export interface ExplainedRun extends DearRun {
  readonly explanation: RunExplanation;
}

/** Why a run cost what it did, and its session. */
export interface RunAccount {
  readonly explanation: RunExplanation;
  /** undefined: its source tells of no session. */
  readonly session: SessionNode | undefined;
}

/** A place among the calls in the order of time. */
export interface CallPlace {
  readonly at: number;
  readonly call: number;
}

/** Which entries: those that fit all that is given. */
export interface EntrySelection {
  /** Epoch ms, from `from` on and before `to`. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** The agent worked in this folder or below it. */
  readonly folder?: string | undefined;
}

/** What a selection holds: to be shown before it is forgotten. */
export interface Forgettable {
  readonly calls: number;
  readonly cost: MoneySum;
  readonly agents: readonly string[];
  /** Readings of plans' allowances; they belong to a time, and to no project. */
  readonly readings: number;
  /** What the gate decided. */
  readonly gateDecisions: number;
  /** Safety copies that the gate took. */
  readonly copies: number;
}

/** Safety copies: taken in this time or of work in this folder, and those with one of these ids. */
export interface CopySelection extends EntrySelection {
  readonly ids: ReadonlySet<string>;
}

/** The safety copies that are kept. */
export interface KeptCopies {
  count(selection: CopySelection): Promise<number>;
  /** Rejects with a sentence where one can't be erased; doing it again erases the rest. */
  erase(selection: CopySelection): Promise<void>;
  /** The folders that work was done in when they were taken. */
  folders(): Promise<readonly string[]>;
}

/** What successes cost, and how many of a period's runs that is known of. */
export interface Successes extends CostPerSuccess {
  /** All runs of the period, with or without an outcome. */
  readonly runs: number;
}

/** A view of the ledger as a file. */
export interface ExportRequest {
  readonly view: ExportView;
  readonly format: ExportFormat;
  /** Epoch ms, `to` not included. */
  readonly from: number;
  readonly to: number;
  /** What is meant to be spent in the month, for the forecast; undefined: no budget. */
  readonly monthBudgetNanoCredits?: NanoCredits | undefined;
}

export interface EntryPage {
  readonly entries: readonly Entry[];
  /** Where to go on; undefined: these were the last. */
  readonly next: CallPlace | undefined;
}

export interface UnbilledCalls {
  readonly observations: readonly ObservedEvent[];
  /** Where to go on; undefined: these were the last. */
  readonly next: CallPlace | undefined;
}

export interface BilledObservations {
  readonly calls: readonly (readonly ObservedEvent[])[];
  /** Where to go on; undefined: these were the last. */
  readonly next: CallPlace | undefined;
}

export interface SourceRow {
  readonly source: string;
  readonly agent: string;
  readonly confidence: string;
  readonly calls: number;
  readonly lastAt: number;
}

/** What an importer is given to look at the world with. Sources are only ever read. */
export interface ImportEnvironment {
  readonly home: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly env: Readonly<Record<string, string | undefined>>;
  /** VS Code's `User` folders that exist here (of this and other installations): workspaceStorage lies below them. */
  readonly codeUserFolders: readonly string[];
}

interface ImporterBase {
  /** Unique, e.g. `claude-code-log`; it is the `source` of what it observes. */
  readonly id: string;
  readonly agent: string;
  /** Folders below which its files lie; they may not exist (yet). */
  roots(environment: ImportEnvironment): readonly string[];
  /** Whether a file below a root is one of its own; `path` is absolute. */
  matches(path: string): boolean;
  /** Whether files of its own can lie in or below a folder (absolute, below a root); without it: in every one. */
  descends?(folder: string): boolean;
}

/** Reads a log made of lines that grows at its end. */
export interface LineImporter extends ImporterBase {
  readonly kind: 'lines';
  /** A reader for one file, from its beginning, or from where `saved` (its own `state()`) left off. */
  reader(path: string, saved: Json | undefined): LineReader;
}

export interface LineReader {
  /**
   * Takes one complete line without its line break. Returns what it tells of model calls. Never throws: a line that
   * can't be read is returned as a problem.
   */
  line(bytes: Uint8Array): LineResult;
  /**
   * As `line`, for readers that need no view of the line's own: it is the bytes from `start` to `end`. `told`: what earlier
   * lines told that nobody has been given yet. Where this line tells more of the last call there, its observation takes that
   * one's place, and isn't returned.
   */
  lineWithin?(bytes: Uint8Array, start: number, end: number, told?: Observation[]): LineResult;
  /** What must be kept so that reading can go on after this line; small. */
  state(): Json;
}

export interface LineResult {
  readonly observations: readonly Observation[];
  /** What the line says of allowances, where that differs from what this file said before; see core/ledger/quota.ts. */
  readonly quotas?: readonly QuotaEvent[] | undefined;
  /** One clear sentence, without text from the log. */
  readonly problem?: string | undefined;
}

/** Reads a database that an agent writes; asked again whenever the file or its -wal changed. */
export interface DatabaseImporter extends ImporterBase {
  readonly kind: 'database';
  read(database: ReadonlyDatabase, cursor: Cursor | undefined): DatabaseResult;
}

export interface DatabaseResult {
  readonly observations: readonly Observation[];
  readonly quotas?: readonly QuotaEvent[] | undefined;
  readonly cursor: Cursor;
  readonly problems: readonly string[];
}

export interface ReadonlyDatabase {
  /** Rows as plain objects; throws where the SQL doesn't fit the schema. */
  all(sql: string, ...parameters: readonly (string | number)[]): readonly Readonly<Record<string, unknown>>[];
}

/** Reads JSON documents that their agent rewrites whole: a chat as one array, say. */
export interface DocumentImporter extends ImporterBase {
  readonly kind: 'document';
  /** Documents beside a file that its reader needs, read before it; those that aren't there are passed over. */
  beside?(path: string): readonly string[];
  /** A reader for one reading of one file. */
  reader(path: string): DocumentReader;
}

export interface DocumentReader {
  /** Takes the document's items in their order, those of documents beside it first. Never throws. */
  item(item: DocumentItem): void;
  /** All items were there: what the document tells, each call once. Never throws. */
  end(): DocumentResult;
}

/** An element of the array that a document is; or a member of the object that it is, of an array among them each element. */
export interface DocumentItem {
  /** The document's path. */
  readonly path: string;
  /** The member's name; undefined: the document is an array. */
  readonly name: string | undefined;
  /** The value as JSON; good until the next item. */
  readonly bytes: Uint8Array;
}

export interface DocumentResult {
  readonly observations: readonly Observation[];
  /** Clear sentences, without text from the document. */
  readonly problems: readonly string[];
}

export type Importer = LineImporter | DatabaseImporter | DocumentImporter;

/** What the follower read since its last batch, and up to where: to be kept together or not at all. */
export interface ImportBatch {
  readonly observations: readonly Observation[];
  readonly quotas?: readonly QuotaEvent[] | undefined;
  /** More of them, priced and made ready by another thread. */
  readonly packed?: PackedEvents | undefined;
  readonly cursors: Readonly<Record<string, Cursor>>;
}

export interface ImportSink {
  take(batch: ImportBatch): void;
  cursor(key: string): Cursor | undefined;
  /** See LedgerStore. */
  cursorMarks?(): ReadonlyMap<string, string>;
}

/** Follows the files, documents and databases of importers while their agents write them. */
export interface LogTail {
  /**
   * Begins with what is there, then goes on with what comes. Each batch is handed to `take` before more is read; if
   * `take` throws, the same batch comes again a little later.
   */
  start(sink: ImportSink): void;
  /** Resolves once all that was there at the start has been taken. */
  caughtUp(): Promise<void>;
  status(): readonly ImportStatus[];
  /** Hands over what it has read and lets go of every file; resolves when it has. */
  stop(): Promise<void>;
}

/** How importing fares, by source. */
export interface ImportStatus {
  readonly source: string;
  readonly agent: string;
  /** Folders that it looks in, for a person. */
  readonly roots: readonly string[];
  readonly files: number;
  readonly observations: number;
  readonly problems: readonly { readonly sentence: string; readonly count: number; readonly example: string }[];
}

export interface CountedRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolDefinition[];
  readonly endpointId?: string | undefined;
}

export interface ModelQuery {
  readonly model: ModelInfo;
  readonly provider: string | undefined;
  /** On own hardware. */
  readonly local: boolean;
}

export interface ModelDescriptions {
  /** Version of the price book. */
  readonly priceBook: string;
  /** In the order of the queries. */
  readonly models: readonly {
    readonly model: ModelInfo;
    readonly price: Price | undefined;
    readonly strength: Strength | undefined;
  }[];
}

/** What the worker does for the extension host. Each call is answered by message; none blocks the host. */
export interface WorkerApi extends GateApi {
  /** Resolves once the events are on disk; rejects with a sentence for the user when they can't be kept. */
  append(events: readonly LedgerEvent[]): Promise<void>;
  /** `endpointId`: whose calibration applies. */
  countText(model: string, text: string, endpointId?: string): Promise<TokenEstimate>;
  /** Tokens of many texts at once. */
  countTexts(model: string, texts: readonly string[]): Promise<readonly number[]>;
  countRequest(request: CountedRequest): Promise<TokenEstimate>;
  /** Learns from the input that an endpoint reported for a request, so that later counts come nearer. */
  observeTokens(request: CountedRequest & { readonly endpointId: string }, observedTokens: number): Promise<void>;
  /** Prices, and what public lists know of models where their endpoints are silent. */
  describeModels(queries: readonly ModelQuery[]): Promise<ModelDescriptions>;
  summary(): Promise<BurnSummary>;
  runs(limit: number, latestSteps?: number): Promise<readonly RunView[]>;
  run(runId: string, latestSteps?: number): Promise<RunView | undefined>;
  burn(fromDay: string, toDay: string): Promise<readonly BurnRow[]>;
  sources(since: number): Promise<readonly SourceRow[]>;
  /** undefined: nothing was spent yet, so there is nothing to forecast from. */
  forecast(question: ForecastQuestion): Promise<PeriodForecast | undefined>;
  /** How far computed figures are from the latest bills since an instant. */
  reconciliation(since: number): Promise<readonly Reconciliation[]>;
  /** What a period went to; see `LedgerBreakdown`. */
  breakdown(kind: PeriodBreakdownKind, fromDay: string, toDay: string, limit: number): Promise<Breakdown>;
  /** What tools cost by what they return: estimates, found while other calls go on. */
  toolCosts(fromDay: string, toDay: string): Promise<readonly ToolCost[]>;
  dearest(fromDay: string, toDay: string, limit: number): Promise<readonly ExplainedRun[]>;
  /** What was said of runs' work in these days, and what a success cost. */
  successes(fromDay: string, toDay: string): Promise<Successes>;
  /** What happened to runs' work since an instant, epoch ms. */
  outcomes(since: number): Promise<readonly OutcomeEvent[]>;
  /** undefined: no such run. */
  account(runId: string): Promise<RunAccount | undefined>;
  /** What a request is worth with each model that it could go to. The first one waits until the ledger was replayed. */
  valueRequest(question: RequestQuestion): Promise<RequestOutlook>;
  /** What a whole run of a request would cost and bring, by policy; empty: no model can be had. */
  quote(question: RequestQuestion): Promise<readonly Quote[]>;
  prices(): Promise<PricesView>;
  /** The models that the developer has now, for advice to runs at work. */
  offerModels(offer: ModelOffer): Promise<void>;
  /** How good choices and predictions were in [from, to), epoch ms. */
  reviewAllocation(from: number, to: number): Promise<AllocatorReview>;
  /** The latest decision, of a run or of all; undefined: there is none. */
  lastDecision(runId?: string): Promise<LastDecision | undefined>;
  /** What corrections of task classes have taught; see `taskClass`. */
  taskLessons(): Promise<TaskLessons>;
  /** A run's task was of another class than it was taken for. `cues`: of its prompt, where no decision has recorded them. */
  correctTask(runId: string, right: Pick<TaskClass, 'kind' | 'size'>, cues?: readonly string[]): Promise<TaskLessons>;
  /** Holds a request to the limits, and reserves for it where it may go: to be released once it has ended. */
  reserve(request: ReserveRequest): Promise<Verdict>;
  release(id: string): Promise<void>;
  importStatus(): Promise<readonly ImportStatus[]>;
  /** How the configured plans stand now, in their order. */
  planStandings(): Promise<readonly PlanStanding[]>;
  /** What is foretold and advised of a run before its next step; undefined: it isn't at work. */
  runOutlook(runId: string): Promise<RunOutlook | undefined>;
  /** What was foretold of a run's steps; undefined: nothing. */
  runReport(runId: string): Promise<RunReport | undefined>;
  /** What a request tells of an earlier step of its run: how its tool calls went. */
  observeStep(runId: string, step: ToldStep): Promise<void>;
  /** How many characters a run begins with. */
  observeTask(runId: string, chars: number): Promise<void>;
  /** The developer lets a run go on that makes no progress: it is counted anew from here. */
  resumeRun(runId: string): Promise<void>;
  /** How far what is foretold of runs can be trusted. */
  predictorScores(): Promise<readonly PredictorScore[]>;
  /** Asks GitHub for the Copilot account's own count, through the Copilot CLI; rejects with a sentence for the user. */
  askAccountQuota(): Promise<void>;
  /** Reads every source anew from its beginning; what is known already changes nothing. */
  rescan(): Promise<void>;
  /** What {@link forget} would erase. */
  forgettable(selection: EntrySelection): Promise<Forgettable>;
  /** Erases the content of every call in a selection; resolves to how many. */
  forget(selection: EntrySelection): Promise<number>;
  /** The folders that there is something to forget of. */
  folders(): Promise<readonly string[]>;
  /** Writes a view of the ledger to a file, whole or not at all. */
  exportTo(path: string, request: ExportRequest): Promise<void>;
  /** New settings (prices, local cost, folders, importers on or off) take effect at once. */
  configure(configuration: WorkerConfiguration): Promise<void>;
  /** Writes what waits and lets go of every file; the last call. */
  close(): Promise<void>;
}

/** What the worker does for the gate's surfaces. */
export interface GateApi {
  /** The developer's answer to a question that `gateQuestion` brought; one that comes too late changes nothing, and resolves to false. */
  answerGate(questionId: string, choice: GateChoice): Promise<boolean>;
  /** What was decided in [from, to), epoch ms, latest first. */
  gateDecisions(from: number, to: number): Promise<readonly GateEvent[]>;
  /** Puts back what the safety copy of a decision holds; resolves to a sentence of what was put back, rejects with one. */
  undoGate(decisionId: string): Promise<string>;
  /** What the safety copy of a decision holds; rejects with a sentence where it is gone. */
  gateCopy(decisionId: string): Promise<CopyContents>;
  /** What a tool of Marginal's own agent is answered: judged, asked about, copied and recorded as any agent's. Never `ask`. */
  gateAnswer(call: HookCall): Promise<HookAnswer>;
  /** What the gate thinks of an action, without asking or recording. */
  explainAction(action: Action): Promise<ExplainedAction>;
  /** When each agent's hook was last heard, epoch ms, by agent id. */
  guardsHeard(): Promise<Readonly<Record<string, number>>>;
  /** Agents' hooks were installed or removed: the endpoint opens or closes. */
  guardsChanged(): Promise<void>;
}

/** The agents of this machine and the hooks by which they ask the gate. */
export interface AgentGuards {
  look(): Promise<readonly AgentGuard[]>;
  /** What each file would be; nothing is written. Rejects with a sentence where a file can't be read as settings. */
  plan(agents: readonly GuardedAgent[], then: GuardStep): Promise<readonly GuardChange[]>;
  /** Does what was planned and agreed to. Rejects with a sentence, before it writes, where a file has changed meanwhile. */
  apply(agents: readonly GuardedAgent[], then: GuardStep, agreed: readonly GuardChange[]): Promise<void>;
}

export type GuardStep = 'guard' | 'leave';

export interface AgentGuard {
  readonly agent: GuardedAgent;
  /** Its folder or its program is on this machine. */
  readonly present: boolean;
  /** `changed`: hooks of ours are there, and not as this version would have them. */
  readonly state: 'off' | 'on' | 'changed';
  /** Epoch ms; undefined: it isn't, or nobody knows. */
  readonly since?: number;
  /** The files that hold its hooks, absolute. */
  readonly files: readonly string[];
  /** One sentence on what keeps its hooks from running. */
  readonly problem?: string;
}

export interface GuardChange {
  readonly agent: GuardedAgent;
  /** Absolute. */
  readonly file: string;
  /** undefined: it isn't there. */
  readonly before: string | undefined;
  /** undefined: it is removed. */
  readonly after: string | undefined;
}

/** A safety copy, as it is shown. */
export interface CopyContents {
  /** Epoch ms. */
  readonly at: number;
  /** Where the action was taken; undefined: not told. */
  readonly cwd?: string;
  readonly entries: readonly CopiedEntry[];
  /** Branches, tags, stashes and commits that are kept from git's clean-up, by name. */
  readonly refs: readonly { readonly name: string; readonly object: string }[];
}

export interface CopiedEntry {
  /** Absolute, where it was. */
  readonly path: string;
  readonly type: 'file' | 'folder' | 'link';
  readonly bytes?: number;
}

/** Lets an agent's hooks be heard without its being asked to do anything. */
export interface AgentProbes {
  /** Its program is here, and can be run free of charge. */
  canProbe(agent: GuardedAgent): Promise<boolean>;
  /**
   * Runs it once in an empty folder, with a home of its own that holds nothing but its hooks, against an endpoint on this machine
   * that refuses: no account, no key and no network takes part. Resolves when it has ended; rejects with a sentence.
   */
  probe(agent: GuardedAgent, signal: AbortSignal): Promise<void>;
}

/** What is thought of an action, and what would follow. */
export interface ExplainedAction {
  readonly verdict: ActionVerdict;
  /** It passes, is asked about, needs two people, is denied. */
  readonly outcome: GateOutcome;
  /** The rule that decided, in words; undefined: none, the class did. */
  readonly rule?: string | undefined;
}

/** What was foretold of a run, and what is advised. */
export interface RunReport {
  readonly runId: string;
  /** undefined: it isn't at work. */
  readonly outlook: RunOutlook | undefined;
  /** Of its latest steps, oldest first. */
  readonly steps: readonly { readonly callId: string; readonly cost: CostRange; readonly success: number }[];
}

/** What the worker sends unasked. */
export type WorkerNotice =
  | { readonly kind: 'gateQuestion'; readonly question: GateQuestion }
  /** Nobody waits for its answer any more; undefined: for that of none, since the worker that asked has ended. */
  | { readonly kind: 'gateQuestionOver'; readonly questionId: string | undefined }
  | { readonly kind: 'summary'; readonly summary: BurnSummary }
  /** Of every run at work, whenever it has changed. */
  | { readonly kind: 'runs'; readonly outlooks: readonly RunOutlook[] }
  /** Something a person should know; `id` is the same for the same trouble, `resolved` when it is over. */
  | { readonly kind: 'trouble'; readonly id: string; readonly sentence: string; readonly resolved?: boolean };

export interface WorkerConfiguration {
  readonly folders: readonly string[];
  readonly priceOverrides: readonly PriceOverride[];
  readonly localCost: LocalCost;
  readonly importers: readonly string[];
  readonly plans: readonly Plan[];
  /** The developer allows that GitHub is asked for the Copilot account's own count. */
  readonly askCopilotQuota: boolean;
  /** undefined: defaults, no limits. */
  readonly allocation?: AllocationSettings | undefined;
  /** undefined: defaults. */
  readonly gate?: GateSettings | undefined;
  /** Workspace trust: a repository's own policy and scripts are read as facts only where it was given. */
  readonly trusted?: boolean | undefined;
}

/** A key that a request can be signed with. */
export interface SigningKey {
  /** As ssh-keygen prints it: `SHA256:…`. */
  readonly fingerprint: string;
  readonly type: string;
  readonly comment: string;
  /** Its public file; undefined: only the ssh-agent has it. */
  readonly path?: string;
  /** The line of a `.pub` file. */
  readonly line: string;
  /** It is the one that git signs commits with. */
  readonly preferred: boolean;
}

/** The other person's side of a deployment. */
export interface RequestSigner {
  keys(): Promise<readonly SigningKey[]>;
  /** The armoured signature; rejects with a sentence. `passphrase`: the key's can only be typed in a terminal. */
  sign(
    request: TwoPeopleRequest,
    key: SigningKey,
  ): Promise<{ readonly kind: 'signed'; readonly signature: string } | { readonly kind: 'passphrase' }>;
  /** Signs where one can type: `run` ends with the program. undefined: no signature came of it. */
  signIn(
    request: TwoPeopleRequest,
    key: SigningKey,
    run: (program: string, args: readonly string[]) => Promise<void>,
  ): Promise<string | undefined>;
  /** Whether somebody who is to sign would be the developer: by the public key, or by the address. */
  isOwn(
    signer: { readonly key: string; readonly principal: string },
    folder: string,
  ): Promise<'key' | 'address' | undefined>;
}

/** What the gate asks of the machine before an action: files, git, scripts, the shell's own names. */
export interface FactsPort {
  /** Never writes, and runs nothing that a repository brings. `unanswered` where it can't be told; the signal ends the looking. */
  answer(question: FactQuestion, signal: AbortSignal): Promise<FactAnswer>;
}
