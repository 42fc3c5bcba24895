import type { RunOutlook } from '../allocate/outlook.ts';
import type { BurnSummary } from '../ledger/entry.ts';
import { isAtListPrice } from '../ledger/plans.ts';
import { formatCredits, type MoneySum } from '../money.ts';
import { counted } from '../wholeNumber.ts';
import { type BudgetShare, formatShare } from './budget.ts';
import { agentLabel, CONFIDENCE_MARKS, sourceLabel } from './labels.ts';
import { moneyText, sureness } from './moneyText.ts';
import { listPriceText, type PlanGlance } from './planGlance.ts';
import type { RunFigures } from './runFigures.ts';
import { outlookRows } from './runRemarks.ts';
import type { StatusTooltipRow } from './statusTooltip.ts';

export interface StatusSource {
  readonly source: string;
  readonly confidence: string;
  readonly calls: number;
}

/** The rows of the hover on what was spent: the run, its session, today by agent, the month. */
export function tooltipRows(parts: {
  today: MoneySum;
  month: MoneySum;
  run: RunFigures | undefined;
  /** Of that run, where it is at work. */
  outlook: RunOutlook | undefined;
  summary: BurnSummary | undefined;
  shares: readonly BudgetShare[];
  plans: readonly PlanGlance[];
}): readonly StatusTooltipRow[] {
  const { today, month, run, outlook, summary, shares, plans } = parts;
  const rows: StatusTooltipRow[] = [];
  const budgetNote = (period: BudgetShare['period']): string => {
    const share = shares.find((candidate) => candidate.period === period);
    return share ? ` · ${formatShare(share.share)} of ${formatCredits(share.limitNanoCredits)}` : '';
  };
  if (run) {
    const label = run.live ? 'This run' : 'Last run';
    const what = [agentLabel(run.agent), run.model, steps(run.steps)].filter(Boolean).join(' · ');
    rows.push({ kind: 'run', label, value: moneyText(run.cost), note: `${what} · ${sureness(run.cost)}` });
    if (run.task) {
      const { kind, size } = run.task;
      const note = `${size === undefined ? '' : `${size} · `}Correct the Task’s Class… teaches it better`;
      rows.push({ kind: 'outlook', label: 'Task', value: kind, note });
    }
    if (outlook) rows.push(...outlookRows(outlook));
  }
  if (summary?.session) {
    const { cost } = summary.session;
    const note = `${steps(summary.session.steps)} · ${sureness(cost)}`;
    rows.push({ kind: 'session', label: 'Session', value: moneyText(cost), note });
  }
  rows.push({ kind: 'today', label: 'Today', value: moneyText(today), note: sureness(today) + budgetNote('day') });
  for (const { agent, calls, cost } of summary?.todayByAgent ?? []) {
    const note = `${counted(calls, 'call')} · ${sureness(cost)}${listPriceNote(agent, cost, plans)}`;
    rows.push({ kind: 'agent', label: agentLabel(agent), value: moneyText(cost), note });
  }
  rows.push({
    kind: 'month',
    label: 'This month',
    value: moneyText(month),
    note: sureness(month) + budgetNote('month'),
  });
  return rows;
}

function listPriceNote(agent: string, cost: MoneySum, plans: readonly PlanGlance[]): string {
  const text = cost.confidence === 'billed' ? undefined : listPriceText(plans, agent, isAtListPrice(agent));
  return text === undefined ? '' : ` · ${text}`;
}

/** Where today's figures come from, and how sure each is. */
export function sourceRows(sources: readonly StatusSource[]): readonly StatusTooltipRow[] {
  return sources.map(({ source, confidence, calls }) => {
    const meaning = CONFIDENCE_MARKS[confidence as keyof typeof CONFIDENCE_MARKS]?.meaning ?? '';
    return {
      kind: 'source',
      label: sourceLabel(source),
      value: confidence,
      note: `${counted(calls, 'call')} · ${meaning}`,
    };
  });
}

function steps(count: number): string {
  return counted(count, 'step');
}
