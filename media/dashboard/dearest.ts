import { agentLabel } from '../../src/core/status/labels.ts';
import { moneyText, sureness } from '../../src/core/status/moneyText.ts';
import { counted } from '../../src/core/wholeNumber.ts';
import { type DearestAnswer, MOST_DEAREST } from '../../src/protocol/dashboardReasons.ts';
import { h } from './dom.ts';
import { dayText, folderName, momentText } from './format.ts';

/** How many are shown at first, and after each "more". */
export const DEAREST_SHOWN = [3, 10, MOST_DEAREST] as const;

/** The prompts that cost most, each with its reason; a press on one shows its steps. `answer` undefined: being read. */
export function dearestSection(
  answer: DearestAnswer | undefined,
  fromDay: string,
  shown: number,
  shownRunId: string | undefined,
): HTMLElement {
  const runs = answer?.runs.slice(0, shown) ?? [];
  const next = DEAREST_SHOWN.find((limit) => limit > shown);
  return h(
    'section',
    { class: 'dearest', 'data-key': 'dearest', 'aria-labelledby': 'dearest-title' },
    h(
      'header',
      {},
      h('h2', { id: 'dearest-title' }, 'Dearest prompts'),
      h('span', { class: 'quiet' }, `since ${dayText(fromDay)}`),
    ),
    answer === undefined && h('p', { class: 'quiet' }, 'Looking for them…'),
    answer?.runs.length === 0 && h('p', { class: 'quiet' }, 'No prompt of known cost in these days.'),
    h(
      'ol',
      {},
      ...runs.map((run) =>
        h(
          'li',
          { 'data-key': run.runId, class: run.runId === shownRunId ? 'current' : undefined },
          h(
            'button',
            {
              'data-action': 'showRun',
              'data-run': run.runId,
              'aria-current': run.runId === shownRunId ? 'true' : undefined,
            },
            h('span', { class: 'amount strong', title: sureness(run.cost) }, moneyText(run.cost)),
            h('span', { class: 'sentence' }, run.sentence),
            run.remedy !== undefined && h('span', { class: 'remedy' }, run.remedy),
            h(
              'span',
              { class: 'quiet', title: run.folder },
              [
                momentText(run.startedAt),
                agentLabel(run.agent),
                run.folder === undefined ? undefined : folderName(run.folder),
                run.models.filter(Boolean).join(', '),
                counted(run.steps, 'step'),
              ]
                .filter(Boolean)
                .join(' · '),
            ),
          ),
        ),
      ),
    ),
    next !== undefined &&
      runs.length >= shown &&
      h('button', { class: 'link', 'data-action': 'moreDearest', 'data-limit': next }, 'Show more'),
  );
}
