/** The regret report: how good Marginal's choices and predictions were, as a page for a person. */
import type { PricesView } from '../allocate/outlook.ts';
import type { IntervalReport } from '../diagnose/intervalScore.ts';
import { type Margin, nextLesson } from '../diagnose/learningMargins.ts';
import type { ProbabilityReport } from '../diagnose/probabilityScore.ts';
import type { Alternative, RegretReport } from '../diagnose/regret.ts';
import { escapeMarkdown } from '../markdown.ts';
import { formatCredits, NANO_PER_CREDIT } from '../money.ts';
import { dateText } from '../status/dateText.ts';
import { counted, wholeNumber } from '../wholeNumber.ts';

/** How one thing that is foretold has done. */
export interface PredictorScore {
  /** For a person: `a step’s cost`. */
  readonly name: string;
  /** Of a chance. */
  readonly probability?: ProbabilityReport | undefined;
  /** Of an 80 % range. */
  readonly interval?: IntervalReport | undefined;
  /** Of the range's widths. */
  readonly unit?: string | undefined;
}

/** What trying things out cost in a period, and what it brought. Money in credits. */
export interface LearningAccount {
  /** Of the period's spend; a setting. */
  readonly share: number;
  readonly allowed: number;
  readonly spent: number;
  /** Choices that were made to learn. */
  readonly tried: number;
  /** Of those, whose outcome is known by now. */
  readonly learned: number;
  readonly margins: readonly Margin[];
}

export interface AllocatorReportInput {
  /** Epoch ms. */
  readonly now: number;
  readonly since: number;
  readonly regret: RegretReport;
  readonly predictors: readonly PredictorScore[];
  readonly learning: LearningAccount;
  readonly prices: PricesView | undefined;
}

export type AllocatorReview = Pick<AllocatorReportInput, 'regret' | 'predictors' | 'learning'>;

/** The report as Markdown. */
export function allocatorReport(input: AllocatorReportInput): string {
  const sections = [
    [
      '# Marginal’s regret report',
      `${dateText(input.since)} to ${dateText(input.now)}. What Marginal chose is replayed against what else could have been done. A figure is *observed* where it happened, *estimated* (doubly robust, with a 95 % interval) where every choice was made by a chance that was logged, and *modelled* where it is only what Marginal itself foretold.`,
      ...regretSection(input.regret),
    ],
    ['## What was foretold, and what came', ...predictorSection(input.predictors)],
    ['## Learning budget', ...learningSection(input.learning)],
    ...(input.prices ? [['## Prices in force', ...pricesSection(input.prices)]] : []),
  ];
  return `${sections.map((lines) => lines.join('\n\n')).join('\n\n')}\n`;
}

const POLICIES: Readonly<Record<Alternative['policy'], string>> = {
  alwaysStrongest: 'always the strongest model',
  bestSingle: 'the best single model in hindsight',
  fractional: 'the best that the same credits could have bought',
};

const BASES = { observed: 'observed', doublyRobust: 'estimated', modelled: 'modelled' } as const;

function regretSection({ rows, unknown, done, alternatives, exploredShare }: RegretReport): readonly string[] {
  const left =
    unknown === 0
      ? ''
      : ` ${counted(unknown, 'choice')} ${unknown === 1 ? 'is' : 'are'} left out, whose outcome or cost isn’t known.`;
  if (rows === 0) {
    return [
      `No choice of Marginal’s has a known outcome yet.${left} Pick \`Marginal: Balanced\` in Chat and work on: tests, commits and edits that stay are outcomes, and \`Marginal: Rate a Run…\` is one too.`,
    ];
  }
  return [
    `${counted(rows, 'choice')} with a known outcome.${left} In ${percent(exploredShare)} of them more than one model had a chance.`,
    [
      '| | net, credits | regret, credits | |',
      '|---|---:|---:|---|',
      `| what was done | ${signed(done.net)} | | ${BASES[done.basis]} |`,
      ...alternatives.map(
        ({ policy, model, net, interval, regret, regretInterval, basis }) =>
          `| ${POLICIES[policy]}${model === undefined ? '' : ` (${cell(model)})`} | ${withRange(net, interval)} | ${withRange(regret, regretInterval)} | ${BASES[basis]} |`,
      ),
    ].join('\n'),
    'Net is what the accepted tasks were worth less the credits. Regret above 0: the other way would have brought so much more. The best single model is picked by the same figures that tell its net, so with few choices it is on the high side.',
  ];
}

function predictorSection(predictors: readonly PredictorScore[]): readonly string[] {
  const ranges = predictors.filter(({ interval }) => interval && interval.outcomes > 0);
  const chances = predictors.filter(({ probability }) => probability && probability.outcomes > 0);
  if (ranges.length + chances.length === 0) return ['Nothing that was foretold has come to pass yet.'];
  return [
    ...(ranges.length === 0
      ? []
      : [
          [
            '| 80 % range of | times | inside | below | mean width | Winkler score |',
            '|---|---:|---:|---:|---:|---:|',
            ...ranges.map(({ name, interval, unit }) =>
              interval
                ? `| ${cell(name)} | ${wholeNumber(interval.outcomes)} | ${percent(interval.coverage)} | ${percent(interval.belowShare)} | ${amount(interval.meanWidth)} ${unit ?? ''} | ${amount(interval.meanWinkler)} |`
                : '',
            ),
          ].join('\n'),
          'Of honest 80 % ranges 80 % hold what came. The Winkler score is the width with ten times the miss added: lower is better.',
        ]),
    ...(chances.length === 0
      ? []
      : [
          [
            '| chance of | outcomes | Brier score | by rate alone | skill | of which is sure | miscalibrated by |',
            '|---|---:|---:|---:|---:|---:|---:|',
            ...chances.map(({ name, probability }) =>
              probability
                ? `| ${cell(name)} | ${wholeNumber(probability.outcomes)} | ${score(probability.brier)} | ${score(probability.baseBrier)} | ${percent(probability.skill)} | ${probability.skillLowerBound === undefined ? 'too few outcomes' : percent(probability.skillLowerBound)} | ${percent(probability.calibrationError)} |`
                : '',
            ),
          ].join('\n'),
          'Until the sure part of the skill is above 0, the screen says `value ?`.',
          ...chances.flatMap(reliability),
        ]),
  ];
}

/** Chances as they were told against how often it came true, by tenths. */
function reliability({ name, probability }: PredictorScore): readonly string[] {
  if (!probability || probability.reliability.length < 2) return [];
  const bins = probability.reliability.map(
    ({ foretold, observed, outcomes }) => `${percent(foretold)} → ${percent(observed)} (${wholeNumber(outcomes)})`,
  );
  return [`Told → came true, for the chance of ${cell(name)}: ${bins.join(', ')}.`];
}

const MARGINS: Readonly<Record<Margin['kind'], string>> = {
  rollout: 'trying another model',
  verifier: 'looking at a run whose fate isn’t known',
  update: 'learning what is known',
};

function learningSection({ share, allowed, spent, tried, learned, margins }: LearningAccount): readonly string[] {
  const next = nextLesson(margins);
  return [
    `${percent(share)} of what is spent may buy information, and always a little: ${amount(allowed)} credits this month. ${counted(tried, 'choice')} ${tried === 1 ? 'was' : 'were'} made to learn, which cost ${amount(spent)} credits more than the best one would have; of ${wholeNumber(learned)} the outcome is known.`,
    [
      '| the next credit for | is expected to bring | costs | by the credit |',
      '|---|---:|---:|---:|',
      ...margins.map((margin) =>
        margin.perCredit === undefined
          ? `| ${MARGINS[margin.kind]} | nothing to buy | | |`
          : `| ${MARGINS[margin.kind]}${margin.model === undefined ? '' : ` (${cell(margin.model)})`} | ${amount(margin.gain)} | ${amount(margin.credits)} | ${Number.isFinite(margin.perCredit) ? amount(margin.perCredit) : 'free'} |`,
      ),
    ].join('\n'),
    'Learning an outcome costs no credit here: it is learned as it comes, and a new version of a model begins with what its predecessor showed and a quarter of the evidence. So of the third margin there is nothing to buy, and the credits go to the other two.',
    next
      ? `Next: ${MARGINS[next.kind]}. The two are worth the same where the budget is well spent. *Modelled*: each is what Marginal expects by what it believes now.`
      : 'Nothing is worth a credit of it now. *Modelled*: each is what Marginal expects by what it believes now.',
  ];
}

function pricesSection({ prices, constraints }: PricesView): readonly string[] {
  const { kappa, beta, lambda, rho } = prices;
  return [
    [
      '| price | | belongs to |',
      '|---|---:|---|',
      `| κ, cash for a credit | ${amount(kappa)} | ${cell(constraints.kappa)} |`,
      `| β, of the budget | ${amount(beta)} | ${cell(constraints.beta)} |`,
      `| λ, of a second’s wait, credits | ${amount(lambda)} | ${cell(constraints.lambda)} |`,
      `| ρ, of a credit of expected loss | ${amount(rho)} | ${cell(constraints.rho)} |`,
    ].join('\n'),
  ];
}

const cell = (text: string) => escapeMarkdown(text).replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
/** The space doesn't break: in a narrow cell the sign would stand on a line of its own. */
const percent = (share: number | undefined) =>
  share === undefined ? '?' : `${(Math.round(share * 1000) / 10 + 0).toString().replace('-', '−')}\u00a0%`;
const score = (value: number | undefined) => (value === undefined ? '?' : value.toFixed(3));
const amount = (credits: number | undefined) =>
  credits === undefined ? '?' : formatCredits(Math.round(credits * NANO_PER_CREDIT));
const signed = amount;

function withRange(credits: number, range: readonly [number, number] | undefined): string {
  if (!range) return signed(credits);
  return Number.isFinite(range[0])
    ? `${signed(credits)} (${signed(range[0])} to ${signed(range[1])})`
    : signed(credits);
}
