import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Cell, type Column, csvLine, tableText } from '../../../src/core/export/table.ts';

/** A reader of RFC 4180, as plain as can be. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ',') {
      row.push(field);
      field = '';
    } else if (character === '\r' && text[at + 1] === '\n') {
      rows.push([...row, field]);
      row = [];
      field = '';
      at += 1;
    } else field += character;
  }
  return rows;
}

const cell: fc.Arbitrary<Cell> = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', 'a', ' ') }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(undefined),
);

test('what is written as CSV is read as the same cells', () => {
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1 }), (rows) => {
      const read = parseCsv(rows.map(csvLine).join(''));
      const expected = rows.map((row) =>
        row.map((each) => {
          if (each === undefined) return '';
          return typeof each === 'string' && /^[=+\-@\t\r]/.test(each) ? `'${each}` : String(each);
        }),
      );
      assert.deepEqual(read, expected);
    }),
  );
});

test('no text begins a formula, and a negative number stays a number', () => {
  assert.equal(
    csvLine(['=HYPERLINK("http://x")', '+1', '-2', '@a', -2]),
    '"\'=HYPERLINK(""http://x"")",\'+1,\'-2,\'@a,-2\r\n',
  );
});

test('JSON is whole whatever the rows are, with null for what is unknown', () => {
  const columns: readonly Column<readonly Cell[]>[] = [0, 1].map((index) => ({
    name: `c${index}`,
    value: (row) => row[index],
  }));
  const text = tableText('json', columns);
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 })), (rows) => {
      const written = text.head + rows.map((row, index) => text.row(row, index === 0)).join('') + text.tail;
      const expected = rows.map((row) => JSON.parse(JSON.stringify({ c0: row[0] ?? null, c1: row[1] ?? null })));
      assert.deepEqual(JSON.parse(written), expected);
    }),
  );
});
