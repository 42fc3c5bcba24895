/** What the status bar says, from what is known: at most 40 characters, a hover table, a colour, a sentence to be read out. */
import type { BurnSummary } from '../ledger/entry.ts';
import { isAtListPrice } from '../ledger/plans.ts';
import { formatCredits, joinMoney, type MoneySum, NO_MONEY } from '../money.ts';
import { type Budget, type BudgetShare, budgetShares, formatShare, type Severity } from './budget.ts';
import { agentLabel, CONFIDENCE_MARKS, sourceLabel } from './labels.ts';
import { type LiveStep, liveMoney, pendingLiveSteps } from './liveStep.ts';
import { moneyText, spokenMoney, sureness } from './moneyText.ts';
import { type SteadyFigure, steadyFigure } from './steadyFigure.ts';

export const LONGEST_STATUS_TEXT = 40;

export interface StatusInput {
  /** Epoch ms. */
  readonly now: number;
  /** The local calendar day of `now`, `2026-11-22`. */
  readonly day: string;
  /** undefined: the ledger hasn't been read yet. */
  readonly summary: BurnSummary | undefined;
  readonly live: readonly LiveStep[];
  readonly budget: Budget;
  /** Where today's figures come from; empty: not known yet. */
  readonly sources: readonly StatusSource[];
  /** What keeps Marginal from metering: one sentence each with its remedy. */
  readonly troubles: readonly string[];
  /**
   * What is known of the run beyond its cost, most important first, each short: a forecast, a worth, an advice. As many
   * are said as fit, in place of the step's number.
   */
  readonly runRemarks?: readonly string[];
}

export interface StatusSource {
  readonly source: string;
  readonly confidence: string;
  readonly calls: number;
}

export interface StatusView {
  readonly text: string;
  readonly severity: Severity;
  /** The text for a screen reader, without symbols. */
  readonly accessibleLabel: string;
  readonly tooltip: StatusTooltip;
}

export interface StatusTooltip {
  /** Sentences above the table: troubles, then a correction. */
  readonly notices: readonly string[];
  readonly rows: readonly StatusTooltipRow[];
}

export interface StatusTooltipRow {
  /** `agent` and `source` rows belong to the one above. */
  readonly kind: 'run' | 'session' | 'today' | 'agent' | 'month' | 'source';
  readonly label: string;
  readonly value: string;
  readonly note: string;
}

/** The status bar's next view. `memory` is what the previous call returned; undefined: the first. */
export function statusView(
  memory: SteadyFigure | undefined,
  input: StatusInput,
): { readonly memory: SteadyFigure | undefined; readonly view: StatusView } {
  const { summary } = input;
  const live = pendingLiveSteps(input.live, summary);
  const streaming = liveMoney(live);
  const next = summary
    ? steadyFigure(memory, {
        day: input.day,
        at: input.now,
        revision: summary.revision,
        settled: summary.today,
        live: streaming,
      })
    : memory;
  const today = next?.shown ?? streaming;
  const month = summary ? joinMoney(summary.month, streaming) : streaming;
  const shares = budgetShares(today, month, input.budget);
  const run = runFigures(summary, live);
  const nothing = isNothing(today) && isNothing(month) && !run;
  const fullest = shares.find(({ severity }) => severity !== 'normal');
  const severity =
    input.troubles.length > 0 && fullest?.severity !== 'error' ? 'warning' : (fullest?.severity ?? 'normal');

  const running = run?.live === true;
  const remarks = input.runRemarks?.length ? input.runRemarks : [`step ${(run?.steps ?? 0).toLocaleString('en-US')}`];
  const figure = nothing ? 'Marginal' : `${moneyText(today)} today`;
  const segments = [
    running ? moneyText(run.cost) : figure,
    ...(input.troubles.length > 0 ? ['trouble'] : []),
    ...(fullest ? [`${formatShare(fullest.share)} of ${fullest.period}`] : []),
    ...(running ? remarks : []),
  ];

  return {
    memory: next,
    view: {
      text: fitted(segments),
      severity,
      accessibleLabel: accessibleLabel({ today, run, nothing, fullest, troubles: input.troubles }),
      tooltip: {
        notices: [...input.troubles, ...correctionNotice(next)],
        rows: nothing ? [] : tooltipRows({ today, month, run, summary, shares, sources: input.sources, live }),
      },
    },
  };
}

interface RunFigures {
  readonly agent: string;
  readonly live: boolean;
  readonly steps: number;
  readonly cost: MoneySum;
  readonly model: string | undefined;
}

/** The run to speak of: the one that streams in this window, else the ledger's latest. */
function runFigures(summary: BurnSummary | undefined, live: readonly LiveStep[]): RunFigures | undefined {
  const latest = live.at(-1);
  const known = summary?.run;
  if (!latest) {
    return (
      known && { agent: known.agent, live: known.live, steps: known.steps, cost: known.cost, model: known.lastModel }
    );
  }
  const sameRun = known !== undefined && latest.runId !== undefined && latest.runId === known.runId;
  const streaming = liveMoney(live.filter(({ runId }) => runId === latest.runId));
  return {
    agent: latest.agent,
    live: true,
    steps: sameRun ? Math.max(1, known.steps) : 1,
    cost: joinMoney(sameRun ? known.cost : NO_MONEY, streaming),
    model: latest.model ?? (sameRun ? known.lastModel : undefined),
  };
}

function isNothing(sum: MoneySum): boolean {
  return sum.nanoCredits === 0 && sum.unknown === 0;
}

/** The diamond, the first segment, and as many more as fit; one that is too long doesn't keep out a shorter one. */
function fitted(segments: readonly string[]): string {
  const [first = '', ...rest] = segments;
  let text = `◆ ${first}`;
  for (const segment of rest) {
    const longer = `${text} · ${segment}`;
    if (longer.length <= LONGEST_STATUS_TEXT) text = longer;
  }
  return text.length <= LONGEST_STATUS_TEXT ? text : `${text.slice(0, LONGEST_STATUS_TEXT - 1)}…`;
}

function accessibleLabel(parts: {
  today: MoneySum;
  run: RunFigures | undefined;
  nothing: boolean;
  fullest: BudgetShare | undefined;
  troubles: readonly string[];
}): string {
  const { today, run, nothing, fullest, troubles } = parts;
  const sentences = ['Marginal'];
  if (nothing) sentences.push('nothing metered yet');
  if (run?.live) sentences.push(`${agentLabel(run.agent)} is running: ${spokenMoney(run.cost)}, step ${run.steps}`);
  if (!nothing) sentences.push(`${spokenMoney(today)} today`);
  if (fullest) sentences.push(`${formatShare(fullest.share)} of the ${fullest.period}’s budget`);
  sentences.push(...troubles.map((trouble) => trouble.replace(/\.$/, '')));
  return `${sentences.join('. ')}.`;
}

function correctionNotice(figure: SteadyFigure | undefined): readonly string[] {
  const correction = figure?.correction;
  if (!correction) return [];
  const [from, to] = [formatCredits(correction.fromNanoCredits), formatCredits(correction.toNanoCredits)];
  if (from === to) return [];
  const why =
    correction.reason === 'ledger'
      ? 'a surer source replaced an earlier figure'
      : 'a step was reported below its live estimate';
  return [`Corrected from ${from} to ${to} cr: ${why}.`];
}

function tooltipRows(parts: {
  today: MoneySum;
  month: MoneySum;
  run: RunFigures | undefined;
  summary: BurnSummary | undefined;
  shares: readonly BudgetShare[];
  sources: readonly StatusSource[];
  live: readonly LiveStep[];
}): readonly StatusTooltipRow[] {
  const { today, month, run, summary, shares, sources } = parts;
  const rows: StatusTooltipRow[] = [];
  const budgetNote = (period: BudgetShare['period']): string => {
    const share = shares.find((candidate) => candidate.period === period);
    return share ? ` · ${formatShare(share.share)} of ${formatCredits(share.limitNanoCredits)}` : '';
  };
  if (run) {
    const label = run.live ? 'This run' : 'Last run';
    const what = [agentLabel(run.agent), run.model, steps(run.steps)].filter(Boolean).join(' · ');
    rows.push({ kind: 'run', label, value: moneyText(run.cost), note: `${what} · ${sureness(run.cost)}` });
  }
  if (summary?.session) {
    const { cost } = summary.session;
    const note = `${steps(summary.session.steps)} · ${sureness(cost)}`;
    rows.push({ kind: 'session', label: 'Session', value: moneyText(cost), note });
  }
  rows.push({ kind: 'today', label: 'Today', value: moneyText(today), note: sureness(today) + budgetNote('day') });
  for (const { agent, calls, cost } of summary?.todayByAgent ?? []) {
    const plan = isAtListPrice(agent) && cost.confidence !== 'billed' ? ' · at list price (a plan may pay)' : '';
    const note = `${counted(calls, 'call')} · ${sureness(cost)}${plan}`;
    rows.push({ kind: 'agent', label: agentLabel(agent), value: moneyText(cost), note });
  }
  rows.push({
    kind: 'month',
    label: 'This month',
    value: moneyText(month),
    note: sureness(month) + budgetNote('month'),
  });
  for (const { source, confidence, calls } of sources) {
    const meaning = CONFIDENCE_MARKS[confidence as keyof typeof CONFIDENCE_MARKS]?.meaning ?? '';
    rows.push({
      kind: 'source',
      label: sourceLabel(source),
      value: confidence,
      note: `${counted(calls, 'call')} · ${meaning}`,
    });
  }
  return rows;
}

function steps(count: number): string {
  return counted(count, 'step');
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
