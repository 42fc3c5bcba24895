import { escapeMarkdown } from '../markdown.ts';
import type { StatusTooltipRow } from '../status/statusTooltip.ts';
import { rowLine } from './rowLine.ts';

export interface HelpCommand {
  readonly name: string;
  readonly description: string;
}

/** What `@marginal` says where no command is given: the latest figures and the commands. Nothing is sent for it. */
export function helpText(rows: readonly StatusTooltipRow[], commands: readonly HelpCommand[]): string {
  const told = rows.filter(({ kind }) => kind === 'run' || kind === 'today' || kind === 'month');
  return [
    told.length === 0 ? 'Nothing is metered yet.' : told.map(rowLine).join('\n'),
    commands.map(({ name, description }) => `- \`/${name}\` ${escapeMarkdown(description)}`).join('\n'),
    'Only `/do` sends anything to a model.',
  ].join('\n\n');
}
