import type { Quote, TaskShown } from '../allocate/outlook.ts';
import { formatCredits, type NanoCredits } from '../money.ts';
import { chanceText, ESTIMATED, rangeText, secondsText, spanText } from './figures.ts';
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
    [
      { title: '' },
      { title: 'Model' },
      { title: 'Credits', align: 'right' },
      { title: 'Steps', align: 'right' },
      { title: 'Time', align: 'right' },
      { title: 'Chance of success' },
    ],
    quotes.map(({ policy, model, endpointLabel, cost, steps, seconds, success, evidence }) => [
      POLICIES[policy],
      `${model} (${endpointLabel})`,
      rangeText(cost),
      spanText(steps, (count) => Math.max(1, Math.round(count)).toLocaleString('en-US')),
      spanText(seconds, secondsText),
      chanceText(success, evidence),
    ]),
  );
  return [
    `What it would cost from the first step to the last. Nothing was sent. ${taskSentence(shown)}`,
    table,
    notes(quotes, shown.inputTokens).join(' '),
  ].join('\n\n');
}

function taskSentence({ task, valueNanoCredits, valueStated }: QuoteShown): string {
  const worth = `worth **${formatCredits(valueNanoCredits)} cr**${valueStated ? ' as you said' : ''}`;
  if (!task) return `The task is ${worth}.`;
  return `Taken for a task of the kind **${task.kind}**, ${task.size} (${Math.round(task.sureness * 100)} % sure), ${worth}.`;
}

function notes(quotes: readonly Quote[], inputTokens: number): readonly string[] {
  const sentences = [
    `${ESTIMATED}; the first request holds about ${inputTokens.toLocaleString('en-US')} tokens and what VS Code adds to it.`,
  ];
  if (quotes.some(({ cost }) => cost === undefined))
    sentences.push('`?`: the model has no known price; give it one in the setting `marginal.prices`.');
  if (quotes.some(({ evidence }) => !evidence.settled))
    sentences.push(
      '`value ?`: too few outcomes have come back yet to trust the chance; it is a guess of public tables.',
    );
  const [first, ...others] = quotes;
  if (others.length > 0 && others.every((each) => sameModel(each, first)))
    sentences.push('All three would take the same model.');
  return sentences;
}

function sameModel(quote: Quote, other: Quote | undefined): boolean {
  return quote.model === other?.model && quote.endpointLabel === other.endpointLabel;
}
