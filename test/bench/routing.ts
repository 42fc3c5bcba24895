/**
 * Routing between a weak and a strong model by the prompt alone, learned in one pass: each row is scored before its
 * outcome is known, with both outcomes told (full) or only the chosen one's (bandit): chosen evenly by chance, as an
 * experiment would, and once more by the product's own choices at a value at which the models are worth the same. As RouteLLM does (Ong
 * et al. 2024, arXiv 2406.18665): the curve of recovered performance against the share of strong calls, its area (APGR),
 * and the shares at which 50 % and 80 % of the gap are recovered (CPT). Mean of 20 shuffles. No model is called.
 * `--data FILE`: rows { group?, prompt, options: { model: { success, credits } } }, two models in all.
 */
import { existsSync, readFileSync } from 'node:fs';
import { chooseModel } from '../../src/core/quality/requestChoice.ts';
import { type RequestFeatures, requestFeatures } from '../../src/core/quality/requestFeatures.ts';
import {
  learnOutcome,
  newRequestLearner,
  predictSuccess,
  type RequestLearner,
} from '../../src/core/quality/requestLearner.ts';
import { seededRandom } from '../../src/core/quality/seededRandom.ts';
import { apgr, apgrError, type Scored, strongCallsFor } from './routing/curve.ts';

const SHUFFLES = 20;

/**
 * The best routers that RouteLLM published for this pair (GPT-4 1106, Mixtral 8x7B): on MMLU similarity-weighted ranking with
 * golden labels (Table 2), on GSM8K a causal LLM with a judge's labels (Table 3 of arXiv 2406.18665), as quoted alike by
 * three public notes on the paper. They were trained beforehand on preference data; ours knows nothing before the first
 * row, and then learns from the rows that it has scored.
 */
const PUBLISHED: Readonly<Record<string, { readonly apgr: number; readonly cpt50: number }>> = {
  mmlu: { apgr: 0.603, cpt50: 0.354 },
  gsm8k: { apgr: 0.622, cpt50: 0.3364 },
};

interface Row {
  readonly group: string;
  readonly features: RequestFeatures;
  readonly options: Readonly<Record<string, { readonly success: boolean; readonly credits: number }>>;
}

interface Measured {
  readonly apgr: number;
  readonly error: number;
  readonly cpt50: number;
  readonly cpt80: number;
}

/** Returns the keys of the benchmark's line. */
export async function run({ data }: { readonly data?: string | undefined } = {}) {
  if (data === undefined || !existsSync(data)) {
    console.log(
      'No data: give --data FILE, JSON lines { group, prompt, options: { model: { success, credits } } }, e.g. of RouteLLM (lm-sys/RouteLLM, Apache-2.0).',
    );
    return {};
  }
  const rows = readRows(data);
  const pair = weakAndStrong(rows);
  const groups = [...new Set(rows.map(({ group }) => group))];
  const results = new Map<string, { full: Measured[]; bandit: Measured[]; own: Measured[] }>();
  for (const group of groups) results.set(group, { full: [], bandit: [], own: [] });
  for (let seed = 1; seed <= SHUFFLES; seed += 1) {
    const order = shuffled(rows, seededRandom(seed));
    const random = seededRandom(1000 + seed);
    const full = onePass(order, pair, () => [pair.weak, pair.strong]);
    const bandit = onePass(order, pair, () => [random() < 0.5 ? pair.weak : pair.strong]);
    const own = onePass(order, pair, (learner, features) => {
      const options = [{ model: pair.weak }, { model: pair.strong }];
      return [chooseModel(learner, { features, options, value: pair.value, explore: { random } }).choice];
    });
    for (const group of groups) {
      const ofGroup = (scored: readonly (Scored & { readonly group: string })[]) =>
        measure(scored.filter((row) => row.group === group));
      results.get(group)?.full.push(ofGroup(full));
      results.get(group)?.bandit.push(ofGroup(bandit));
      results.get(group)?.own.push(ofGroup(own));
    }
  }
  console.log(`${rows.length} rows, weak ${pair.weak}, strong ${pair.strong}, ${SHUFFLES} shuffles, one pass each`);
  const line: Record<string, unknown> = {};
  for (const [group, { full, bandit, own }] of results) {
    const [ours, fed, chosen] = [averageOf(full), averageOf(bandit), averageOf(own)];
    const count = rows.filter((row) => row.group === group).length;
    const published = PUBLISHED[group];
    console.log(
      `${group.padEnd(8)} ${count} rows. APGR full ${shown(ours.apgr)}, bandit ${shown(fed.apgr)}, by own choices ${shown(chosen.apgr)} (random 0.500; standard error of ${count} rows ${shown(ours.error)})` +
        `; CPT(50 %) ${shown(ours.cpt50)}, CPT(80 %) ${shown(ours.cpt80)} (random 0.5, 0.8)` +
        (published ? `; RouteLLM's best: APGR ${published.apgr}, CPT(50 %) ${published.cpt50}` : ''),
    );
    line[group] = {
      apgrFull: rounded(ours.apgr),
      apgrBandit: rounded(fed.apgr),
      apgrBanditOwnChoices: rounded(chosen.apgr),
      cpt50: rounded(ours.cpt50),
      cpt80: rounded(ours.cpt80),
      rows: count,
      standardError: rounded(ours.error),
      apgrRandom: 0.5,
      routeLlmBest: published ?? null,
    };
  }
  return line;
}

/** Scores each row by how much likelier the strong model succeeds, then learns the outcomes of those that are chosen. */
function onePass(
  rows: readonly Row[],
  { weak, strong }: Pair,
  choose: (learner: RequestLearner, features: RequestFeatures) => readonly string[],
) {
  const learner = newRequestLearner();
  return rows.map(({ group, features, options }) => {
    const score = predictSuccess(learner, features, strong).mean - predictSuccess(learner, features, weak).mean;
    for (const model of choose(learner, features)) {
      const outcome = options[model];
      if (outcome) learnOutcome(learner, { features, model, success: outcome.success, credits: outcome.credits });
    }
    return { group, score, weak: options[weak]?.success === true, strong: options[strong]?.success === true };
  });
}

interface Pair {
  readonly weak: string;
  readonly strong: string;
  /** V at which the two are worth the same on average. */
  readonly value: number;
}

function weakAndStrong(rows: readonly Row[]): Pair {
  const models = [...new Set(rows.flatMap(({ options }) => Object.keys(options)))];
  const mean = (model: string, of: (option: { success: boolean; credits: number }) => number) =>
    rows.reduce((sum, { options }) => sum + (options[model] ? of(options[model]) : 0), 0) / rows.length;
  const [weak, strong] = models.toSorted(
    (a, b) => mean(a, (o) => Number(o.success)) - mean(b, (o) => Number(o.success)),
  );
  if (models.length !== 2 || weak === undefined || strong === undefined)
    throw new Error(`The file has ${models.length} models; this benchmark compares two. Give a file with two.`);
  const gained = mean(strong, (o) => Number(o.success)) - mean(weak, (o) => Number(o.success));
  return { weak, strong, value: (mean(strong, (o) => o.credits) - mean(weak, (o) => o.credits)) / gained };
}

function readRows(file: string): readonly Row[] {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const {
      group = 'all',
      prompt = '',
      options,
    } = JSON.parse(line) as {
      readonly group?: string;
      readonly prompt?: string;
      readonly options: Row['options'];
    };
    return { group, options, features: requestFeatures(prompt) };
  });
}

const measure = (scored: readonly Scored[]): Measured => ({
  apgr: apgr(scored),
  error: apgrError(scored),
  cpt50: strongCallsFor(scored, 0.5),
  cpt80: strongCallsFor(scored, 0.8),
});

function averageOf(some: readonly Measured[]): Measured {
  const mean = (of: (one: Measured) => number) => some.reduce((sum, one) => sum + of(one), 0) / some.length;
  return {
    apgr: mean((one) => one.apgr),
    error: mean((one) => one.error),
    cpt50: mean((one) => one.cpt50),
    cpt80: mean((one) => one.cpt80),
  };
}

function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

const shown = (value: number) => value.toFixed(3);
const rounded = (value: number) => Number(value.toFixed(4));
