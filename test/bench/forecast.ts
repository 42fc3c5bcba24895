/**
 * The forecast of the month's end, from rolling origins through months, against a straight line on the same data.
 * `--data FILE`: JSON lines { at, credits }, `at` in epoch ms or as an ISO date; without it, made developers in several
 * time zones, among them families and seeds that the method wasn't made with (FORECAST_BENCH=tuning leaves these out, for
 * whoever changes the method).
 */
import { readFileSync } from 'node:fs';
import type { HourSpend } from '../../src/core/forecast/forecast.ts';
import { forecastSpend } from '../../src/core/forecast/forecastSpend.ts';
import { startOfMonth } from '../../src/core/ledger/localDay.ts';
import { NANO_PER_CREDIT } from '../../src/core/money.ts';
import { inZone } from '../fakes/timeZone.ts';
import { developersOf, HABITS, HELD_OUT, type Spent, spendOf } from './forecast/developers.ts';
import { type Line, lineWithDays, lineWithErrors } from './forecast/straightLine.ts';

const SEEDS = [1, 2, 3, 4];
/** Looked at only once the method was done. */
const HELD_OUT_SEEDS = [11, 12, 13, 14];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** At these hours, in turn, every second day. */
const ORIGIN_HOURS = [9, 13, 18];
/** The share of a month's usual spend that the pool of the dates' test holds. */
const POOL_SHARE = 0.7;

interface Scored {
  readonly family: string;
  readonly firstMonth: boolean;
  readonly covered: boolean;
  readonly above: boolean;
  readonly width: number;
  readonly error: number;
  readonly winkler: number;
  readonly errors: Score;
  readonly days: Score;
  /** How the date on which a pool is dry came out; undefined: it was dry before, or never within the month and said so. */
  readonly dry: 'early' | 'within' | 'late' | undefined;
  readonly ms: number;
}

interface Score {
  readonly covered: boolean;
  readonly width: number;
  readonly error: number;
  readonly winkler: number;
}

/** Returns the keys of the benchmark's line. */
export async function run({ data }: { readonly data?: string | undefined } = {}) {
  if (data !== undefined) {
    const spent = readSpent(data);
    return summarise(rollThrough(data, spent), 'the file');
  }
  const tuned = scoresOf(developersOf(HABITS, SEEDS));
  if (process.env.FORECAST_BENCH === 'tuning') return summarise(tuned, 'made developers');
  const heldOut = scoresOf(developersOf({ ...HABITS, ...HELD_OUT }, HELD_OUT_SEEDS)).map((score) => ({
    ...score,
    family: `${score.family} (held out)`,
  }));
  const rest = summarise(heldOut, 'held-out developers');
  return { ...summarise([...tuned, ...heldOut], 'all'), heldOutCoverage80: rest.coverage80 };
}

function scoresOf(developers: ReturnType<typeof developersOf>): readonly Scored[] {
  return developers.flatMap((developer) =>
    inZone(developer.zone, () => rollThrough(developer.family, spendOf(developer))),
  );
}

function readSpent(file: string): readonly Spent[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const spent = lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      const { at, credits } = JSON.parse(line) as { at?: unknown; credits?: unknown };
      const instant = typeof at === 'number' ? at : Date.parse(String(at));
      if (!Number.isFinite(instant) || typeof credits !== 'number' || !(credits >= 0))
        throw new Error('no such fields');
      return [{ at: instant, credits }];
    } catch {
      console.log(`Line ${index + 1} is left out: it is no JSON with an instant \`at\` and a number \`credits\`.`);
      return [];
    }
  });
  return spent.sort((a, b) => a.at - b.at);
}

/** Forecasts every second day, and how each came out. Money is in units of the mean month, so that developers count alike. */
function rollThrough(family: string, spent: readonly Spent[]): readonly Scored[] {
  const [first, last] = [spent[0], spent.at(-1)];
  if (!first || !last) return [];
  const total = spent.reduce((sum, { credits }) => sum + credits, 0);
  const scale = total / Math.max(1, (last.at - first.at) / (30.4 * DAY_MS));
  const between = (from: number, to: number) =>
    spent.reduce((sum, { at, credits }) => (at >= from && at < to ? sum + credits : sum), 0);
  const hours = byHour(spent);
  const scores: Scored[] = [];
  const past: { month: number; gone: number; came: number; said: number }[] = [];
  for (let number = 0; ; number += 1) {
    const day = new Date(first.at);
    const hour = ORIGIN_HOURS[number % ORIGIN_HOURS.length] ?? 12;
    const now = new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1 + 2 * number, hour).getTime();
    const [begin, end] = [startOfMonth(now), startOfMonth(now, 1)];
    // A month that the record doesn't hold to its end can't be compared.
    if (end > last.at + 3 * DAY_MS) break;
    const seen = hours.filter(({ at }) => at < now);
    const sofar = between(begin, now);
    const outcome = between(begin, end);
    const pool = POOL_SHARE * scale;
    const started = performance.now();
    const forecast = forecastSpend(seen, {
      now,
      periodStart: begin,
      periodEnd: end,
      poolNanoCredits: pool * NANO_PER_CREDIT,
    });
    const ms = performance.now() - started;
    const begun = Math.max(begin, first.at);
    const daysGone = (now - begun) / DAY_MS;
    const daysLeft = (end - now) / DAY_MS;
    const midnight = new Date(now).setHours(0, 0, 0, 0);
    const lineInput = {
      spent: sofar,
      daysGone,
      daysLeft,
      lastDays: Array.from({ length: 30 }, (_, index) => midnight - (30 - index) * DAY_MS)
        .filter((from) => from >= first.at - DAY_MS)
        .map((from) => between(from, from + DAY_MS)),
      past: past.filter(({ month, gone }) => month < begin && Math.abs(gone - daysGone) <= 3),
    };
    past.push({ month: begin, gone: daysGone, came: outcome - sofar, said: (sofar / daysGone) * daysLeft });
    if (!forecast) continue;
    const { p10, p50, p90 } = forecast.endOfPeriod;
    const line = { middle: p50 / NANO_PER_CREDIT, low: p10 / NANO_PER_CREDIT, high: p90 / NANO_PER_CREDIT };
    scores.push({
      family,
      firstMonth: begin <= first.at,
      ...scored(line, outcome, scale),
      above: outcome > line.high,
      errors: scored(lineWithErrors(lineInput), outcome, scale),
      days: scored(lineWithDays(lineInput), outcome, scale),
      dry: sofar >= pool ? undefined : dryScore(forecast.dry, dryInstant(spent, begin, end, pool)),
      ms,
    });
  }
  return scores;
}

function byHour(spent: readonly Spent[]): readonly HourSpend[] {
  const hours = new Map<number, number>();
  for (const { at, credits } of spent) {
    // quarters lie within one local hour in every zone
    const quarter = Math.floor(at / (HOUR_MS / 4)) * (HOUR_MS / 4);
    hours.set(quarter, (hours.get(quarter) ?? 0) + Math.round(credits * NANO_PER_CREDIT));
  }
  return [...hours].map(([at, nanoCredits]) => ({ at, cost: { nanoCredits, confidence: 'priced', unknown: 0 } }));
}

/** A hair of leeway for rounding: a month in which nothing more is spent is covered by a range that begins there. */
function scored({ middle, low, high }: Line, outcome: number, scale: number): Score {
  const leeway = 1e-9 * scale;
  const beyond = Math.max(0, low - leeway - outcome, outcome - high - leeway);
  return {
    covered: beyond === 0,
    width: (high - low) / scale,
    error: Math.abs(outcome - middle) / scale,
    winkler: (high - low + (2 / 0.2) * beyond) / scale,
  };
}

function dryInstant(spent: readonly Spent[], begin: number, end: number, pool: number): number | undefined {
  let sum = 0;
  for (const { at, credits } of spent) {
    if (at < begin || at >= end) continue;
    sum += credits;
    if (sum >= pool) return at;
  }
  return undefined;
}

function dryScore(
  { p10, p90 }: { readonly p10?: number; readonly p90?: number },
  at: number | undefined,
): Scored['dry'] {
  if (p10 === undefined && at === undefined) return undefined;
  const [from, to, was] = [p10 ?? Infinity, p90 ?? Infinity, at ?? Infinity];
  // Dates are told to the hour.
  if (was < from - HOUR_MS) return 'early';
  return was > to + HOUR_MS ? 'late' : 'within';
}

function summarise(all: readonly Scored[], name: string) {
  const scores = all.filter(({ firstMonth }) => !firstMonth);
  const winkler = (peer: 'errors' | 'days') => mean(scores, (each) => each[peer].winkler) ?? 0;
  const peer = winkler('errors') <= winkler('days') ? 'errors' : 'days';
  console.log(
    `${name}: ${scores.length} forecasts of the month's end after the first month; straight line's range by its ${peer}`,
  );
  const groups = Map.groupBy(scores, ({ family }) => family);
  for (const [family, group] of groups.size > 1 ? [...groups, ['all', scores] as const] : [['all', scores] as const]) {
    const first = all.filter((each) => each.firstMonth && (family === 'all' || each.family === family));
    const line = (of: (score: Score) => number) => mean(group, (each) => of(each[peer]));
    const dated = group.filter(({ dry }) => dry !== undefined);
    console.log(
      [
        family.padEnd(24),
        `covers ${percent(mean(group, ({ covered }) => Number(covered)))} (above ${percent(mean(group, ({ above }) => Number(above)))}, line ${percent(line(({ covered }) => Number(covered)))}, first month ${percent(mean(first, ({ covered }) => Number(covered)))})`,
        `÷ line: width ${ratio(
          mean(group, ({ width }) => width),
          line(({ width }) => width),
        )} Winkler ${ratio(
          mean(group, ({ winkler }) => winkler),
          line(({ winkler }) => winkler),
        )} error ${ratio(
          mean(group, ({ error }) => error),
          line(({ error }) => error),
        )}`,
        `dates within ${percent(mean(dated, ({ dry }) => Number(dry === 'within')))} of ${dated.length} (early ${percent(mean(dated, ({ dry }) => Number(dry === 'early')))})`,
      ].join('  '),
    );
  }
  const line = (of: (score: Score) => number) => mean(scores, (each) => of(each[peer]));
  const families = [...groups.values()].map((group) => mean(group, ({ covered }) => Number(covered)) ?? 0);
  const dated = scores.filter(({ dry }) => dry !== undefined);
  return {
    coverage80: rounded(mean(scores, ({ covered }) => Number(covered))),
    widthRatioToStraightLine: ratio(
      mean(scores, ({ width }) => width),
      line(({ width }) => width),
    ),
    errorRatioToStraightLine: ratio(
      mean(scores, ({ error }) => error),
      line(({ error }) => error),
    ),
    winklerRatioToStraightLine: ratio(
      mean(scores, ({ winkler }) => winkler),
      line(({ winkler }) => winkler),
    ),
    straightLineCoverage80: rounded(line(({ covered }) => Number(covered))),
    lowestFamilyCoverage80: families.length > 0 ? rounded(Math.min(...families)) : null,
    highestFamilyCoverage80: families.length > 0 ? rounded(Math.max(...families)) : null,
    firstMonthCoverage80: rounded(
      mean(
        all.filter(({ firstMonth }) => firstMonth),
        ({ covered }) => Number(covered),
      ),
    ),
    dryDatesCoverage80: rounded(mean(dated, ({ dry }) => Number(dry === 'within'))),
    forecasts: scores.length,
    forecastP99Ms: rounded(all.map(({ ms }) => ms).sort((a, b) => a - b)[Math.floor(all.length * 0.99)] ?? null),
  };
}

function mean<Item>(items: readonly Item[], of: (item: Item) => number): number | null {
  return items.length === 0 ? null : items.reduce((sum, item) => sum + of(item), 0) / items.length;
}

function ratio(ours: number | null, theirs: number | null): number | null {
  return ours === null || theirs === null || theirs === 0 ? null : rounded(ours / theirs);
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}

function percent(share: number | null): string {
  return share === null ? '–' : `${Math.round(share * 100)} %`;
}
