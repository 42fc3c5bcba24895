/** How what was foretold has done: asked for by the dashboard when it shows it. */
import * as z from 'zod/mini';
import type { PredictorScore } from '../core/report/allocatorReport.ts';

const text = z.string();
const number = z.number();
const count = z.int().check(z.nonnegative());

export const scoresQuestionSchema = z.object({ type: z.literal('scores') });

const scoreSchema = z.object({
  /** For a person: `a step’s cost`. */
  name: text,
  /** How often it came to pass; more than 0. */
  outcomes: count,
  /** Of 80 % ranges: the share that held, their mean width and Winkler score, in `unit`. */
  range: z.optional(z.object({ coverage: number, width: number, winkler: number, unit: text })),
  /** Of chances: Brier scores, its own and by the rate alone. `settled`: the gain is surely above 0. */
  chance: z.optional(z.object({ brier: number, baseBrier: number, settled: z.boolean() })),
});

export const scoresAnswerSchema = z.object({ type: z.literal('scores'), scores: z.array(scoreSchema) });

export type ScoresAnswer = z.infer<typeof scoresAnswerSchema>;
export type DashboardScore = z.infer<typeof scoreSchema>;

/** What hasn't come to pass yet is left out. */
export function scoresAnswer(scores: readonly PredictorScore[]): ScoresAnswer {
  return { type: 'scores', scores: scores.flatMap(scoreOf) };
}

function scoreOf({ name, interval, probability, unit = '' }: PredictorScore): readonly DashboardScore[] {
  if (interval?.coverage !== undefined && interval.meanWidth !== undefined && interval.meanWinkler !== undefined) {
    const { outcomes, coverage, meanWidth: width, meanWinkler: winkler } = interval;
    return [{ name, outcomes, range: { coverage, width, winkler, unit } }];
  }
  if (probability?.brier !== undefined && probability.baseBrier !== undefined) {
    const { outcomes, brier, baseBrier, skillLowerBound } = probability;
    const settled = skillLowerBound !== undefined && skillLowerBound > 0;
    return [{ name, outcomes, chance: { brier, baseBrier, settled } }];
  }
  return [];
}
