import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ChatMessage, JsonObject } from '../../../src/core/chat.ts';
import { mentionedFiles } from '../../../src/core/route/mentionedFiles.ts';
import { matchesPattern } from '../../../src/core/route/pathPattern.ts';
import { privacyPrice, readPrivacy } from '../../../src/core/route/privacy.ts';
import { readRules } from '../../../src/core/route/readRules.ts';
import { processorMs } from '../../fakes/processorTime.ts';

describe('matchesPattern', () => {
  const cases: readonly (readonly [pattern: string, path: string, matches: boolean])[] = [
    ['/srv/acme', '/srv/acme', true],
    ['/srv/acme', '/srv/acme/src/a.ts', true],
    ['/srv/acme/', '/srv/acme', true],
    ['/srv/acme', '/srv/acme-public', false],
    ['~/clients', '/home/me/clients/acme', true],
    ['~/clients', '/srv/clients', false],
    ['clients/acme', '/srv/clients/acme/x', true],
    ['acme', '/srv/acme/x', true],
    ['acme', '/srv/acme2/x', false],
    ['**/clients/**', '/srv/clients/a', true],
    ['**/clients/*', '/srv/clients', false],
    ['**/*.pem', '/srv/keys/a.pem', true],
    ['**/*.pem', '/srv/keys/a.pem.txt', false],
    ['/srv/*/secret', '/srv/a/secret/b', true],
    ['/srv/*/secret', '/srv/a/b/secret', false],
    ['/srv/proj?', '/srv/proj1', true],
    ['C:\\Clients', 'c:\\clients\\acme', true],
    ['c:/code/*', 'C:\\Code\\acme\\x', true],
    ['/', '/anything', true],
    ['**', '/anything', true],
    ['', '/anything', false],
  ];
  for (const [pattern, path, matches] of cases) {
    it(`${pattern} ${matches ? 'is' : 'is not'} where ${path} is`, () => {
      assert.equal(matchesPattern(pattern, path, '/home/me'), matches);
    });
  }

  it('never throws, and takes long for no pattern', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 200 }), (pattern, path) => {
        assert.equal(typeof matchesPattern(pattern, path, undefined), 'boolean');
      }),
    );
    const time = processorMs(() => matchesPattern('**/*a*a*a*a*a*a*a*b', `/${'a'.repeat(120)}`, undefined));
    assert(time < 200, `${time} ms`);
  });
});

describe('privacyPrice', () => {
  it('counts files that the request names, though the window has another folder', () => {
    const places = { folders: ['/srv/app'], files: ['/srv/app/secret/a.ts'], home: undefined };
    assert.equal(privacyPrice([{ pattern: 'secret', nanoCredits: 'never' }], places)?.nanoCredits, 'never');
    assert.equal(privacyPrice([{ pattern: '/srv/other', nanoCredits: 'never' }], places), undefined);
  });
});

describe('mentionedFiles', () => {
  it('finds absolute and relative paths in texts, calls and results', () => {
    const found = mentionedFiles(
      [
        { role: 'user', content: [{ kind: 'text', text: 'Look at src/a.ts, please, and at `./b/c.ts`.' }] },
        {
          role: 'assistant',
          content: [{ kind: 'toolCall', callId: '1', name: 'read', input: { path: '/etc/x/y.conf' } }],
        },
        {
          role: 'user',
          content: [{ kind: 'toolResult', callId: '1', content: [{ kind: 'text', text: 'in C:\\Work\\z.cs' }] }],
        },
      ],
      ['/srv/app'],
    );
    assert.deepEqual(found.filter((path) => path.includes('.')).sort(), [
      '/etc/x/y.conf',
      '/srv/app/b/c.ts',
      '/srv/app/src/a.ts',
      'C:/Work/z.cs',
    ]);
  });

  const NEVER = ['/home/me/clients', '**/*.pem', '/home/me/My Clients'];
  const isNever = (path: string) => NEVER.some((pattern) => matchesPattern(pattern, path, '/home/me'));
  const told = (input: JsonObject): readonly ChatMessage[] => [
    { role: 'assistant', content: [{ kind: 'toolCall', callId: '1', name: 'run', input }] },
  ];
  const said = (text: string): readonly ChatMessage[] => [{ role: 'user', content: [{ kind: 'text', text }] }];
  const ways: readonly (readonly [how: string, messages: readonly ChatMessage[]])[] = [
    ['a shell that reads a file by its name alone', told({ command: 'cat key.pem' })],
    ['a tool that is given the name alone', told({ path: 'key.pem' })],
    ['the home folder by its sign', told({ command: 'cat ~/clients/acme.ts' })],
    ['the home folder by its variable', told({ command: 'cd "$HOME/clients" && ls' })],
    ['… and in braces', told({ command: ['cat $', '{HOME}/clients/a.ts'].join('') })],
    ['a path that climbs', told({ path: '../clients/acme.ts' })],
    ['… after a folder', told({ path: '/home/me/app/../clients/acme.ts' })],
    ['the second line of a command', told({ command: 'pwd\ncat /home/me/clients/a.ts' })],
    ['a list deep in the input', told({ files: [{ name: '/home/me/clients/a.ts' }] })],
    ['a path with a space', told({ path: '/home/me/My Clients/a.ts' })],
    ['an attachment with a space', said('<attachment filePath="/home/me/My Clients/a.ts">')],
    ['an attachment in a list', said('Attached:\n- /home/me/My Clients/a.ts, lines 1 to 3')],
    ['a URI', said('[a.ts](file:///home/me/clients/a.ts)')],
    ['a URI with a space', said('[a.ts](file:///home/me/My%20Clients/a.ts)')],
    ['a remote window’s URI', said('vscode-remote://ssh-remote+host/home/me/clients/a.ts')],
  ];
  for (const [how, messages] of ways)
    it(`finds ${how}`, () => assert.notEqual(mentionedFiles(messages, ['/home/me/app'], isNever).length, 0));

  it('finds no file that isn’t there, nor loses one among many others', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `src/lib/file${index}.ts`).join('\n');
    assert.deepEqual(mentionedFiles(said(many), ['/home/me/app'], isNever), []);
    assert.deepEqual(mentionedFiles([...said('see /home/me/clients/a.ts'), ...said(many)], ['/home/me/app'], isNever), [
      '/home/me/clients/a.ts',
    ]);
  });

  it('reads two megabytes fast enough not to be felt', () => {
    const text = 'const value = compute(first, second) / third; // see src/lib/file.ts\n'.repeat(30_000);
    const time = processorMs(() => mentionedFiles([{ role: 'user', content: [{ kind: 'text', text }] }], ['/srv/app']));
    assert(time < 500, `${time} ms`);
  });
});

describe('readPrivacy and readRules', () => {
  it('say what is wrong in one sentence each, and lose nothing beside it', () => {
    const privacy = readPrivacy({ '~/clients': 'never', docs: 2, mine: 'nver' });
    assert.deepEqual(privacy.prices, [
      { pattern: '~/clients', nanoCredits: 'never' },
      { pattern: 'docs', nanoCredits: 2_000_000_000 },
      { pattern: 'mine', nanoCredits: 'never' },
    ]);
    assert.deepEqual(privacy.problems, [
      'marginal.privacy, mine: write credits per request from 0 on, or "never"; until then it is never.',
    ]);
    const rules = readRules([
      { when: { task: 'tests' }, use: 'local' },
      { when: { task: 'test' }, use: 'local' },
      { when: { kind: 'test' }, use: 'local' },
      { when: {}, use: '' },
      7,
      { use: 'gpt-5' },
    ]);
    assert.deepEqual(
      rules.rules.map(({ use }) => use),
      ['local', 'gpt-5'],
    );
    assert.deepEqual(rules.problems, [
      'marginal.rules, rule 1: task is one of fix, feature, test, refactor, docs, review, question.',
      'marginal.rules, rule 3: kind is no condition; they are task, size and folder.',
      'marginal.rules, rule 4: use is local, cloud, light, standard, strong or the name of a model.',
      'marginal.rules, rule 5: write { "when": { "task": "test" }, "use": "local" } or the like.',
    ]);
    assert.deepEqual(readRules('x').problems.length, 1);
    assert.deepEqual(readPrivacy([]).problems.length, 1);
    assert.deepEqual(
      [readRules(undefined), readPrivacy(null)],
      [
        { rules: [], problems: [] },
        { prices: [], problems: [] },
      ],
    );
  });

  it('never throw, whatever was written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        readRules(value);
        readPrivacy(value);
      }),
    );
  });
});
