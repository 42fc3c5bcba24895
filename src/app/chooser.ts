/**
 * Chooses the model of a request: the developer's rules first, then the policy. Balanced asks the worker what the request is
 * worth with each model; where no answer comes in time it does what its prior would. Each choice goes into the ledger.
 */
import type { ChoiceSettings } from '../core/allocate/choiceSettings.ts';
import type { Valued } from '../core/allocate/choose.ts';
import { decisionRecord } from '../core/allocate/decisionRecord.ts';
import { explain } from '../core/allocate/explain.ts';
import type { CostRange } from '../core/allocate/objective.ts';
import type { Evidence, RequestOption, RequestOutlook, RequestQuestion, TaskShown } from '../core/allocate/outlook.ts';
import type { ConfirmQuestion } from '../core/budget/confirmation.ts';
import { EndpointError } from '../core/endpointError.ts';
import type { CallFacts, LedgerEvent } from '../core/ledger/event.ts';
import type { NanoCredits } from '../core/money.ts';
import type { RequestFeatures } from '../core/quality/requestFeatures.ts';
import type { RequestNeed } from '../core/route/candidate.ts';
import {
  chooseBest,
  chooseFrugal,
  choosePrior,
  expectedCost,
  type RouteChoice,
  standings,
} from '../core/route/choose.ts';
import { fits } from '../core/route/fits.ts';
import type { RequestPlaces } from '../core/route/privacy.ts';
import { applyRules, folderBar, type Ruling } from '../core/route/rules.ts';
import type { Clock, WorkerApi } from '../ports.ts';
import type { Catalog, CatalogModel } from './catalog.ts';
import type { PolicyName } from './offers.ts';
import { patiently } from './patiently.ts';
import type { PolicyMenu } from './policyMenu.ts';
import type { RunBook } from './runBook.ts';

/** A request that needs a model. */
export interface AskedRequest {
  readonly facts: CallFacts & { readonly runId: string; readonly sessionId: string };
  readonly need: RequestNeed;
  readonly places: RequestPlaces;
  /** undefined: it is the editor's own (a title, a summary), or nothing can be told of it. */
  readonly prompt: PromptRead | undefined;
  /** The first of its run: what the developer typed, not a tool's result. */
  readonly isFirst: boolean;
  /** V that the developer named. */
  readonly valueNanoCredits: NanoCredits | undefined;
}

export interface PromptRead {
  readonly task: TaskShown;
  readonly cues: readonly string[];
  readonly features: RequestFeatures;
}

export interface Chosen {
  readonly candidate: CatalogModel;
  readonly reason: string;
  /** Whether another could follow where this one's endpoint fails. */
  readonly hasNext: boolean;
  /** Of this request alone, and of it with all that are expected to follow; undefined: unknown. */
  readonly step: CostRange | undefined;
  readonly rest: CostRange | undefined;
}

export interface ChooserPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly catalog: Pick<Catalog, 'models'>;
  readonly worker: Pick<WorkerApi, 'valueRequest'>;
  readonly settings: () => ChoiceSettings;
  readonly runs: RunBook;
  readonly menu: Pick<PolicyMenu, 'update'>;
  readonly newId: () => string;
  /** Does work when what is more urgent is done. */
  readonly later: (work: () => void) => void;
  readonly record: (events: readonly LedgerEvent[]) => void;
  readonly log: (sentence: string) => void;
  /** Asks whether a request that isn't expected to be worth its cost is sent all the same. */
  readonly mayGoOn: (question: ConfirmQuestion, runId: string, signal: AbortSignal) => Promise<boolean>;
}

export interface Chooser {
  /** `failed`: ids of models that failed at this very request. Throws EndpointError with a sentence where there is none. */
  byPolicy(policy: PolicyName, asked: AskedRequest, failed: ReadonlySet<string>, signal: AbortSignal): Promise<Chosen>;
  /**
   * The developer's own choice. Throws EndpointError where a folder's rule forbids it. What is asked is only waited for where a
   * limit is set.
   */
  byName(candidate: CatalogModel, places: RequestPlaces, asked: () => Promise<AskedRequest>): Promise<Chosen>;
  /** What a request of which nothing is known but its size is worth, where no rule stands against it. */
  usual(features: RequestFeatures, need: RequestNeed): Promise<RequestOutlook>;
  /** Whether any model could take the request, as far as is known now. */
  canServe(asked: AskedRequest): boolean;
  /** What the worker is asked about a request, the developer's rules applied: to foretell it, without sending anything. */
  question(asked: AskedRequest & { readonly prompt: PromptRead }): RequestQuestion;
}

/** Longer than this no chat waits for the worker. */
export const OUTLOOK_PATIENCE_MS = 300;

export function createChooser(ports: ChooserPorts): Chooser {
  const { clock, catalog, runs, settings } = ports;

  function rule(asked: AskedRequest, failed: ReadonlySet<string>): Ruling<CatalogModel> {
    const candidates = catalog.models().filter(({ id }) => !failed.has(id));
    const canServe = (candidate: CatalogModel) =>
      candidate.healthy !== false && candidate.trouble === undefined && fits(candidate.model, asked.need).fit !== 'no';
    return applyRules(candidates, { task: asked.prompt?.task, places: asked.places }, settings(), canServe);
  }

  async function byPolicy(
    policy: PolicyName,
    asked: AskedRequest,
    failed: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<Chosen> {
    const ruling = rule(asked, failed);
    const candidates = ruledOf(ruling);
    const notes = ruling.notes.join(' ');
    if (policy === 'balanced' && asked.prompt) return balanced(candidates, notes, asked, asked.prompt, signal);
    const choose = policy === 'best' ? chooseBest : chooseFrugal;
    return follow(choose(candidates, asked.need), notes, asked);
  }

  /** What a policy without a worker chose. */
  async function follow(route: RouteChoice<CatalogModel>, notes: string, asked: AskedRequest): Promise<Chosen> {
    if (!route.choice) throw new EndpointError('refused', [route.reason, notes].filter(Boolean).join(' '));
    const reason = [route.reason, notes].filter(Boolean).join(' ');
    const hasNext = route.runnerUp !== undefined;
    return { candidate: route.choice, reason, hasNext, ...(await costsOf(route.choice, reason, route, asked)) };
  }

  async function byName(
    candidate: CatalogModel,
    places: RequestPlaces,
    ask: () => Promise<AskedRequest>,
  ): Promise<Chosen> {
    const barred = folderBar(candidate, places, settings());
    if (barred !== undefined)
      throw new EndpointError('refused', `Not sent: ${barred}. Pick a local model, or change the setting (Allocator).`);
    const reason = `You picked ${candidate.model.name} on ${candidate.endpointLabel}.`;
    const costs = async () => {
      const asked = await ask();
      return costsOf(candidate, reason, chooseFrugal(catalog.models(), asked.need), asked);
    };
    if (isLimited(settings())) return { candidate, reason, hasNext: false, ...(await costs()) };
    // Handing a large request over to be counted takes its time: it is on its way first.
    ports.later(() => void costs().catch(unrecorded));
    return { candidate, reason, hasNext: false, step: undefined, rest: undefined };
  }

  /**
   * What a choice that was made without the worker is expected to cost. It is only waited for where a limit is set; what the
   * worker says later is recorded all the same, so that learners learn.
   */
  async function costsOf(
    candidate: CatalogModel,
    reason: string,
    route: RouteChoice<CatalogModel>,
    asked: AskedRequest,
  ): Promise<Pick<Chosen, 'step' | 'rest'>> {
    const at = clock.now();
    const { prompt } = asked;
    const isPolicy = asked.facts.policy !== undefined;
    const full = prompt && questionOf(standings(route), asked, prompt, { mayExplore: false });
    if (full && (asked.isFirst || isPolicy)) {
      const recorded = valued(full).then((outlook) => {
        recordChoice({ at, candidate, reason, route, asked, outlook });
        if (!outlook || !asked.isFirst) return;
        ports.menu.update(outlook, false);
        runs.quote(asked.facts.runId, restOf(outlook, candidate));
      });
      recorded.catch(unrecorded);
    } else if (isPolicy) recordChoice({ at, candidate, reason, route, asked, outlook: undefined });
    if (!isLimited(settings())) return { step: undefined, rest: undefined };
    if (!full) return guessed(candidate, asked.need);
    const only = {
      ...full,
      options: full.options.map((option) =>
        option.id === candidate.id ? { ...option, barred: undefined } : { ...option, barred: 'another was chosen' },
      ),
    };
    const answer = await valued(only);
    if (answer?.takenId !== candidate.id) return guessed(candidate, asked.need);
    return { step: answer.step, rest: restOf(answer, candidate) };
  }

  async function balanced(
    candidates: readonly CatalogModel[],
    notes: string,
    asked: AskedRequest,
    prompt: PromptRead,
    signal: AbortSignal,
  ): Promise<Chosen> {
    const at = clock.now();
    const route = chooseFrugal(candidates, asked.need);
    if (!route.choice) throw new EndpointError('refused', [route.reason, notes].filter(Boolean).join(' '));
    const { mode } = settings();
    const question = questionOf(standings(route), asked, prompt, { mayExplore: asked.isFirst });
    const mayStop = mode !== 'show' && asked.isFirst && !runs.hasAgreed(asked.facts.runId);
    let outlook = await valued({ ...question, mayStop });
    if (outlook && mayStop && outlook.taken.kind === 'stop') {
      // Where only models of unknown price are there, nothing tells that they aren't worth it.
      if (outlook.decision.candidates.some(canAnswer)) await stopOrGoOn(outlook, asked, signal);
      outlook = await valued({ ...question, mayStop: false });
    }
    if (!outlook) return follow(priorRoute(candidates, asked), notes, asked);
    const candidate = candidates.find(({ id }) => id === outlook.takenId);
    if (!candidate) {
      const barred = explain(outlook.decision, outlook.leftNanoCredits).barred.slice(0, 3).join(' ');
      throw new EndpointError(
        'refused',
        `${outlook.note ?? 'No model can be had.'} ${barred} Raise a limit, or add a model.`,
      );
    }
    const { reason } = decisionRecord(outlook.decision, takenOf(outlook), outlook.leftNanoCredits);
    const told = [outlook.note, reason, evidenceText(outlook.evidence), notes].filter(Boolean).join(' ');
    ports.record([decisionEvent({ at, asked, reason: told, outlook, byPolicy: true, candidate, route })]);
    if (asked.isFirst) ports.menu.update(outlook, false);
    const rest = restOf(outlook, candidate);
    runs.quote(asked.facts.runId, rest);
    const hasNext = outlook.decision.candidates.filter(canAnswer).length > 1;
    return { candidate, reason: told, hasNext, step: outlook.step, rest };
  }

  /** In a run that has begun, its model; else the cheapest that is strong enough. */
  function priorRoute(candidates: readonly CatalogModel[], asked: AskedRequest): RouteChoice<CatalogModel> {
    const late = 'What the request is worth could not be told in time, so Balanced does what its prior would.';
    const previous = runs.previous(asked.facts, asked.need.inputTokens);
    const all = chooseFrugal(candidates, asked.need);
    const kept = previous?.sameRun ? all.ranked.find(({ candidate }) => candidate.id === previous.optionId) : undefined;
    if (kept) {
      const ranked = [kept, ...all.ranked.filter((each) => each !== kept)];
      const reason = `${late} It stays with ${kept.candidate.model.name} on ${kept.candidate.endpointLabel} within the run.`;
      return { ...all, policy: 'prior', ranked, choice: kept.candidate, runnerUp: ranked[1]?.candidate, reason };
    }
    const route = choosePrior(candidates, asked.need, asked.prompt?.task.size);
    return { ...route, reason: route.choice ? `${late} ${route.reason}` : route.reason };
  }

  async function stopOrGoOn(outlook: RequestOutlook, asked: AskedRequest, signal: AbortSignal): Promise<void> {
    const { why } = explain(outlook.decision, outlook.leftNanoCredits);
    const message = 'No model is expected to be worth its cost for this request.';
    if (settings().mode === 'act')
      throw new EndpointError(
        'refused',
        `Not sent: ${message} ${why} Pick a model by its name, name a higher value, or set marginal.allocator.mode to "show".`,
      );
    const question: ConfirmQuestion = { kind: 'stop', message, detail: why };
    if (!(await ports.mayGoOn(question, asked.facts.runId, signal)))
      throw new EndpointError(
        'refused',
        `Not sent, as you chose. ${message} Pick a model by its name, or name a higher value.`,
      );
  }

  /** undefined: no answer in time. */
  /** A record that fails is no fault of the chat's. */
  function unrecorded(error: Error): void {
    ports.log(`A choice could not be recorded: ${error.message}`);
  }

  function valued(question: RequestQuestion): Promise<RequestOutlook | undefined> {
    return patiently(ports.worker.valueRequest(question), OUTLOOK_PATIENCE_MS).catch(() => undefined);
  }

  function questionOf(
    options: ReturnType<typeof standings<CatalogModel>>,
    { facts, need, valueNanoCredits }: AskedRequest,
    { task, cues, features }: PromptRead,
    { mayExplore }: Pick<RequestQuestion, 'mayExplore'>,
  ): RequestQuestion {
    const { agent, runId, sessionId, folder } = facts;
    return {
      features,
      task,
      cues,
      options: options.map(({ candidate, barred }) => optionOf(candidate, barred)),
      inputTokens: need.inputTokens,
      agent,
      runId,
      sessionId,
      folder,
      valueNanoCredits,
      previous: runs.previous(facts, need.inputTokens),
      failed: runs.failedBefore(runId),
      mayExplore,
      mayStop: false,
    };
  }

  /** A choice that the worker didn't make: by its rule, or the developer's own; it has no propensities. */
  function recordChoice(choice: Omit<RecordedChoice, 'byPolicy'>): void {
    ports.record([decisionEvent({ ...choice, byPolicy: false })]);
  }

  interface RecordedChoice {
    readonly at: number;
    readonly candidate: CatalogModel;
    readonly reason: string;
    readonly route: RouteChoice<CatalogModel>;
    readonly asked: AskedRequest;
    readonly outlook: RequestOutlook | undefined;
    /** The outlook's own choice, with its propensities. */
    readonly byPolicy: boolean;
  }

  function decisionEvent({ at, candidate, reason, route, asked, outlook, byPolicy }: RecordedChoice): LedgerEvent {
    const base = {
      kind: 'decision',
      callId: `decision:${ports.newId()}`,
      at,
      source: 'provider',
      facts: asked.facts,
      choice: candidate.model.name,
      reason,
    } as const;
    if (!outlook) {
      const candidates = route.ranked
        .slice(0, MOST_RANKED)
        .map(({ candidate: { id }, nanoCredits, doubt }) => ({ id, nanoCredits, doubt }));
      return { ...base, candidates };
    }
    const { decision, leftNanoCredits, features, evidence } = outlook;
    const taken = byPolicy
      ? takenOf(outlook)
      : { taken: valuedOf(outlook, candidate) ?? decision.choice, propensities: [], explored: false };
    const { candidates } = decisionRecord(decision, taken, leftNanoCredits);
    return {
      ...base,
      candidates: [...candidates],
      situation: {
        valueNanoCredits: decision.valueNanoCredits,
        prices: decision.prices,
        ...(leftNanoCredits === undefined ? {} : { leftNanoCredits }),
        ...(taken.explored ? { explored: true } : {}),
        evidence,
      },
      // What a run is about is told once: its later requests are the tools' results.
      ...(features && asked.isFirst ? { features: keptFeatures(features) } : {}),
      ...(asked.prompt && asked.isFirst ? { cues: [...asked.prompt.cues] } : {}),
    };
  }

  return {
    byPolicy,
    byName,
    usual: (features, need) =>
      ports.worker.valueRequest({
        features,
        task: { kind: 'feature', size: 'medium', sureness: 0 },
        options: standings(chooseFrugal(catalog.models(), need)).map(({ candidate, barred }) =>
          optionOf(candidate, barred),
        ),
        inputTokens: need.inputTokens,
        mayExplore: false,
      }),
    question(asked) {
      const route = chooseFrugal(ruledOf(rule(asked, new Set())), asked.need);
      return questionOf(standings(route), asked, asked.prompt, { mayExplore: false });
    },
    canServe: (asked) => chooseFrugal(ruledOf(rule(asked, new Set())), asked.need).choice !== undefined,
  };
}

const MOST_RANKED = 5;

function ruledOf({ candidates }: Ruling<CatalogModel>): readonly CatalogModel[] {
  return candidates.map(({ candidate, barred, privacyNanoCredits }) => ({ ...candidate, barred, privacyNanoCredits }));
}

function optionOf(
  { id, endpoint, endpointLabel, model, local, price, strength, privacyNanoCredits }: CatalogModel,
  barred: string | undefined,
): RequestOption {
  return {
    id,
    endpointId: endpoint.id,
    endpointLabel,
    model: model.name,
    provider: endpoint.provider,
    local,
    resident: model.resident,
    price,
    passRate: strength?.passRate,
    privacyNanoCredits,
    barred,
  };
}

const canAnswer = ({ use, barred }: Valued) => use.kind !== 'stop' && barred === undefined;
const isLimited = ({ confirm, budgetHolds }: ChoiceSettings) =>
  budgetHolds || confirm.requestNanoCredits !== undefined || confirm.runNanoCredits !== undefined;

function valuedOf({ decision }: RequestOutlook, { model, endpoint }: CatalogModel): Valued | undefined {
  return decision.candidates.find(
    ({ use }) => 'model' in use && use.model === model.name && use.endpointId === endpoint.id,
  );
}

function restOf(outlook: RequestOutlook, candidate: CatalogModel): CostRange | undefined {
  return valuedOf(outlook, candidate)?.prediction.cost;
}

function takenOf({ decision, taken, propensities, explored }: RequestOutlook) {
  const done = decision.candidates.find(({ use }) => sameUse(use, taken)) ?? decision.choice;
  return { taken: done, propensities, explored };
}

function sameUse(a: Valued['use'], b: Valued['use']): boolean {
  if (a.kind !== b.kind) return false;
  return !('model' in a && 'model' in b) || (a.model === b.model && a.endpointId === b.endpointId);
}

/** Without the worker: as long as a usual answer, and at most as long as there is room for. */
function guessed(candidate: CatalogModel, need: RequestNeed): Pick<Chosen, 'step' | 'rest'> {
  const usual = expectedCost(candidate, need);
  const most = expectedCost(candidate, { ...need, expectedOutputTokens: need.outputReserveTokens });
  const step = usual === undefined || most === undefined ? undefined : { p10: usual, p50: usual, p90: most };
  return { step, rest: step };
}

function evidenceText({ outcomes, settled }: Evidence): string | undefined {
  if (settled) return undefined;
  if (outcomes === 0) return 'No outcome was seen here yet: chances are those of public benchmarks (value ?).';
  const seen = outcomes === 1 ? 'one outcome' : `${outcomes} outcomes`;
  return `After ${seen} here its forecasts are not proven yet (value ?).`;
}

function keptFeatures({ dense, words, length, requestClass }: RequestFeatures) {
  return { dense: dense.map((value) => Number(value.toFixed(4))), words: [...words], length, requestClass };
}
