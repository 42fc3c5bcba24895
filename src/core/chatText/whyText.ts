import type { Decision } from '../allocate/choose.ts';
import type { RecordedCandidate } from '../allocate/decisionRecord.ts';
import { explain } from '../allocate/explain.ts';
import type { Terms } from '../allocate/objective.ts';
import type { Evidence, LastDecision, RunOutlook } from '../allocate/outlook.ts';
import { useText } from '../allocate/use.ts';
import { escapeMarkdown } from '../markdown.ts';
import { formatCredits, type NanoCredits } from '../money.ts';
import { agoText } from '../status/dateText.ts';
import { agentLabel } from '../status/labels.ts';
import { wholeNumber } from '../wholeNumber.ts';
import { chanceText, netText, rangeText } from './figures.ts';

/** More rows tell nothing more. */
const MOST_ROWS = 6;

/** The last choice of a model with its terms, as Markdown. */
export function whyText(decision: LastDecision, now: number): string {
  const { choice, reason, candidates, situation, facts, at } = decision;
  const head = `**${escapeMarkdown(choice)}**, ${agoText(at, now)}, for ${escapeMarkdown(agentLabel(facts.agent))}${taskPart(facts)}.`;
  const blocks = [head];
  if (reason !== undefined) blocks.push(escapeMarkdown(reason));
  if (candidates.length === 0) {
    blocks.push('It was made by a rule, without an estimate of what each model would bring.');
    return blocks.join('\n\n');
  }
  blocks.push(candidateList(candidates.map(recordedRow)));
  if (situation) {
    const { valueNanoCredits, prices, leftNanoCredits, explored, evidence } = situation;
    const left = leftNanoCredits === undefined ? '' : `, ${formatCredits(leftNanoCredits)} cr left of the budget`;
    blocks.push(
      `V was ${formatCredits(valueNanoCredits)} cr; κ ${figure(prices.kappa)}, β ${figure(prices.beta)}, λ ${figure(prices.lambda)} cr/s, ρ ${figure(prices.rho)}${left}.${explored ? ' Another model than the best was tried, to learn from it.' : ''}`,
    );
    if (evidence && !evidence.settled && !reason?.includes('value ?')) blocks.push(unprovenText(evidence));
  }
  blocks.push(NOTE);
  return blocks.join('\n\n');
}

function unprovenText({ outcomes }: Evidence): string {
  const seen = outcomes === 1 ? 'one outcome' : `${wholeNumber(outcomes)} outcomes`;
  return `\`value ?\`: with ${seen} here so far the chances behind V·ΔQ were a guess from public tables.`;
}

/** What is advised of a run before its next step, as Markdown. */
export function runWhyText(outlook: RunOutlook): string {
  const { decision, evidence, success, next, remaining, stuck } = outlook;
  const { what, why, runnerUp, price } = explain(decision);
  const blocks = [
    `Before step ${wholeNumber(outlook.steps + 1)} of ${escapeMarkdown(agentLabel(outlook.agent))}’s run: **${escapeMarkdown(useText(decision.choice.use))}**.`,
    escapeMarkdown([what, why, runnerUp, price].join(' ')),
    candidateList(decisionRows(decision)),
    escapeMarkdown(
      `Next step ${rangeText(next)} cr, to its end ${rangeText(remaining)} cr, estimated. Chance of success: ${chanceText(success, evidence)}.`,
    ),
  ];
  if (stuck) blocks.push(escapeMarkdown(stuck.why));
  blocks.push(NOTE);
  return blocks.join('\n\n');
}

const NOTE = 'All in credits and estimated: the net of each use and the terms that it is the sum of.';

const TERMS: readonly { readonly term: keyof Terms; readonly name: string }[] = [
  { term: 'value', name: 'V·ΔQ' },
  { term: 'cost', name: 'cost' },
  { term: 'wait', name: 'wait' },
  { term: 'risk', name: 'risk' },
];

interface CandidateRow {
  readonly use: string;
  readonly terms: Terms | undefined;
  readonly net: NanoCredits | undefined;
  readonly barred: string | undefined;
}

function candidateList(rows: readonly CandidateRow[]): string {
  const lines = rows.slice(0, MOST_ROWS).map(candidateLine);
  const left = rows.length - lines.length;
  return [...lines, ...(left > 0 ? [`- …and ${wholeNumber(left)} more`] : [])].join('\n');
}

/** `Answer with small: +146 = 150 V·ΔQ − 3.0 cost − 1.0 wait`: the chat is too narrow for a table of terms. */
function candidateLine({ use, terms, net, barred }: CandidateRow): string {
  if (barred !== undefined) return `- ${escapeMarkdown(`${use}: not possible, ${barred}`)}`;
  const parts = TERMS.flatMap(({ term, name }) => {
    const value = terms?.[term] ?? 0;
    return value === 0 ? [] : [`${value < 0 ? '− ' : '+ '}${formatCredits(Math.abs(value))} ${name}`];
  });
  const sum = parts.length === 0 ? '' : ` = ${parts.join(' ').replace(/^\+ /, '')}`;
  return `- ${escapeMarkdown(use)}: **${escapeMarkdown(netText(net))}**${escapeMarkdown(sum)}`;
}

function recordedRow({ use, terms, net, barred }: RecordedCandidate): CandidateRow {
  const name = use.model ?? use.tool;
  return { use: name === undefined ? use.kind : `${use.kind} ${name}`, terms, net, barred };
}

function decisionRows({ candidates }: Decision): readonly CandidateRow[] {
  return candidates.map(({ use, terms, net, barred }) => ({ use: useText(use), terms, net, barred }));
}

function taskPart({ taskKind, taskSize }: LastDecision['facts']): string {
  if (taskKind === undefined) return '';
  return ` (${escapeMarkdown([taskKind, taskSize].filter((each) => each !== undefined).join(', '))})`;
}

const figure = (price: number) => Number(price.toPrecision(2)).toString();
