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
 * A run counts once, by its first choice: what is foretold of a choice is the whole run. Choices that were recorded without
 * what they were worth are left out.
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

function rowOf(decision: DecisionEvent, result: RunResult | undefined): ReplayRow | undefined {
  const recorded = readCandidates(decision.candidates).filter(({ barred }) => barred === undefined);
  const models = recorded.filter((each) => each.use.model !== undefined && each.nanoCredits !== undefined);
  const value = decision.situation?.valueNanoCredits;
  if (models.length === 0 || value === undefined) return undefined;
  return {
    choice: decision.choice,
    propensities: propensitiesOf(recorded),
    value: value / NANO_PER_CREDIT,
    success: result?.accepted,
    credits: result === undefined || result.cost.unknown > 0 ? undefined : result.cost.nanoCredits / NANO_PER_CREDIT,
    options: optionsOf(models),
  };
}

/** By name. A model that several endpoints have is told as at that which had a chance, else as at the best. */
function optionsOf(models: readonly RecordedCandidate[]): Readonly<Record<string, Foretold>> {
  const options = new Map<string, Foretold>();
  for (const { use, quality, nanoCredits = 0 } of models.toSorted(byChance))
    if (use.model !== undefined && !options.has(use.model))
      options.set(use.model, { success: quality, credits: nanoCredits / NANO_PER_CREDIT });
  return Object.fromEntries(options);
}

const byChance = (a: RecordedCandidate, b: RecordedCandidate) => (b.propensity ?? 0) - (a.propensity ?? 0);

/** undefined: no chance was logged, as for a model that the developer picked. */
function propensitiesOf(recorded: readonly RecordedCandidate[]): Readonly<Record<string, number>> | undefined {
  const logged = recorded.filter(({ propensity }) => propensity !== undefined);
  if (logged.length === 0) return undefined;
  const chances: Record<string, number> = {};
  for (const { use, propensity = 0 } of logged) {
    const name = use.model ?? use.kind;
    chances[name] = (chances[name] ?? 0) + propensity;
  }
  return chances;
}
