/**
 * The regret report (docs/economics, section 4): what was done, replayed against always the strongest model, the best single
 * model in hindsight, and the fractional optimum in hindsight. What a model that wasn't chosen would have achieved is not
 * seen. Where choices were logged with their propensities, other policies are told by the doubly robust estimator (Dudík,
 * Langford & Li 2011) with a 95 % interval; else their figures are what the predictor foretold, and labelled so.
 */
import { fractionalOptimum } from './fractionalOptimum.ts';

/** One settled choice. Money in credits. */
export interface ReplayRow {
  readonly choice: string;
  /** The chance that each use had, by name, `stop` included; what isn't in it had none. undefined: not logged. */
  readonly propensities?: Readonly<Record<string, number>> | undefined;
  /** V */
  readonly value: number;
  /** What came of it; undefined: not known. */
  readonly success: boolean | undefined;
  /** undefined: unknown. */
  readonly credits: number | undefined;
  /** What was foretold of each model that could be chosen, before the outcome. `stop` needs none. */
  readonly options: Readonly<Record<string, Foretold>>;
}

export interface Foretold {
  readonly success: number;
  readonly credits: number;
}

export interface Estimate {
  /** Credits over all rows. */
  readonly net: number;
  /** 95 %; undefined where it is modelled. */
  readonly interval: readonly [number, number] | undefined;
  readonly basis: 'observed' | 'doublyRobust' | 'modelled';
}

export interface Alternative extends Estimate {
  readonly policy: 'alwaysStrongest' | 'bestSingle' | 'fractional';
  /** Of the two policies with one model. */
  readonly model: string | undefined;
  /** What it would have brought beyond what was done; of the same basis as its net. */
  readonly regret: number;
  readonly regretInterval: readonly [number, number] | undefined;
}

export interface RegretReport {
  readonly rows: number;
  /** Left out: without a known outcome or cost. */
  readonly unknown: number;
  readonly done: Estimate;
  readonly alternatives: readonly Alternative[];
  /** Share of rows in which more than one use had a chance: what the intervals rest on. */
  readonly exploredShare: number;
}

export interface RegretOptions {
  /** By the public table; undefined: not known, so it isn't told. */
  readonly strongest?: string | undefined;
  /** κ: what a credit counts in the nets; 0 for a prepaid pool, of which no more may be drawn than was. */
  readonly kappa?: number | undefined;
}

/**
 * The best single model is picked by the same estimates that tell its net, so its figure is on the high side, the more so the
 * fewer rows there are.
 */
export function regretReport(rows: readonly ReplayRow[], { strongest, kappa = 1 }: RegretOptions = {}): RegretReport {
  const known = rows.filter(isKnown).map((row) => withKappa(row, kappa));
  const done = sumOf(known.map(netOfRow));
  const alternatives: Alternative[] = [];
  const models = [...new Set(known.flatMap(({ options }) => Object.keys(options)))].sort();
  if (strongest !== undefined && models.includes(strongest)) {
    alternatives.push(compare('alwaysStrongest', strongest, known, () => strongest));
  }
  const single = models
    .filter((model) => known.every(({ options }) => model in options))
    .map((model) => compare('bestSingle', model, known, () => model))
    .reduce<Alternative | undefined>((best, each) => (best && best.net >= each.net ? best : each), undefined);
  if (single) alternatives.push(single);
  if (known.length > 0) alternatives.push(fractional(known));
  const explored = known.filter(({ propensities }) => Object.values(propensities ?? {}).some(isChance)).length;
  return {
    rows: known.length,
    unknown: rows.length - known.length,
    done: { net: done.total, interval: undefined, basis: 'observed' },
    alternatives,
    exploredShare: known.length === 0 ? 0 : explored / known.length,
  };
}

const isChance = (propensity: number) => propensity > 0 && propensity < 1;

interface SettledRow extends ReplayRow {
  readonly success: boolean;
  readonly credits: number;
}

interface KnownRow extends SettledRow {
  readonly kappa: number;
}

const withKappa = (row: SettledRow, kappa: number): KnownRow => ({ ...row, kappa });

function isKnown(row: ReplayRow): row is SettledRow {
  return row.choice === 'stop' || (row.success !== undefined && row.credits !== undefined);
}

function netOfRow(row: KnownRow): number {
  return row.choice === 'stop' ? 0 : row.value * (row.success ? 1 : 0) - row.kappa * row.credits;
}

/** The best within the credits that were spent: at one price for all rows, so it is a policy that can be estimated too. */
function fractional(rows: readonly KnownRow[]): Alternative {
  const spent = rows.reduce((sum, row) => sum + (row.choice === 'stop' ? 0 : row.credits), 0);
  const options = rows.map((row) =>
    Object.entries(row.options).map(([name, { credits }]) => ({ name, value: modelled(row, name), cost: credits })),
  );
  const optimum = fractionalOptimum(options, spent);
  return compare('fractional', undefined, rows, (index) => optimum.choices[index] ?? 'stop');
}

function compare(
  policy: Alternative['policy'],
  model: string | undefined,
  rows: readonly KnownRow[],
  choiceOf: (index: number) => string,
): Alternative {
  const canBeEstimated = rows.every((row, index) => isLogged(row, choiceOf(index)));
  const nets = rows.map((row, index) =>
    canBeEstimated ? doublyRobust(row, choiceOf(index)) : modelled(row, choiceOf(index)),
  );
  const net = sumOf(nets);
  // Modelled against modelled: what the predictor gets wrong of all models alike cancels.
  const own = rows.map((row) => (canBeEstimated ? netOfRow(row) : modelled(row, row.choice)));
  const regret = sumOf(nets.map((each, index) => each - (own[index] ?? 0)));
  return {
    policy,
    model,
    net: net.total,
    interval: canBeEstimated ? net.interval : undefined,
    basis: canBeEstimated ? 'doublyRobust' : 'modelled',
    regret: regret.total,
    regretInterval: canBeEstimated ? regret.interval : undefined,
  };
}

/** The estimator has its guarantee only where whatever the other policy would do had a chance. */
function isLogged({ propensities }: KnownRow, choice: string): boolean {
  return (propensities?.[choice] ?? 0) > 0;
}

function modelled({ value, options, kappa }: KnownRow, choice: string): number {
  const foretold = options[choice];
  return choice === 'stop' || !foretold ? 0 : value * foretold.success - kappa * foretold.credits;
}

/** m(x, π(x)) + 1{a = π(x)} ÷ p · (r − m(x, a)) */
function doublyRobust(row: KnownRow, choice: string): number {
  const foretold = modelled(row, choice);
  if (choice !== row.choice) return foretold;
  return foretold + (netOfRow(row) - foretold) / (row.propensities?.[choice] ?? 1);
}

const Z95 = 1.96;

/** A sum with its normal interval over independent rows. */
function sumOf(values: readonly number[]): { readonly total: number; readonly interval: readonly [number, number] } {
  const total = values.reduce((sum, each) => sum + each, 0);
  const mean = values.length === 0 ? 0 : total / values.length;
  const squares = values.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const error =
    values.length < 2 ? Number.POSITIVE_INFINITY : Math.sqrt((squares / (values.length - 1)) * values.length);
  return { total, interval: [total - Z95 * error, total + Z95 * error] };
}
