/**
 * What may be spent in a stretch of time to come, learned day by day. Three views of the same past, forgetting at
 * different speeds, are mixed by how well each has foretold the last days: so a changed habit is picked up within days
 * and a single odd day isn't taken for one.
 */
import type { Mixture } from './mixture.ts';
import { gammaQuantile } from './mixture.ts';
import { type WeekProfile, weekProfile } from './weekProfile.ts';

/** A day that is under way. */
export interface OpenDay {
  readonly weekday: number;
  /** The share of its spend that an ordinary one has had within the time that was seen of it. */
  readonly seenShare: number;
  readonly spent: number;
}

export interface SpendModel {
  readonly profile: WeekProfile;
  learn(weekday: number, hours: Float64Array, seenShare: number): void;
  /** An ordinary day's spend as it is seen now; undefined: nothing was ever spent. */
  ordinary(): number | undefined;
  /** Spend in a stretch of `weight` ordinary days (see WeekProfile) over `days` calendar days. undefined: nothing was ever spent. */
  foresee(weight: number, days: number, today: OpenDay): Mixture | undefined;
}

/** Days after which a day counts half, in each view. */
export const HALF_LIVES = [4, 12, 40] as const;
/** How much each is trusted before any has proved itself. */
const TRUST = [0.15, 0.35, 0.5] as const;
/** The part of the trust that nothing can take. */
const KEPT_TRUST = 0.05;
/** A view is judged by what it said of this many days ahead, with a memory of so many days, this sharply. */
const JUDGED_DAYS = 5;
const JUDGED_HALF_LIFE_DAYS = 25;
const JUDGED_SHARPNESS = 3;
/** Variance of a day in units of (its mean × an ordinary day's), while few days are known, and how many it is worth. */
const COMMON_DISPERSION = 1.1;
const COMMON_DISPERSION_DAYS = 6;
const DISPERSION_HALF_LIFE_DAYS = 40;
/** A day's surprise counts no more than this: a single huge day must not widen every range for months. */
const MOST_SURPRISE = 8;
/** A day of more than so many ordinary ones is taken for that many. */
const MOST_TYPICAL = 4;
/** How like each other neighbouring days' surprises are before it is known. */
const COMMON_LIKENESS = 0.15;
const COMMON_LIKENESS_DAYS = 15;
/** A ledger begins on a day on which something is spent: such a beginning says less than it seems. In ordinary days. */
const BEGINNING = 0.35;
/** The spread of a level's walk per square root of a day. */
const DRIFT = 0.028;
/** Gauss–Hermite nodes of a normal, for what isn't known of a level. */
const NODES = [
  { at: -Math.sqrt(3), part: 1 / 6 },
  { at: 0, part: 2 / 3 },
  { at: Math.sqrt(3), part: 1 / 6 },
] as const;
const DAYS = 7;
const DEVIATION_80 = 1.2815515655446004;

/** A day of less than this part of what is expected of it is idle. */
const IDLE_PART = 0.02;
/** So many ordinary days without spend, and twice the usual run of idle days, are an absence. */
const ABSENT_DAYS = 3;
/** How long absences last: the chance of m more days after n is ((b + n) ÷ (b + n + m))^a, so that a long one lasts on. */
const ABSENCE = { a: 1.2, b: 3 } as const;
/** Where in that distribution a return is supposed, each with the same chance. */
const RETURNS = [1 / 8, 3 / 8, 5 / 8, 7 / 8] as const;
/** How often one begins before it is known; and what it takes of the days ahead, when it begins some time within them. */
const COMMON_ABSENCES = { count: 0.3, days: 60 } as const;
const LOST_DAYS = 9;
const MOST_LOST = 0.7;
/** Huge days count on their own, with this memory. */
const HUGE_HALF_LIFE_DAYS = 90;
const HUGE_CLUSTER = 4;

interface View {
  readonly decay: number;
  spent: number;
  readonly seen: Float64Array;
  loss: number;
}

interface Viewed {
  readonly mean: number;
  readonly noise: number;
  readonly unsure: number;
}

export function spendModel(): SpendModel {
  const profile = weekProfile();
  const views: readonly View[] = HALF_LIVES.map((days) => ({
    decay: 0.5 ** (1 / days),
    spent: 0,
    seen: new Float64Array(DAYS),
    loss: 0,
  }));
  let dispersion = { sum: 0, days: 0 };
  let likeness = { sum: 0, squares: 0, days: 0 };
  let before = 0;
  /** The run of idle days that is under way: in ordinary days and in calendar days, and what was known when it began. */
  let idle: { readonly weight: number; readonly days: number; readonly known: () => void } | undefined;
  let usualIdle = { sum: 0, runs: 0 };
  let absent = false;
  const absences = { count: 0, days: 0 };
  /** What huge days had beyond MOST_TYPICAL ordinary ones; the largest counts the less, the fewer there were: it may never come again. */
  let huge = { sum: 0, squares: 0, largest: 0, days: 0 };
  /** What each view said of the days ahead, and what has come of it since. */
  let open: { readonly said: readonly Viewed[]; readonly typical: number; days: number; spent: number }[] = [];

  function spread(): number {
    return (dispersion.sum + COMMON_DISPERSION * COMMON_DISPERSION_DAYS) / (dispersion.days + COMMON_DISPERSION_DAYS);
  }

  /** How much more a sum of many days varies than independent days would. */
  function clustering(days: number): number {
    const own = likeness.squares > 0 ? likeness.sum / likeness.squares : 0;
    const like =
      (own * likeness.days + COMMON_LIKENESS * COMMON_LIKENESS_DAYS) / (likeness.days + COMMON_LIKENESS_DAYS);
    const kept = Math.min(0.7, Math.max(0, like));
    return (1 + kept) / (1 - kept) - (2 * kept * (1 - kept ** days)) / (days * (1 - kept) ** 2);
  }

  function exposure(view: View, today: OpenDay | undefined): number {
    let sum = today ? profile.weight(today.weekday) * today.seenShare : 0;
    for (let weekday = 0; weekday < DAYS; weekday += 1) sum += (view.seen[weekday] ?? 0) * profile.weight(weekday);
    return sum;
  }

  function level(view: View, today?: OpenDay): number | undefined {
    const known = exposure(view, today);
    const spent = view.spent + (today ? cut(today.spent) : 0);
    return spent > 0 ? spent / (known + BEGINNING) : undefined;
  }

  /** The long memory's ordinary day, of whole days only. */
  function typical(): number | undefined {
    const last = views.at(-1);
    return last && level(last);
  }

  /** An ordinary day as all views together see it. */
  function expectation(): number | undefined {
    const parts = trust();
    let sum = 0;
    for (const [index, view] of views.entries()) sum += (parts[index] ?? 0) * (level(view) ?? 0);
    return sum > 0 ? sum : undefined;
  }

  /** A single huge day isn't taken for what days will be like. */
  function cut(spent: number): number {
    const ordinary = typical();
    return ordinary === undefined ? spent : Math.min(spent, MOST_TYPICAL * ordinary);
  }

  /** What a view says: the mean, how much the sum varies around a known level, and how unsure the level is (relative variances). */
  function viewed(view: View, weight: number, days: number, today?: OpenDay): Viewed {
    const varied = spread();
    const known = exposure(view, today) + BEGINNING;
    const ordinary = (level(view, today) ?? 0) * weight;
    const own = weight > 0 ? (varied * clustering(Math.max(1, days))) / weight : 1;
    const memory = Math.max(huge.days, 1);
    // A single one teaches nothing of how often they come, many nearly all.
    const doubt = huge.squares > 0 ? Math.min(1, huge.squares / huge.sum ** 2) : 1;
    const often = Math.max(0, huge.sum - doubt * huge.largest) / memory;
    const mean = ordinary + often * days;
    const squares = Math.max(0, huge.squares - doubt * huge.largest ** 2) / memory;
    // They come in clusters, and how often is known from few.
    const variance = own * ordinary ** 2 + squares * days * HUGE_CLUSTER * (1 + days / memory);
    return {
      mean,
      noise: mean > 0 && variance > 0 ? variance / mean ** 2 : 1,
      unsure: (varied * clustering(1 / (1 - view.decay))) / known + DRIFT ** 2 * days,
    };
  }

  /** Each keeps a little: a view that was wrong of late may be right about what comes back. */
  function trust(): readonly number[] {
    const best = Math.min(...views.map(({ loss }) => loss));
    const raw = views.map(({ loss }, index) => (TRUST[index] ?? 0) * Math.exp(-JUDGED_SHARPNESS * (loss - best)));
    const sum = raw.reduce((total, each) => total + each, 0);
    return raw.map((each, index) => (1 - KEPT_TRUST) * (each / sum) + KEPT_TRUST * (TRUST[index] ?? 0));
  }

  /** Compares what each view said some days ago with what came. */
  function judge(spent: number): void {
    for (const each of open) {
      each.days += 1;
      each.spent += spent;
    }
    for (const view of views) view.loss *= 0.5 ** (1 / JUDGED_HALF_LIFE_DAYS);
    for (const due of open.filter(({ days }) => days >= JUDGED_DAYS)) {
      for (const [index, view] of views.entries()) {
        const said = due.said[index];
        if (said) view.loss += pinball(said, due.spent) / (due.typical * JUDGED_DAYS);
      }
    }
    open = open.filter(({ days }) => days < JUDGED_DAYS);
  }

  function announce(weekday: number): void {
    const ordinary = typical();
    if (ordinary === undefined) return;
    let weight = 0;
    for (let offset = 0; offset < JUDGED_DAYS; offset += 1) weight += profile.weight((weekday + offset) % DAYS);
    open.push({
      said: views.map((view) => viewed(view, weight, JUDGED_DAYS)),
      typical: ordinary,
      days: 0,
      spent: 0,
    });
  }

  /** How far a day was from what was expected of it, and how like the day before's. */
  function surprise(weekday: number, spent: number): void {
    const expected = expectation();
    if (expected === undefined) return;
    const weight = profile.weight(weekday);
    const size = (Math.min(spent, MOST_TYPICAL * expected) / expected - weight) / Math.sqrt(weight);
    const kept = 0.5 ** (1 / DISPERSION_HALF_LIFE_DAYS);
    dispersion = {
      sum: dispersion.sum * kept + Math.min(MOST_SURPRISE, size ** 2),
      days: dispersion.days * kept + 1,
    };
    const bounded = Math.max(-3, Math.min(3, size));
    likeness = {
      sum: likeness.sum * kept + bounded * before,
      squares: likeness.squares * kept + bounded ** 2,
      days: likeness.days * kept + 1,
    };
    before = bounded;
  }

  function isIdle(weekday: number, spent: number): boolean {
    const expected = expectation();
    return expected !== undefined && spent <= IDLE_PART * expected * profile.weight(weekday);
  }

  /**
   * One more idle day. From the day on that the run of them is an absence, nothing is learned, and what its days had
   * taught is taken back: the one who returns from a vacation goes on as before.
   */
  function rest(weekday: number): void {
    const weight = profile.weight(weekday) + (idle?.weight ?? 0);
    idle = { weight, days: (idle?.days ?? 0) + 1, known: idle?.known ?? remember() };
    const usual = usualIdle.sum / Math.max(1, usualIdle.runs);
    if (absent || weight < ABSENT_DAYS + 2 * usual) return;
    absent = true;
    absences.count += 1;
    idle.known();
    open = [];
  }

  /** What brings back what is known now. */
  function remember(): () => void {
    const kept = views.map((view) => ({ ...view, seen: view.seen.slice() }));
    const others = { dispersion, likeness, before, huge };
    return () => {
      for (const [index, view] of views.entries()) {
        const old = kept[index];
        if (!old) continue;
        view.spent = old.spent;
        view.loss = old.loss;
        view.seen.set(old.seen);
      }
      ({ dispersion, likeness, before, huge } = others);
    };
  }

  /** What share of the days ahead somebody may be there, with their chances. */
  function presences(days: number, today: OpenDay): readonly { readonly share: number; readonly chance: number }[] {
    if (absent && idle && isIdle(today.weekday, today.spent)) {
      const gone = ABSENCE.b + idle.days;
      return RETURNS.map((quantile) => {
        const coming = gone * ((1 - quantile) ** (-1 / ABSENCE.a) - 1);
        return { share: Math.max(0, days - coming) / days, chance: 1 / RETURNS.length };
      });
    }
    const rate = (absences.count + COMMON_ABSENCES.count) / (absences.days + COMMON_ABSENCES.days);
    const leaves = 1 - Math.exp(-rate * days);
    const lost = Math.min(MOST_LOST, LOST_DAYS / days);
    return [
      { share: 1, chance: 1 - leaves },
      { share: 1 - lost, chance: leaves },
    ];
  }

  return {
    profile,
    ordinary: expectation,
    learn(weekday, hours, seenShare) {
      const spent = hours.reduce((sum, nano) => sum + nano, 0);
      if (isIdle(weekday, spent)) {
        rest(weekday);
        if (absent) return;
      } else if (idle) {
        if (!absent) usualIdle = { sum: usualIdle.sum * 0.9 + idle.weight, runs: usualIdle.runs * 0.9 + 1 };
        [idle, absent] = [undefined, false];
      }
      absences.days += 1;
      announce(weekday);
      judge(spent);
      surprise(weekday, spent);
      const ordinary = typical();
      const taken = cut(spent);
      const beyond = spent - taken;
      const kept = 0.5 ** (1 / HUGE_HALF_LIFE_DAYS);
      huge = {
        sum: huge.sum * kept + beyond,
        squares: huge.squares * kept ** 2 + beyond ** 2,
        largest: Math.max(huge.largest * kept, beyond),
        days: huge.days * kept + 1,
      };
      for (const view of views) {
        view.spent = view.spent * view.decay + taken;
        for (let each = 0; each < DAYS; each += 1) view.seen[each] = (view.seen[each] ?? 0) * view.decay;
        view.seen[weekday] = (view.seen[weekday] ?? 0) + seenShare;
      }
      profile.learn(weekday, hours, ordinary);
    },
    foresee(weight, days, today) {
      if (views.every((view) => level(view, today) === undefined)) return undefined;
      const parts = trust();
      return presences(days, today).flatMap(({ share, chance }) =>
        views.flatMap((view, index) => {
          const said = viewed(view, weight * share, days * share, today);
          return spreadLevel(said, (parts[index] ?? 0) * chance);
        }),
      );
    },
  };
}

/** What isn't known of a level turned into a few levels. */
function spreadLevel({ mean, noise, unsure }: Viewed, trusted: number): Mixture {
  const sigma = Math.sqrt(Math.log1p(unsure));
  return NODES.map(({ at, part }) => ({
    mean: mean * Math.exp(sigma * at - sigma ** 2 / 2),
    shape: 1 / noise,
    part: part * trusted,
  }));
}

/** Mean quantile loss at 10, 50 and 90 %, all that is unsure taken together as one gamma. */
function pinball({ mean, noise, unsure }: Viewed, outcome: number): number {
  const shape = 1 / ((1 + noise) * (1 + unsure) - 1);
  let sum = 0;
  for (const [share, deviation] of [
    [0.1, -DEVIATION_80],
    [0.5, 0],
    [0.9, DEVIATION_80],
  ] as const) {
    const miss = outcome - gammaQuantile(mean, shape, deviation);
    sum += miss >= 0 ? share * miss : (share - 1) * miss;
  }
  return sum / 3;
}
