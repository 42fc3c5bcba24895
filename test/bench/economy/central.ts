/**
 * The centre that knows everything beforehand: a linear program over who gets which tier, with HiGHS as its solver
 * (https://highs.dev; the npm package highs, MIT). With each step a row of its own it is exact; for many steps they are grouped, and
 * the prices of that program give a bound that holds for the exact one (weak duality).
 */
import { spentOf } from './market.ts';
import type { Organisation, Step, Tier } from './organisation.ts';

interface Solver {
  solve(problem: string, options?: Readonly<Record<string, unknown>>): Solution;
}

interface Solution {
  readonly Status: string;
  readonly ObjectiveValue: number;
  readonly Rows: readonly { readonly Name: string; readonly Dual: number }[];
}

/** undefined: the package isn't there. `MARGINAL_HIGHS`: where else to import it from. */
export async function solver(): Promise<Solver | undefined> {
  const place: string = process.env.MARGINAL_HIGHS ?? 'highs';
  try {
    const { default: load } = (await import(place)) as { readonly default: () => Promise<Solver> };
    return await load();
  } catch (error) {
    console.error(
      `No central program: the package highs can’t be loaded (${error instanceof Error ? error.message : error}).`,
    );
    console.error('Run `npm install`, or name its file in MARGINAL_HIGHS.');
    return undefined;
  }
}

export interface Central {
  /** No allocation is worth more. */
  readonly bound: number;
  /** The program's own value; of the exact program the same as its bound. */
  readonly program: number;
  /** Of the pool. */
  readonly beta: number;
  readonly variables: number;
  readonly ms: number;
}

/** What a tier is worth to a step, by the true chances. */
export function worthOf({ success, lambda }: Organisation, step: Step, tier: Tier, index: number): number {
  const chance = success[step.taskClass]?.[index] ?? 0;
  return step.value * chance - lambda * tier.waitSeconds - (tier.local ? spentOf(tier, step) : 0);
}

/** Steps that a program treats as one. */
interface Group {
  readonly hour: number;
  readonly steps: readonly Step[];
}

/** `groupBy`: steps with the same key in the same hour are one; undefined: each step is one. */
export function central(made: Organisation, highs: Solver, groupBy?: (step: Step) => string): Central {
  const started = performance.now();
  const groups: Group[] = groupBy
    ? [...Map.groupBy(made.steps, (step) => `${Math.floor(step.at)} ${groupBy(step)}`).values()].map((steps) => ({
        hour: Math.floor(steps[0]?.at ?? 0),
        steps,
      }))
    : made.steps.map((step) => ({ hour: Math.floor(step.at), steps: [step] }));
  const { Status, ObjectiveValue, Rows } = highs.solve(textOf(made, groups), { presolve: 'on' });
  if (Status !== 'Optimal') throw new Error(`The central program ended with: ${Status}.`);
  const duals = new Map(Rows.map(({ Name, Dual }) => [Name, Math.abs(Dual)]));
  return {
    bound: boundOf(made, duals),
    program: ObjectiveValue,
    beta: duals.get('pool') ?? 0,
    variables: groups.length * made.tiers.length,
    ms: performance.now() - started,
  };
}

/** In the format of CPLEX: variables are how many of a group's steps get a tier. */
function textOf(made: Organisation, groups: readonly Group[]): string {
  const { tiers, poolCredits } = made;
  const objective: string[] = [];
  const pool: string[] = [];
  const capacity = new Map<string, string[]>();
  const rows: string[] = [];
  for (const [row, { hour, steps }] of groups.entries()) {
    const names = tiers.map((_, index) => `x${row}_${index}`);
    for (const [index, tier] of tiers.entries()) {
      const [name = ''] = names.slice(index);
      const worth = meanOf(steps, (step) => worthOf(made, step, tier, index));
      objective.push(`${worth < 0 ? '-' : '+'} ${Math.abs(worth).toFixed(9)} ${name}`);
      if (!tier.local) pool.push(`+ ${meanOf(steps, (step) => spentOf(tier, step)).toFixed(9)} ${name}`);
      const key = `c${hour}_${index}`;
      const load = capacity.get(key);
      if (load) load.push(name);
      else capacity.set(key, [name]);
    }
    rows.push(`g${row}: ${names.join(' + ')} <= ${steps.length}`);
  }
  for (const [key, names] of capacity) {
    const tier = tiers[Number(key.split('_')[1])];
    rows.push(`${key}: ${names.join(' + ')} <= ${tier?.stepsPerHour ?? 0}`);
  }
  rows.push(`pool: ${pool.join(' ')} <= ${poolCredits.toFixed(6)}`);
  return `Maximize\n obj: ${objective.join('\n ')}\nSubject To\n ${rows.map(wrapped).join('\n ')}\nEnd\n`;
}

/** Readers of the format take no endless lines. */
const wrapped = (row: string) => row.replaceAll(/(.{400}\S*) /g, '$1\n  ');

function meanOf(steps: readonly Step[], each: (step: Step) => number): number {
  return steps.reduce((sum, step) => sum + each(step), 0) / steps.length;
}

/** Any prices bound the exact program: what the limits cost at them, and the best that each step can do at them. */
function boundOf(made: Organisation, duals: ReadonlyMap<string, number>): number {
  const { tiers, steps, poolCredits, hours } = made;
  const beta = duals.get('pool') ?? 0;
  let bound = beta * poolCredits;
  for (let hour = 0; hour < hours; hour += 1) {
    for (const [index, tier] of tiers.entries()) bound += (duals.get(`c${hour}_${index}`) ?? 0) * tier.stepsPerHour;
  }
  for (const step of steps) {
    let best = 0;
    for (const [index, tier] of tiers.entries()) {
      const congestion = duals.get(`c${Math.floor(step.at)}_${index}`) ?? 0;
      best = Math.max(
        best,
        worthOf(made, step, tier, index) - congestion - (tier.local ? 0 : beta * spentOf(tier, step)),
      );
    }
    bound += best;
  }
  return bound;
}
