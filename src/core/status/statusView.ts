/** What the status bar says, from what is known: at most 40 characters, a hover table, a colour, a sentence to be read out. */
import type { RunOutlook } from '../allocate/outlook.ts';
import type { GateQuestion } from '../gate/question.ts';
import type { BurnSummary } from '../ledger/entry.ts';
import { formatCredits, joinMoney, type MoneySum } from '../money.ts';
import { wholeNumber } from '../wholeNumber.ts';
import { type Budget, type BudgetShare, budgetShares, formatShare, type Severity } from './budget.ts';
import { agentLabel } from './labels.ts';
import { type LiveStep, liveMoney, pendingLiveSteps } from './liveStep.ts';
import { moneyText, spokenMoney } from './moneyText.ts';
import { type MonthGlance, monthRows, type PlanGlance, planRows, planSegments } from './planGlance.ts';
import { type RunFigures, runFigures } from './runFigures.ts';
import { runRemarks, spokenAdvice } from './runRemarks.ts';
import type { StatusTooltip } from './statusTooltip.ts';
import { type SteadyFigure, steadyFigure } from './steadyFigure.ts';
import { type StatusSource, sourceRows, tooltipRows } from './tooltipRows.ts';
import { waitingText } from './waitingText.ts';

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
  /** How the developer's plans stand; undefined: none is set, or not known yet. */
  readonly plans?: readonly PlanGlance[] | undefined;
  /** The forecast of the calendar month; undefined: none yet, or the plans tell it. */
  readonly month?: MonthGlance | undefined;
  /** What is foretold and advised of the runs at work. Of the one that is shown as much is said as fits, in place of the step's number. */
  readonly outlooks?: readonly RunOutlook[] | undefined;
  /** The gate's questions that wait for an answer: nothing is more urgent. */
  readonly waiting?: readonly GateQuestion[] | undefined;
  /** They come after a dialog that nobody waits for any more. */
  readonly waitingBehind?: boolean | undefined;
}

export interface StatusView {
  readonly text: string;
  readonly severity: Severity;
  /** The text for a screen reader, without symbols. */
  readonly accessibleLabel: string;
  readonly tooltip: StatusTooltip;
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
  const running = run?.live === true;
  const outlook = run && input.outlooks?.find(({ runId }) => runId === run.runId);
  const waiting = waitingText(input.waiting ?? [], LONGEST_STATUS_TEXT, input.waitingBehind);
  const isWarned = waiting !== undefined || input.troubles.length > 0 || (running && outlook?.advice !== undefined);
  const severity = isWarned && fullest?.severity !== 'error' ? 'warning' : (fullest?.severity ?? 'normal');
  const plans = input.plans ?? [];
  const ofPlans = planSegments(plans, [...new Set(summary?.todayByAgent.map(({ agent }) => agent))], input.month);
  const figures = nothing ? ['Marginal'] : [`${moneyText(today)} today`];
  const idle = ofPlans.instead.length > 0 ? ofPlans.instead : figures;
  const before = [
    ...(running ? [moneyText(run.cost)] : idle),
    ...(input.troubles.length > 0 ? ['trouble'] : []),
    ...(fullest ? [`${formatShare(fullest.share)} of ${fullest.period}`] : []),
  ];
  const stepNumber = [`step ${wholeNumber(run?.steps ?? 0)}`];
  const remarks = [...(outlook ? runRemarks(outlook) : []), stepNumber];
  const figure = running ? fullestThatFits(before, remarks) : fitted([...before, ...ofPlans.after]);

  return {
    memory: next,
    view: {
      text: waiting?.text ?? figure,
      severity,
      accessibleLabel:
        waiting?.accessibleLabel ??
        accessibleLabel({
          today,
          run,
          nothing,
          fullest,
          plans: [...ofPlans.instead, ...ofPlans.after],
          troubles: input.troubles,
          advice: running && outlook ? spokenAdvice(outlook) : undefined,
        }),
      tooltip: {
        notices: [...(waiting ? [waiting.notice] : []), ...input.troubles, ...correctionNotice(next)],
        rows: [
          ...(nothing
            ? []
            : tooltipRows({ today, month, run, outlook: running ? outlook : undefined, summary, shares, plans })),
          ...(nothing || !input.month ? [] : monthRows(input.month)),
          ...planRows(plans, input.now),
          ...sourceRows(input.sources),
        ],
      },
    },
  };
}

function isNothing(sum: MoneySum): boolean {
  return sum.nanoCredits === 0 && sum.unknown === 0;
}

/** The first of the remarks that fits as a whole; else as much of the last as fits. */
function fullestThatFits(before: readonly string[], remarks: readonly (readonly string[])[]): string {
  const texts = remarks.map((each) => fitted([...before, ...each]));
  return texts.find((text, index) => text.endsWith(` · ${remarks[index]?.join(' · ')}`)) ?? fitted(before);
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
  plans: readonly string[];
  troubles: readonly string[];
  advice: string | undefined;
}): string {
  const { today, run, nothing, fullest, plans, troubles, advice } = parts;
  const sentences = ['Marginal'];
  if (nothing) sentences.push('nothing metered yet');
  if (run?.live) sentences.push(`${agentLabel(run.agent)} is running: ${spokenMoney(run.cost)}, step ${run.steps}`);
  if (advice !== undefined) sentences.push(advice);
  if (!nothing) sentences.push(`${spokenMoney(today)} today`);
  if (fullest) sentences.push(`${formatShare(fullest.share)} of the ${fullest.period}’s budget`);
  sentences.push(...plans.map(spokenSegment));
  sentences.push(...troubles.map((trouble) => trouble.replace(/\.$/, '')));
  return `${sentences.join('. ')}.`;
}

/** `5h ≥ 62 %` reads as `5-hour window at least 62 %`. */
function spokenSegment(segment: string): string {
  return segment
    .replace(/^5h /, '5-hour window ')
    .replace(/^wk /, 'weekly window ')
    .replace('≥', 'at least')
    .replace('–', ' to ')
    .replace(/ \?$/, ' or sooner');
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
