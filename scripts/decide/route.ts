/** Which model a request goes to: what the Balanced policy decides, from the shipped priors on. */
import { findStrength } from '../../src/adapters/priceData/modelData.ts';
import { chooseModel } from '../../src/core/quality/requestChoice.ts';
import { type RequestFeatures, requestFeatures } from '../../src/core/quality/requestFeatures.ts';
import { learnOutcome, newRequestLearner } from '../../src/core/quality/requestLearner.ts';
import { seededRandom } from '../../src/core/quality/seededRandom.ts';

interface Start {
  readonly event: 'start';
  readonly value: number;
  readonly observesFailure: boolean;
}

interface Outcome {
  readonly event: 'outcome';
  readonly id: string | number;
  readonly choice: string;
  readonly success?: boolean;
  readonly credits?: number;
}

interface Question {
  readonly event?: undefined;
  readonly id: string | number;
  readonly attempt: number;
  /** Missing where the data has no text. */
  readonly prompt?: string;
  readonly options: readonly string[];
}

export function decider(): (line: unknown) => unknown {
  const random = seededRandom(1);
  let value = 1;
  let observesFailure = false;
  let learner = newRequestLearner({ priorOf });
  let task:
    | { readonly id: string | number; readonly features: RequestFeatures; readonly failed: readonly string[] }
    | undefined;

  return (line) => {
    const message = line as Start | Outcome | Question;
    if (message.event === 'start') {
      ({ value, observesFailure } = message);
      learner = newRequestLearner({ priorOf });
      return undefined;
    }
    if (message.event === 'outcome') {
      if (task?.id !== message.id || message.choice === 'stop') return undefined;
      const { success, credits, choice } = message;
      learnOutcome(learner, { features: task.features, failed: task.failed, model: choice, success, credits });
      if (success === false) task = { ...task, failed: [...task.failed, choice] };
      return undefined;
    }
    if (task?.id !== message.id || message.attempt === 0) {
      task = { id: message.id, features: requestFeatures(message.prompt ?? ''), failed: [] };
    }
    const { choice, candidates, runnerUp, propensity } = chooseModel(learner, {
      features: task.features,
      options: message.options.map((model) => ({ model })),
      value,
      observesFailure,
      failed: task.failed,
      explore: { random },
    });
    return { id: message.id, choice, candidates, runnerUp: runnerUp?.use, propensity };
  };
}

/** Strength by a public benchmark, where the name is one that was measured, or follows one. */
function priorOf(model: string) {
  const strength = findStrength({ name: model });
  const known = strength?.basis === 'measured' || strength?.basis === 'inherited';
  return known ? { passRate: strength.passRate } : {};
}
