/**
 * How far foretold chances can be trusted (docs/economics, section 11): Brier score (Brier 1950), skill over the base rate
 * that was known at the time, and a reliability diagram's bins. A fold: outcomes one by one, in the order in which they came.
 */

export interface ProbabilityScore {
  readonly outcomes: number;
  readonly successes: number;
  readonly squares: number;
  /** Squares of the base rate of the outcomes before each. */
  readonly baseSquares: number;
  /** Sum of squares of what an outcome's square was below its base square: for the skill's interval. */
  readonly gainSquares: number;
  readonly bins: readonly ReliabilityBin[];
}

/** Outcomes whose foretold chance lay in a tenth. */
export interface ReliabilityBin {
  readonly outcomes: number;
  readonly foretold: number;
  readonly successes: number;
}

const BINS = 10;

export const NO_PROBABILITY_SCORE: ProbabilityScore = {
  outcomes: 0,
  successes: 0,
  squares: 0,
  baseSquares: 0,
  gainSquares: 0,
  bins: Array.from({ length: BINS }, () => ({ outcomes: 0, foretold: 0, successes: 0 })),
};

/** `foretold`: 0 to 1; anything else is not counted. */
export function scoreProbability(score: ProbabilityScore, foretold: number, success: boolean): ProbabilityScore {
  if (!(foretold >= 0 && foretold <= 1)) return score;
  const outcome = success ? 1 : 0;
  const square = (foretold - outcome) ** 2;
  const baseSquare = (baseRateOf(score) - outcome) ** 2;
  const at = Math.min(BINS - 1, Math.floor(foretold * BINS));
  return {
    outcomes: score.outcomes + 1,
    successes: score.successes + outcome,
    squares: score.squares + square,
    baseSquares: score.baseSquares + baseSquare,
    gainSquares: score.gainSquares + (baseSquare - square) ** 2,
    bins: score.bins.map((bin, index) =>
      index === at
        ? { outcomes: bin.outcomes + 1, foretold: bin.foretold + foretold, successes: bin.successes + outcome }
        : bin,
    ),
  };
}

/** Of what came before, shrunk to a half (Laplace). */
function baseRateOf({ outcomes, successes }: ProbabilityScore): number {
  return (successes + 1) / (outcomes + 2);
}

export interface ProbabilityReport {
  readonly outcomes: number;
  /** undefined: nothing foretold yet. */
  readonly brier: number | undefined;
  readonly baseBrier: number | undefined;
  /** 1 − Brier ÷ the base rate's: above 0 it knows more than the rate. */
  readonly skill: number | undefined;
  /** Its lower bound at 90 %, one-sided. Until it is above 0 the screen says `value ?`. */
  readonly skillLowerBound: number | undefined;
  /** Mean distance between what was foretold and what came, over the bins (expected calibration error). */
  readonly calibrationError: number | undefined;
  readonly reliability: readonly { readonly foretold: number; readonly observed: number; readonly outcomes: number }[];
}

const Z90 = 1.2816;
/** A bound from fewer outcomes isn't one. */
const LEAST_OUTCOMES = 20;

export function probabilityReport(score: ProbabilityScore): ProbabilityReport {
  const { outcomes, squares, baseSquares, gainSquares } = score;
  const reliability = score.bins
    .filter((bin) => bin.outcomes > 0)
    .map((bin) => ({
      foretold: bin.foretold / bin.outcomes,
      observed: bin.successes / bin.outcomes,
      outcomes: bin.outcomes,
    }));
  if (outcomes === 0) {
    return {
      outcomes,
      brier: undefined,
      baseBrier: undefined,
      skill: undefined,
      skillLowerBound: undefined,
      calibrationError: undefined,
      reliability,
    };
  }
  const [brier, baseBrier] = [squares / outcomes, baseSquares / outcomes];
  const gain = baseBrier - brier;
  const error = Math.sqrt(Math.max(0, gainSquares / outcomes - gain ** 2) / outcomes);
  return {
    outcomes,
    brier,
    baseBrier,
    skill: baseBrier > 0 ? gain / baseBrier : undefined,
    skillLowerBound: baseBrier > 0 && outcomes >= LEAST_OUTCOMES ? (gain - Z90 * error) / baseBrier : undefined,
    calibrationError: reliability.reduce(
      (sum, bin) => sum + (bin.outcomes / outcomes) * Math.abs(bin.foretold - bin.observed),
      0,
    ),
    reliability,
  };
}
