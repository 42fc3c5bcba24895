import type { PlanStanding } from './planStandings.ts';

export interface UsedShare {
  /** For a person: `Copilot Pro`, `the 5-hour window of Claude Max`. */
  readonly label: string;
  /** 0 to 1, and beyond. */
  readonly share: number;
  readonly estimated: boolean;
}

/** How much of its allowances a plan has used, as far as that is known; empty: it isn't, or the plan has none. */
export function usedShare(standing: PlanStanding): readonly UsedShare[] {
  switch (standing.kind) {
    case 'metered':
      return [];
    case 'pool': {
      const { label, entitlementNanoCredits, spent, elsewhere } = standing;
      if (entitlementNanoCredits === undefined || entitlementNanoCredits <= 0) return [];
      const used = spent.nanoCredits + (elsewhere.nanoCredits ?? 0);
      return [{ label, share: used / entitlementNanoCredits, estimated: spent.confidence === 'estimated' }];
    }
    case 'windows':
      // Where the agent worked since it was recorded, the share is a lower bound.
      return standing.windows.flatMap(({ label, usedShare: told, estimatedShare, usedSince }) => {
        const share = told ?? estimatedShare;
        const known = { label: `${standing.label} · ${label}`, estimated: told === undefined || usedSince };
        return share === undefined ? [] : [{ ...known, share }];
      });
  }
}
