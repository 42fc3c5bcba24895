/**
 * The models that the developer has, as what a run at work could go on with: stronger ones, and those on own hardware. Only
 * models of whose strength something is known, as of the run's own, are among them: a guess is no reason to switch.
 */

import { NANO_PER_CREDIT, type NanoCredits } from '../money.ts';
import { cost } from '../prices/cost.ts';
import type { OtherModel } from '../quality/otherModel.ts';
import type { RequestFeatures } from '../quality/requestFeatures.ts';
import { predictSuccess, type RequestLearner } from '../quality/requestLearner.ts';
import { TASK_KINDS, TASK_SIZES } from '../quality/taskClass.ts';
import type { Candidate } from '../route/candidate.ts';
import { fits } from '../route/fits.ts';
import type { PrivacyPrice } from '../route/privacy.ts';
import { applyRules, type Rule, type RuleSituation } from '../route/rules.ts';
import { predictWait, type Speeds } from './latency.ts';
import type { CreditPrice } from './objective.ts';
import { dayNumber, modelKey } from './requestKeys.ts';

/** What the window tells the worker of the models that could be had, and of the developer's rules for them. */
export interface ModelOffer {
  readonly models: readonly OfferedModel[];
  readonly rules: readonly Rule[];
  readonly privacy: readonly PrivacyPrice[];
  /** For `~`; undefined: not known. */
  readonly home: string | undefined;
}

export interface OfferedModel extends Candidate {
  /** The catalogue's: unique. */
  readonly id: string;
  /** Whose price list applies; undefined: unknown. */
  readonly provider: string | undefined;
}

/** The run as it stands. */
export interface RunAtHand {
  readonly model: string;
  readonly local: boolean;
  /** As in {@link Speeds}; undefined: it doesn't pass through Marginal. */
  readonly speedKey: string | undefined;
  /** As the ledger names them. */
  readonly taskKind: string | undefined;
  readonly taskSize: string | undefined;
  readonly folder: string | undefined;
  /** Of its first request; undefined: nobody told. */
  readonly features: RequestFeatures | undefined;
  /** Of its latest step. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly secondsPerStep: number;
}

export interface RunModelKnowledge {
  readonly learner: RequestLearner;
  readonly speeds: Speeds;
  /** What is known of any request; see {@link RunAtHand}. */
  readonly usual: RequestFeatures;
  /** What pays for a model's tokens. */
  readonly creditOf: (model: OfferedModel) => CreditPrice;
  /** Epoch ms. */
  readonly at: number;
}

/** A model that a run could go on with, and what a decision says of it. */
export interface RunModel extends OtherModel {
  readonly model: string;
  readonly endpointId: string;
  readonly local: boolean;
  readonly credit: CreditPrice;
  /** Standard deviation of what it adds to the chance. */
  readonly deviation: number;
  /** What privacy asks for each of its steps where the run's own model stays on own hardware. */
  readonly privacyNanoCredits: NanoCredits;
}

/** Outcomes of a model that tell of its strength where no benchmark does. */
const LEAST_OUTCOMES = 5;
/** Models this near to each other are alike. */
const LEAST_STRONGER = 0.02;
const CACHED_SHARE = 0.9;
const CASH: CreditPrice = { kappa: 1, beta: 0 };

export function runModels(offer: ModelOffer, run: RunAtHand, known: RunModelKnowledge): readonly RunModel[] {
  const { learner, at } = known;
  const own = modelKey(run.model);
  if (!isRated(learner, own)) return [];
  const features = run.features ?? known.usual;
  const chanceOf = (model: string) => predictSuccess(learner, features, model, { day: dayNumber(at) });
  const ours = chanceOf(own);
  const need = {
    inputTokens: run.inputTokens,
    outputReserveTokens: Math.max(1000, 2 * run.outputTokens),
    expectedOutputTokens: run.outputTokens,
    tools: true,
    images: false,
  };
  const canServe = (each: OfferedModel) =>
    !each.demo && each.healthy !== false && each.trouble === undefined && fits(each.model, need).fit !== 'no';
  const places = { folders: run.folder === undefined ? [] : [run.folder], files: [], home: offer.home };
  const { candidates } = applyRules(offer.models, { task: taskOf(run), places }, offer, canServe);
  return candidates.flatMap(({ candidate, barred, privacyNanoCredits }): readonly RunModel[] => {
    const key = modelKey(candidate.model.name);
    if (barred !== undefined || !canServe(candidate) || key === own || !isRated(learner, key)) return [];
    const theirs = chanceOf(key);
    const isStronger = theirs.mean >= ours.mean + LEAST_STRONGER;
    const goesLocal = candidate.local && !run.local;
    if (!isStronger && !goesLocal) return [];
    const priced = pricesOf(candidate, run, known);
    if (!priced) return [];
    const credit = candidate.local ? CASH : known.creditOf(candidate);
    return [
      {
        ...priced,
        id: candidate.id,
        use: goesLocal ? 'switch' : 'escalate',
        ...chances(ours.mean, theirs.mean),
        price: credit.kappa + credit.beta,
        credit,
        model: candidate.model.name,
        endpointId: candidate.endpointId,
        local: candidate.local,
        deviation: Math.hypot(theirs.standardDeviation, ours.standardDeviation),
        privacyNanoCredits: run.local ? privacyNanoCredits : 0,
      },
    ];
  });
}

/**
 * What the weaker of two would do, the stronger would, too: of all that agree with the two chances this makes the least of
 * switching away from a run that goes wrong, whose context the other model takes over.
 */
function chances(own: number, other: number): Pick<OtherModel, 'ifOwnSucceeds' | 'ifOwnFails'> {
  return other >= own
    ? { ifOwnSucceeds: 1, ifOwnFails: (other - own) / Math.max(0.01, 1 - own) }
    : { ifOwnSucceeds: other / own, ifOwnFails: 0 };
}

function taskOf({ taskKind, taskSize }: RunAtHand): RuleSituation['task'] {
  const kind = TASK_KINDS.find((each) => each === taskKind);
  const size = TASK_SIZES.find((each) => each === taskSize);
  return kind && size && { kind, size };
}

/** Outcomes or a public benchmark tell of its strength. */
function isRated(learner: RequestLearner, model: string): boolean {
  const belief = learner.models.get(model);
  const { passRate } = belief?.prior ?? learner.priorOf(model);
  return passRate !== undefined || (belief?.outcomes ?? 0) >= LEAST_OUTCOMES;
}

type Priced = Pick<OtherModel, 'tokenPrice' | 'creditsPerStep' | 'stepSeconds' | 'switchSeconds'>;

/** What its tokens and its time cost; undefined: its price is unknown. */
function pricesOf(candidate: OfferedModel, run: RunAtHand, { speeds, at }: RunModelKnowledge): Priced | undefined {
  const { price, local, endpointId, model } = candidate;
  const { inputTokens, outputTokens } = run;
  const work = { inputTokens, outputTokens, at };
  const cachedTokens = CACHED_SHARE * inputTokens;
  const key = `${endpointId}\n${model.name}`;
  const later = predictWait(speeds, key, { ...work, cachedTokens, local }).p50;
  const first = predictWait(speeds, key, { ...work, local, resident: model.resident }).p50;
  const ours = predictWait(speeds, run.speedKey ?? '', { ...work, cachedTokens, local: run.local }).p50;
  const waits = { stepSeconds: Math.max(later, run.secondsPerStep - ours + later), switchSeconds: first - later };
  if (price?.rate.kind === 'seconds') {
    // What the first step takes longer is spread over none: it is little beside its wait.
    const credits = (cost(undefined, price, { seconds: later }) ?? 0) / NANO_PER_CREDIT;
    return { ...waits, tokenPrice: { fresh: 0, cached: 0, output: 0 }, creditsPerStep: credits };
  }
  // As many as the run sends: a long prompt may have another price.
  const many = Math.max(1000, inputTokens);
  const creditsOf = (usage: { readonly fresh?: number; readonly cacheRead?: number; readonly text?: number }) => {
    const nano = cost({ fresh: 0, cacheRead: 0, cacheWrite: 0, text: 0, ...usage }, price);
    return nano === undefined ? undefined : nano / NANO_PER_CREDIT;
  };
  const [fresh, cached, both] = [
    creditsOf({ fresh: many }),
    creditsOf({ cacheRead: many }),
    creditsOf({ fresh: many, text: 1000 }),
  ];
  if (fresh === undefined || cached === undefined || both === undefined) return undefined;
  const tokenPrice = { fresh: fresh / many, cached: cached / many, output: (both - fresh) / 1000 };
  return { ...waits, tokenPrice, creditsPerStep: 0 };
}
