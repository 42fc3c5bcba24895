import type { Entry } from '../ledger/entry.ts';
import { dayOf } from '../ledger/localDay.ts';
import { namedRunOf } from '../ledger/runs.ts';
import type { Draw } from './limits.ts';
import type { BudgetEvent } from './reservations.ts';

/** What a call of the ledger draws on; a sub-agent's on its parent's run. */
export function drawOf({ facts, endedAt, at }: Entry): Draw {
  return {
    runId: namedRunOf({ facts }),
    sessionId: facts.sessionId,
    day: dayOf(endedAt ?? at),
    folder: facts.folder,
    model: facts.model,
  };
}

/**
 * What the ledger's calls have spent, for a budget's state after a start. Calls on own hardware, those that no plan pays for,
 * those that are counted elsewhere (`covered`) and those of unknown cost spend nothing here.
 */
export function spentEvents(entries: readonly Entry[]): readonly BudgetEvent[] {
  return entries.flatMap((entry): BudgetEvent[] => {
    const { state, facts, cost } = entry;
    const counts = (state === 'settled' || state === 'failed') && facts.local !== true && facts.billable !== false;
    if (!counts || cost.nanoCredits === undefined) return [];
    return [{ kind: 'spent', at: entry.endedAt ?? entry.at, draw: drawOf(entry), nanoCredits: cost.nanoCredits }];
  });
}
