/** The budget's settings as limits, each bad one left out, with a sentence for each. */
import type { BrakeSettings } from '../gate/brakeSettings.ts';
import { NANO_PER_CREDIT } from '../money.ts';
import type { Limit } from './limits.ts';

/** As they stand in the settings; anything. */
export interface RawLimits {
  readonly mode: unknown;
  readonly runCredits: unknown;
  readonly sessionCredits: unknown;
  readonly dayCredits: unknown;
  readonly monthCredits: unknown;
  /** Credits a month by folder. */
  readonly projects: unknown;
  /** Credits a month by model. */
  readonly models: unknown;
  readonly planPercent: unknown;
}

export interface ReadLimits {
  readonly limits: readonly Limit[];
  readonly planLimit: BrakeSettings['planLimit'];
  readonly problems: readonly string[];
}

const MODES = { warn: 'soft', ask: 'ask', refuse: 'hard' } as const;

export function readLimits(raw: RawLimits): ReadLimits {
  const problems: string[] = [];
  const mode = modeOf(raw.mode, problems);
  const one = (scope: Limit['scope'], name: string, value: unknown, of?: string): readonly Limit[] => {
    if (value === undefined || value === null || value === 0) return [];
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
      problems.push(`marginal.budget.${name}: write credits from 0 on; until then there is no such limit.`);
      return [];
    }
    return [{ scope, nanoCredits: Math.round(value * NANO_PER_CREDIT), mode, ...(of === undefined ? {} : { of }) }];
  };
  const each = (scope: Limit['scope'], name: string, value: unknown): readonly Limit[] => {
    if (value === undefined || value === null) return [];
    if (typeof value !== 'object' || Array.isArray(value)) {
      problems.push(`marginal.budget.${name}: write an object of names and credits.`);
      return [];
    }
    return Object.entries(value).flatMap(([of, credits]) => one(scope, `${name}, ${of}`, credits, of));
  };
  const limits = [
    ...one('run', 'runCredits', raw.runCredits),
    ...one('session', 'sessionCredits', raw.sessionCredits),
    ...one('day', 'dayCredits', raw.dayCredits),
    ...one('month', 'monthCredits', raw.monthCredits),
    ...each('project', 'projects', raw.projects),
    ...each('model', 'models', raw.models),
  ];
  return { limits, planLimit: planLimitOf(raw.planPercent, mode, problems), problems };
}

function modeOf(value: unknown, problems: string[]): Limit['mode'] {
  if (value === 'warn' || value === 'ask' || value === 'refuse') return MODES[value];
  if (value !== undefined && value !== null)
    problems.push('marginal.budget.mode: it is warn, ask or refuse; warn is used.');
  return 'soft';
}

function planLimitOf(value: unknown, mode: Limit['mode'], problems: string[]): BrakeSettings['planLimit'] {
  if (value === undefined || value === null || value === 0) return undefined;
  if (typeof value === 'number' && value > 0 && value <= 100) return { share: value / 100, mode };
  problems.push('marginal.budget.planPercent: write a number from 1 to 100; until then there is no such limit.');
  return undefined;
}
