/** The allocator's request side: what a request is worth with each model, at which prices, and why the last one went where it did. */
import { type AllocationSettings, DEFAULT_ALLOCATION_SETTINGS } from '../../core/allocate/allocationSettings.ts';
import { leftAt, pricesAt } from '../../core/allocate/allocatorState.ts';
import { type CreditAccount, creditAccounts } from '../../core/allocate/creditAccounts.ts';
import { decisionRecord, readCandidates } from '../../core/allocate/decisionRecord.ts';
import { modelBeliefs } from '../../core/allocate/modelBeliefs.ts';
import type { Prices } from '../../core/allocate/objective.ts';
import type { LastDecision, PricesView, RequestOutlook, RequestQuestion } from '../../core/allocate/outlook.ts';
import { evidenceOf, learningLeft, plainFeatures, stepsOf } from '../../core/allocate/requestMemory.ts';
import { quoteRequest } from '../../core/allocate/requestQuote.ts';
import { type RequestKnowledge, type RequestSituation, valueRequest } from '../../core/allocate/requestValue.ts';
import { type ModelOffer, type RunAtHand, type RunModel, runModels } from '../../core/allocate/runModels.ts';
import { constraintTexts } from '../../core/allocate/shadowPrices.ts';
import { workingHoursBetween } from '../../core/allocate/workingHours.ts';
import { type IntervalReport, intervalReport } from '../../core/diagnose/intervalScore.ts';
import type { ModelBelief } from '../../core/diagnose/learningMargins.ts';
import { type ProbabilityReport, probabilityReport } from '../../core/diagnose/probabilityScore.ts';
import type { BurnSummary } from '../../core/ledger/entry.ts';
import type { DecisionEvent, LedgerEvent } from '../../core/ledger/event.ts';
import type { NanoCredits } from '../../core/money.ts';
import type { Plan } from '../../core/plans/plan.ts';
import type { PlanStanding } from '../../core/plans/planStandings.ts';
import type { ModelPrior } from '../../core/quality/requestLearner.ts';
import { saltedWords } from '../../core/quality/wordSalt.ts';
import type { Clock, Cursor, LedgerStore, WorkerApi } from '../../ports.ts';
import { patiently } from '../patiently.ts';
import { createBudgets, isSummed } from './budgets.ts';
import { type FollowerPorts, follower } from './follower.ts';
import { newLearning } from './learning.ts';
import { taskLessons } from './taskLessons.ts';

export interface AllocationPorts {
  readonly clock: Clock;
  readonly ledger: FollowerPorts['ledger'] & Pick<LedgerStore, 'latestDecision' | 'revision' | 'cursor' | 'lease'>;
  /** Writes events and cursors; rejects where they can't be kept. */
  readonly keep: (events: readonly LedgerEvent[], cursors?: Readonly<Record<string, Cursor>>) => Promise<void>;
  readonly settings: () => AllocationSettings | undefined;
  readonly plans: () => readonly Plan[];
  /** In the order of the plans. */
  readonly standings: () => readonly PlanStanding[];
  readonly summary: () => Pick<BurnSummary, 'today' | 'month'>;
  readonly priorOf: (model: string) => ModelPrior;
  /** Names this window among all. */
  readonly holder: string;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** undefined: the trouble is over. */
  readonly onTrouble: (sentence: string | undefined) => void;
}

type Methods =
  | 'valueRequest'
  | 'quote'
  | 'prices'
  | 'lastDecision'
  | 'offerModels'
  | 'taskLessons'
  | 'correctTask'
  | 'reserve'
  | 'release';

export interface Allocation extends Pick<WorkerApi, Methods> {
  /** Something was written to the ledger. */
  follow(): void;
  /** Settings or plans changed. */
  renew(): void;
  /** The prices of what an agent spends. */
  pricesOf(agent: string): Prices;
  /** The class that the developer gave a run's task; undefined: none. */
  correctionOf: ReturnType<typeof taskLessons>['correctionOf'];
  /** What these corrections have taught. */
  lessons: ReturnType<typeof taskLessons>['known'];
  /** Forgets which class the developer gave these runs' tasks. Rejects where that can't be kept. */
  forgetCorrections(runIds: ReadonlySet<string>): Promise<void>;
  /** The models that a run could go on with; none before the window told of any. */
  othersFor(run: RunAtHand): readonly RunModel[];
  /** How the ranges of runs have done that were foretold at their first request; in credits. */
  quoteScores(): IntervalReport;
  /** How what was foretold of requests’ success has done. */
  successScore(): ProbabilityReport;
  /** What is believed of models on a usual request. */
  beliefs(): readonly ModelBelief[];
  dispose(): void;
}

/**
 * A request doesn't wait longer for what the ledger knows: it is then valued by the priors. Less than what its chat waits for
 * this answer (`OUTLOOK_PATIENCE_MS` of the chooser), or it would be answered too late.
 */
const PATIENCE_MS = 150;
/** How plans stand is asked for again after so long. */
const STANDINGS_LIFE_MS = 20_000;
const SALT = 'allocation-salt';
const USUAL_AGENT = 'vscode-chat';

export function createAllocation(ports: AllocationPorts): Allocation {
  const { clock, ledger, keep, random } = ports;
  const settings = () => ports.settings() ?? DEFAULT_ALLOCATION_SETTINGS;
  const lessons = taskLessons({ clock, cursor: (key) => ledger.cursor(key), keep });

  let trouble: string | undefined;
  function onTrouble(error: unknown): void {
    const sentence = error === undefined || error instanceof Error ? error?.message : String(error);
    if (sentence !== trouble) ports.onTrouble(sentence);
    trouble = sentence;
  }

  function accountsNow() {
    try {
      return creditAccounts(settings(), ports.plans(), ports.standings());
    } catch (error) {
      onTrouble(error);
      return creditAccounts(settings(), [], []);
    }
  }

  const followed = follower({
    ledger,
    clock,
    fresh: () => newLearning(accountsNow(), ports.priorOf, countsSpend(settings())),
    onTrouble,
  });

  let salted: ReturnType<typeof saltedWords> | undefined;
  async function saltOf(): Promise<NonNullable<typeof salted>> {
    if (salted) return salted;
    let salt = ledger.cursor(SALT);
    if (typeof salt !== 'number') {
      salt = Math.floor(random() * 2 ** 32);
      await keep([], { [SALT]: salt });
    }
    salted = saltedWords(salt);
    return salted;
  }

  /** The accounts as they stand now, in the order of those that were learned under; what was learned of each is kept. */
  let stood: { readonly at: number; readonly accounts: ReturnType<typeof accountsNow> } | undefined;
  function standing() {
    if (!stood || clock.elapsed() - stood.at >= STANDINGS_LIFE_MS)
      stood = { at: clock.elapsed(), accounts: accountsNow() };
    const learning = followed.current();
    const { own, plans, front } = stood.accounts;
    const learnedOf = (account: CreditAccount) => {
      const before = [learning.accounts.own, ...learning.accounts.plans];
      return learning.stateOf(before.find(({ label }) => label === account.label) ?? account);
    };
    const priceOf = (account: CreditAccount) => pricesAt(learnedOf(account), clock.now(), account.setting);
    return { own, plans, front, learnedOf, priceOf, learning };
  }

  function situationOf({ agent = USUAL_AGENT, runId, sessionId, folder }: RequestQuestion): RequestSituation {
    const at = clock.now();
    const { own, plans, front, priceOf, learning } = standing();
    const prices = priceOf(front);
    const ownPrices = front === own ? prices : priceOf(own);
    return {
      at,
      settings: settings(),
      prices,
      creditOf(option) {
        const plan = plans.find((each) => each.pays(option, agent));
        if (!plan) return front === own ? undefined : { credit: { kappa: 1, beta: ownPrices.beta } };
        const { leftNanoCredits } = plan;
        if (plan === front) return { leftNanoCredits };
        const { kappa, beta } = priceOf(plan);
        // What a plan pays for counts in the developer's month too.
        return { credit: { kappa, beta: beta + ownPrices.beta }, leftNanoCredits };
      },
      leftNanoCredits: budgets.left({ runId, sessionId, folder }),
      learningNanoCredits: learningLeft(learning.memory, at),
      random,
    };
  }

  let spent: { readonly revision: number; readonly today: NanoCredits; readonly month: NanoCredits } | undefined;
  function spentNow() {
    const revision = ledger.revision();
    if (spent?.revision !== revision) {
      const { today, month } = ports.summary();
      spent = { revision, today: today.nanoCredits, month: month.nanoCredits };
    }
    return spent;
  }

  const budgets = createBudgets({
    clock,
    ledger,
    keep,
    holder: ports.holder,
    limits: () => settings().limits,
    spent: () => followed.current().budget().spent,
    summed: spentNow,
    onTrouble,
  });

  function knowledgeOf(): RequestKnowledge {
    const { learning, learnedOf, own } = standing();
    const { memory } = learning;
    return {
      learner: memory.learner,
      outputs: memory.outputs,
      steps: memory.steps,
      costFactors: memory.costFactors,
      quoteTails: memory.quoteTails,
      speeds: learnedOf(own).speeds,
      evidence: evidenceOf(memory),
      stepsOf: (runId) => stepsOf(memory, runId),
    };
  }

  async function prepared<Answer>(
    question: RequestQuestion,
    answer: (knowledge: RequestKnowledge, question: RequestQuestion, situation: RequestSituation) => Answer,
  ): Promise<Answer> {
    await patiently(followed.ready(), PATIENCE_MS);
    // What a large import writes is taken in behind the request.
    await patiently(followed.follow(), PATIENCE_MS);
    const salt = await saltOf().catch((error: unknown) => {
      onTrouble(error);
      return undefined;
    });
    const kept = salt ? { ...question, features: salt(question.features) } : question;
    return answer(knowledgeOf(), kept, situationOf(question));
  }

  /** The latest decision is on disk, or can't be kept. */
  let recorded: Promise<void> = Promise.resolve();
  function record(outlook: RequestOutlook, { record: as, features, previous, cues }: RequestQuestion): void {
    if (!as) return;
    const { decision, taken, propensities, explored, leftNanoCredits, evidence } = outlook;
    const done = decision.candidates.find(({ use }) => use === taken) ?? decision.choice;
    const { choice, reason, candidates } = decisionRecord(
      decision,
      { taken: done, propensities, explored },
      leftNanoCredits,
    );
    const event: DecisionEvent = {
      kind: 'decision',
      callId: as.callId,
      at: clock.now(),
      source: 'provider',
      facts: as.facts,
      choice,
      reason: outlook.note !== undefined && !explored ? `${outlook.note} ${reason}` : reason,
      candidates: [...candidates],
      situation: {
        valueNanoCredits: decision.valueNanoCredits,
        prices: decision.prices,
        ...(leftNanoCredits === undefined ? {} : { leftNanoCredits }),
        ...(explored ? { explored } : {}),
        evidence,
      },
      // What a run is about is told once: its later requests are the tools' results.
      ...(previous?.sameRun
        ? {}
        : {
            features: {
              dense: features.dense.map((value) => Number(value.toFixed(4))),
              words: [...features.words],
              length: features.length,
              requestClass: features.requestClass,
            },
          }),
      ...(cues ? { cues: [...cues] } : {}),
    };
    // A chat goes on although its decision can't be kept.
    recorded = keep([event]).catch(onTrouble);
  }

  let offer: ModelOffer | undefined;

  return {
    async offerModels(next) {
      offer = next;
    },
    othersFor(run) {
      if (!offer || offer.models.length === 0) return [];
      // How models differ is in the ledger: until it is read nothing else is advised.
      if (!followed.isReady()) {
        void followed.ready();
        return [];
      }
      const { own, plans, priceOf, learnedOf, learning } = standing();
      return runModels(offer, run, {
        learner: learning.memory.learner,
        speeds: learnedOf(own).speeds,
        usual: plainFeatures(learning.memory.learner),
        at: clock.now(),
        creditOf(model) {
          const ownPrice = priceOf(own);
          const plan = plans.find((each) => each.pays(model, USUAL_AGENT));
          if (!plan) return { kappa: 1, beta: ownPrice.beta };
          const { kappa, beta } = priceOf(plan);
          return { kappa, beta: beta + ownPrice.beta };
        },
      });
    },
    valueRequest: (question) =>
      prepared(question, (knowledge, salted, situation) => {
        const outlook = valueRequest(knowledge, salted, situation);
        record(outlook, salted);
        return outlook;
      }),
    quote: (question) => prepared(question, quoteRequest),
    async prices(): Promise<PricesView> {
      await patiently(followed.ready(), PATIENCE_MS);
      await followed.follow();
      const at = clock.now();
      const { own, front, learnedOf, priceOf } = standing();
      const { constraints, periodAt } = front.setting;
      const period = periodAt(at);
      const left =
        front === own
          ? period && Math.max(0, period.nanoCredits - spentNow().month)
          : leftAt(learnedOf(front), at, front.setting);
      const budget =
        period && left !== undefined
          ? { leftNanoCredits: left, workingHoursLeft: workingHoursBetween(at, period.end) }
          : undefined;
      return {
        at,
        prices: priceOf(front),
        constraints: { kappa: front.kappaText, ...constraintTexts(constraints, { budget }) },
        history: learnedOf(front).prices.history,
        leftNanoCredits: left,
      };
    },
    async lastDecision(runId): Promise<LastDecision | undefined> {
      await recorded;
      const event = ledger.latestDecision(runId);
      if (!event) return undefined;
      const { at, facts, choice, reason, candidates, situation } = event;
      return { at, facts, choice, reason, candidates: readCandidates(candidates), situation };
    },
    taskLessons: async () => lessons.known(),
    async correctTask(runId, right, cues) {
      await recorded;
      return lessons.correct(runId, right, cues ?? ledger.latestDecision(runId, true)?.cues ?? []);
    },
    async reserve(request) {
      await patiently(followed.ready(), PATIENCE_MS);
      await followed.follow();
      return budgets.reserve(request);
    },
    release: budgets.release,
    follow() {
      void followed.follow();
    },
    renew() {
      stood = undefined;
      followed.renew();
    },
    pricesOf(agent) {
      const { own, plans, priceOf } = standing();
      const plan = plans.find((each) => each.pays({ provider: undefined }, agent));
      // Only what has to last is worth more than its cash price, and only the ledger tells how fast it goes.
      if ([own, ...(plan ? [plan] : [])].some(({ setting }) => setting.periodAt(clock.now()))) void followed.ready();
      const prices = priceOf(own);
      if (!plan) return prices;
      const { kappa, beta } = priceOf(plan);
      return { ...prices, kappa, beta: beta + prices.beta };
    },
    correctionOf: lessons.correctionOf,
    forgetCorrections: lessons.forget,
    lessons: lessons.known,
    quoteScores: () => intervalReport(followed.current().memory.quotes),
    successScore: () => probabilityReport(followed.current().memory.scores),
    beliefs() {
      const { front, priceOf, learning } = standing();
      const { kappa, beta } = priceOf(front);
      return modelBeliefs(learning.memory, clock.now(), kappa + beta);
    },
    dispose: followed.dispose,
  };
}

/** Whether what runs, sessions, projects or models have spent is of interest: it is summed call by call. */
function countsSpend({ limits }: AllocationSettings): boolean {
  return !limits.every(isSummed);
}
