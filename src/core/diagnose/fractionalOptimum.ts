/**
 * The best that a budget could have bought, with what is known now: the linear relaxation of the multiple-choice knapsack,
 * solved exactly by taking, over all rows, the steps of each row's concave hull in the order of their density (Sinha &
 * Zoltners 1979). At most one step is taken in part.
 */

export interface Option {
  readonly name: string;
  /** What it brings, before its credits. */
  readonly value: number;
  readonly cost: number;
}

export interface Fractional {
  readonly value: number;
  readonly cost: number;
  /** What the last credit bought: the budget's shadow price in hindsight; 0 where some of it is left. */
  readonly density: number;
  /** Each row's option; undefined: none. That of the step which was taken in part is left as before it. */
  readonly choices: readonly (string | undefined)[];
}

/** Taking nothing in a row, of value and cost 0, is always an option. */
export function fractionalOptimum(rows: readonly (readonly Option[])[], budget: number): Fractional {
  const steps = rows
    .flatMap((options, row) => hullSteps(options).map((step) => ({ ...step, row })))
    .sort((a, b) => b.density - a.density || a.row - b.row || a.cost - b.cost);
  const choices: (string | undefined)[] = rows.map(() => undefined);
  let [value, cost] = [0, 0];
  for (const step of steps) {
    const part = step.cost <= 0 ? 1 : Math.min(1, (budget - cost) / step.cost);
    value += step.value * part;
    cost += step.cost * part;
    if (part < 1) return { value, cost, density: step.density, choices };
    choices[step.row] = step.name;
  }
  return { value, cost, density: 0, choices };
}

interface Step {
  readonly name: string;
  readonly value: number;
  readonly cost: number;
  readonly density: number;
}

/** From nothing upwards along the upper concave hull, in falling density; only what brings more. */
function hullSteps(options: readonly Option[]): readonly Step[] {
  const hull: Option[] = [{ name: '', value: 0, cost: 0 }];
  for (const option of [...options].sort((a, b) => a.cost - b.cost || b.value - a.value)) {
    if (option.value <= (hull.at(-1)?.value ?? 0)) continue;
    while (hull.length > 1 && slope(hull.at(-1), option) >= slope(hull.at(-2), hull.at(-1))) hull.pop();
    hull.push(option);
  }
  return hull.slice(1).map((option, index) => {
    const before = hull[index];
    const [value, cost] = [option.value - (before?.value ?? 0), option.cost - (before?.cost ?? 0)];
    return { name: option.name, value, cost, density: cost > 0 ? value / cost : Number.POSITIVE_INFINITY };
  });
}

function slope(from: Option | undefined, to: Option | undefined): number {
  const [value, cost] = [(to?.value ?? 0) - (from?.value ?? 0), (to?.cost ?? 0) - (from?.cost ?? 0)];
  return cost > 0 ? value / cost : Number.POSITIVE_INFINITY;
}
