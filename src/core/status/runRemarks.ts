/** What the status bar and its hover say of a run at work beyond its cost, from what the allocator says of it. */

import { explain } from '../allocate/explain.ts';
import type { CostRange } from '../allocate/objective.ts';
import type { Evidence, RunOutlook } from '../allocate/outlook.ts';
import { continuing } from '../allocate/runOutlook.ts';
import { formatCredits, NANO_PER_CREDIT, type NanoCredits } from '../money.ts';
import { wholeNumber } from '../wholeNumber.ts';
import type { StatusTooltipRow } from './statusTooltip.ts';

/** In a few words, the fullest variant first; each most important first. None where nothing is known. */
export function runRemarks({ next, advice, ...outlook }: RunOutlook): readonly (readonly string[])[] {
  const worth = worthText(outlook);
  const said = advice === undefined ? worth : advice;
  if (!next) return advice === undefined ? [] : [[advice]];
  const long = `next ${shortCredits(next.p50)} (${shortCredits(next.p10)}–${shortCredits(next.p90)})`;
  const short = `next ${shortCredits(next.p50)}`;
  const order = (text: string) => (said === undefined ? [text] : advice === undefined ? [text, said] : [said, text]);
  return [order(long), order(short), ...(said === undefined ? [] : [[said]])];
}

/** Rows of the hover, below the run's. */
export function outlookRows(outlook: RunOutlook): readonly StatusTooltipRow[] {
  const { next, remaining, decision, evidence, stuck, advice, leftQuote, quoted } = outlook;
  const rows: StatusTooltipRow[] = [];
  const row = (label: string, value: string, note: string) => rows.push({ kind: 'outlook', label, value, note });
  if (next) row('Next step', `≈ ${formatCredits(next.p50)} cr`, rangeNote(next));
  if (remaining) row('Rest of the run', `≈ ${formatCredits(remaining.p50)} cr`, rangeNote(remaining));
  if (next) row('Worth going on', worthFigure(outlook) ?? '?', evidenceText(evidence));
  if (advice !== undefined) {
    const { what, why, runnerUp } = explain(decision);
    row('Advice', advice, stuck ? stuck.why : `${what} ${why} ${runnerUp}`);
  }
  if (leftQuote && quoted)
    row('Beyond its quote', '', `the run was foretold to cost ${formatCredits(quoted.p90)} cr at most (90 %)`);
  return rows;
}

/** A sentence for a screen reader; undefined: nothing is advised. */
export function spokenAdvice({ advice, stuck }: RunOutlook): string | undefined {
  return advice === undefined ? undefined : `Advice: ${stuck ? stuck.why.replace(/\.$/, '') : advice}`;
}

function worthText(outlook: Pick<RunOutlook, 'decision' | 'evidence'>): string | undefined {
  if (!outlook.evidence.settled) return 'value ?';
  const figure = worthFigure(outlook);
  return figure === undefined ? undefined : `worth ${figure}`;
}

/** What going on is worth beside stopping; undefined: not proven, or its cost is unknown. */
function worthFigure({ decision, evidence }: Pick<RunOutlook, 'decision' | 'evidence'>): string | undefined {
  const net = evidence.settled ? continuing(decision.candidates)?.net : undefined;
  return net === undefined ? undefined : `${net > 0 ? '+' : ''}${shortCredits(net)}`;
}

/** How far the value rests on what happened here. */
export function evidenceText({ outcomes, settled }: Evidence): string {
  const seen = `${wholeNumber(outcomes)} ${outcomes === 1 ? 'outcome' : 'outcomes'}`;
  return settled ? `proven on ${seen}` : `not proven yet: ${outcomes === 0 ? 'no outcome' : seen} so far`;
}

const rangeNote = ({ p10, p90 }: CostRange) =>
  `${formatCredits(p10)}–${formatCredits(p90)} in four cases out of five · foretold`;

/** Shorter than elsewhere: a forecast isn't more exact. `5`, `1.4`, `0.04`. */
function shortCredits(nanoCredits: NanoCredits): string {
  const credits = nanoCredits / NANO_PER_CREDIT;
  const size = Math.abs(credits);
  if (size >= 9.95 || size < 0.001) return formatCredits(nanoCredits);
  const rounded = size >= 2.95 ? Math.round(credits) : Number(credits.toPrecision(size >= 0.95 ? 2 : 1));
  return String(rounded).replace('-', '−');
}
