import { escapeMarkdown } from '../markdown.ts';
import type { StatusTooltipRow } from '../status/statusTooltip.ts';

/** A row of the status bar's hover as a line of a list: VS Code's chat is too narrow for a table with words in it. */
export function rowLine({ kind, label, value, note }: StatusTooltipRow): string {
  const indent = kind === 'agent' || kind === 'planDetail' ? '  ' : '';
  return `${indent}- ${escapeMarkdown(label)}: **${escapeMarkdown(value)}** · ${escapeMarkdown(note)}`;
}
