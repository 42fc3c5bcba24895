import type { Limit } from '../budget/limits.ts';
import type { BrakeSettings } from '../gate/brakeSettings.ts';
import type { NanoCredits } from '../money.ts';
import { DEFAULT_VALUE_SETTINGS, type ValueSettings } from './taskValue.ts';

/** What the developer set of the allocator. */
export interface AllocationSettings {
  readonly value: ValueSettings;
  /** The month's paces what is spent (β); hard ones bar what doesn't fit. */
  readonly limits: readonly Limit[];
  /** Seconds within which nine in ten answers are to come; undefined: no target. */
  readonly waitTargetSeconds?: number | undefined;
  /** Expected loss that an hour's work may hold; undefined: no limit. */
  readonly riskLimitPerHour?: NanoCredits | undefined;
  /** Of agents whose requests don't pass through Marginal; `limits` hold for them too. undefined: advice is shown, nothing is asked. */
  readonly brakes?: Omit<BrakeSettings, 'limits'> | undefined;
}

export const DEFAULT_ALLOCATION_SETTINGS: AllocationSettings = { value: DEFAULT_VALUE_SETTINGS, limits: [] };
