/**
 * Routing between a weak and a strong model by the prompt alone, learned in one pass: each row is scored before its
 * outcome is known, once with both outcomes told (full) and once with only the chosen one's (bandit). As RouteLLM does (Ong
 * et al. 2024, arXiv 2406.18665): the curve of recovered performance against the share of strong calls, its area (APGR),
 * and the shares at which 50 % and 80 % of the gap are recovered (CPT). Mean of 20 shuffles. No model is called.
 * `--data FILE`: rows { group?, prompt, options: { model: { success, credits } } }, two models in all.
 */
import { existsSync, readFileSync } from 'node:fs';
import { chooseModel } from '../../src/core/quality/requestChoice.ts';
import { type RequestFeatures, requestFeatures } from '../../src/core/quality/requestFeatures.ts';
import { learnOutcome, newRequestLearner, predictSuccess } from '../../src/core/quality/requestLearner.ts';
import { seededRandom } from '../../src/core/quality/seededRandom.ts';
import { apgr, apgrError, type Scored, strongCallsFor } from './routing/curve.ts';

const SHUFFLES = 20;

/**
 * The best routers that RouteLLM published for this pair (GPT-4 1106, Mixtral 8x7B), from tables of arXiv 2406.18665v4 as
 * remembered, not looked up again: check them there before showing them. They were trained on preference data from
 * elsewhere and augmented; ours sees nothing before the first row, but then learns from the rows themselves.
 */
const PUBLISHED: Readonly<Record<string, { readonly apgr: number; readonly cpt50: number; readonly cpt80: number }>> = {
  mmlu: { apgr: 0.603, cpt50: 0.354, cpt80: 0.716 },
  gsm8k: { apgr: 0.622, cpt50: 0.336, cpt80: 0.633 },
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
  const results = new Map<string, { full: Measured[]; bandit: Measured[] }>();
  for (const group of groups) results.set(group, { full: [], bandit: [] });
  for (let seed = 1; seed <= SHUFFLES; seed += 1) {
    const order = shuffled(rows, seededRandom(seed));
    const full = onePass(order, pair, undefined);
    const bandit = onePass(order, pair, seededRandom(1000 + seed));
    for (const group of groups) {
      const ofGroup = (scored: readonly (Scored & { readonly group: string })[]) =>
        measure(scored.filter((row) => row.group === group));
      results.get(group)?.full.push(ofGroup(full));
      results.get(group)?.bandit.push(ofGroup(bandit));
    }
  }
  console.log(`${rows.length} rows, weak ${pair.weak}, strong ${pair.strong}, ${SHUFFLES} shuffles, one pass each`);
  const line: Record<string, unknown> = {};
  for (const [group, { full, bandit }] of results) {
    const [ours, fed] = [averageOf(full), averageOf(bandit)];
    const count = rows.filter((row) => row.group === group).length;
    const published = PUBLISHED[group];
    console.log(
      `${group.padEnd(8)} ${count} rows. APGR full ${shown(ours.apgr)}, bandit ${shown(fed.apgr)} (random 0.500; standard error of ${count} rows ${shown(ours.error)})` +
        `; CPT(50 %) ${shown(ours.cpt50)}, CPT(80 %) ${shown(ours.cpt80)} (random 0.5, 0.8)` +
        (published
          ? `; RouteLLM's best as remembered: APGR ${published.apgr}, CPT ${published.cpt50}, ${published.cpt80}`
          : ''),
    );
    line[group] = {
      apgrFull: rounded(ours.apgr),
      apgrBandit: rounded(fed.apgr),
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

/**
 * Scores each row by how much likelier the strong model succeeds, then learns: both outcomes, or with `random` the one
 * that the choice took. The choice is worth what makes both models worth their price on average, so that both are seen.
 */
function onePass(rows: readonly Row[], { weak, strong, value }: Pair, random: (() => number) | undefined) {
  const learner = newRequestLearner();
  return rows.map(({ group, features, options }) => {
    const score = predictSuccess(learner, features, strong).mean - predictSuccess(learner, features, weak).mean;
    const chosen = random
      ? [
          chooseModel(learner, { features, options: [{ model: weak }, { model: strong }], value, explore: { random } })
            .choice,
        ]
      : [weak, strong];
    for (const model of chosen) {
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
