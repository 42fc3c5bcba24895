import type { Quote, TaskShown } from '../allocate/outlook.ts';
import { escapeMarkdown } from '../markdown.ts';
import { formatCredits, type NanoCredits } from '../money.ts';
import { counted, wholeNumber } from '../wholeNumber.ts';
import { ESTIMATED, rangeText, secondsText } from './figures.ts';
import { markdownTable } from './markdownTable.ts';

export interface QuoteShown {
  /** What the prompt is taken for; undefined: nothing can be told of it. */
  readonly task: TaskShown | undefined;
  /** V */
  readonly valueNanoCredits: NanoCredits;
  /** V was named in the chat, not made of minutes and rate. */
  readonly valueStated: boolean;
  /** As counted, tools included. */
  readonly inputTokens: number;
}

const POLICIES = { frugal: 'Frugal', balanced: 'Balanced', best: 'Best' } as const;

/** What a prompt would cost and bring, by policy, as Markdown. */
export function quoteText(quotes: readonly Quote[], shown: QuoteShown): string {
  if (quotes.length === 0)
    return 'No model can be had for this prompt: add one with **Marginal: Add Model Endpoint…**.';
  const table = markdownTable(
    [{ title: '' }, { title: 'Credits', align: 'right' }, { title: 'Success' }],
    quotes.map(({ policy, cost, success, evidence }) => [
      POLICIES[policy],
      rangeText(cost),
      evidence.settled ? shareText(success) : `value ? (${shareText(success)})`,
    ]),
  );
  return [
    `What it would cost from its first step to its last; nothing was sent. ${taskSentence(shown)}`,
    table,
    modelLines(quotes),
    notes(quotes, shown.inputTokens).join(' '),
  ].join('\n\n');
}

const shareText = (share: number) => `${Math.round(share * 100)} %`;

/** Which model each takes, and how many steps it would need. */
function modelLines(quotes: readonly Quote[]): string {
  const [first, ...others] = quotes;
  const isOne = first !== undefined && others.every((each) => sameModel(each, first));
  return (isOne ? [first] : quotes)
    .map(
      (quote) => `- ${isOne && others.length > 0 ? 'All take' : `${POLICIES[quote.policy]} takes`} ${modelLine(quote)}`,
    )
    .join('\n');
}

function modelLine({ model, endpointLabel, steps, seconds }: Quote): string {
  const count = (steps: number) => wholeNumber(Math.max(1, Math.round(steps)));
  return escapeMarkdown(
    `${model} (${endpointLabel}), about ${count(steps.p50)} ${count(steps.p50) === '1' ? 'step' : 'steps'} in ${secondsText(seconds.p50)}; nine in ten stay within ${count(steps.p90)} and ${secondsText(seconds.p90)}.`,
  );
}

function taskSentence({ task, valueNanoCredits, valueStated }: QuoteShown): string {
  const worth = `worth **${formatCredits(valueNanoCredits)} cr**${valueStated ? ' as you said' : ''}`;
  if (!task) return `The task is ${worth}.`;
  return `Taken for a task of the kind **${task.kind}**, ${task.size} (${Math.round(task.sureness * 100)} % sure), ${worth}.`;
}

function notes(quotes: readonly Quote[], inputTokens: number): readonly string[] {
  const sentences = [
    `${ESTIMATED}. It is for \`/do\`, whose first request holds ${wholeNumber(inputTokens)} tokens; Agent mode adds some 15,000 of its own to every request.`,
  ];
  if (quotes.some(({ cost }) => cost === undefined))
    sentences.push('`?`: the model has no known price; give it one in the setting `marginal.prices`.');
  if (quotes.some(({ evidence }) => !evidence.settled))
    sentences.push(
      `\`value ?\`: with ${seenText(quotes)} the chance is not to be trusted yet; it is a guess from public tables.`,
    );
  return sentences;
}

function seenText(quotes: readonly Quote[]): string {
  const outcomes = Math.max(...quotes.map(({ evidence }) => evidence.outcomes));
  return `${counted(outcomes, 'outcome')} so far`;
}

function sameModel(quote: Quote, other: Quote | undefined): boolean {
  return quote.model === other?.model && quote.endpointLabel === other.endpointLabel;
}
