import { escapeMarkdown } from '../markdown.ts';
import type { StatusTooltip, StatusTooltipRow } from './statusTooltip.ts';

/** The commands that the hover links to; nothing else in it may be run. */
export const TOOLTIP_COMMANDS = {
  'marginal.openDashboard': 'Open dashboard',
  'marginal.addEndpoint': 'Add a model endpoint',
  'marginal.choosePlan': 'Choose a plan',
  'marginal.openSettings': 'Settings',
} as const;

/** The hover as Markdown. Names from outside are escaped: they are shown, never interpreted. */
export function tooltipMarkdown(tooltip: StatusTooltip): string {
  const blocks = ['**Marginal**', ...tooltip.notices.map(escapeMarkdown)];
  const figures = tooltip.rows.filter(({ kind }) => kind !== 'source');
  const sources = tooltip.rows.filter(({ kind }) => kind === 'source');
  if (figures.length > 0) blocks.push(table(['', 'Credits', ''], figures));
  else
    blocks.push(
      'Nothing metered yet. Pick a Marginal model in Chat, or work with Claude Code, Codex, Copilot or another agent as always.',
    );
  if (sources.length > 0) blocks.push(table(['From', 'Sure', ''], sources));
  blocks.push(
    Object.entries(TOOLTIP_COMMANDS)
      .map(([command, title]) => `[${title}](command:${command})`)
      .join(' · '),
  );
  return blocks.join('\n\n');
}

const GAP = '&nbsp;&nbsp;';

function unbroken(text: string): string {
  // A line may break after a dash, too.
  return escapeMarkdown(text).replaceAll(' ', '&nbsp;').replaceAll('–', '–&NoBreak;');
}

function table(head: readonly [string, string, string], rows: readonly StatusTooltipRow[]): string {
  const lines = rows.map(({ kind, label, value, note }) => {
    const indent = kind === 'agent' || kind === 'outlook' || kind === 'planDetail' ? '&nbsp;&nbsp;' : '';
    // VS Code's hover puts no space between columns, and wraps a name before it widens the first.
    return `| ${indent}${unbroken(label)}${GAP} | ${unbroken(value)}${GAP} | ${escapeMarkdown(note)} |`;
  });
  return [`| ${head.join(' | ')} |`, '|:--|--:|:--|', ...lines].join('\n');
}
