import type { ModelBelief } from '../diagnose/learningMargins.ts';
import { predictCredits, predictSuccess } from '../quality/requestLearner.ts';
import { dayNumber } from './requestKeys.ts';
import { plainFeatures, type RequestMemory } from './requestMemory.ts';

/** What is believed of every model with an outcome, on a usual request at an instant (epoch ms). `price`: κ+β. */
export function modelBeliefs({ learner }: RequestMemory, at: number, price: number): readonly ModelBelief[] {
  const features = plainFeatures(learner);
  const day = dayNumber(at);
  return [...learner.models.keys()].map((model) => {
    const { mean, standardDeviation } = predictSuccess(learner, features, model, { day });
    const credits = price * predictCredits(learner, features, model, day).mean;
    return { model, success: mean, deviation: standardDeviation, credits };
  });
}
