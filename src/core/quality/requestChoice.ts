/**
 * Which model a request goes to, or none: argmax of V·ΔQ − price·ΔC over models and `stop` (net 0). Where failures are seen
 * and another model may follow, the value of a model includes what is still to be had after its failure, by dynamic
 * programming over the sets of models that failed (sequential search; Weitzman 1979, here with correlated chances). Models
 * that are little known are tried by Thompson sampling (Thompson 1933) of their levels and costs, as long as what perfect
 * information would be worth over the requests to come (Raiffa & Schlaifer 1961) exceeds what the trial is expected to lose.
 */
import { chancesByDifficulty, DIFFICULTIES, difficultyShares, spreadOf } from './requestDifficulty.ts';
import type { RequestFeatures } from './requestFeatures.ts';
import { type Outlook, outlookOf, predictCredits, type RequestLearner } from './requestLearner.ts';
import { sigmoid } from './requestWeights.ts';

export interface ModelOption {
  readonly model: string;
  /** What the request would cost, where the caller knows it better than outcomes tell. undefined: as learned. */
  readonly credits?: number | undefined;
  /** Waiting, risk, a lost cache: whatever else stands against this model, in credits, already priced. */
  readonly alsoCredits?: number | undefined;
}

export interface ChoiceQuestion {
  readonly features: RequestFeatures;
  readonly options: readonly ModelOption[];
  /** V, in credits. */
  readonly value: number;
  /** κ + β; 1 where not given. */
  readonly price?: number | undefined;
  /** Whether a failure will be seen and another option may follow. */
  readonly observesFailure?: boolean | undefined;
  /** Models that were seen to fail on this task. */
  readonly failed?: readonly string[] | undefined;
  readonly day?: number | undefined;
  /** undefined: the best is taken as far as is known, nothing is tried out. */
  readonly explore?: Exploration | undefined;
}

export interface Exploration {
  /** In [0, 1). */
  readonly random: () => number;
  /** Requests to come that will profit. undefined: 1,000, about what a developer asks while half of the evidence fades. */
  readonly horizon?: number | undefined;
  /** What a trial may be expected to lose at most, in credits. undefined: as much as it is worth. */
  readonly mostCredits?: number | undefined;
}

/** In credits; they sum to the net. */
export interface ChoiceTerms {
  /** V × the chance of success. */
  readonly quality: number;
  /** −price × expected credits. */
  readonly credits: number;
  /** Minus what else stands against it. */
  readonly also: number;
  /** What is expected of going on after its failure; 0 where failures aren't seen. */
  readonly afterFailure: number;
}

export interface Candidate {
  /** A model, or `stop`. */
  readonly use: string;
  readonly terms: ChoiceTerms;
  readonly net: number;
}

export interface Choice {
  readonly choice: string;
  /** Best first. */
  readonly candidates: readonly Candidate[];
  /** The best candidate besides the choice. */
  readonly runnerUp: Candidate | undefined;
  /** The chance that this choice had before it was drawn. */
  readonly propensity: number;
  /** The chances of all that could have been drawn; they sum to 1. */
  readonly chances: ReadonlyMap<string, number>;
  /** Whether it was taken for what it teaches, against the best candidate. */
  readonly explored: boolean;
}

export const STOP = 'stop';

const DRAWS = 16;
const USUAL_HORIZON = 1000;
/**
 * The standard deviation of levels is drawn at this part of itself (posterior reshaping, Chapelle & Li 2011): plain Thompson
 * sampling tries for longer than some hundred requests can repay.
 */
const RESHAPING = 0.3;
/** Every eighth draw takes a model that is younger than the horizon at its full width, so that bad luck at first isn't the end. */
const FULL_WIDTH_EVERY = 8;
/** More options than these aren't planned ahead with: 2⁶ sets. */
const MOST_PLANNED = 6;
const NO_TERMS: ChoiceTerms = { quality: 0, credits: 0, also: 0, afterFailure: 0 };

interface Prospect {
  readonly option: ModelOption;
  readonly outlook: Outlook;
  readonly credits: number;
  /** Of a request of a usual length. */
  readonly usualCredits: number;
  /** Standard deviation of ln(credits). */
  readonly spread: number;
}

interface Valued {
  readonly chance: number;
  readonly cost: number;
}

export function chooseModel(learner: RequestLearner, question: ChoiceQuestion): Choice {
  const { features, options, value, price = 1, day = 0, explore } = question;
  const failed = question.failed ?? [];
  const spread = spreadOf(learner.difficulty);
  const outlooks = outlookOf(learner, features, [...options.map(({ model }) => model), ...failed], day);
  const prospects = options.map((option, index): Prospect => {
    const forecast = predictCredits(learner, features, option.model, day);
    const outlook = outlooks[index] as Outlook;
    const usual = { ...features, length: Math.exp(learner.logLength) };
    return {
      option,
      outlook,
      usualCredits: option.credits ?? predictCredits(learner, usual, option.model, day).mean,
      credits: option.credits ?? forecast.mean,
      spread: option.credits === undefined ? forecast.spread : 0,
    };
  });
  const shares = difficultyShares(
    outlooks.slice(options.length).map(({ chance }) => chancesByDifficulty(chance, spread)),
  );
  const plan = (valued: readonly Valued[]) =>
    termsOf(valued, { value, shares, spread, ahead: question.observesFailure === true });

  const known = plan(
    prospects.map(({ option, outlook, credits }) => ({
      chance: outlook.chance,
      cost: price * credits + (option.alsoCredits ?? 0),
    })),
  );
  const candidates: readonly Candidate[] = [
    ...prospects.map(({ option, credits }, index): Candidate => {
      const { quality, afterFailure } = known[index] ?? { quality: 0, afterFailure: 0 };
      const terms: ChoiceTerms = { quality, credits: -price * credits, also: -(option.alsoCredits ?? 0), afterFailure };
      return { use: option.model, terms, net: terms.quality + terms.credits + terms.also + terms.afterFailure };
    }),
    { use: STOP, terms: NO_TERMS, net: 0 },
  ];
  const best = candidates.reduce((a, b) => (b.net > a.net ? b : a));
  const sorted = candidates.toSorted((a, b) => b.net - a.net);
  const { use, chances } = explore ? explored(explore) : { use: best.use, chances: new Map([[best.use, 1]]) };
  return {
    choice: use,
    candidates: sorted,
    runnerUp: sorted.find((candidate) => candidate.use !== use),
    propensity: chances.get(use) ?? 0,
    chances,
    explored: use !== best.use,
  };

  function explored({ random, horizon, mostCredits = Number.POSITIVE_INFINITY }: Exploration) {
    const winners: number[] = [];
    let perfect = 0;
    const typicalSums = candidates.map(() => 0);
    for (let draw = 0; draw < DRAWS; draw += 1) {
      const common = normal(random);
      const chances = prospects.map(
        ({ outlook }) =>
          (draw % FULL_WIDTH_EVERY === 0 && outlook.age < USUAL_HORIZON ? 1 : RESHAPING) *
          (outlook.commonSd * common + outlook.ownSd * normal(random)),
      );
      const factors = prospects.map(({ spread: own }) =>
        own > 0 ? Math.exp(own * normal(random) - (own * own) / 2) : 1,
      );
      const drawn = (usual: boolean) =>
        plan(
          prospects.map((prospect, index) => sampled(prospect, chances[index] ?? 0, factors[index] ?? 1, price, usual)),
        );
      const nets = [...drawn(false).map(({ net }) => net), 0];
      winners.push(nets.reduce((a, net, index) => (net > (nets[a] ?? 0) ? index : a), nets.length - 1));
      const typical = [...drawn(true).map(({ net }) => net), 0];
      perfect += Math.max(...typical);
      for (const [index, net] of typical.entries()) typicalSums[index] = (typicalSums[index] ?? 0) + net;
    }
    const worth = (horizon ?? USUAL_HORIZON) * ((perfect - Math.max(...typicalSums)) / DRAWS);
    const taken = winners.map((winner) => {
      const candidate = candidates[winner] ?? best;
      const loss = best.net - candidate.net;
      return loss < worth && loss <= mostCredits ? candidate.use : best.use;
    });
    const chances = new Map<string, number>();
    for (const use of taken) chances.set(use, (chances.get(use) ?? 0) + 1 / DRAWS);
    return { use: taken[Math.min(DRAWS - 1, Math.floor(random() * DRAWS))] ?? best.use, chances };
  }
}

/**
 * A model as it might be, by what isn't known of its level (`shift`, in logits) and its cost (`factor`, of mean 1), for this
 * request; or for a usual one, of which only the level and a middle length are known.
 */
function sampled(prospect: Prospect, shift: number, factor: number, price: number, usual: boolean): Valued {
  const { predictors } = prospect.outlook;
  const taken = usual ? predictors.slice(0, 1).map(({ logit }) => ({ logit, trust: 1 })) : predictors;
  const chance = taken.reduce((sum, { logit, trust }) => sum + trust * sigmoid(logit.mean + shift), 0);
  const credits = usual ? prospect.usualCredits : prospect.credits;
  return { chance, cost: price * credits * factor + (prospect.option.alsoCredits ?? 0) };
}

interface Plan {
  readonly value: number;
  /** Weights of the difficulties after what has failed. */
  readonly shares: readonly number[];
  readonly spread: number;
  readonly ahead: boolean;
}

/** For each option: V × its chance, what is expected after its failure, and its net. */
function termsOf(valued: readonly Valued[], { value, shares, spread, ahead }: Plan) {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const byDifficulty = valued.map(({ chance }) => chancesByDifficulty(chance, spread));
  const now = valued.map(({ chance, cost }, index) => {
    const after = total > 0 ? dot(shares, byDifficulty[index] ?? []) / total : chance;
    return { chance: after, net: value * after - cost, quality: value * after, afterFailure: 0 };
  });
  if (!ahead || valued.length < 2 || total <= 0) return now;
  // The most promising are planned with; the others are valued for themselves.
  const planned = now
    .map(({ chance, net }, index) => ({
      index,
      promise: net > 0 ? chance / Math.max(1e-9, valued[index]?.cost ?? 0) : net,
    }))
    .toSorted((a, b) => b.promise - a.promise)
    .slice(0, MOST_PLANNED)
    .map(({ index }) => index);
  const worthAfter = worthAfterFailures(
    planned.map((index) => ({ chances: byDifficulty[index] ?? [], cost: valued[index]?.cost ?? 0 })),
    value,
    shares,
  );
  return now.map((own, index) => {
    const place = planned.indexOf(index);
    const afterFailure = place < 0 ? 0 : (worthAfter[1 << place] ?? 0) / total;
    return { ...own, afterFailure, net: own.net + afterFailure };
  });
}

/**
 * For each set of options (as bits) what is expected of going on once they have failed, times the chance that they fail:
 * W(S) = max(0, max over m outside S of P(S fails, m succeeds)·V − P(S fails)·c + W(S + m)).
 */
function worthAfterFailures(
  options: readonly { readonly chances: readonly number[]; readonly cost: number }[],
  value: number,
  shares: readonly number[],
): Float64Array {
  const sets = 1 << options.length;
  const failing = new Float64Array(sets * DIFFICULTIES);
  for (let at = 0; at < DIFFICULTIES; at += 1) failing[at] = shares[at] ?? 0;
  for (let set = 1; set < sets; set += 1) {
    const last = 31 - Math.clz32(set);
    const before = set ^ (1 << last);
    for (let at = 0; at < DIFFICULTIES; at += 1)
      failing[set * DIFFICULTIES + at] =
        (failing[before * DIFFICULTIES + at] ?? 0) * (1 - (options[last]?.chances[at] ?? 0));
  }
  const worth = new Float64Array(sets);
  for (let set = sets - 2; set >= 0; set -= 1) {
    let reached = 0;
    for (let at = 0; at < DIFFICULTIES; at += 1) reached += failing[set * DIFFICULTIES + at] ?? 0;
    let best = 0;
    for (const [index, { chances, cost }] of options.entries()) {
      if (set & (1 << index)) continue;
      let success = 0;
      for (let at = 0; at < DIFFICULTIES; at += 1)
        success += (failing[set * DIFFICULTIES + at] ?? 0) * (chances[at] ?? 0);
      best = Math.max(best, value * success - reached * cost + (worth[set | (1 << index)] ?? 0));
    }
    worth[set] = best;
  }
  return worth;
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, index) => sum + x * (b[index] ?? 0), 0);

/** A standard normal (Box & Muller 1958). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
