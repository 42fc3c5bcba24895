/** What the regret report replays: one row for each run whose model Marginal chose, from what was recorded of the choice. */
import { type RecordedCandidate, readCandidates } from '../allocate/decisionRecord.ts';
import type { DecisionEvent } from '../ledger/event.ts';
import { type MoneySum, NANO_PER_CREDIT } from '../money.ts';
import type { Foretold, ReplayRow } from './regret.ts';

/** What came of a run, as far as it is known. */
export interface RunResult {
  readonly runId: string;
  readonly cost: MoneySum;
  /** undefined: not known. */
  readonly accepted: boolean | undefined;
}

/**
 * A run counts once, by its first choice; choices that were recorded without what they were worth (of Frugal and Best before
 * they had figures) are left out. A run of many steps cost more than the request that was foretold: each model is then
 * taken to have cost as many times its own foretold credits as the chosen one did.
 */
export function replayRows(
  decisions: readonly DecisionEvent[],
  resultOf: (runId: string) => RunResult | undefined,
): readonly ReplayRow[] {
  const seen = new Set<string>();
  return [...decisions]
    .sort((a, b) => a.at - b.at)
    .flatMap((decision) => {
      const { runId } = decision.facts;
      if (runId === undefined || seen.has(runId)) return [];
      const row = rowOf(decision, resultOf(runId));
      if (!row) return [];
      seen.add(runId);
      return [row];
    });
}

function rowOf({ choice, candidates }: DecisionEvent, result: RunResult | undefined): ReplayRow | undefined {
  const recorded = readCandidates(candidates).filter(({ barred }) => barred === undefined);
  const models = recorded.filter((each) => each.use.model !== undefined && each.nanoCredits !== undefined);
  const value = taskValueOf(recorded);
  if (models.length === 0 || value === undefined) return undefined;
  const credits =
    result === undefined || result.cost.unknown > 0 ? undefined : result.cost.nanoCredits / NANO_PER_CREDIT;
  const foretold = (models.find(({ use }) => use.model === choice)?.nanoCredits ?? 0) / NANO_PER_CREDIT;
  const steps = credits !== undefined && foretold > 0 ? Math.max(1, credits / foretold) : 1;
  return {
    choice,
    propensities: propensitiesOf(recorded),
    value,
    success: result?.accepted,
    credits,
    options: Object.fromEntries(
      models.map(({ use, quality, nanoCredits = 0 }): [string, Foretold] => [
        use.model ?? '',
        { success: quality, credits: (steps * nanoCredits) / NANO_PER_CREDIT },
      ]),
    ),
  };
}

/** V, from any candidate that was to bring something: value = V·ΔQ. */
function taskValueOf(recorded: readonly RecordedCandidate[]): number | undefined {
  const telling = recorded.find(({ quality, terms }) => terms && quality > 0);
  return telling?.terms && telling.terms.value / telling.quality / NANO_PER_CREDIT;
}

/** undefined: no chance was logged, as for a model that the developer picked. */
function propensitiesOf(recorded: readonly RecordedCandidate[]): Readonly<Record<string, number>> | undefined {
  const logged = recorded.filter(({ propensity }) => propensity !== undefined);
  if (logged.length === 0) return undefined;
  return Object.fromEntries(logged.map(({ use, propensity = 0 }) => [use.model ?? use.kind, propensity]));
}
