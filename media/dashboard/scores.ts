import { formatCredits, NANO_PER_CREDIT } from '../../src/core/money.ts';
import { wholeNumber } from '../../src/core/wholeNumber.ts';
import type { DashboardScore, ScoresAnswer } from '../../src/protocol/dashboardScores.ts';
import { h } from './dom.ts';
import { shareText } from './format.ts';

/** How far what is foretold can be trusted; nothing until something has come to pass. */
export function scoresSection(answer: ScoresAnswer | undefined): HTMLElement | undefined {
  if (!answer || answer.scores.length === 0) return undefined;
  return h(
    'section',
    { class: 'prices', 'aria-labelledby': 'scores-title', 'data-key': 'scores' },
    h('header', {}, h('h2', { id: 'scores-title' }, 'Forecasts, and what came')),
    ...answer.scores.map((score) =>
      h(
        'div',
        { class: 'price', 'data-key': score.name },
        h('span', {}, capital(score.name)),
        h('span', { class: 'right' }, headOf(score)),
        h('span', { class: 'quiet' }, noteOf(score)),
      ),
    ),
    h(
      'p',
      { class: 'quiet' },
      'Of honest 80 % ranges four out of five hold what came. The Winkler score is the width with ten times the miss added; of it and of the Brier score less is better. Show Regret Report has more.',
    ),
  );
}

function headOf({ range, chance }: DashboardScore): string {
  if (range) return `${shareText(range.coverage)} inside`;
  return chance?.settled ? 'proven' : 'value ?';
}

function noteOf({ outcomes, range, chance }: DashboardScore): string {
  const times = `${wholeNumber(outcomes)} ${outcomes === 1 ? 'time' : 'times'}`;
  if (range) return `${times} · width ${amount(range.width)} ${range.unit} · Winkler ${amount(range.winkler)}`;
  return chance
    ? `${times} · Brier ${chance.brier.toFixed(3)}, by the rate alone ${chance.baseBrier.toFixed(3)}`
    : times;
}

const amount = (credits: number) => formatCredits(Math.round(credits * NANO_PER_CREDIT));
const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
