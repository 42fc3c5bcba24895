/** What was read of agents' records, from where, and what had to be left out: a page for a person. */
import { dayOf } from '../ledger/localDay.ts';
import { agentLabel, CONFIDENCE_MARKS, sourceLabel } from '../status/labels.ts';
import { counted, wholeNumber } from '../wholeNumber.ts';

export interface ImportReportInput {
  /** Epoch ms. */
  readonly now: number;
  readonly imports: readonly {
    readonly source: string;
    readonly agent: string;
    readonly roots: readonly string[];
    readonly files: number;
    readonly observations: number;
    readonly problems: readonly { readonly sentence: string; readonly count: number; readonly example: string }[];
  }[];
  /** Since `ledgerSince` (epoch ms). */
  readonly ledger: readonly {
    readonly source: string;
    readonly agent: string;
    readonly confidence: string;
    readonly calls: number;
    readonly lastAt: number;
  }[];
  readonly ledgerSince: number;
  /** Agents whose meters are switched off. */
  readonly off: readonly string[];
}

/** The report as Markdown. */
export function importReport(input: ImportReportInput): string {
  const { imports, off } = input;
  const known = new Set(imports.map(({ source }) => source));
  const others = [...new Set(input.ledger.map(({ source }) => source))].filter((source) => !known.has(source));
  const problems = imports.reduce(
    (sum, { problems: all }) => sum + all.reduce((count, each) => count + each.count, 0),
    0,
  );
  // A machine has few of all the agents that are looked for: what isn't there is one list.
  const isAbsent = ({ source, files, problems: all }: ImportReportInput['imports'][number]) =>
    files === 0 && all.length === 0 && !input.ledger.some((row) => row.source === source);
  const [told, absent] = [imports.filter((status) => !isAbsent(status)), imports.filter(isAbsent)];
  const sections = [
    [
      '# Marginal’s import report',
      `${momentText(input.now)}. ${
        problems === 0
          ? 'Nothing had to be left out.'
          : `${counted(problems, 'thing')} had to be left out or tried again; each is named below, and nothing beside it was lost.`
      }`,
      'Agents’ records are only ever read, and no text of prompts or replies is kept. What was read counts from the start of this reading; `Marginal: Rescan` reads all of it anew, which changes no total.',
    ],
    ...told.map((status) => [
      `## ${sourceLabel(status.source)}`,
      foundSentence(status),
      ...ledgerSentence(status.source, input),
      ...(status.problems.length === 0
        ? []
        : [
            status.problems
              .map(
                ({ sentence, count, example }) =>
                  `- ${wholeNumber(count)} × ${sentence} For example: \`${inline(example)}\``,
              )
              .join('\n'),
          ]),
    ]),
    ...others.map((source) => [
      `## ${sourceLabel(source)}`,
      'Not read from records.',
      ...ledgerSentence(source, input),
    ]),
    ...(absent.length === 0
      ? []
      : [
          [
            '## Nothing there',
            absent.map(({ source, roots }) => `- ${sourceLabel(source)}: ${placesOf(roots)}`).join('\n'),
          ],
        ]),
    ...(off.length === 0
      ? []
      : [
          [
            '## Switched off',
            `${off.map(agentLabel).join(', ')}: not read, since the setting \`marginal.meters\` says so. What the ledger has of them stays.`,
          ],
        ]),
  ];
  return `${sections.map((lines) => lines.join('\n\n')).join('\n\n')}\n`;
}

function foundSentence({ roots, files, observations }: ImportReportInput['imports'][number]): string {
  const where = placesOf(roots);
  if (files === 0) return `Looked in ${where}: nothing there.`;
  return `Looked in ${where}: ${counted(files, 'file')}, ${counted(observations, 'observation')} of model calls read.`;
}

function placesOf(roots: readonly string[]): string {
  return roots.length === 0 ? 'no place on this machine' : roots.map((root) => `\`${inline(root)}\``).join(', ');
}

function ledgerSentence(source: string, { ledger, ledgerSince }: ImportReportInput): readonly string[] {
  const rows = ledger.filter((row) => row.source === source);
  if (rows.length === 0) return [`No call in the ledger since ${dayOf(ledgerSince)} has this source in front.`];
  const parts = rows.map(({ confidence, calls }) => {
    const mark = CONFIDENCE_MARKS[confidence as keyof typeof CONFIDENCE_MARKS];
    return `${mark?.mark ?? ''} ${wholeNumber(calls)} ${mark?.word ?? confidence}`.trim();
  });
  const last = Math.max(...rows.map(({ lastAt }) => lastAt));
  return [
    `In the ledger since ${dayOf(ledgerSince)}, with this source in front: ${parts.join(', ')}; the last ${momentText(last)}.`,
  ];
}

/** A local moment, to the minute. */
function momentText(at: number): string {
  const time = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${dayOf(at)} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** Inside a code span: a path may hold what would end it. */
function inline(text: string): string {
  return text.replaceAll('`', 'ˋ').replaceAll(/[\r\n]/g, ' ');
}
