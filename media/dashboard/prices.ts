import { formatCredits, NANO_PER_CREDIT } from '../../src/core/money.ts';
import type { PricesAnswer } from '../../src/protocol/dashboardPrices.ts';
import { h } from './dom.ts';
import { momentText } from './format.ts';
import { polygon } from './shape.ts';

type Named = 'beta' | 'lambda' | 'rho';

const NAMES: readonly { readonly price: Named; readonly name: string; readonly unit: string }[] = [
  { price: 'beta', name: 'β, a credit of the budget beyond its cash price', unit: 'cr' },
  { price: 'lambda', name: 'λ, a minute of waiting', unit: 'cr' },
  { price: 'rho', name: 'ρ, a credit of expected loss', unit: 'cr' },
];

/** The prices in force, each with its constraint and how it moved; nothing until they are known. */
export function pricesSection(answer: PricesAnswer | undefined): HTMLElement | undefined {
  if (!answer) return undefined;
  const { prices, constraints } = answer;
  return h(
    'section',
    { class: 'prices', 'aria-labelledby': 'prices-title', 'data-key': 'prices' },
    h(
      'header',
      {},
      h('h2', { id: 'prices-title' }, 'Prices'),
      h('span', { class: 'quiet', title: constraints.kappa }, `a credit costs ${amount(prices.kappa)} in cash`),
    ),
    ...NAMES.map(({ price, name, unit }) =>
      h(
        'div',
        { class: 'price', 'data-key': price },
        h('span', {}, name),
        h('span', { class: 'right' }, `${amount(shown(price, prices[price]))} ${unit}`),
        h('span', { class: 'quiet' }, constraints[price]),
        moves(price, name, answer),
      ),
    ),
    h(
      'p',
      { class: 'quiet' },
      'Each price belongs to a limit and rises while it is being overdrawn. What a step is worth is charged at these prices.',
    ),
  );
}

/** A second's wait is too little to be read. */
const shown = (price: Named, value: number) => (price === 'lambda' ? value * 60 : value);
const amount = (credits: number) => formatCredits(Math.round(credits * NANO_PER_CREDIT));

/** The line over time as a filled shape; nothing where a price never moved. */
function moves(price: Named, name: string, { history }: PricesAnswer): HTMLElement | undefined {
  const [first, last] = [history[0], history.at(-1)];
  const values = history.map((point) => point[price]);
  const most = Math.max(...values);
  if (!first || !last || last.at <= first.at || most <= 0 || values.every((value) => value === values[0]))
    return undefined;
  const x = (at: number) => (at - first.at) / (last.at - first.at);
  const points = history.map((point): [number, number] => [x(point.at), 1 - point[price] / most]);
  const spoken = `${name}, since ${momentText(first.at)}: from ${amount(shown(price, first[price]))} to ${amount(shown(price, last[price]))} credits, at most ${amount(shown(price, most))}.`;
  return h(
    'div',
    { class: 'moves', role: 'img', 'aria-label': spoken, title: spoken },
    h('div', { vars: { shape: polygon([[0, 1], ...points, [1, 1]]) } }),
  );
}
