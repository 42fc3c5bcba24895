import { costPerSuccess } from '../core/ledger/costPerSuccess.ts';
import { startOfDay } from '../core/ledger/localDay.ts';
import { runOutcome } from '../core/quality/outcome.ts';
import type { LedgerStore, Successes } from '../ports.ts';
import type { Explainer } from './explainer.ts';

/**
 * What successes cost, from what was said of runs in these days (local calendar, both included). A run is in it where
 * something was said of it, with all that it cost, also before these days.
 */
export async function successes(
  ledger: Pick<LedgerStore, 'outcomes' | 'attempts'>,
  { breakdown }: Pick<Explainer, 'breakdown'>,
  fromDay: string,
  toDay: string,
): Promise<Successes> {
  const labels = ledger.outcomes(startOfDay(fromDay), startOfDay(toDay, 1));
  const byRun = Map.groupBy(labels, ({ runId, taskId }) => runId ?? taskId);
  const attempts = ledger.attempts([...byRun.keys()]).flatMap((attempt) => {
    const outcome = runOutcome(byRun.get(attempt.runId) ?? []);
    return outcome ? [{ ...attempt, outcome }] : [];
  });
  const { groups, rest } = await breakdown('run', fromDay, toDay, 1);
  return { ...costPerSuccess(attempts), runs: groups.length + (rest?.groups ?? 0) };
}
