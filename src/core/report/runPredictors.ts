import type { PredictorScores } from '../allocate/runLearning.ts';
import type { IntervalReport } from '../diagnose/intervalScore.ts';
import type { PredictorScore } from './allocatorReport.ts';

/** What is foretold of agents' runs, as the report names it. `quotes`: of runs whose model Marginal chose. */
export function runPredictors(
  { step, rest, whole, success }: PredictorScores,
  quotes: IntervalReport,
): readonly PredictorScore[] {
  return [
    { name: 'a step’s cost', interval: step, unit: 'cr' },
    { name: 'the rest of a run', interval: rest, unit: 'cr' },
    { name: 'an agent’s run, quoted at its first step', interval: whole, unit: 'cr' },
    { name: 'a request’s run, quoted beforehand', interval: quotes, unit: 'cr' },
    { name: 'a run’s success', probability: success },
  ];
}
