import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyEdits, type Edit, parse } from 'jsonc-parser';
import { hasEntries, ourCommands, withEntries, withoutEntries } from '../../../src/adapters/hookInstaller/jsonHooks.ts';
import { type EntryAgent, hookEntries } from '../../../src/core/hooks/install/hookEntries.ts';

const LAUNCHER = '/home/dev/.marginal/hook';
const FILE = '/home/dev/.claude/settings.json';
const entriesOf = (agent: EntryAgent) => hookEntries(agent, LAUNCHER, false);
const at = { file: FILE };

function undone(text: string, undo: readonly Edit[]): string {
  return undo.reduce((now, edit) => applyEdits(now, [edit]), text);
}

/** Settings as a person has them: with hooks of their own or none, comments, trailing commas, any indent and line end. */
const settings = fc
  .record({
    value: fc.dictionary(
      fc.string({ maxLength: 8 }).filter((name) => name !== '__proto__'),
      fc.jsonValue({ maxDepth: 2 }),
      { maxKeys: 4 },
    ),
    hooks: fc.option(
      fc.dictionary(
        fc.constantFrom('PreToolUse', 'PostToolUse', 'Stop', 'SessionStart'),
        fc.array(fc.record({ matcher: fc.string(), hooks: fc.constant([{ type: 'command', command: 'mine.sh' }]) }), {
          maxLength: 2,
        }),
      ),
      { nil: undefined },
    ),
    indent: fc.constantFrom(0, 2, 4, '\t'),
    eol: fc.constantFrom('\n', '\r\n'),
    bom: fc.boolean(),
    comments: fc.boolean(),
    comma: fc.boolean(),
    end: fc.constantFrom('', '\n', '\n\n  '),
  })
  .map(({ value, hooks, indent, eol, bom, comments, comma, end }) => {
    const { hooks: _, ...rest } = value;
    let text = JSON.stringify({ ...rest, ...(hooks && { hooks }) }, undefined, indent);
    if (comments && text.startsWith('{\n')) text = text.replace('{\n', '{\n  // kept for good reasons\n');
    if (comma) text = text.replace(/([\]}"\dels])(\n\s*[\]}])/g, '$1,$2');
    return (bom ? '\uFEFF' : '') + (text + end).replaceAll('\n', eol);
  });

const plain = (text: string): unknown => parse(text.replace(/^\uFEFF/, ''), [], { allowTrailingComma: true });

test('installing and going back gives every byte again; installing twice is installing once', () => {
  fc.assert(
    fc.property(
      settings,
      fc.constantFrom<EntryAgent>('claude-code', 'codex', 'gemini-cli', 'cursor'),
      (text, agent) => {
        const entries = entriesOf(agent);
        const { text: after, undo } = withEntries(text, entries, at);
        assert.ok(hasEntries(after, entries));
        assert.equal(undone(after, undo), text);
        // The way back is kept: it holds nothing of the developer's.
        for (const { content } of undo) assert.match(content, /^[\s\uFEFF]*$/);
        assert.deepEqual(withEntries(after, entries, at), { text: after, undo: [] });
      },
    ),
    { numRuns: 1_000 },
  );
});

test('removing by edits leaves what the developer wrote, its comments and line ends', () => {
  fc.assert(
    fc.property(settings, (text) => {
      const { text: after } = withEntries(text, entriesOf('claude-code'), at);
      const { text: removed } = withoutEntries(after, FILE);
      const given = plain(text) as { hooks?: Record<string, unknown[]> };
      const kept = plain(removed) as { hooks?: Record<string, unknown[]> };
      assert.equal(ourCommands(removed, FILE), 0);
      // Lists that were empty before may be gone: they say nothing.
      const full = (hooks: Record<string, unknown[]> = {}) =>
        Object.fromEntries(Object.entries(hooks).filter(([, list]) => list.length > 0));
      assert.deepEqual({ ...kept, hooks: full(kept.hooks) }, { ...given, hooks: full(given.hooks) });
      assert.equal(removed.includes('// kept'), text.includes('// kept'));
      assert.equal(removed.startsWith('\uFEFF'), text.startsWith('\uFEFF'));
      if (text.includes('\r\n')) assert.doesNotMatch(removed, /[^\r]\n/);
    }),
    { numRuns: 1_000 },
  );
});

test('what the developer changed after the installation stays when it is removed', () => {
  const before = '{\n  // my model\n  "model": "opus",\n}\n';
  const { text } = withEntries(before, entriesOf('claude-code'), at);
  const later = text
    .replace('"opus"', '"sonnet"')
    .replace(
      '"PreToolUse": [',
      '"PreToolUse": [\n      { "matcher": "Bash", "hooks": [{ "type": "command", "command": "mine.sh" }] },',
    );
  const { text: removed } = withoutEntries(later, FILE);
  assert.deepEqual(plain(removed), {
    model: 'sonnet',
    hooks: { PreToolUse: [{ matcher: 'Bash', hooks: [{ type: 'command', command: 'mine.sh' }] }] },
  });
  assert.match(removed, /\/\/ my model/);
});

test('a hook of the developer’s in our own entry stays', () => {
  const { text } = withEntries(undefined, entriesOf('codex'), at);
  const value = plain(text) as { hooks: { PreToolUse: { hooks: object[] }[] } };
  value.hooks.PreToolUse[0]?.hooks.push({ type: 'command', command: 'mine.sh' });
  const { text: removed } = withoutEntries(JSON.stringify(value, undefined, 2), FILE);
  assert.deepEqual(plain(removed), { hooks: { PreToolUse: [{ hooks: [{ type: 'command', command: 'mine.sh' }] }] } });
});

test('updating replaces older entries of ours, wherever the launcher was', () => {
  const old = withEntries('{"a": 1}', hookEntries('claude-code', '/old/home/.marginal/hook', false), at).text;
  const { text } = withEntries(old, entriesOf('claude-code'), at);
  assert.ok(hasEntries(text, entriesOf('claude-code')));
  assert.ok(!text.includes('/old/home'));
});

test('a file that can’t be read as settings is refused with its place, and one that isn’t there is made', () => {
  const refused = (text: string, message: RegExp) =>
    assert.throws(() => withEntries(text, entriesOf('claude-code'), at), message);
  refused(
    '{\n  "a": 1\n  "b": 2\n}',
    /settings\.json is not valid JSON \(line 3, column 3: comma expected\).*Nothing was changed/,
  );
  refused('[1]', /should hold an object/);
  refused('{"hooks": []}', /`hooks` in .* should be an object/);
  refused('{"hooks": {"PreToolUse": {}}}', /PreToolUse/);
  refused('{"hooks": {}, "hooks": {"Stop": []}}', /twice/);
  const { text } = withEntries(undefined, entriesOf('cursor'), { file: FILE, fields: { version: 1 } });
  assert.deepEqual((JSON.parse(text) as { version: number }).version, 1);
  assert.match(text, /"failClosed": true/);
});
