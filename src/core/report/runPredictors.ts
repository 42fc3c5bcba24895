import type { PredictorScores } from '../allocate/runLearning.ts';
import type { PredictorScore } from './allocatorReport.ts';

/** What is foretold of agents' runs, as the report names it. */
export function runPredictors({ step, rest, success }: PredictorScores): readonly PredictorScore[] {
  return [
    { name: 'a step’s cost', interval: step, unit: 'cr' },
    { name: 'the rest of a run', interval: rest, unit: 'cr' },
    { name: 'a run’s success', probability: success },
  ];
}
