/** What `@marginal /do` says of its steps and at its end, as Markdown. */

import { explain } from '../allocate/explain.ts';
import type { CostRange } from '../allocate/objective.ts';
import type { Quote, RequestOutlook, RunOutlook } from '../allocate/outlook.ts';
import { type Use, useText } from '../allocate/use.ts';
import type { Entry, RunView } from '../ledger/entry.ts';
import { escapeMarkdown } from '../markdown.ts';
import { formatCredits, type NanoCredits } from '../money.ts';
import { CONFIDENCE_MARKS } from '../status/labels.ts';
import { figureText, moneyText, sureness } from '../status/moneyText.ts';
import { wholeNumber } from '../wholeNumber.ts';
import { chanceText, netText, rangeText, secondsText } from './figures.ts';

/** Before the first step: what the whole task is foretold to cost. `quote` undefined: nothing can be foretold. */
export function foretoldText(quote: Quote | undefined, valueNanoCredits: NanoCredits, stated: boolean): string {
  const worth = `worth ${formatCredits(valueNanoCredits)} cr${stated ? ' as you said' : ''}`;
  if (!quote) return `What it will cost can't be foretold; it is ${worth}.`;
  const { cost, steps, seconds, success, evidence, model } = quote;
  return `Foretold: **${escapeMarkdown(rangeText(cost))} cr** in about ${wholeNumber(Math.max(1, Math.round(steps.p50)))} ${Math.round(steps.p50) <= 1 ? 'step' : 'steps'} and ${secondsText(seconds.p50)}, begun with ${escapeMarkdown(model)}; ${worth}, chance of success ${escapeMarkdown(chanceText(success, evidence))}. ○ estimated`;
}

/** Where nothing is worth its cost from the start. */
export function notWorthText(outlook: RequestOutlook): string {
  const { what, why, runnerUp, price } = explain(outlook.decision, outlook.leftNanoCredits);
  return `It was not begun. ${escapeMarkdown([what, why, runnerUp, price].join(' '))}`;
}

/** `**Step 3** · next 0.4 (0.2–0.9) cr · worth +120 cr · verify first`. */
export function stepText(
  step: { readonly number: number; readonly first: Use['kind'] | undefined },
  foretold: StepForetold | undefined,
): string {
  const parts = [`**Step ${wholeNumber(step.number)}**`];
  if (foretold) {
    parts.push(escapeMarkdown(`next ${rangeText(foretold.next)} cr`), escapeMarkdown(worthText(foretold)));
    if (foretold.use) parts.push(escapeMarkdown(useText(foretold.use).toLowerCase()));
  } else parts.push('nothing is foretold of it');
  if (step.first === 'compact') parts.push('the old results are cut first');
  else if (step.first) parts.push('said to the model first');
  return parts.join(' · ');
}

export interface StepForetold {
  readonly next: CostRange | undefined;
  readonly net: NanoCredits | undefined;
  readonly settled: boolean;
  /** What is advised, where it is more than to go on. */
  readonly use: Use | undefined;
}

export function foretoldOfRun({ next, decision, evidence }: RunOutlook): StepForetold {
  const { use, net } = decision.choice;
  return { next, net, settled: evidence.settled, use: use.kind === 'continue' ? undefined : use };
}

export function foretoldOfRequest({ step, decision, evidence }: RequestOutlook): StepForetold {
  return { next: step, net: decision.choice.net, settled: evidence.settled, use: decision.choice.use };
}

function worthText({ net, settled }: StepForetold): string {
  return settled ? `worth ${netText(net)} cr` : `value ? (guess ${netText(net)} cr)`;
}

/** Why it ended, where that isn't that the model was done. */
export type DoEndShown =
  | { readonly kind: 'answered' | 'mostSteps' | 'cancelled' }
  | { readonly kind: 'stopped' | 'asked'; readonly outlook: RunOutlook }
  | { readonly kind: 'stuck'; readonly why: string }
  | { readonly kind: 'failed'; readonly sentence: string };

export function endText(end: DoEndShown): string {
  switch (end.kind) {
    case 'answered':
      return '';
    case 'mostSteps':
      return '**Stopped**: it has taken as many steps as it may without your word.';
    case 'cancelled':
      return 'Cancelled.';
    case 'stopped': {
      const { why, runnerUp, price } = explain(end.outlook.decision);
      return `**Stopped**: going on is not worth its cost. ${escapeMarkdown([why, runnerUp, price].join(' '))}`;
    }
    case 'asked':
      return '**Your word is worth more now than another step**: write `/do go on` and what it should know, or let it be.';
    case 'stuck':
      return `**Stopped**: ${escapeMarkdown(end.why)}`;
    case 'failed':
      return escapeMarkdown(end.sentence);
  }
}

/** A step with what was foretold before it. */
export interface StepShown {
  readonly foretold: StepForetold | undefined;
  readonly tools: readonly { readonly tool: string; readonly failed: boolean }[];
}

/** What it cost beside what was foretold. `run` undefined: the ledger doesn't know it. */
export function costText(run: RunView | undefined, quoted: CostRange | undefined, steps: readonly StepShown[]): string {
  if (!run) return 'What it cost is not known: the ledger could not be read.';
  const blocks = [
    `It cost **${escapeMarkdown(moneyText(run.cost))}** (${sureness(run.cost)})${againstQuote(run, quoted)}.`,
  ];
  // What an endpoint failed at was done by another one, in the same step.
  const entries = run.steps.filter(({ state }) => state === 'settled');
  if (steps.length > 1) blocks.push(steps.map((step, index) => stepLine(step, entries[index])).join('\n'));
  blocks.push('Was it any good? The thumbs below teach Marginal.');
  return blocks.join('\n\n');
}

/** `1. ◐ 0.43 cr, foretold 0.95 (0.6–3.0): readFile twice`. */
function stepLine({ foretold, tools }: StepShown, entry: Entry | undefined): string {
  const { nanoCredits, confidence } = entry?.cost ?? { nanoCredits: undefined, confidence: 'unknown' };
  const model = entry?.facts.servedModel ?? entry?.facts.model;
  const parts = [
    `${CONFIDENCE_MARKS[confidence].mark} ${figureText(nanoCredits, confidence)} cr`,
    foretold ? `foretold ${rangeText(foretold.next)}, ${worthText(foretold)}` : 'nothing was foretold',
    ...(model === undefined ? [] : [model]),
    ...(tools.length === 0 ? [] : [toolsText(tools)]),
  ];
  return `1. ${escapeMarkdown(parts.join(' · '))}`;
}

function toolsText(tools: StepShown['tools']): string {
  const groups = Map.groupBy(tools, ({ tool, failed }) => `${tool}${failed ? ' failed' : ''}`);
  return [...groups].map(([name, { length }]) => (length === 1 ? name : `${length} × ${name}`)).join(', ');
}

function againstQuote({ cost }: RunView, quoted: CostRange | undefined): string {
  if (!quoted) return '; nothing was foretold';
  const said = `; foretold were ${escapeMarkdown(rangeText(quoted))} cr`;
  if (cost.unknown > 0) return said;
  if (cost.nanoCredits > quoted.p90) return `${said}: more than nine in ten such tasks should`;
  return cost.nanoCredits < quoted.p10 ? `${said}: less than nine in ten such tasks should` : said;
}
