/** Rows as CSV or JSON text, a row at a time. */

export type Cell = string | number | boolean | undefined;

/** A column's name carries its unit; `undefined` is unknown: an empty field in CSV, null in JSON, never 0. */
export interface Column<Row> {
  readonly name: string;
  value(row: Row): Cell;
}

export type ExportFormat = 'csv' | 'json';

/** What comes before, between and after the rows, and a row itself. */
export interface TableText<Row> {
  readonly head: string;
  row(row: Row, isFirst: boolean): string;
  readonly tail: string;
}

export function tableText<Row>(format: ExportFormat, columns: readonly Column<Row>[]): TableText<Row> {
  if (format === 'csv') {
    return {
      head: csvLine(columns.map(({ name }) => name)),
      row: (row) => csvLine(columns.map((column) => column.value(row))),
      tail: '',
    };
  }
  return {
    head: '[',
    row: (row, isFirst) =>
      `${isFirst ? '\n' : ',\n'}${JSON.stringify(Object.fromEntries(columns.map((column) => [column.name, column.value(row) ?? null])))}`,
    tail: '\n]\n',
  };
}

/** A line of RFC 4180. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvField).join(',')}\r\n`;
}

/** A text that a spreadsheet would take for a formula gets an apostrophe, since names of models and folders come from outside. */
function csvField(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
