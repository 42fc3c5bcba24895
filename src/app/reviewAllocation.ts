/** Scores the allocator's choices and predictions of a period against what the ledger says came of them. */
import { modelKey } from '../core/allocate/requestKeys.ts';
import { learningMargins, type Margin, type ModelBelief } from '../core/diagnose/learningMargins.ts';
import { NO_PROBABILITY_SCORE, probabilityReport, scoreProbability } from '../core/diagnose/probabilityScore.ts';
import { type ReplayRow, regretReport } from '../core/diagnose/regret.ts';
import { type RunResult, replayRows } from '../core/diagnose/replayRows.ts';
import { trialCost } from '../core/diagnose/trials.ts';
import type { DecisionEvent } from '../core/ledger/event.ts';
import { startOfMonth } from '../core/ledger/localDay.ts';
import { NANO_PER_CREDIT, type NanoCredits } from '../core/money.ts';
import { type RunOutcome, runOutcome } from '../core/quality/outcome.ts';
import type { AllocatorReview, LearningAccount, PredictorScore } from '../core/report/allocatorReport.ts';
import type { LedgerStore } from '../ports.ts';

export interface ReviewPorts {
  readonly ledger: Pick<LedgerStore, 'decisions' | 'outcomes' | 'attempts'>;
  /** What is believed of the models that could be had lately, on a usual request. */
  readonly beliefs: () => readonly ModelBelief[];
  /** What is foretold of runs, and how it has done. */
  readonly runScores: () => Promise<readonly PredictorScore[]>;
  /** Percent of a public benchmark; undefined: not known. */
  readonly passRateOf: (model: string) => number | undefined;
  /** What an hour of the developer's is worth. */
  readonly hourlyCredits: number;
  /** Of what is spent in a month, the share that may buy information, and what that comes to. */
  readonly learningShare: number;
  readonly learningAllowance: (spent: NanoCredits) => NanoCredits;
  /** What was spent in [from, to). */
  readonly spent: (from: number, to: number) => NanoCredits;
}

export interface ReviewQuestion {
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  /** κ */
  readonly kappa?: number | undefined;
}

/** Rejects with a LedgerError. */
export async function reviewAllocation(ports: ReviewPorts, question: ReviewQuestion): Promise<AllocatorReview> {
  const { ledger } = ports;
  const { from, to } = question;
  const decisions = ledger.decisions(from, to);
  const labels = Map.groupBy(ledger.outcomes(from, Number.MAX_SAFE_INTEGER), ({ runId, taskId }) => runId ?? taskId);
  const runIds = [...new Set(decisions.flatMap(({ facts }) => facts.runId ?? []))];
  const costs = new Map(ledger.attempts(runIds).map(({ runId, cost }) => [runId, cost]));
  const judged = new Map<string, RunOutcome | undefined>();
  const resultOf = (runId: string): RunResult | undefined => {
    const cost = costs.get(runId);
    if (!cost) return undefined;
    judged.set(runId, runOutcome(labels.get(runId) ?? []));
    return { runId, cost, accepted: judged.get(runId)?.accepted };
  };
  const rows = replayRows(decisions, resultOf);
  return {
    regret: regretReport(rows, { strongest: strongestOf(rows, ports.passRateOf), kappa: question.kappa }),
    predictors: [{ name: 'a request’s success', probability: requestScore(rows) }, ...(await ports.runScores())],
    learning: learningAccount(ports, question, decisions, rows, (runId) => judged.get(runId)),
  };
}

/** What was foretold of the model that was taken. */
function requestScore(rows: readonly ReplayRow[]) {
  let score = NO_PROBABILITY_SCORE;
  for (const { choice, options, success } of rows) {
    const foretold = options[choice]?.success;
    if (foretold !== undefined && success !== undefined) score = scoreProbability(score, foretold, success);
  }
  return probabilityReport(score);
}

/** The best by the public table of all that could have been chosen; undefined: none of them is in it. */
function strongestOf(rows: readonly ReplayRow[], passRateOf: ReviewPorts['passRateOf']): string | undefined {
  const rated = [...new Set(rows.flatMap(({ options }) => Object.keys(options)))].flatMap((model) => {
    const passRate = passRateOf(model);
    return passRate === undefined ? [] : [{ model, passRate }];
  });
  return rated.sort((a, b) => b.passRate - a.passRate)[0]?.model;
}

/** What it takes to look at a run and say whether it was any good. */
const CHECK_HOURS = 20 / 3_600;
/** Requests that profit from what is learned now, where fewer were seen: about a month of a developer's. */
const LEAST_HORIZON = 100;

function learningAccount(
  { learningShare, learningAllowance, spent, beliefs, hourlyCredits }: ReviewPorts,
  { to }: ReviewQuestion,
  decisions: readonly DecisionEvent[],
  rows: readonly ReplayRow[],
  outcomeOf: (runId: string) => RunOutcome | undefined,
): LearningAccount {
  const month = startOfMonth(to);
  const trials = decisions
    .filter(({ at }) => at >= month)
    .map((decision) => ({ decision, cost: trialCost(decision) }))
    .filter(isTrial);
  return {
    share: learningShare,
    allowed: learningAllowance(spent(month, to)) / NANO_PER_CREDIT,
    spent: trials.reduce((sum, { cost }) => sum + cost, 0) / NANO_PER_CREDIT,
    tried: trials.length,
    learned: trials.filter(({ decision }) => outcomeOf(decision.facts.runId ?? '')?.accepted !== undefined).length,
    margins: marginsOf(beliefs(), decisions, rows, outcomeOf, CHECK_HOURS * hourlyCredits),
  };
}

interface Trial {
  readonly decision: DecisionEvent;
  readonly cost: NanoCredits;
}

const isTrial = (each: { decision: DecisionEvent; cost: NanoCredits | undefined }): each is Trial =>
  each.cost !== undefined;

function marginsOf(
  models: readonly ModelBelief[],
  decisions: readonly DecisionEvent[],
  rows: readonly ReplayRow[],
  outcomeOf: (runId: string) => RunOutcome | undefined,
  checkCredits: number,
): readonly Margin[] {
  const open = decisions.filter(
    ({ facts }) => facts.runId !== undefined && outcomeOf(facts.runId)?.accepted === undefined,
  );
  const unjudged = [...Map.groupBy(open, ({ choice }) => modelKey(choice))].map(([model, each]) => ({
    model,
    runs: new Set(each.map(({ facts }) => facts.runId)).size,
    evidence: Math.min(...each.map(({ facts }) => outcomeOf(facts.runId ?? '')?.evidence ?? 0)),
  }));
  return learningMargins({
    models,
    value: medianOf(rows.map(({ value }) => value)),
    horizon: Math.max(LEAST_HORIZON, rows.length),
    unjudged,
    checkCredits,
  });
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
