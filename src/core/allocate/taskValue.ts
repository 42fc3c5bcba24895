/** V, what finishing a task is worth: minutes saved (by task class) × hourly rate; both are settings (docs/economics, section 1). */
import { dollarsToNanoCredits, type NanoCredits } from '../money.ts';
import { TASK_KINDS, type TaskKind } from '../quality/taskClass.ts';
import { wholeNumber } from '../wholeNumber.ts';

/**
 * Minutes that a finished task saves, by class. Defaults are guesses at a developer's own time for it, low rather than
 * high, so that the first advice is thrifty; they are there to be changed. `other`: the prompt wasn't seen.
 */
export const DEFAULT_MINUTES_SAVED: Readonly<Record<TaskKind | 'other', number>> = {
  question: 3,
  docs: 8,
  test: 15,
  review: 10,
  fix: 20,
  refactor: 20,
  feature: 30,
  other: 8,
};

/** US dollars: a usual fully loaded hour of a developer. */
export const DEFAULT_HOURLY_RATE_DOLLARS = 60;
/** How much of the time in which an agent is at work its developer really waits. */
export const DEFAULT_ATTENTION_SHARE = 0.1;

export interface ValueSettings {
  readonly hourlyRateDollars: number;
  /** 0 to 1. */
  readonly attentionShare: number;
  /** By task class; what isn't in it is as `other`. */
  readonly minutesSaved: Readonly<Record<string, number>>;
}

export const DEFAULT_VALUE_SETTINGS: ValueSettings = {
  hourlyRateDollars: DEFAULT_HOURLY_RATE_DOLLARS,
  attentionShare: DEFAULT_ATTENTION_SHARE,
  minutesSaved: DEFAULT_MINUTES_SAVED,
};

/** The settings' raw values. */
export interface RawValueSettings {
  readonly hourlyRateDollars?: unknown;
  readonly attentionShare?: unknown;
  readonly minutesSaved?: unknown;
}

/** Settings as they are meant, defaults where a value is missing or wrong, and a sentence for each wrong one. */
export function readValueSettings(raw: RawValueSettings): {
  readonly settings: ValueSettings;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const read = (name: keyof RawValueSettings, most: number, usual: number): number => {
    const value = raw[name];
    if (value === undefined || value === null) return usual;
    if (isBetween(value, most)) return value;
    problems.push(`marginal.value.${name}: write a number from 0 to ${wholeNumber(most)}; ${usual} is used.`);
    return usual;
  };
  const hourlyRateDollars = read('hourlyRateDollars', MOST_HOURLY_RATE, DEFAULT_HOURLY_RATE_DOLLARS);
  const attentionShare = read('attentionShare', 1, DEFAULT_ATTENTION_SHARE);
  const minutesSaved: ValueSettings['minutesSaved'] = {
    ...DEFAULT_MINUTES_SAVED,
    ...readMinutes(raw.minutesSaved, problems),
  };
  return { settings: { hourlyRateDollars, attentionShare, minutesSaved }, problems };
}

const MOST_HOURLY_RATE = 10_000;
const MOST_MINUTES = 10_000;

function readMinutes(value: unknown, problems: string[]): Record<string, number> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    problems.push('marginal.value.minutesSaved: write minutes by task class, such as { "fix": 30 }.');
    return {};
  }
  const minutes: Record<string, number> = {};
  for (const [taskClass, each] of Object.entries(value)) {
    if (!Object.hasOwn(DEFAULT_MINUTES_SAVED, taskClass))
      problems.push(
        `marginal.value.minutesSaved: ${taskClass} is no class of task; they are ${TASK_KINDS.join(', ')} and other.`,
      );
    else if (isBetween(each, MOST_MINUTES)) minutes[taskClass] = each;
    else
      problems.push(`marginal.value.minutesSaved, ${taskClass}: write minutes from 0 to ${wholeNumber(MOST_MINUTES)}.`);
  }
  return minutes;
}

const isBetween = (value: unknown, most: number): value is number =>
  typeof value === 'number' && value >= 0 && value <= most;

/** V in nano-credits. `override`: what the developer named for this task (`/value 300`), goes first. */
export function taskValue(
  taskClass: string | undefined,
  { hourlyRateDollars, minutesSaved }: ValueSettings,
  override?: NanoCredits,
): NanoCredits {
  if (override !== undefined) return override;
  const known = taskClass !== undefined && Object.hasOwn(minutesSaved, taskClass);
  const minutes = (known ? minutesSaved[taskClass] : minutesSaved.other) ?? 0;
  return dollarsToNanoCredits((minutes / 60) * hourlyRateDollars);
}

const CREDITS_PER_DOLLAR = 100;
const SECONDS_PER_HOUR = 3600;

/** What an hour of the developer's is worth. */
export function hourlyCredits({ hourlyRateDollars }: Pick<ValueSettings, 'hourlyRateDollars'>): number {
  return hourlyRateDollars * CREDITS_PER_DOLLAR;
}

/** λ's floor, in credits a second: hourly rate × attention share. */
export function lambdaFloor({ hourlyRateDollars, attentionShare }: ValueSettings): number {
  return (hourlyCredits({ hourlyRateDollars }) * attentionShare) / SECONDS_PER_HOUR;
}
