import { escapeMarkdown } from '../markdown.ts';
import type { StatusTooltipRow } from '../status/statusTooltip.ts';
import { markdownTable } from './markdownTable.ts';

export interface HelpCommand {
  readonly name: string;
  readonly description: string;
}

/** What `@marginal` says where no command is given: the latest figures and the commands. Nothing is sent for it. */
export function helpText(rows: readonly StatusTooltipRow[], commands: readonly HelpCommand[]): string {
  const told = rows.filter(({ kind }) => kind === 'run' || kind === 'today' || kind === 'month');
  const figures = told.map(
    ({ label, value, note }) =>
      `- ${escapeMarkdown(label)}: **${escapeMarkdown(value)}** ${escapeMarkdown(`(${note})`)}`,
  );
  return [
    figures.length === 0 ? 'Nothing is metered yet.' : figures.join('\n'),
    markdownTable(
      [{ title: 'Command' }, { title: 'What it says' }],
      commands.map(({ name, description }) => [`/${name}`, description]),
    ),
    'Only `/do` sends anything to a model.',
  ].join('\n\n');
}
