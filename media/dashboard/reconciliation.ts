import { CONFIDENCE_MARKS, sourceLabel } from '../../src/core/status/labels.ts';
import type { DashboardState } from '../../src/protocol/dashboard.ts';
import { h } from './dom.ts';
import { counted, shareText, signedShareText } from './format.ts';

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
          h('th', { scope: 'col' }, 'Computed'),
          h('th', { scope: 'col', class: 'right', title: 'Calls with a bill and a computed cost' }, 'Calls'),
          h('th', { scope: 'col', class: 'right', title: 'Half of the calls are off by no more' }, 'Half within'),
          h('th', { scope: 'col', class: 'right', title: 'Nine in ten calls are off by no more' }, '9 in 10'),
          h('th', { scope: 'col', class: 'right', title: 'Computed sum over billed sum' }, 'Sum'),
        ),
      ),
      h('tbody', {}, ...rows.map(rowOf)),
    ),
    h(
      'p',
      { class: 'quiet' },
      'Tokens at the list price of their day, beside what the vendor billed, of the last 30 days.',
    ),
  );
}

function rowOf({ model, source, confidence, calls, uncomputed, medianError, p90Error, bias }: Row): HTMLElement {
  const sure = CONFIDENCE_MARKS[confidence];
  const few = calls > 0 && calls < FEW_CALLS;
  const note = [
    `tokens from ${sourceLabel(source)}`,
    few ? 'too few calls to lean on' : undefined,
    uncomputed > 0 ? `${counted(uncomputed, 'call')} more could not be computed` : undefined,
  ].filter(Boolean);
  return h(
    'tr',
    { 'data-key': `${model} ${source}`, class: few || calls === 0 ? 'quiet' : undefined, title: note.join('; ') },
    h('th', { scope: 'row' }, model, h('div', { class: 'quiet' }, note.join(' · '))),
    calls === 0
      ? h('td', { class: 'sure unknown' }, '? unknown')
      : h('td', { class: `sure ${confidence}`, title: sure.meaning }, `${sure.mark} ${sure.word}`),
    h('td', { class: 'right' }, calls.toLocaleString('en-US')),
    h('td', { class: 'right' }, shareText(medianError)),
    h('td', { class: 'right' }, shareText(p90Error)),
    h('td', { class: 'right' }, signedShareText(bias)),
  );
}
