import { escapeMarkdown } from '../markdown.ts';

export type Align = 'left' | 'right';

/** A Markdown table. Cells are texts, and shown as they are: each is escaped, whoever wrote it. */
export function markdownTable(
  head: readonly { readonly title: string; readonly align?: Align }[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  return [
    line(head.map(({ title }) => title)),
    `|${head.map(({ align }) => (align === 'right' ? '--:' : ':--')).join('|')}|`,
    ...rows.map(line),
  ].join('\n');
}
