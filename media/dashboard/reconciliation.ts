import { CONFIDENCE_MARKS, sourceLabel } from '../../src/core/status/labels.ts';
import { counted } from '../../src/core/wholeNumber.ts';
import type { DashboardState } from '../../src/protocol/dashboard.ts';
import { h } from './dom.ts';
import { shareText, signedShareText } from './format.ts';

type Row = NonNullable<DashboardState['reconciliation']>[number];

/** Below this a middle and a nine-in-ten say little. */
const FEW_CALLS = 10;

/** How far computed figures are from bills, by model and source; nothing where nothing is billed. */
export function reconciliationSection(state: DashboardState): HTMLElement | undefined {
  const rows = state.reconciliation;
  if (!rows || rows.length === 0) return undefined;
  return h(
    'section',
    { class: 'reconciliation', 'aria-labelledby': 'reconciliation-title', 'data-key': 'reconciliation' },
    h('header', {}, h('h2', { id: 'reconciliation-title' }, 'How far computed figures are from bills')),
    h(
      'table',
      { class: 'groups' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Model'),
          h('th', { scope: 'col', class: 'right', title: 'Half of the calls are off by no more' }, 'Half'),
          h('th', { scope: 'col', class: 'right', title: 'Nine in ten calls are off by no more' }, '9 in 10'),
          h(
            'th',
            { scope: 'col', class: 'right', title: 'By how much the computed sum is off: + too much, − too little' },
            'Sum',
          ),
        ),
      ),
      h('tbody', {}, ...rows.flatMap(rowsOf)),
    ),
    h(
      'p',
      { class: 'quiet' },
      'Tokens at the list price of their day, beside what the vendor billed, of the last 30 days.',
    ),
  );
}

/** Its figures, and below them whose tokens they are of, and how much they are to be leant on. */
function rowsOf({ model, source, confidence, calls, uncomputed, medianError, p90Error, bias }: Row): HTMLElement[] {
  const { mark, word, meaning } = CONFIDENCE_MARKS[calls === 0 ? 'unknown' : confidence];
  const key = `${model} ${source}`;
  const note = [
    `${counted(calls, 'call')}, tokens from ${sourceLabel(source)}`,
    calls > 0 && calls < FEW_CALLS && 'too few to lean on',
    uncomputed > 0 && `${uncomputed.toLocaleString('en-US')} more can’t be computed`,
  ].filter((part) => part !== false);
  return [
    h(
      'tr',
      { 'data-key': key },
      h('th', { scope: 'row', title: model }, model),
      h('td', { class: 'right' }, shareText(medianError)),
      h('td', { class: 'right' }, shareText(p90Error)),
      h('td', { class: 'right' }, signedShareText(bias)),
    ),
    h(
      'tr',
      { 'data-key': `${key} note`, class: 'note quiet' },
      h(
        'td',
        { colspan: 4 },
        h('span', { class: `sure ${confidence}`, title: meaning }, `${mark} ${word}`),
        ` · ${note.join(' · ')}`,
      ),
    ),
  ];
}
