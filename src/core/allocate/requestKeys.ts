/** By which names what is learned of requests is kept. */
import { dashed, readModelName } from '../prices/modelName.ts';
import { DENSE_FEATURES, type RequestFeatures } from '../quality/requestFeatures.ts';

const DAY_MS = 86_400_000;
const TOOLS = DENSE_FEATURES.indexOf('tools');

/** For evidence that decays by days. */
export const dayNumber = (at: number): number => Math.floor(at / DAY_MS);

export const offersTools = ({ dense }: Pick<RequestFeatures, 'dense'>): boolean => (dense[TOOLS] ?? 0) > 0;

/** One name for a model, however its endpoints and agents write it, so that they teach each other. */
export function modelKey(model: string): string {
  return dashed(readModelName(model).spellings.at(-1) ?? model);
}
