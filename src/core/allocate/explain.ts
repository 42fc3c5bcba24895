import { formatCredits, type NanoCredits } from '../money.ts';
import { choose, type Decision, type Situation, type Valued } from './choose.ts';
import type { Prices, Terms } from './objective.ts';
import { useKey, useText } from './use.ts';

export interface Explanation {
  /** What was chosen, with its net. */
  readonly what: string;
  /** Its terms. */
  readonly why: string;
  readonly runnerUp: string;
  /** Which price decided, or that none did. */
  readonly price: string;
  /** What couldn't be chosen, a sentence each. */
  readonly barred: readonly string[];
}

/** A decision in plain sentences; "Why?" is answered by printing them. `left`: as it was when it was made. */
export function explain(decision: Decision, left?: Situation['leftNanoCredits']): Explanation {
  const { choice, runnerUp, candidates } = decision;
  return {
    what: `${useText(choice.use)}${choice.use.kind === 'stop' ? '' : `: it is worth ${credits(choice.net)} net`}.`,
    why: whySentence(decision),
    runnerUp: runnerUp ? runnerUpSentence(choice, runnerUp) : 'Nothing else could be chosen.',
    price: priceSentence(decision, left),
    barred: candidates.flatMap(({ use, barred }) =>
      barred === undefined ? [] : [`${useText(use)}: not possible, since ${barred}.`],
    ),
  };
}

function whySentence(decision: Decision): string {
  const { choice, valueNanoCredits: value } = decision;
  if (choice.use.kind === 'stop' || !choice.terms) {
    const others = decision.candidates.some(({ use, barred }) => use.kind !== 'stop' && barred === undefined);
    return others
      ? 'Everything else would cost more than it is expected to bring.'
      : 'There is nothing else that can be done within the limits.';
  }
  const { quality } = choice.prediction;
  const gain = `It ${quality >= 0 ? 'raises' : 'lowers'} the chance of success by ${points(Math.abs(quality))} of a task worth ${credits(value)}: ${credits(choice.terms.value)}`;
  const less = LOSSES.flatMap(({ term, text }) => {
    const loss = choice.terms?.[term] ?? 0;
    return loss === 0 ? [] : [`${credits(-loss)} ${text}`];
  });
  return `${gain}${less.length === 0 ? ', at no cost' : `, less ${list(less)}`}.`;
}

const LOSSES = [
  { term: 'cost', text: 'of cost' },
  { term: 'wait', text: 'of waiting' },
  { term: 'risk', text: 'of risk' },
] as const;

function runnerUpSentence(choice: Valued, runnerUp: Valued): string {
  const gap = (choice.net ?? 0) - (runnerUp.net ?? 0);
  const net = runnerUp.use.kind === 'stop' ? 'net 0 by definition' : `${credits(runnerUp.net)} net`;
  const name = useText(runnerUp.use);
  if (gap === 0) return `Next: ${name}, ${net}, just as much.`;
  const [a, b] = [choice.terms, runnerUp.terms];
  return `Next: ${name}, ${net}, ${credits(gap)} less${a && b ? mainDifference(a, b) : ''}.`;
}

const TERM_TEXTS: readonly { readonly term: keyof Terms; readonly text: string }[] = [
  { term: 'value', text: 'what it is expected to bring' },
  { term: 'cost', text: 'its cost' },
  { term: 'wait', text: 'its waiting' },
  { term: 'risk', text: 'its risk' },
];

/** The term in which the runner-up falls furthest behind. */
function mainDifference(choice: Terms, runnerUp: Terms): string {
  const worst = TERM_TEXTS.map(({ term, text }) => ({ text, behind: choice[term] - runnerUp[term] })).reduce((a, b) =>
    b.behind > a.behind ? b : a,
  );
  return worst.behind > 0 ? `, mostly for ${worst.text}` : '';
}

/** A price tipped a choice if, were it alone at 0, something else would have been chosen. */
export function tippingPrices(decision: Decision, leftNanoCredits?: NanoCredits): readonly Tipping[] {
  const { candidates, valueNanoCredits, prices, choice } = decision;
  const predictions = candidates.map(({ prediction }) => prediction);
  return PRICES.flatMap(({ price, without }) => {
    if (prices[price] === 0) return [];
    const freed = predictions.map((prediction) =>
      prediction.credit ? { ...prediction, credit: { ...prediction.credit, ...without } } : prediction,
    );
    const otherwise = choose(freed, { valueNanoCredits, prices: { ...prices, ...without }, leftNanoCredits }).choice;
    return useKey(otherwise.use) === useKey(choice.use) ? [] : [{ price, otherwise }];
  });
}

export interface Tipping {
  readonly price: keyof Prices;
  /** What would have been chosen. */
  readonly otherwise: Valued;
}

const PRICES: readonly { readonly price: keyof Prices; readonly without: Partial<Prices> }[] = [
  { price: 'beta', without: { beta: 0 } },
  { price: 'kappa', without: { kappa: 0 } },
  { price: 'lambda', without: { lambda: 0 } },
  { price: 'rho', without: { rho: 0 } },
];

function priceSentence(decision: Decision, left: NanoCredits | undefined): string {
  const tipping = tippingPrices(decision, left);
  if (tipping.length === 0) return 'No single price decided it.';
  const { prices } = decision;
  const parts = tipping.map(
    ({ price, otherwise }) => `${priceText(price, prices)}; without it: ${useText(otherwise.use)}`,
  );
  return `What tipped it: ${list(parts)}.`;
}

function priceText(price: keyof Prices, prices: Prices): string {
  switch (price) {
    case 'kappa':
      return `the cash price of a credit (κ ${figure(prices.kappa)})`;
    case 'beta':
      return `the shadow price of the budget (β ${figure(prices.beta)})`;
    case 'lambda':
      return `the price of waiting (λ ${figure(prices.lambda)} cr/s)`;
    case 'rho':
      return `the price of risk (ρ ${figure(prices.rho)})`;
  }
}

const figure = (price: number) => Number(price.toPrecision(2)).toString();
const credits = (nanoCredits: NanoCredits | undefined) =>
  nanoCredits === undefined ? 'unknown' : `${formatCredits(nanoCredits)} cr`;
const points = (share: number) => `${Number((share * 100).toPrecision(2))} points`;

function list(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
