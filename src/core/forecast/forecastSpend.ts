/**
 * From a developer's own past spend: what the period will have cost by its end, when a pool of credits runs out, and
 * how far to trust that. A pure function of spend and question; how it works: docs/decisions/2026-11-26-forecast.md.
 */
import { joinMoney, NO_MONEY } from '../money.ts';
import { type Calibration, calibration, type Levels, MOST_DEVIATION } from './calibration.ts';
import type { Backtest, Evidence, ForecastQuestion, HourSpend, PeriodForecast, Quantiles } from './forecast.ts';
import { instantOf, type LocalHour, localHourOf, weekdayOf } from './localHour.ts';
import { type Mixture, placeOf, quantileAt } from './mixture.ts';
import { paceOf } from './pace.ts';
import { type SpendDays, spendDays } from './spendDays.ts';
import { type OpenDay, type SpendModel, spendModel } from './spendModel.ts';
import { daysOf, dayWeights, type Stretch, stretchOf } from './stretch.ts';

/** Days of the past that count: older ones weigh nothing and would only take time. */
export const PAST_DAYS = 400;
/** A period longer than this has no forecast from weeks. */
const MOST_PERIOD_DAYS = 800;
/** Unknown calls older than this, before the period, no longer bear on what was learned. */
const UNKNOWN_DAYS = 60;
/** Past ranges are compared to a part in a thousand: there are hundreds of them. */
const ROUGHLY = 1e-3;
const DAY_MS = 86_400_000;
/** How fast a forecast's fault loses its meaning as an ordinary day's spend changes: e^(−4 ln² ratio). */
const CHANGE_MATTERS = 4;
const QUARTER_MS = 900_000;
/** At least so many past forecasts, and stretches without overlap, before their coverage says anything. */
const LEAST_FORECASTS = 10;
const LEAST_PERIODS = 2;
/** Active days from which the range rests on these more than on common weeks, and on these alone. */
const YOUNG_DAYS = 3;
const OWN_DAYS = 15;
/** What was drawn elsewhere so far is taken to go on at its rate, as if so many more ordinary days had been without. */
const ELSEWHERE_PRIOR_DAYS = 1;

/**
 * `spend`: what counts, in any order; what lies after `now` is ignored. undefined: nothing was spent yet, so that there is nothing to forecast
 * from, or the question makes no sense (a period that doesn't hold `now`, or of several years).
 */
export function forecastSpend(spend: readonly HourSpend[], question: ForecastQuestion): PeriodForecast | undefined {
  const { now, periodStart, periodEnd } = question;
  if (!(periodStart <= now && now < periodEnd) || periodEnd - periodStart > MOST_PERIOD_DAYS * DAY_MS) return undefined;
  const days = spendDays(spend, now, PAST_DAYS);
  if (!days) return undefined;
  const ahead = stretchOf(now, periodEnd);
  const learned = learn(days, ahead);
  if (!learned) return undefined;
  const { model, mixtureOf, levels, backtest } = learned;
  const period = spend.filter(({ at }) => at >= quarterOf(periodStart) && at <= now);
  const spent = period.reduce((sum, { cost }) => joinMoney(sum, cost), NO_MONEY);
  const elsewhere = Math.max(0, question.spentElsewhereNanoCredits ?? 0);

  const here = localHourOf(now);
  const weights = dayWeights(model.profile, weekdayOf(here.day), ahead);
  const sofar = sum(dayWeights(model.profile, weekdayOf(localHourOf(periodStart).day), stretchOf(periodStart, now)));
  /** Elsewhere's rate over own ordinary days, so that it rests on the same nights and weekends. */
  const elsewhereRate = elsewhere / (sofar + ELSEWHERE_PRIOR_DAYS);

  /** Quantiles of all that is spent until the end of each day ahead; they never fall from one day to the next. */
  const until: Quantiles[] = [];
  let [weight, last]: [number, Quantiles] = [0, { p10: 0, p50: 0, p90: 0 }];
  for (const [offset, part] of weights.entries()) {
    weight += part;
    const own = quantiles(mixtureOf(weight, lengthUntil(ahead, offset)), levels);
    last = {
      p10: Math.max(last.p10, own.p10),
      p50: Math.max(last.p50, own.p50),
      p90: Math.max(last.p90, own.p90),
    };
    const others = elsewhereRate * weight;
    const base = spent.nanoCredits + elsewhere + others;
    until.push({ p10: base + last.p10, p50: base + last.p50, p90: base + last.p90 });
  }
  const end = until.at(-1);
  if (!end) return undefined;
  const endOfPeriod = { p10: Math.round(end.p10), p50: Math.round(end.p50), p90: Math.round(end.p90) };
  const left =
    question.poolNanoCredits === undefined ? undefined : question.poolNanoCredits - spent.nanoCredits - elsewhere;
  return {
    at: now,
    periodStart,
    periodEnd,
    spent,
    endOfPeriod,
    unknownCalls: unknownCalls(spend, question),
    dry: dryDates(question, spent.nanoCredits + elsewhere, until, (place) => instantWithin(model, ahead, here, place)),
    pace: paceOf(days, model.profile, { now, periodEnd, left }),
    evidence: evidenceOf(days),
    ...(backtest ? { backtest } : {}),
  };
}

/** The quarter of an hour in which an instant lies begins then: spend isn't known more finely. */
export function quarterOf(at: number): number {
  return Math.floor(at / QUARTER_MS) * QUARTER_MS;
}

interface Learned {
  readonly model: SpendModel;
  mixtureOf(weight: number, days: number): Mixture;
  readonly levels: Levels;
  readonly backtest: Backtest | undefined;
}

/** A forecast from before a habit changed was wrong for a reason that holds no more. */
function relevanceOf(then: number | undefined, now: number | undefined): number {
  return then && now ? Math.exp(-CHANGE_MATTERS * Math.log(now / then) ** 2) : 1;
}

interface Announced {
  /** An ordinary day's spend as it was seen. */
  readonly ordinary: number | undefined;
  readonly mixture: Mixture;
  readonly levels: Levels;
  /** What had been spent in the day before the stretch began. */
  readonly before: number;
}

/**
 * Walks through the past as it came. On each day, at the same hour as now, a forecast as far ahead as the one asked for
 * is announced; once its time is over it is compared with what came, and the calibration learns. Nothing sees its future.
 */
function learn(days: SpendDays, ahead: Stretch): Learned | undefined {
  const model = spendModel();
  const calibrated: Calibration = calibration(daysOf(ahead));
  const announced: (Announced | undefined)[] = [];
  /** A forecast of some days ago is decided once its last hour is over. */
  const decidedAfter = ahead.nights + (ahead.toHour > ahead.fromHour ? 1 : 0);
  const scores = { covered: 0, width: 0, forecasts: 0 };

  for (let day = 0; day < days.count; day += 1) {
    const origin = day - decidedAfter;
    const due = announced[origin];
    if (due) score(due, outcome(days, origin, ahead) - due.before);
    const weekday = weekdayOf(days.first + day);
    const today = openDay(model, days, day, ahead.fromHour);
    const levels = calibrated.levels();
    const weights = sum(dayWeights(model.profile, weekday, ahead));
    if (day === days.count - 1) {
      const mixtureOf = (weight: number, length: number) => model.foresee(weight, length, today) ?? [];
      if (mixtureOf(weights, daysOf(ahead)).length === 0) return undefined;
      return { model, mixtureOf, levels, backtest: backtestOf(scores, daysOf(ahead)) };
    }
    const mixture = model.foresee(weights, daysOf(ahead), today);
    announced.push(
      mixture && { mixture, levels, ordinary: model.ordinary(), before: days.before(day, ahead.fromHour) },
    );
    model.learn(weekday, days.hours(day), day === 0 ? seenShare(model, days, 24) : 1);
  }
  return undefined;

  function score({ mixture, levels, ordinary }: Announced, spent: number): void {
    const place = placeOf(mixture, spent, MOST_DEVIATION);
    const p10 = quantileAt(mixture, levels.low, ROUGHLY);
    const p90 = quantileAt(mixture, levels.high, ROUGHLY);
    scores.forecasts += 1;
    scores.width += p90 - p10;
    if (spent >= p10 && spent <= p90) scores.covered += 1;
    calibrated.learn(place, levels, relevanceOf(ordinary, model.ordinary()));
  }
}

/** What was spent from the beginning of the `index`th day until the end of the stretch that began in it. */
function outcome(days: SpendDays, index: number, { nights, toHour }: Stretch): number {
  return days.until(index + nights) - days.until(index) + days.before(index + nights, toHour);
}

function openDay(model: SpendModel, days: SpendDays, index: number, hour: number): OpenDay {
  const weekday = weekdayOf(days.first + index);
  const seen = index === 0 ? seenShare(model, days, hour) : model.profile.shareBefore(weekday, hour);
  return { weekday, seenShare: seen, spent: days.before(index, hour) };
}

/** Of the first day only what lies after its first call was seen. */
function seenShare({ profile }: SpendModel, days: SpendDays, hour: number): number {
  const weekday = weekdayOf(days.first);
  return Math.max(0, profile.shareBefore(weekday, hour) - profile.shareBefore(weekday, days.firstHour));
}

function quantiles(mixture: Mixture, { low, middle, high }: Levels): Quantiles {
  return { p10: quantileAt(mixture, low), p50: quantileAt(mixture, middle), p90: quantileAt(mixture, high) };
}

/** Days from the stretch's beginning until the end of its `offset`th day. */
function lengthUntil(ahead: Stretch, offset: number): number {
  return offset === ahead.nights ? daysOf(ahead) : offset + 1 - ahead.fromHour / 24;
}

/** A place among the days ahead: the offset of a day, and how far through its spend. */
interface Place {
  readonly offset: number;
  readonly share: number;
}

/** The early date goes with the high quantile: in one case of ten at least so much is spent. */
function dryDates(
  { now, periodEnd, poolNanoCredits: pool }: ForecastQuestion,
  spent: number,
  until: readonly Quantiles[],
  instant: (place: Place) => number,
): PeriodForecast['dry'] {
  if (pool === undefined) return {};
  const dryAt = (name: keyof Quantiles): number | undefined => {
    if (spent >= pool) return now;
    let before = spent;
    for (const [offset, quantile] of until.entries()) {
      const after = quantile[name];
      if (after >= pool) {
        const at = instant({ offset, share: (pool - before) / (after - before) });
        return Math.min(periodEnd, Math.max(now, at));
      }
      before = after;
    }
    return undefined;
  };
  const [p10, p50, p90] = [dryAt('p90'), dryAt('p50'), dryAt('p10')];
  return {
    ...(p10 === undefined ? {} : { p10 }),
    ...(p50 === undefined ? {} : { p50 }),
    ...(p90 === undefined ? {} : { p90 }),
  };
}

/** When a share of what a day ahead will see is spent, by the profile's hours. */
function instantWithin({ profile }: SpendModel, ahead: Stretch, here: LocalHour, { offset, share }: Place): number {
  const day = here.day + offset;
  const weekday = weekdayOf(day);
  const begin = offset === 0 ? ahead.fromHour : 0;
  const end = offset === ahead.nights ? ahead.toHour : 24;
  const [from, to] = [profile.shareBefore(weekday, begin), profile.shareBefore(weekday, end)];
  const hour = profile.hourOf(weekday, from + share * (to - from));
  return instantOf({ day, hour: Math.min(end, Math.max(begin, hour)) });
}

function unknownCalls(spend: readonly HourSpend[], { now, periodStart }: ForecastQuestion): number {
  const since = Math.min(periodStart, now - UNKNOWN_DAYS * DAY_MS);
  return spend.reduce((calls, { at, cost }) => (at >= since && at <= now ? calls + cost.unknown : calls), 0);
}

function evidenceOf(days: SpendDays): Evidence {
  let activeDays = 0;
  for (let day = 0; day < days.count; day += 1) if (days.total(day) > 0) activeDays += 1;
  const basis = activeDays < YOUNG_DAYS ? 'prior' : activeDays < OWN_DAYS ? 'young' : 'own';
  return { days: days.count, activeDays, basis };
}

function backtestOf(
  { covered, width, forecasts }: { readonly covered: number; readonly width: number; readonly forecasts: number },
  length: number,
): Backtest | undefined {
  const periods = Math.floor(forecasts / Math.max(1, length));
  if (forecasts < LEAST_FORECASTS || periods < LEAST_PERIODS) return undefined;
  return { coverage80: covered / forecasts, forecasts, periods, meanWidth: Math.round(width / forecasts) };
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, each) => total + each, 0);
}
