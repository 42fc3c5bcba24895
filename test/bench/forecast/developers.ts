/** Made developers: how they spend credits, run by run, over months. The same seed makes the same developer. */

export interface Spent {
  /** Epoch ms. */
  readonly at: number;
  readonly credits: number;
}

export interface Developer {
  readonly family: string;
  readonly zone: string;
  readonly seed: number;
}

/** What a day holds: how many runs are to be expected, the hours they begin in, what one costs in the middle and how much that varies. */
interface DayPlan {
  readonly runs: number;
  readonly hours: readonly [from: number, to: number];
  readonly credits: number;
  readonly spread: number;
}

interface DayContext {
  readonly weekday: number;
  /** Days since the first. */
  readonly age: number;
  readonly chance: Chance;
}

/** Makes a developer's habit from its own chance: called once, then for each day in turn. */
type Habit = (chance: Chance) => (day: DayContext) => DayPlan | undefined;

interface Chance {
  /** Even in [0, 1). */
  even(): number;
  /** Normal, mean 0, deviation 1. */
  normal(): number;
  /** Poisson. */
  count(mean: number): number;
}

const OFFICE: readonly [number, number] = [9, 18];

const isWeekend = (weekday: number) => weekday === 0 || weekday === 6;

/** What the method was made with. */
export const HABITS: Readonly<Record<string, Habit>> = {
  office:
    () =>
    ({ weekday, chance }) =>
      isWeekend(weekday) || chance.even() < 0.08 ? undefined : { runs: 9, hours: OFFICE, credits: 5, spread: 0.9 },
  evenings:
    () =>
    ({ weekday, chance }) =>
      chance.even() < (isWeekend(weekday) ? 0.25 : 0.45)
        ? undefined
        : { runs: isWeekend(weekday) ? 8 : 4, hours: isWeekend(weekday) ? [11, 24] : [19, 24], credits: 6, spread: 1 },
  partTime:
    () =>
    ({ weekday, chance }) =>
      ![1, 2, 4].includes(weekday) || chance.even() < 0.05
        ? undefined
        : { runs: 10, hours: [8, 13], credits: 5, spread: 0.8 },
  bursts: (life) => {
    let fever = 0;
    return ({ weekday, chance }) => {
      fever = fever > 0 ? fever - 1 : chance.even() < 0.08 ? 1 + Math.floor(life.even() * 3) : 0;
      if (isWeekend(weekday) && fever === 0) return undefined;
      return fever > 0
        ? { runs: 20, hours: [8, 24], credits: 14, spread: 1.2 }
        : { runs: 4, hours: OFFICE, credits: 4, spread: 1 };
    };
  },
  vacations: (life) => {
    const leaves = [40, 120, 200].map((about) => ({
      from: about + Math.floor(life.even() * 40),
      days: 7 + Math.floor(life.even() * 14),
    }));
    return ({ weekday, age, chance }) =>
      isWeekend(weekday) || chance.even() < 0.08 || leaves.some(({ from, days }) => age >= from && age < from + days)
        ? undefined
        : { runs: 8, hours: OFFICE, credits: 6, spread: 0.9 };
  },
  changedHabit: (life) => {
    const changes = [60, 150].map((about) => about + Math.floor(life.even() * 50));
    const levels = [1, 2.5 + life.even() * 1.5, 0.5 + life.even() * 0.5];
    return ({ weekday, age, chance }) => {
      const level = levels[changes.filter((day) => age >= day).length] ?? 1;
      if (chance.even() < (isWeekend(weekday) ? 0.8 : 0.1)) return undefined;
      return { runs: 7 * Math.sqrt(level), hours: OFFICE, credits: 5 * Math.sqrt(level), spread: 0.9 };
    };
  },
  growth: (life) => {
    const perMonth = 1.08 + life.even() * 0.17;
    return ({ weekday, age, chance }) =>
      chance.even() < (isWeekend(weekday) ? 0.85 : 0.1)
        ? undefined
        : { runs: 5 * perMonth ** (age / 30), hours: [9, 20], credits: 4, spread: 1 };
  },
};

/** What it wasn't: looked at once it was done. */
export const HELD_OUT: Readonly<Record<string, Habit>> = {
  /** Weeks on a project, weeks off it. */
  projects: (life) => {
    let [on, left] = [true, 10 + Math.floor(life.even() * 20)];
    return ({ weekday, chance }) => {
      left -= 1;
      if (left <= 0) [on, left] = [!on, (on ? 4 : 10) + Math.floor(life.even() * 18)];
      if (isWeekend(weekday) || chance.even() < 0.1) return undefined;
      return on
        ? { runs: 12, hours: OFFICE, credits: 6, spread: 0.9 }
        : { runs: 1.5, hours: OFFICE, credits: 4, spread: 0.9 };
    };
  },
  /** Agents left to work overnight now and then: most of the money in few runs. */
  overnight:
    () =>
    ({ chance }) =>
      chance.even() < 0.3
        ? { runs: 1.5, hours: [18, 24], credits: 40, spread: 1.5 }
        : { runs: 1, hours: OFFICE, credits: 2, spread: 0.8 },
  /** Shifts that change by the week: early, late, night. */
  shifts: () => {
    const shifts = [
      [6, 14],
      [14, 22],
      [0, 6],
    ] as const;
    return ({ age, chance }) =>
      age % 7 > 4 || chance.even() < 0.1
        ? undefined
        : { runs: 7, hours: shifts[Math.floor(age / 7) % 3] ?? OFFICE, credits: 5, spread: 1 };
  },
  /** Weekends and little else. */
  hobby:
    () =>
    ({ weekday, chance }) =>
      isWeekend(weekday)
        ? chance.even() < 0.25
          ? undefined
          : { runs: 6, hours: [10, 24], credits: 8, spread: 1.1 }
        : chance.even() < 0.12
          ? { runs: 2, hours: [20, 24], credits: 5, spread: 1 }
          : undefined,
  /** A level that wanders. */
  wandering: (life) => {
    let level = 0;
    return ({ weekday, chance }) => {
      level = level * 0.985 + 0.12 * life.normal();
      return chance.even() < (isWeekend(weekday) ? 0.7 : 0.12)
        ? undefined
        : { runs: 6 * Math.exp(level / 2), hours: [9, 22], credits: 5 * Math.exp(level / 2), spread: 1 };
    };
  },
};

const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'];
const FIRST_DAY = [2026, 1, 9] as const;
const DAYS = 265;

export function developersOf(habits: Readonly<Record<string, Habit>>, seeds: readonly number[]): readonly Developer[] {
  return Object.keys(habits).flatMap((family) =>
    seeds.map((seed) => ({ family, seed, zone: ZONES[seed % ZONES.length] ?? 'UTC' })),
  );
}

/** What a developer spends, in the order of time. The time zone must be its own when this is called. */
export function spendOf({ family, seed }: Developer): readonly Spent[] {
  const habit = HABITS[family] ?? HELD_OUT[family];
  if (!habit) throw new Error(`There is no family of developers named ${family}.`);
  const key = [...family].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, seed * 7919);
  const planOf = habit(chanceOf(key));
  const chance = chanceOf(key + 1);
  const spent: Spent[] = [];
  for (let age = 0; age < DAYS; age += 1) {
    const [year, month, day] = FIRST_DAY;
    const midnight = new Date(year, month, day + age);
    const plan = planOf({ weekday: midnight.getDay(), age, chance });
    if (!plan) continue;
    for (let run = chance.count(plan.runs); run > 0; run -= 1) {
      const [from, to] = plan.hours;
      const minutes = (from + (to - from) * chance.even()) * 60;
      const at = new Date(year, month, day + age, 0, minutes).getTime();
      spent.push({ at, credits: plan.credits * Math.exp(plan.spread * chance.normal()) });
    }
  }
  return spent.sort((a, b) => a.at - b.at);
}

/** mulberry32, and what follows from even numbers. */
function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const even = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    even,
    normal: () => Math.sqrt(-2 * Math.log(1 - even())) * Math.cos(2 * Math.PI * even()),
    count(mean) {
      const limit = Math.exp(-mean);
      let [product, count] = [even(), 0];
      while (product > limit) {
        product *= even();
        count += 1;
      }
      return count;
    },
  };
}
