import type { ConfirmLimits } from '../budget/confirmation.ts';
import type { PrivacyPrice } from '../route/privacy.ts';
import type { Rule } from '../route/rules.ts';

/** How far the allocator's advice is acted on at requests that pass through Marginal. */
export const ALLOCATOR_MODES = ['show', 'ask', 'act'] as const;
export type AllocatorMode = (typeof ALLOCATOR_MODES)[number];

/** What the developer set of the choices that are made before a request is sent. */
export interface ChoiceSettings {
  readonly rules: readonly Rule[];
  readonly privacy: readonly PrivacyPrice[];
  readonly mode: AllocatorMode;
  readonly confirm: ConfirmLimits;
  /** A budget asks or refuses, so that what is sent must be reserved first. */
  readonly budgetHolds: boolean;
  /** One refuses: what can't be held to it is asked about. */
  readonly budgetRefuses: boolean;
  /** For `~`; undefined: not known. */
  readonly home: string | undefined;
}

export const NO_CHOICE_SETTINGS: ChoiceSettings = {
  rules: [],
  privacy: [],
  mode: 'show',
  confirm: { requestNanoCredits: undefined, runNanoCredits: undefined, onLeavingQuote: false },
  budgetHolds: false,
  budgetRefuses: false,
  home: undefined,
};
