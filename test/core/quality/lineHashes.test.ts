import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addedLines, countLines, hashText, keptLines, linesOf } from '../../../src/core/quality/lineHashes.ts';

const SALT = 12;
const BEFORE = 'function total(items) {\n  return items.length;\n}\n';
const AFTER = 'function total(items) {\n  const sum = items.reduce(add, 0);\n  return round(sum);\n}\n';

test('an edit’s lines are those that weren’t there before', () => {
  const added = addedLines(linesOf(BEFORE, SALT), linesOf(AFTER, SALT));
  assert.equal(countLines(added), 2);
  assert.equal(keptLines(added, linesOf(AFTER, SALT)), 2);
  assert.equal(keptLines(added, linesOf(BEFORE, SALT)), 0);
  assert.equal(keptLines(added, linesOf(AFTER.replace('return round(sum);', 'return Math.ceil(sum);'), SALT)), 1);
});

test('what a formatter changes is no change', () => {
  const formatted = AFTER.replaceAll('  ', '\t').replace('(add, 0);', '( add,0 )');
  assert.deepEqual(linesOf(formatted, SALT), linesOf(AFTER, SALT));
});

test('lines that are everywhere tell nothing', () => {
  assert.equal(linesOf('}\n});\n\n  else {\n', SALT).size, 0);
});

test('another salt gives other hashes', () => {
  assert.notEqual(hashText('return items.length;', 1), hashText('return items.length;', 2));
});

test('what is kept of an edit is between nothing and all of it', () => {
  const text = fc
    .array(fc.constantFrom('const first = 1;', 'const second = 2;', 'let third = 3;', '}'), { maxLength: 8 })
    .map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, text, text, (before, after, later) => {
      const [from, to] = [linesOf(before, SALT), linesOf(after, SALT)];
      const added = addedLines(from, to);
      assert.equal(keptLines(added, to), countLines(added));
      assert(keptLines(added, linesOf(later, SALT)) <= countLines(added));
      assert.equal(countLines(to) - countLines(from), countLines(added) - countLines(addedLines(to, from)));
    }),
  );
});
