/**
 * An organisation of up to 10,000 developers who arrive over time and share a pool of credits and five tiers of models, of
 * which it isn't known how good they are: the product's prices and choices, step by step, against a central linear program
 * that knows everything beforehand. `shareOfCentral` is what the former achieve (expected, by the true chances) ÷ a bound that
 * no allocation exceeds. No data is read.
 */
import { type Central, central, solver } from './economy/central.ts';
import { betaOf, type MarketResult, market } from './economy/market.ts';
import { type Organisation, organisation, type Step } from './economy/organisation.ts';

/** The smallest is taken by the solver step by step. */
const SIZES = [150, 1500, 10_000] as const;
const [EXACT] = SIZES;
const LARGEST = SIZES[2];
/** The pool as a part of what it would cost to give every step the strongest model: dear, usual, and with slack. */
const POOL_SHARES = [0.05, 0.15, 0.4];
const [SEED, SEED_BEFORE] = [1, 2];

interface Line {
  readonly made: Organisation;
  readonly poolShare: number;
  /** Begun with the price in which the period before ended, in hindsight. */
  readonly result: MarketResult;
  /** Begun without any, β = 0. */
  readonly cold: MarketResult;
  readonly best: Central | undefined;
}

/** Returns the keys of the benchmark's line. */
export async function run() {
  const highs = await solver();
  const lines: Line[] = [];
  for (const developers of SIZES) {
    for (const poolShare of POOL_SHARES) {
      const made = organisation(developers, SEED, poolShare);
      const before = organisation(developers, SEED_BEFORE, poolShare);
      const line = {
        made,
        poolShare,
        cold: market(made, SEED),
        result: market(made, SEED, betaOf({ ...before, believed: made.believed })),
        best: highs && central(made, highs, developers === EXACT ? undefined : groupOf),
      };
      lines.push(line);
      console.log(describe(line));
    }
  }
  const largest = lines.filter(({ made }) => made.developers === LARGEST);
  return {
    developers: LARGEST,
    shareOfCentral: rounded(worst(largest.flatMap(({ result, best }) => shareOf(result, best)))),
    constraintsHeld: lines.every(({ result, cold }) => result.constraintsHeld && cold.constraintsHeld),
    microsecondsPerStep: rounded(median(largest.map(({ result }) => result.microsecondsPerStep)), 2),
    sharesByPool: Object.fromEntries(
      largest.map(({ poolShare, result, best }) => [poolShare, rounded(shareOf(result, best)[0])]),
    ),
    coldSharesByPool: Object.fromEntries(
      largest.map(({ poolShare, cold, best }) => [poolShare, rounded(shareOf(cold, best)[0])]),
    ),
    microsecondsPerStepBySize: Object.fromEntries(
      SIZES.map((size) => {
        const times = lines.flatMap(({ made, result }) =>
          made.developers === size ? [result.microsecondsPerStep] : [],
        );
        return [size, rounded(median(times), 2)];
      }),
    ),
    steps: Math.max(...lines.map(({ made }) => made.steps.length)),
  };
}

function shareOf({ value }: MarketResult, best: Central | undefined): readonly number[] {
  return best ? [value / best.bound] : [];
}

/** Alike in what they are worth: classes, and values within a factor of 2.8. */
function groupOf({ taskClass, value }: Step): string {
  return `${taskClass} ${Math.round(Math.log2(value) / 1.5)}`;
}

function describe({ made, poolShare, result, cold, best }: Line): string {
  const { developers, steps, poolCredits } = made;
  const shares = best
    ? [
        `${percent(result.value / best.bound)} of the centre (${percent(cold.value / best.bound)} from β = 0)`,
        `β ${result.meanBeta.toFixed(2)}, the centre's ${best.beta.toFixed(2)}`,
        `bound ${percent(best.bound / best.program - 1)} above the program of ${best.variables.toLocaleString('en-US')} variables (${(best.ms / 1000).toFixed(1)} s)`,
      ]
    : ['no central program'];
  return [
    `${developers.toLocaleString('en-US')} developers, ${steps.length.toLocaleString('en-US')} steps, pool ${poolShare}: ${shares.join('; ')}`,
    `pool used ${percent(result.spentCredits / poolCredits)}, limits ${result.constraintsHeld ? 'held' : 'BROKEN'}`,
    `${result.microsecondsPerStep.toFixed(1)} µs a step, chances off by ${result.error.toFixed(3)}`,
  ].join('; ');
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const worst = (values: readonly number[]) => (values.length === 0 ? undefined : Math.min(...values));
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const rounded = (value: number | undefined, digits = 4) => (value === undefined ? null : Number(value.toFixed(digits)));
