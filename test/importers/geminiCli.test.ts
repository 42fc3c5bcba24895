import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Observation } from '../../src/core/ledger/event.ts';
import { geminiCliDocumentImporter, geminiCliImporter } from '../../src/importers/geminiCli/index.ts';
import type { ImportEnvironment } from '../../src/ports.ts';
import {
  documentImporterContract,
  fixturePath,
  type LineSample,
  latest,
  lineImporterContract,
  readDocument,
  readInChunks,
  usages,
} from '../contract/importer.ts';

const SESSION = 'a2aa85b6-91e8-4c4c-a81a-a57fab644a28';
const AGENT = '920a94cb-0f0d-4d21-99a5-0c73b7d2bcba';
const CHATS = '/home/dev/.gemini/tmp/work/chats';

function content(line: Readonly<Record<string, unknown>>): readonly unknown[] {
  const set = line.$set as { messages?: unknown; summary?: unknown } | undefined;
  const calls = (line.toolCalls ?? []) as readonly Record<string, unknown>[];
  const texts = calls.flatMap(({ args, result, description }) => [args, result, description]);
  const messages = (set?.messages ?? []) as readonly Record<string, unknown>[];
  return [line.content, line.thoughts, texts, set?.summary, messages.map((message) => message.content)];
}

/** `path`: where the file would lie. */
function sample(file: string, path: string, expect: LineSample['expect']): LineSample {
  // A thought repeats its reply's time, a tool's result the sub-agent's id.
  const facts = ['/home/dev/work', 'invoke_agent', 'complete_task', '2026-11-26T10:49', AGENT];
  return { file: `gemini-cli/${file}.jsonl`, path, content, facts, expect };
}

/** What call `n` of the scripted endpoint served. */
function served(n: number) {
  return { fresh: 2_000 + 90 * n, cacheRead: 1_000 + 10 * n, text: 20 + n, reasoning: 10 + n };
}

lineImporterContract(geminiCliImporter, [
  sample('gemini-cli', `${CHATS}/session-2026-11-22T05-18-70d9ab85.jsonl`, (calls) => {
    assert.deepEqual(calls, [
      {
        kind: 'settled',
        callId: 'gemini-cli:7cfab2c0-68bd-49b6-b8c2-cde71531af5b',
        at: Date.parse('2026-11-22T05:18:02.182Z'),
        source: 'gemini-cli-log',
        facts: {
          agent: 'gemini-cli',
          sessionId: '70d9ab85-58bb-4a54-a73f-882ca64d925c',
          runId: 'gemini-cli:9e889ce5-8010-409b-8617-b253813d04d2',
          model: 'gemini-2.5-flash',
          provider: 'google',
        },
        usage: { fresh: 952, cacheRead: 2_048, text: 7, reasoning: 0 },
        usageBasis: 'reported',
      },
    ]);
  }),
  sample(`chats/session-2026-11-26T10-49-a2aa85b6`, `${CHATS}/session-2026-11-26T10-49-a2aa85b6.jsonl`, (calls) => {
    assert.deepEqual(usages(calls), [1, 2, 4].map(served));
    assert.deepEqual(
      calls.map(({ tools }) => tools),
      [['read_file'], ['invoke_agent'], undefined],
    );
    assert.equal(new Set(calls.map(({ facts }) => facts.runId)).size, 1);
    for (const { facts } of calls)
      assert.deepEqual([facts.sessionId, facts.subagentId, facts.folder], [SESSION, undefined, '/home/dev/work']);
  }),
  sample(`chats/${SESSION}/${AGENT}`, `${CHATS}/${SESSION}/${AGENT}.jsonl`, (calls) => {
    assert.deepEqual(usages(calls), [served(3)]);
    const { sessionId, subagentId, folder } = calls[0]?.facts ?? {};
    assert.deepEqual([sessionId, subagentId, folder], [SESSION, AGENT, '/home/dev/work']);
    assert.deepEqual(calls[0]?.tools, ['complete_task']);
  }),
  sample('resumed', `${CHATS}/session-2026-11-26T11-07-5a64f43e.jsonl`, (calls) => {
    assert.deepEqual(usages(calls), [1, 2, 3].map(served), 'the messages that are set again are the same calls');
    assert.deepEqual(
      calls.map(({ facts }) => facts.runId),
      [
        '857d7ce8-2c87-4311-91cf-c43cbacf06df',
        '857d7ce8-2c87-4311-91cf-c43cbacf06df',
        '1f2eb94a-c2f5-4652-b001-92191b9daa49',
      ].map((id) => `gemini-cli:${id}`),
    );
    assert.deepEqual(
      calls.map(({ tools }) => tools),
      [['read_file'], undefined, undefined],
    );
  }),
]);

const DOCUMENT = 'gemini-cli/document/chats/session-2026-11-26T10-49-a2aa85b6.json';

documentImporterContract(geminiCliDocumentImporter, [
  {
    file: DOCUMENT,
    content: (document) => {
      const { messages } = document as { messages: readonly Record<string, unknown>[] };
      return messages.flatMap(content);
    },
    facts: ['/home/dev/work', 'invoke_agent', '2026-11-26T10:49', AGENT],
    expect(calls) {
      assert.deepEqual(usages(calls), [1, 2, 4].map(served));
    },
  },
]);

test('a session tells the same calls as a document and as a log of lines, into which a resumed one is copied', () => {
  const document = readDocument(geminiCliDocumentImporter, fixturePath(DOCUMENT)).observations;
  const log = fixturePath('gemini-cli/chats/session-2026-11-26T10-49-a2aa85b6.jsonl');
  const bytes = readFileSync(log);
  const lines = latest(readInChunks(geminiCliImporter, log, bytes, [bytes.length]));
  assert.deepEqual(
    document.map((call) => ({ ...call, source: 'gemini-cli-log' })),
    lines,
  );
});

test('what stands in a document’s head holds for its calls, wherever it stands', () => {
  const reader = geminiCliDocumentImporter.reader('');
  const item = (name: string, value: unknown) =>
    reader.item({ path: '', name, bytes: Buffer.from(JSON.stringify(value)) });
  item('messages', reply('a', 1));
  item('messages', reply('a', 3));
  item('kind', 'subagent');
  item('sessionId', 's');
  item('directories', '/first');
  item('directories', '/second');
  assert.deepEqual(
    reader
      .end()
      .observations.map(({ callId, usage, facts }) => [
        callId,
        usage?.text,
        facts.sessionId,
        facts.subagentId,
        facts.folder,
      ]),
    [['gemini-cli:a', 3, 's', 's', '/first']],
  );
});

function read(lines: readonly object[]): readonly Observation[] {
  const reader = geminiCliImporter.reader(`${CHATS}/session-1.jsonl`, undefined);
  return lines.flatMap((line) => reader.line(Buffer.from(JSON.stringify(line))).observations);
}

const reply = (id: string, output: number, more: object = {}) => ({
  id,
  timestamp: '2026-11-22T05:00:00.000Z',
  type: 'gemini',
  content: 'x',
  model: 'gemini-3-pro',
  tokens: { input: 100, output, cached: 40, thoughts: 5, tool: 7, total: 112 + output },
  ...more,
});

test('a later line with the same id stands in the place of the earlier, one way or the other of writing it', () => {
  const told = read([
    reply('a', 1),
    { $set: { lastUpdated: 'x' } },
    reply('a', 3, { toolCalls: [{ name: 'ls' }] }),
    { $set: { messages: [{ id: 'u', type: 'user', content: 'x' }, reply('a', 3), reply('b', 4)] } },
  ]);
  assert.deepEqual(
    latest(told).map(({ callId, usage }) => [callId, usage]),
    [
      ['gemini-cli:a', { fresh: 67, cacheRead: 40, text: 3, reasoning: 5 }],
      ['gemini-cli:b', { fresh: 67, cacheRead: 40, text: 4, reasoning: 5 }],
    ],
  );
});

test('notes of Gemini CLI’s own and replies without counts are no calls', () => {
  assert.deepEqual(
    read([
      { ...reply('a', 1), type: 'info' },
      { ...reply('b', 1), tokens: null },
      { ...reply('c', 1), timestamp: undefined },
    ]),
    [],
  );
});

test('a run begins with what a person said, not with tools’ results or Gemini CLI’s context', () => {
  const user = (id: string, content: unknown) => ({ id, type: 'user', content });
  const told = read([
    { $set: { messages: [user('context', [{ text: '<session_context>\n  - /w\n</session_context>' }])] } },
    reply('a', 1),
    user('first', [{ text: 'x' }]),
    reply('b', 1),
    user('result', [{ functionResponse: { name: 'ls' } }]),
    reply('c', 1),
    user('second', 'x'),
    reply('d', 1),
  ]);
  assert.deepEqual(
    told.map(({ facts }) => facts.runId),
    [undefined, 'gemini-cli:first', 'gemini-cli:first', 'gemini-cli:second'],
  );
});

test('a folder is believed only where the head’s hash is its own', () => {
  const context = (folder: string) => ({
    $set: {
      messages: [
        { id: 'c', type: 'user', content: [{ text: `<session_context>\n  - ${folder}\n</session_context>` }] },
      ],
    },
  });
  const hash = '792960bb58b3f9559abe7f18e2f2c2a5493d67089b26d1938affc4e4a3b8ce15';
  const folderOf = (folder: string) =>
    read([{ sessionId: 's', projectHash: hash, kind: 'main' }, context(folder), reply('a', 1)])[0]?.facts.folder;
  assert.deepEqual([folderOf('/home/dev/work'), folderOf('/home/dev/other')], ['/home/dev/work', undefined]);
});

test('which files and folders are its own', () => {
  assert.ok(geminiCliImporter.matches('C:\\Users\\dev\\.gemini\\tmp\\work\\chats\\session-1.jsonl'));
  for (const other of [
    '/h/.gemini/tmp/w/logs.json',
    '/h/.gemini/tmp/w/chats/session-1.json',
    '/h/.gemini/tmp/w/a.jsonl',
  ])
    assert.ok(!geminiCliImporter.matches(other), other);
  assert.ok(geminiCliDocumentImporter.matches('C:\\Users\\dev\\.gemini\\tmp\\work\\chats\\session-1.json'));
  for (const other of ['/h/.gemini/tmp/w/logs.json', '/h/.gemini/tmp/w/chats/session-1.jsonl'])
    assert.ok(!geminiCliDocumentImporter.matches(other), other);
  for (const folder of ['/h/.gemini/tmp/w', '/h/.gemini/tmp/w/chats', `/h/.gemini/tmp/w/chats/${SESSION}`])
    assert.ok(geminiCliImporter.descends?.(folder), folder);
  assert.ok(!geminiCliImporter.descends?.('/h/.gemini/tmp/w/tool-outputs'));
});

test('roots: below the home, or where its variables point', () => {
  const roots = (env: Record<string, string>, platform: ImportEnvironment['platform'] = 'linux', home = '/home/dev') =>
    geminiCliImporter.roots({ home, platform, env, codeUserFolders: [] });
  assert.deepEqual(roots({}), ['/home/dev/.gemini/tmp']);
  assert.deepEqual(roots({ GEMINI_CLI_HOME: '/g' }), ['/g/.gemini/tmp']);
  assert.deepEqual(roots({ GEMINI_DATA_DIR: '/a, ~/b' }), ['/a/tmp', '/home/dev/b/tmp']);
  assert.deepEqual(roots({}, 'win32', 'C:\\Users\\dev'), ['C:\\Users\\dev\\.gemini\\tmp']);
});
