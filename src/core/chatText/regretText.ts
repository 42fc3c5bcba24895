import type { Alternative, Estimate, RegretReport } from '../diagnose/regret.ts';
import { escapeMarkdown } from '../markdown.ts';
import { formatCredits, NANO_PER_CREDIT } from '../money.ts';
import { counted, wholeNumber } from '../wholeNumber.ts';

/** The regret report as Markdown. */
export function regretText(report: RegretReport): string {
  const { rows, unknown, done, alternatives, exploredShare } = report;
  if (rows === 0)
    return `No choice of Marginal’s has a known outcome and cost yet${unknown === 0 ? '' : ` (${counted(unknown, 'choice')} without)`}. Give a task to **Marginal: Balanced** or to \`/do\`; tests, commits and votes tell how it went.`;
  const lines = [
    `- What was done: **${creditsText(done.net)} cr** net (${BASES[done.basis]})`,
    ...alternatives.map(
      (each) =>
        `- ${escapeMarkdown(nameOf(each))}: **${escapeMarkdown(estimateText(each.net, each.interval))} cr** net, regret ${escapeMarkdown(estimateText(each.regret, each.regretInterval))} cr (${BASES[each.basis]})`,
    ),
  ];
  const notes = [
    `${counted(rows, 'choice')} with a known outcome and cost${unknown > 0 ? `, ${wholeNumber(unknown)} more without` : ''}; in ${Math.round(exploredShare * 100)} % of them more than one use had a chance. Regret above 0: the other way would have brought so much more.`,
  ];
  if (alternatives.some(({ basis }) => basis === 'modelled'))
    notes.push(
      '`modelled`: what the predictor foretold, since those choices had no chance of being made; it has no interval.',
    );
  if (alternatives.some(({ policy }) => policy === 'bestSingle'))
    notes.push('The best single model is picked in hindsight by the same figures, so it is on the high side.');
  return [lines.join('\n'), notes.join(' ')].join('\n\n');
}

const BASES: Readonly<Record<Estimate['basis'], string>> = {
  observed: 'observed',
  doublyRobust: 'estimated, 95 % interval',
  modelled: 'modelled',
};

const POLICIES: Readonly<Record<Alternative['policy'], string>> = {
  alwaysStrongest: 'Always the strongest',
  bestSingle: 'The best single model',
  fractional: 'The best for each within the same credits',
};

function nameOf({ policy, model }: Alternative): string {
  return model === undefined ? POLICIES[policy] : `${POLICIES[policy]} (${model})`;
}

function estimateText(credits: number, interval: readonly [number, number] | undefined): string {
  if (!interval) return creditsText(credits);
  if (!interval.every(Number.isFinite)) return `${creditsText(credits)} (too few for an interval)`;
  return `${creditsText(credits)} (${creditsText(interval[0])} to ${creditsText(interval[1])})`;
}

const creditsText = (credits: number) => formatCredits(Math.round(credits * NANO_PER_CREDIT));
