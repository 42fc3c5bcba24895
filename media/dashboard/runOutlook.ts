import { formatCredits } from '../../src/core/money.ts';
import { figureText } from '../../src/core/status/moneyText.ts';
import { evidenceText } from '../../src/core/status/runRemarks.ts';
import type { DashboardStep } from '../../src/protocol/dashboard.ts';
import type { DashboardOutlook, OutlookAnswer } from '../../src/protocol/dashboardOutlook.ts';
import { type Child, h } from './dom.ts';
import { shareText } from './format.ts';

type Range = NonNullable<DashboardOutlook['next']>;

/** Steps whose forecasts are drawn: the latest. */
const STEPS_SHOWN = 15;

/** What is foretold and advised of the run that is shown, and how earlier forecasts of its steps came out. */
export function outlookPanel(
  answer: OutlookAnswer | undefined,
  steps: readonly DashboardStep[],
  open: boolean,
  live: boolean,
): Child {
  if (!answer || (answer.steps.length === 0 && !answer.current)) return undefined;
  const { current } = answer;
  return h(
    'section',
    { class: 'outlook', 'data-key': 'outlook', 'aria-labelledby': 'outlook-title' },
    h('h3', { id: 'outlook-title' }, 'Outlook'),
    ...(current
      ? currentParts(current)
      : [h('p', { class: 'quiet' }, live ? 'It has answered: no further step is foretold.' : 'The run is over.')]),
    h(
      'button',
      {
        class: 'link',
        'data-action': 'toggleOutlook',
        'aria-expanded': open ? 'true' : 'false',
        'aria-controls': 'outlook-figures',
      },
      open ? 'Hide the terms and forecasts' : 'Show the terms and forecasts',
    ),
    h(
      'div',
      { id: 'outlook-figures', hidden: !open },
      ...(open ? [current && candidateTable(current), forecasts(answer, steps)] : []),
    ),
  );
}

function currentParts(current: DashboardOutlook): readonly Child[] {
  const { next, remaining, success, evidence, stuck, explanation, quoted, leftQuote } = current;
  const facts = [
    next ? `Next step ${rangeText(next)} cr` : 'Next step ? cr: the model’s price is unknown',
    remaining && `rest of the run ${rangeText(remaining)} cr`,
    `chance of success ${evidence.settled ? shareText(success) : '?'} (${evidenceText(evidence)})`,
  ].filter(Boolean);
  return [
    h(
      'p',
      { 'data-key': 'advice', class: current.advice === undefined ? '' : 'advised' },
      h('span', { class: 'sentence' }, stuck ?? adviceSentence(current)),
      h('span', { class: 'remedy' }, ` ${stuck === undefined ? '' : `${explanation.what} `}${explanation.why}`),
    ),
    h('p', { 'data-key': 'facts', class: 'quiet' }, `${facts.join(' · ')}.`),
    leftQuote &&
      quoted &&
      h(
        'p',
        { 'data-key': 'quote', class: 'quiet' },
        `It has cost more than the ${formatCredits(quoted.p90)} cr that it was foretold to stay below (90 %).`,
      ),
  ];
}

function adviceSentence({ next, evidence, explanation }: DashboardOutlook): string {
  if (!next) return 'Its cost is unknown, so nothing is advised.';
  return evidence.settled ? explanation.what : `By public runs, not proven here yet: ${lower(explanation.what)}`;
}

function candidateTable({
  candidates,
  prices,
  valueNanoCredits,
  explanation,
  runnerUp,
}: DashboardOutlook): HTMLElement {
  const { kappa, beta, lambda, rho } = prices;
  return h(
    'div',
    { 'data-key': 'candidates' },
    h(
      'table',
      { class: 'groups' },
      h('caption', { class: 'spoken' }, 'What each use of the next tokens is worth, in credits'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Use'),
          ...TERMS.map(({ name, title }) => h('th', { scope: 'col', class: 'right', title }, name)),
          h('th', { scope: 'col', class: 'right', title: 'The sum of the terms' }, 'Net'),
        ),
      ),
      h(
        'tbody',
        {},
        ...candidates.map(({ use, terms, net, barred }) =>
          h(
            'tr',
            { 'data-key': use, class: barred === undefined ? '' : 'barred', title: barred },
            h(
              'th',
              { scope: 'row' },
              use,
              use === runnerUp && h('span', { class: 'tag' }, 'runner-up'),
              barred !== undefined && h('span', { class: 'tag' }, barred),
            ),
            ...TERMS.map(({ term }) => h('td', { class: 'right' }, signed(terms?.[term]))),
            h('td', { class: 'right strong' }, signed(net)),
          ),
        ),
      ),
    ),
    h(
      'p',
      { class: 'quiet' },
      `A success is taken to be worth ${formatCredits(valueNanoCredits)} cr; prices: κ ${short(kappa)}, β ${short(beta)}, λ ${short(lambda)} cr/s, ρ ${short(rho)}. ${explanation.runnerUp} ${explanation.price}`,
    ),
  );
}

const TERMS = [
  { term: 'value', name: 'Value', title: 'V·ΔQ: what it adds to the chance of success' },
  { term: 'cost', name: 'Cost', title: '−(κ+β)·ΔC' },
  { term: 'wait', name: 'Wait', title: '−λ·ΔL' },
  { term: 'risk', name: 'Risk', title: '−ρ·ΔR' },
] as const;

/** Each step's range with what it really cost. */
function forecasts(answer: OutlookAnswer, steps: readonly DashboardStep[]): Child {
  const byId = new Map(steps.map((step) => [step.callId, step]));
  const known = answer.steps.flatMap(({ callId, cost }) => {
    const step = byId.get(callId);
    return step ? [{ step, cost }] : [];
  });
  const shown = known.slice(-STEPS_SHOWN).reverse();
  if (shown.length === 0) return undefined;
  const most = Math.max(1, ...shown.flatMap(({ step, cost }) => [cost.p90, step.cost.nanoCredits ?? 0]));
  const judged = known.filter(({ step }) => step.cost.nanoCredits !== undefined);
  const inside = judged.filter(({ step, cost }) => isWithin(step.cost.nanoCredits ?? 0, cost)).length;
  return h(
    'div',
    { 'data-key': 'forecasts' },
    h(
      'table',
      { class: 'groups forecasts' },
      h('caption', { class: 'spoken' }, 'What the latest steps were foretold to cost, and cost'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col', class: 'right' }, 'Step'),
          h('th', { scope: 'col', class: 'right', title: 'Middle and 80 % range, before it was made' }, 'Foretold'),
          h('th', { scope: 'col', class: 'right' }, 'Cost'),
          h('th', { scope: 'col' }, ''),
        ),
      ),
      h(
        'tbody',
        {},
        ...shown.map(({ step, cost }) => {
          const real = step.cost.nanoCredits;
          return h(
            'tr',
            { 'data-key': step.callId },
            h('th', { scope: 'row', class: 'right' }, String(step.number)),
            h('td', { class: 'right' }, rangeText(cost)),
            h('td', { class: 'right strong' }, figureText(real, step.cost.confidence)),
            h(
              'td',
              { class: 'span', 'aria-hidden': 'true' },
              h('div', { class: 'within', vars: { from: cost.p10 / most, to: cost.p90 / most } }),
              h('div', { class: 'middle', vars: { at: cost.p50 / most } }),
              real !== undefined &&
                h('div', { class: isWithin(real, cost) ? 'real' : 'real missed', vars: { at: real / most } }),
            ),
          );
        }),
      ),
    ),
    judged.length > 0 &&
      h('p', { class: 'quiet' }, `${inside} of ${judged.length} steps within their range; four out of five should be.`),
  );
}

const isWithin = (nanoCredits: number, { p10, p90 }: Range) => nanoCredits >= p10 && nanoCredits <= p90;
const rangeText = ({ p10, p50, p90 }: Range) => `${formatCredits(p50)} (${formatCredits(p10)}–${formatCredits(p90)})`;
const short = (price: number) => Number(price.toPrecision(2)).toString();
const lower = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1);

function signed(nanoCredits: number | undefined): string {
  if (nanoCredits === undefined) return '?';
  return `${nanoCredits > 0 ? '+' : ''}${formatCredits(nanoCredits)}`;
}
