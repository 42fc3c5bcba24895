/** A made organisation: developers who arrive over time, what their steps are worth, and five tiers of models. */

export interface Tier {
  readonly name: string;
  /** Credits of a step of size 1. */
  readonly credits: number;
  readonly waitSeconds: number;
  /** Steps that it can serve in an hour, all developers together. */
  readonly stepsPerHour: number;
  readonly local: boolean;
}

export interface Step {
  /** Working hours since the period began. */
  readonly at: number;
  readonly taskClass: number;
  /** V in credits. */
  readonly value: number;
  /** Its cost relative to a usual step's. */
  readonly size: number;
}

export interface Organisation {
  readonly developers: number;
  readonly hours: number;
  readonly tiers: readonly Tier[];
  /** In the order of time. */
  readonly steps: readonly Step[];
  /** The true chance of success, by class and tier. The centre knows it; developers learn it. */
  readonly success: readonly (readonly number[])[];
  /** What a public table says of it, wrong by class. */
  readonly believed: readonly (readonly number[])[];
  /** Of the pool that they share. */
  readonly poolCredits: number;
  readonly lambda: number;
}

export const HOURS = 160;
const HOURS_A_DAY = 8;
/** How busy each hour of a working day is. */
const DAY = [0.6, 1.1, 1.3, 0.7, 0.9, 1.3, 1.2, 0.9] as const;
const STEPS_AN_HOUR = 0.125;

/** A fixed stream of numbers in [0, 1) (mulberry32). */
export function stream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Log-normal with this median. */
function around(median: number, deviation: number, random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(deviation * normal);
}

const CLASSES = 6;
const TIERS = [
  { name: 'own', credits: 0.05, waitSeconds: 25, share: 0.2, local: true, strength: 0.9 },
  { name: 'nano', credits: 0.4, waitSeconds: 6, share: 1, local: false, strength: 1 },
  { name: 'mini', credits: 1.5, waitSeconds: 9, share: 0.6, local: false, strength: 1.9 },
  { name: 'large', credits: 6, waitSeconds: 15, share: 0.3, local: false, strength: 2.8 },
  { name: 'huge', credits: 25, waitSeconds: 30, share: 0.12, local: false, strength: 3.6 },
] as const;

export function organisation(developers: number, seed: number, poolShare: number): Organisation {
  const random = stream(seed);
  const steps: Step[] = [];
  for (let developer = 0; developer < developers; developer += 1) {
    // Half are there from the beginning; the others arrive in the course of the period. Some leave.
    const arrives = random() < 0.5 ? 0 : random() * HOURS * 0.9;
    const leaves = random() < 0.8 ? HOURS : arrives + random() * (HOURS - arrives);
    const worth = around(40, 0.7, random);
    const busy = around(STEPS_AN_HOUR, 0.5, random);
    for (let at = arrives; ; ) {
      at += -Math.log(1 - random()) / busy / 1.4;
      if (at >= leaves) break;
      if (random() * 1.4 > (DAY[Math.floor(at % HOURS_A_DAY)] ?? 1)) continue;
      const taskClass = Math.floor(random() * CLASSES);
      steps.push({ at, taskClass, value: around(worth, 0.8, random), size: around(1, 0.6, random) });
    }
  }
  steps.sort((a, b) => a.at - b.at);
  const success = Array.from({ length: CLASSES }, () => {
    const hardness = 0.5 + 2.5 * random();
    return TIERS.map(({ strength }) => 1 / (1 + Math.exp(hardness - strength - 0.3 * random())));
  });
  const believed = success.map((row) => {
    const mean = row.map((_, tier) => success.reduce((sum, other) => sum + (other[tier] ?? 0), 0) / CLASSES);
    return mean.map((chance) => Math.min(0.95, Math.max(0.05, chance + 0.2 * (random() - 0.5))));
  });
  const perHour = steps.length / HOURS;
  const tiers = TIERS.map(({ share, ...tier }) => ({ ...tier, stepsPerHour: Math.ceil(share * perHour) }));
  const everyonesBest = steps.reduce((sum, { size }) => sum + size * TIERS[4].credits, 0);
  return {
    developers,
    hours: HOURS,
    tiers,
    steps,
    success,
    believed,
    poolCredits: poolShare * everyonesBest,
    lambda: 0.03,
  };
}
