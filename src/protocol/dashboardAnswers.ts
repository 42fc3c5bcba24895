/** From the worker's answers to what the dashboard is sent: short, and with every sentence ready. */
import type { RunExplanation } from '../core/explain/explainRun.ts';
import { reasonText } from '../core/explain/sentence.ts';
import type { ToolCost } from '../core/explain/toolCosts.ts';
import type { Breakdown, DearRun } from '../core/ledger/breakdown.ts';
import { joinGroups } from '../core/ledger/breakdown.ts';
import type { CostPerSuccess, SuccessRow } from '../core/ledger/costPerSuccess.ts';
import type { SessionNode } from '../core/ledger/sessionTree.ts';
import type { BreakdownAnswer, DashboardQuestion, DashboardWhy, DearestAnswer, WhyAnswer } from './dashboardReasons.ts';
import type { DashboardSuccessRow, SuccessAnswer } from './dashboardSuccess.ts';

type Question<Type extends DashboardQuestion['type']> = Extract<DashboardQuestion, { type: Type }>;

/** Groups that are sent at most. */
export const MOST_GROUPS = 60;
/** Runs of a session that are sent at most: the latest, and the one that is looked at. */
const MOST_RUNS = 40;

export function breakdownAnswer(question: Question<'breakdown'>, { groups, rest }: Breakdown): BreakdownAnswer {
  return {
    ...question,
    groups: groups.map(({ key, calls, usage, cost, agent, folder, firstAt, runId }) => ({
      ...(key === undefined ? {} : { key }),
      calls,
      usage,
      cost,
      ...(agent === undefined ? {} : { agent }),
      ...(folder === undefined ? {} : { folder }),
      firstAt,
      runId,
    })),
    ...(rest ? { rest: { groups: rest.groups, calls: rest.calls, cost: rest.cost } } : {}),
  };
}

/** `costs`: dearest first, what is no tool's last. */
export function toolsAnswer(question: Question<'breakdown'>, costs: readonly ToolCost[]): BreakdownAnswer {
  const tools = costs.filter(({ tool }) => tool !== undefined);
  const left = tools.slice(MOST_GROUPS);
  const shown = [...tools.slice(0, MOST_GROUPS), ...costs.filter(({ tool }) => tool === undefined)];
  return {
    ...question,
    groups: shown.map(({ tool, calls, cost }) => ({ ...(tool === undefined ? {} : { key: tool }), calls, cost })),
    ...(left.length === 0 ? {} : { rest: { groups: left.length, ...callsAndCost(left) } }),
  };
}

function callsAndCost(costs: readonly ToolCost[]) {
  const { calls, cost } = joinGroups(costs.map((each) => ({ ...each, usage: {} })));
  return { calls, cost };
}

export function dearestAnswer(
  question: Question<'dearest'>,
  runs: readonly (DearRun & { readonly explanation: RunExplanation })[],
): DearestAnswer {
  return {
    ...question,
    runs: runs.map(({ explanation, folder, models, ...run }) => ({
      ...run,
      ...(folder === undefined ? {} : { folder }),
      models: [...models],
      ...withoutUndefined(reasonText(explanation)),
    })),
  };
}

export function successAnswer(
  question: Question<'successes'>,
  { all, byModel, byKind, bySize, runs }: CostPerSuccess & { readonly runs: number },
): SuccessAnswer {
  const rows = (each: readonly SuccessRow[]) => each.slice(0, MOST_GROUPS).map(successRow);
  return {
    ...question,
    runs,
    all: successRow(all),
    byModel: rows(byModel),
    byKind: rows(byKind),
    bySize: rows(bySize),
  };
}

function successRow({ key, perRequest, perSuccess, share, ...counts }: SuccessRow): DashboardSuccessRow {
  return {
    ...counts,
    ...(key === undefined ? {} : { key }),
    ...(perRequest === undefined ? {} : { perRequest }),
    ...(perSuccess === undefined ? {} : { perSuccess }),
    ...(share === undefined ? {} : { share }),
  };
}

export function whyAnswer(
  { runId }: Question<'why'>,
  account: { readonly explanation: RunExplanation; readonly session: SessionNode | undefined } | undefined,
): WhyAnswer {
  if (!account) return { type: 'why', runId };
  const { explanation, session } = account;
  const { cost, confidence, parts, unpriced } = explanation;
  return {
    type: 'why',
    runId,
    why: {
      ...withoutUndefined(reasonText(explanation)),
      cost,
      confidence,
      parts: parts.map(({ tokens, ...part }) => ({ ...part, ...(tokens === undefined ? {} : { tokens }) })),
      ...(unpriced.length === 0 ? {} : { unpriced: [...unpriced] }),
      ...(session ? { session: sessionOf(session, runId) } : {}),
    },
  };
}

function sessionOf(session: SessionNode, runId: string): DashboardWhy['session'] {
  const latest = new Set(session.children.slice(-MOST_RUNS));
  const shown = session.children.filter((run) => latest.has(run) || run.id === runId);
  const left = session.children.filter((run) => !shown.includes(run));
  return {
    total: session.total.cost,
    runs: shown.map((run) => ({ ...nodeOf(run), subagents: run.children.map(nodeOf) })),
    ...(left.length === 0
      ? {}
      : { rest: { runs: left.length, cost: joinGroups(left.map(({ total }) => total)).cost } }),
  };
}

function nodeOf({ id, at, own, total }: SessionNode) {
  return { id, at, calls: total.calls, own: own.cost, total: total.cost };
}

function withoutUndefined({ sentence, remedy }: { readonly sentence: string; readonly remedy: string | undefined }) {
  return { sentence, ...(remedy === undefined ? {} : { remedy }) };
}
