/** What the benchmark asks of whatever learns from outcomes, so that learners can be put beside each other. */
export interface Learner {
  /** Chance of success with its standard deviation, and expected output tokens. */
  predict(
    request: BenchRequest,
    model: string,
  ): { readonly mean: number; readonly deviation: number; readonly outputTokens: number };
  learn(outcome: BenchOutcome): void;
  /** Bytes of what it would store. */
  stateBytes(): number;
}

export interface BenchRequest {
  readonly prompt: string;
  readonly taskClass: string;
}

export interface BenchOutcome extends BenchRequest {
  readonly model: string;
  readonly success: boolean;
  readonly outputTokens: number;
}

interface Counts {
  readonly successes: number;
  readonly outcomes: number;
  readonly outputTokens: number;
}

const PRIOR: Counts = { successes: 2, outcomes: 4, outputTokens: 4 * 700 };
const KEPT = 0.999;

/** Decayed rates by task class and model (a Beta posterior each): the least that can learn. */
export function ratesLearner(): Learner {
  const counts = new Map<string, Counts>();
  const countsOf = (taskClass: string, model: string) => counts.get(`${taskClass}\n${model}`) ?? PRIOR;
  return {
    predict({ taskClass }, model) {
      const { successes, outcomes, outputTokens } = countsOf(taskClass, model);
      const mean = successes / outcomes;
      return {
        mean,
        deviation: Math.sqrt((mean * (1 - mean)) / (outcomes + 1)),
        outputTokens: outputTokens / outcomes,
      };
    },
    learn({ taskClass, model, success, outputTokens }) {
      const before = countsOf(taskClass, model);
      counts.set(`${taskClass}\n${model}`, {
        successes: before.successes * KEPT + (success ? 1 : 0),
        outcomes: before.outcomes * KEPT + 1,
        outputTokens: before.outputTokens * KEPT + outputTokens,
      });
    },
    stateBytes: () => JSON.stringify([...counts]).length,
  };
}
