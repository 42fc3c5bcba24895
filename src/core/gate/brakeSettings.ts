import type { AllocatorMode } from '../allocate/choiceSettings.ts';
import type { Limit } from '../budget/limits.ts';
import type { NanoCredits } from '../money.ts';

/** What the developer set of the brakes on agents whose requests don't pass through Marginal. */
export interface BrakeSettings {
  /** What follows where a run makes no progress: it is shown, asked about, or the run is stopped. */
  readonly mode: AllocatorMode;
  /** Those of a single step are passed over: a hook comes after the step. */
  readonly limits: readonly Limit[];
  /** p90 of a whole run from which on it is asked about; undefined: no limit. */
  readonly confirmRunNanoCredits?: NanoCredits | undefined;
  /** Share of a plan's allowance, 0 to 1, that may be used; undefined: no limit. */
  readonly planLimit?: { readonly share: number; readonly mode: Limit['mode'] } | undefined;
}
