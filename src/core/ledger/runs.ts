/** Calls that belong together: the steps of a run, and totals that some sources give for a whole run. */
import type { Entry, RunView } from './entry.ts';
import { hasFigures, sumEntries } from './sums.ts';

/** A started call without an end is given up after this long, even if the window that made it is still there. */
export const LOST_AFTER_MS = 60 * 60 * 1000;

/** A run counts as live for this long after its last step: the agent may be at work on its tools. */
export const LIVE_AFTER_STEP_MS = 10_000;

/** The run that a call belongs to; a call whose source knows no run is one of its own. */
export function runIdOf(entry: Entry): string {
  return entry.facts.runId ?? entry.callId;
}

/** Whether an entry is a step that makes its run's total superfluous. */
export function coversRun(entry: Entry): boolean {
  return entry.scope === 'step' && (entry.state === 'settled' || entry.state === 'failed') && hasFigures(entry);
}

/** Marks a run's totals `covered` where steps of the same run have figures; a covered entry counts nothing. */
export function withCoverage(entries: readonly Entry[]): readonly Entry[] {
  const covered = new Set(entries.filter(coversRun).map((entry) => entry.facts.runId));
  covered.delete(undefined);
  return entries.map((entry) =>
    entry.scope === 'run' && covered.has(entry.facts.runId) ? { ...entry, state: 'covered' } : entry,
  );
}

/** One run's view from its entries, in any order, coverage and losses marked; undefined for none. `now`: epoch ms. */
export function viewRun(runId: string, entries: readonly Entry[], now: number): RunView | undefined {
  const steps = entries.filter((entry) => entry.state !== 'covered').sort(byTime);
  const first = steps[0];
  if (!first) return undefined;
  return {
    runId,
    agent: first.facts.agent,
    folder: steps.find((step) => step.facts.folder !== undefined)?.facts.folder,
    live: steps.some((step) => isLive(step, now)),
    cost: sumEntries(steps).cost,
    steps,
  };
}

function isLive(step: Entry, now: number): boolean {
  return step.state === 'open' || (step.endedAt !== undefined && now - step.endedAt < LIVE_AFTER_STEP_MS);
}

function byTime(a: Entry, b: Entry): number {
  return a.at - b.at || (a.callId < b.callId ? -1 : 1);
}
