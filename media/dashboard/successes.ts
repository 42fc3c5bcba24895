import { CONFIDENCE_MARKS } from '../../src/core/status/labels.ts';
import { moneyText, sureness } from '../../src/core/status/moneyText.ts';
import { counted } from '../../src/core/wholeNumber.ts';
import type { DashboardSuccessRow, SuccessAnswer } from '../../src/protocol/dashboardSuccess.ts';
import { h } from './dom.ts';
import { dayText, shareText } from './format.ts';

/** Below this a share says little. */
const FEW_JUDGED = 10;
const NAMES: Readonly<Record<string, string>> = { undefined: 'not known' };

/** What a success costs beside what a request costs. `answer` undefined: being read; nothing where no outcome is known. */
export function successesSection(answer: SuccessAnswer | undefined): HTMLElement | undefined {
  if (!answer || answer.all.attempts === 0) return undefined;
  const { all, byModel, byKind, bySize, runs, fromDay } = answer;
  return h(
    'section',
    { class: 'successes', 'aria-labelledby': 'successes-title', 'data-key': 'successes' },
    h(
      'header',
      {},
      h('h2', { id: 'successes-title' }, 'Cost per success'),
      h('span', { class: 'quiet' }, `since ${dayText(fromDay)}`),
    ),
    h(
      'table',
      { class: 'groups' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Runs'),
          h('th', { scope: 'col', class: 'right', title: 'Accepted, of those that could be judged' }, 'Accepted'),
          h('th', { scope: 'col', class: 'right', title: 'Credits by request, of the same runs' }, 'A request'),
          h(
            'th',
            { scope: 'col', class: 'right', title: 'Credits of all judged runs by the accepted ones' },
            'A success',
          ),
        ),
      ),
      h(
        'tbody',
        {},
        rowOf('All', all, 'all'),
        ...byModel.map((row) => rowOf(row.key ?? 'unknown', row, `model ${row.key}`)),
        ...classRows(byKind, 'kind', 'task'),
        ...classRows(bySize, 'size', 'size'),
      ),
    ),
    h(
      'p',
      { class: 'quiet' },
      `${all.judged.toLocaleString('en-US')} of ${counted(runs, 'run')} judged by what happened after: tests and builds, commits, edits that stayed or were taken back.${all.judged < FEW_JUDGED ? ' Too few to lean on.' : ''} Credits: ${sureness(all.cost)}.`,
    ),
  );
}

/** Where no prompt's class is known there is nothing to tell. */
function classRows(rows: readonly DashboardSuccessRow[], key: string, word: string): readonly HTMLElement[] {
  if (!rows.some((row) => row.key !== undefined)) return [];
  return rows.map((row) => rowOf(`${word}: ${NAMES[String(row.key)] ?? row.key}`, row, `${key} ${row.key}`));
}

function rowOf(name: string, row: DashboardSuccessRow, key: string): HTMLElement {
  const { share, judged, accepted, cost, perRequest, perSuccess, incomplete, attempts } = row;
  const range =
    share && `${shareText(share.mean)}; with 80 % certainty ${shareText(share.low)} to ${shareText(share.high)}`;
  const partly = incomplete > 0 ? ` Of ${counted(incomplete, 'run')} a part of the cost is unknown.` : '';
  return h(
    'tr',
    { 'data-key': key },
    h('th', { scope: 'row', title: name }, name),
    h(
      'td',
      { class: 'right', title: range ?? `${counted(attempts, 'run')}, none judged yet` },
      judged === 0 ? '?' : `${accepted} of ${judged}`,
    ),
    h('td', { class: 'right', title: sureness(cost) }, figure(perRequest, cost, cost.unknown > 0)),
    h('td', { class: 'right', title: `${sureness(cost)}${partly}` }, figure(perSuccess, cost, incomplete > 0)),
  );
}

function figure(
  nanoCredits: number | undefined,
  { confidence }: DashboardSuccessRow['cost'],
  partly: boolean,
): HTMLElement {
  const mark = nanoCredits === undefined ? 'unknown' : confidence;
  const { meaning } = CONFIDENCE_MARKS[mark];
  const sum = { nanoCredits: nanoCredits ?? 0, confidence, unknown: partly ? 1 : 0 };
  return h('span', { class: `sure ${mark}`, title: meaning }, nanoCredits === undefined ? '?' : moneyText(sum));
}
