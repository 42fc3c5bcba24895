/**
 * What a run will probably cost, before it begins: by what runs of the same agent with the same model cost here, and of those for
 * the same kind of task where there are enough.
 */
import type { CostRange } from '../allocate/objective.ts';
import type { NanoCredits } from '../money.ts';
import type { TaskKind } from '../quality/taskClass.ts';
import { addSample, noSamples, sampleGrid } from './runSamples.ts';

export interface PastCost {
  readonly agent: string;
  /** Of all its steps. */
  readonly models: readonly string[];
  /** Epoch ms. */
  readonly startedAt: number;
  readonly nanoCredits: NanoCredits;
  /** What its prompt asked for; undefined: not known. */
  readonly kind?: TaskKind | undefined;
}

export interface PromptQuote {
  /** undefined: the agent wasn't seen here, or not with a model that it said. */
  readonly model: string | undefined;
  /** undefined: too few runs were seen. */
  readonly cost: CostRange | undefined;
  /** Runs that it rests on. */
  readonly runs: number;
  /** They were all for this kind of task; undefined: for any. */
  readonly kind?: TaskKind;
}

/** Fewer runs say too little of nine in ten. */
export const QUOTED_FROM = 8;
const PARTS = 10;

/** `model`: as the agent declares it; undefined: the one that it used last. `kind`: what the prompt clearly asks for. */
export function quotePrompt(
  past: readonly PastCost[],
  agent: string,
  model: string | undefined,
  kind?: TaskKind,
): PromptQuote {
  const own = past
    .filter((run) => run.agent === agent || run.agent.startsWith(`${agent}-`))
    .toSorted((a, b) => a.startedAt - b.startedAt);
  const used = model ?? own.at(-1)?.models[0];
  // A sub-agent's helper model beside it changes nothing of which run it was.
  const alike = own.filter(({ models }) => used !== undefined && models.some((each) => isSameModel(each, used)));
  if (alike.length < QUOTED_FROM) return { model: used, cost: undefined, runs: alike.length };
  const ofKind = alike.filter((run) => kind !== undefined && run.kind === kind);
  const isByKind = ofKind.length >= QUOTED_FROM;
  const quoted = isByKind ? ofKind : alike;
  const samples = noSamples();
  for (const { nanoCredits } of quoted) addSample(samples, nanoCredits);
  const grid = sampleGrid(samples, PARTS);
  const [p10 = 0, p50 = 0, p90 = 0] = [quantile(grid, 0.1), quantile(grid, 0.5), quantile(grid, 0.9)];
  return { model: used, cost: { p10, p50, p90 }, runs: quoted.length, ...(isByKind && kind && { kind }) };
}

/** The middles of equal parts, read between. */
function quantile(grid: readonly number[], share: number): number {
  const place = Math.min(grid.length - 1, Math.max(0, share * grid.length - 0.5));
  const [low = 0, high = 0] = [grid[Math.floor(place)], grid[Math.ceil(place)]];
  return Math.round(low + (high - low) * (place - Math.floor(place)));
}

/** Agents name a model with or without its date: `claude-sonnet-4-5` and `claude-sonnet-4-5-20250929`. */
function isSameModel(a: string, b: string): boolean {
  const [longer, shorter] = a.length >= b.length ? [a, b] : [b, a];
  return longer === shorter || (longer.startsWith(`${shorter}-`) && /^\d{8}$/.test(longer.slice(shorter.length + 1)));
}
