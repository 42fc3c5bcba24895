/** Scores the allocator's choices and predictions of a period against what the ledger says came of them. */
import { learningMargins, type Margin, type ModelBelief } from '../core/diagnose/learningMargins.ts';
import { NO_PROBABILITY_SCORE, probabilityReport, scoreProbability } from '../core/diagnose/probabilityScore.ts';
import { type ReplayRow, regretReport } from '../core/diagnose/regret.ts';
import { type RunResult, replayRows } from '../core/diagnose/replayRows.ts';
import { trialPremium } from '../core/diagnose/trials.ts';
import type { DecisionEvent } from '../core/ledger/event.ts';
import { type RunOutcome, runOutcome } from '../core/quality/outcome.ts';
import type { AllocatorReview, LearningAccount, PredictorScore } from '../core/report/allocatorReport.ts';
import type { LedgerStore } from '../ports.ts';

export interface ReviewPorts {
  readonly ledger: Pick<LedgerStore, 'decisions' | 'outcomes' | 'attempts'>;
  /** What is believed of the models that could be had lately, on a usual request. */
  readonly beliefs: () => readonly ModelBelief[];
  /** What is foretold of runs, and how it has done. */
  readonly runScores: () => Promise<readonly PredictorScore[]>;
  /** Of what is spent, what may buy information; and what was spent in the period, in credits. */
  readonly learningShare: number;
  readonly spentCredits: (from: number, to: number) => number;
}

export interface ReviewQuestion {
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  /** The strongest model by the public table, of those that could be had; undefined: not known. */
  readonly strongest?: string | undefined;
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
    regret: regretReport(rows, { strongest: question.strongest, kappa: question.kappa }),
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

/** Seconds that it takes to look at a run and say whether it was any good, at a usual developer's hour of 6,000 credits. */
const CHECK_CREDITS = (20 * 6_000) / 3_600;
/** Requests that profit from what is learned now, where fewer were seen: about a month of a developer's. */
const LEAST_HORIZON = 100;

function learningAccount(
  { learningShare, spentCredits, beliefs }: ReviewPorts,
  { from, to }: ReviewQuestion,
  decisions: readonly DecisionEvent[],
  rows: readonly ReplayRow[],
  outcomeOf: (runId: string) => RunOutcome | undefined,
): LearningAccount {
  const trials = decisions.map((decision) => ({ decision, premium: trialPremium(decision) })).filter(isTrial);
  const share = learningShare;
  return {
    share,
    allowed: share * spentCredits(from, to),
    spent: trials.reduce((sum, { premium }) => sum + premium, 0),
    tried: trials.length,
    learned: trials.filter(({ decision }) => outcomeOf(decision.facts.runId ?? '')?.accepted !== undefined).length,
    margins: marginsOf(beliefs(), decisions, rows, outcomeOf),
  };
}

interface Trial {
  readonly decision: DecisionEvent;
  readonly premium: number;
}

const isTrial = (each: { decision: DecisionEvent; premium: number | undefined }): each is Trial =>
  each.premium !== undefined;

function marginsOf(
  models: readonly ModelBelief[],
  decisions: readonly DecisionEvent[],
  rows: readonly ReplayRow[],
  outcomeOf: (runId: string) => RunOutcome | undefined,
): readonly Margin[] {
  const open = decisions.filter(
    ({ facts }) => facts.runId !== undefined && outcomeOf(facts.runId)?.accepted === undefined,
  );
  const unjudged = [...Map.groupBy(open, ({ choice }) => choice)].map(([model, each]) => ({
    model,
    runs: new Set(each.map(({ facts }) => facts.runId)).size,
    evidence: Math.min(...each.map(({ facts }) => outcomeOf(facts.runId ?? '')?.evidence ?? 0)),
  }));
  return learningMargins({
    models,
    value: medianOf(rows.map(({ value }) => value)),
    horizon: Math.max(LEAST_HORIZON, rows.length),
    unjudged,
    checkCredits: CHECK_CREDITS,
    waiting: 0,
  });
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
