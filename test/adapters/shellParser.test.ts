import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseShell } from '../../src/adapters/shellParser.ts';

const statements = (text: string) => parseShell(text, 'bash')?.statements;

test('a command with quotes, a variable, a glob and a redirection', () => {
  assert.deepEqual(statements('rm "a $x" *.py > out 2>&1'), [
    {
      kind: 'command',
      assignments: [],
      words: [
        { text: 'rm', parts: [{ kind: 'literal', value: 'rm' }] },
        {
          text: '"a $x"',
          parts: [
            { kind: 'literal', value: 'a ', quotes: 'double' },
            { kind: 'variable', name: 'x', quoted: true, operands: [], text: '$x' },
          ],
        },
        {
          text: '*.py',
          parts: [
            { kind: 'glob', text: '*' },
            { kind: 'literal', value: '.py' },
          ],
        },
      ],
      redirects: [
        { operator: '>', target: { text: 'out', parts: [{ kind: 'literal', value: 'out' }] } },
        { operator: '>&', descriptor: 2, target: { text: '1', parts: [{ kind: 'literal', value: '1' }] } },
      ],
      text: 'rm "a $x" *.py > out 2>&1',
    },
  ]);
});

test('structures', () => {
  const kinds = (text: string) => statements(text)?.map((node) => node.kind);
  assert.deepEqual(kinds('a && b || c; d | e; f &'), ['list', 'pipeline', 'background']);
  assert.deepEqual(kinds('(a); { b; }; if a; then b; fi; case x in y) z;; esac'), [
    'group',
    'group',
    'branch',
    'branch',
  ]);
  assert.deepEqual(kinds('for i in a; do b; done; while a; do b; done; f() { a; }; [[ a ]]; (( 1 ))'), [
    'loop',
    'loop',
    'function',
    'test',
    'test',
  ]);
});

test('home folders, braces, substitutions and here-documents', () => {
  const words = (text: string) => {
    const [first] = statements(text) ?? [];
    return first?.kind === 'command' ? first.words.slice(1).map((word) => word.parts.map((part) => part.kind)) : [];
  };
  assert.deepEqual(words('ls ~/x "~/x" \\~/x'), [['tilde', 'literal'], ['literal'], ['literal']]);
  assert.deepEqual(words('ls {a,b} $(c) `d` <(e) $((1+2))'), [
    ['brace'],
    ['substitution'],
    ['substitution'],
    ['process'],
    ['arithmetic'],
  ]);
  const [document] = statements("cat <<'E'\n$x\nE\n") ?? [];
  assert.deepEqual(document?.kind === 'command' && document.redirects, [
    {
      operator: '<<',
      target: { text: '$x\n', parts: [{ kind: 'literal', value: '$x\n', quotes: 'single' }] },
    },
  ]);
});

test('undefined for what is no valid shell, and for other shells', () => {
  for (const text of ["echo 'a", 'if', '&& a', 'a )', 'a "$(b"']) assert.equal(statements(text), undefined, text);
  assert.equal(parseShell('Get-ChildItem', 'powershell'), undefined);
  assert.equal(parseShell('dir', 'cmd'), undefined);
});

test('never throws', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (text) => {
      parseShell(text, 'bash');
    }),
  );
});
