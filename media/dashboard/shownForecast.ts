import type { PeriodForecast } from '../../src/core/forecast/forecast.ts';

/** A forecast with what it is of. */
export interface ShownForecast {
  readonly forecast: PeriodForecast;
  /** Whose spending it counts; undefined: every agent's. */
  readonly agents: readonly string[] | undefined;
  /** Nano-credits that there are to spend; undefined: nothing that could run out. */
  readonly pool: number | undefined;
  readonly of: 'pool' | 'budget';
  /** Nano-credits that were drawn elsewhere; undefined: not known, or none. */
  readonly elsewhere: number | undefined;
}
