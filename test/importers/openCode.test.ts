import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  kiloStoreImporter,
  openCodeMessageImporter,
  openCodeStoreImporter,
} from '../../src/importers/openCode/index.ts';
import type { ImportEnvironment } from '../../src/ports.ts';
import {
  databaseImporterContract,
  databaseOf,
  documentImporterContract,
  fixturePath,
  readDatabase,
  usages,
} from '../contract/importer.ts';

const SESSION = 'ses_de88cdb7bffeTj2cW1iWiB2yZk';
const SUBAGENT = 'ses_de88cd2c3ffetfX7pw3rvv06SV';

databaseImporterContract(openCodeStoreImporter, [
  {
    file: 'opencode/opencode.sql',
    expect(calls) {
      // Served: 1,020 / 1,030 / 1,040 in, of them 202 / 203 / 204 cached; 52 / 53 / 54 out, of them 7 / 8 / 9 reasoning.
      assert.deepEqual(usages(calls), [
        { fresh: 818, cacheRead: 202, cacheWrite: 0, text: 45, reasoning: 7 },
        { fresh: 827, cacheRead: 203, cacheWrite: 0, text: 45, reasoning: 8 },
        { fresh: 836, cacheRead: 204, cacheWrite: 0, text: 45, reasoning: 9 },
      ]);
      assert.deepEqual(
        calls.map(({ facts, tools }) => [facts.sessionId, facts.subagentId, facts.runId, tools]),
        [
          [SESSION, undefined, 'opencode:msg_2177324ed0011mTHy9wWD0bwL0', ['read', 'task']],
          [SESSION, SUBAGENT, 'opencode:msg_2177324ed0011mTHy9wWD0bwL0', undefined],
          [SESSION, undefined, 'opencode:msg_2177324ed0011mTHy9wWD0bwL0', undefined],
        ],
      );
      for (const { facts, billedNanoCredits } of calls) {
        assert.equal(facts.folder, '/home/dev/work');
        assert.equal(facts.agentVersion, '1.18.33');
        assert.equal(facts.model, 'fake-model');
        assert.equal(facts.provider, undefined, 'whose server a name of the user’s own is, nobody knows');
        assert.equal(billedNanoCredits, undefined);
      }
    },
  },
]);

documentImporterContract(openCodeMessageImporter, [
  {
    file: 'opencode/legacy/storage/message/ses_1/msg_a.json',
    content: (message) => [(message as { system: unknown }).system],
    expect(calls) {
      assert.deepEqual(usages(calls), [{ fresh: 3, cacheRead: 12_000, cacheWrite: 700, text: 400, reasoning: 0 }]);
      assert.equal(calls[0]?.callId, 'opencode:msg_a', 'as in the database that its content was moved to');
      assert.equal(calls[0]?.facts.provider, 'anthropic');
      assert.equal(calls[0]?.facts.folder, '/home/dev/old');
    },
  },
]);

function store() {
  return databaseOf(readFileSync(fixturePath('opencode/opencode.sql'), 'utf8'));
}

const ASSISTANT = {
  role: 'assistant',
  parentID: 'msg_u',
  modelID: 'm',
  providerID: 'ollama',
  tokens: { input: 0, output: 0, reasoning: 0, cache: { read: 0, write: 0 } },
  time: { created: 1_000 } as { created: number; completed?: number },
};

function insert(database: ReturnType<typeof store>, id: string, data: unknown, session = SESSION): void {
  database.handle
    .prepare('INSERT INTO message (id, session_id, time_created, time_updated, data) VALUES (?, ?, 1000, 1000, ?)')
    .run(id, session, typeof data === 'string' ? data : JSON.stringify(data));
}

function update(database: ReturnType<typeof store>, id: string, data: unknown): void {
  database.handle.prepare('UPDATE message SET data = ? WHERE id = ?').run(JSON.stringify(data), id);
}

test('a call is told when it has ended, whatever came between', () => {
  const database = store();
  let { cursor } = readDatabase(openCodeStoreImporter, database);
  insert(database, 'msg_open', ASSISTANT);
  const before = readDatabase(openCodeStoreImporter, database, cursor);
  assert.deepEqual(before.observations, []);
  insert(database, 'msg_other', {
    ...ASSISTANT,
    tokens: { input: 5, output: 6, reasoning: 0, cache: { read: 0, write: 0 } },
    time: { created: 1_000, completed: 1_100 },
  });
  ({ cursor } = readDatabase(openCodeStoreImporter, database, before.cursor));
  update(database, 'msg_open', {
    ...ASSISTANT,
    tokens: { input: 1, output: 2, reasoning: 3, cache: { read: 4, write: 0 } },
    time: { created: 1_000, completed: 2_000 },
    finish: 'length',
  });
  const { observations, cursor: last } = readDatabase(openCodeStoreImporter, database, cursor);
  assert.deepEqual(usages(observations), [{ fresh: 1, cacheRead: 4, cacheWrite: 0, text: 2, reasoning: 3 }]);
  const [call] = observations;
  assert.deepEqual(
    [call?.kind, call?.at, call?.finish, call?.facts.local, call?.latency],
    ['settled', 2_000, 'length', true, { totalMs: 1_000 }],
  );
  assert.deepEqual(readDatabase(openCodeStoreImporter, database, last).observations, []);
});

test('a stopped call is no failed one; of neither are zeros taken for figures', () => {
  const database = store();
  const { cursor } = readDatabase(openCodeStoreImporter, database);
  const time = { created: 1_000, completed: 1_200 };
  insert(database, 'msg_stopped', { ...ASSISTANT, time, error: { name: 'MessageAbortedError', data: {} } });
  insert(database, 'msg_failed', { ...ASSISTANT, time, error: { name: 'APIError', data: { message: 'quotes it' } } });
  insert(database, 'msg_key', { ...ASSISTANT, error: { name: 'ProviderAuthError' } });
  const { observations } = readDatabase(openCodeStoreImporter, database, cursor);
  assert.deepEqual(
    observations.map((call) => [call.kind, call.finish, call.kind === 'failed' ? call.fault : undefined, call.usage]),
    [
      ['settled', 'cancelled', undefined, undefined],
      ['failed', undefined, 'APIError', undefined],
      ['failed', undefined, 'unauthorized', undefined],
    ],
  );
  assert.ok(!JSON.stringify(observations).includes('quotes it'));
});

test('a person who goes on in a sub-agent’s session begins a run of their own there', () => {
  const database = store();
  const { cursor } = readDatabase(openCodeStoreImporter, database);
  insert(
    database,
    'msg_later',
    { ...ASSISTANT, parentID: 'msg_person', time: { created: 1_795_700_000_000, completed: 1_795_700_001_000 } },
    SUBAGENT,
  );
  const [call] = readDatabase(openCodeStoreImporter, database, cursor).observations;
  assert.deepEqual(
    [call?.facts.runId, call?.facts.sessionId, call?.facts.subagentId],
    ['opencode:msg_person', SESSION, SUBAGENT],
  );
});

test('copies of a call in a forked session know each other by what they tell', () => {
  const database = store();
  const { observations, cursor } = readDatabase(openCodeStoreImporter, database);
  const [{ data } = { data: '' }] = database.all(
    "SELECT data FROM message WHERE id = 'msg_217732e06001naOZMNjg2tAtDS'",
  );
  insert(database, 'msg_copy', { ...JSON.parse(String(data)), parentID: 'msg_copied_prompt' });
  const [copy] = readDatabase(openCodeStoreImporter, database, cursor).observations;
  assert.deepEqual(copy?.identities, observations[2]?.identities);
  assert.equal(new Set(observations.flatMap(({ identities }) => identities)).size, 3);
});

test('rows that moved, or another database in the old one’s place, are read from the beginning', () => {
  const database = store();
  const { cursor } = readDatabase(openCodeStoreImporter, database);
  database.handle.exec("DELETE FROM message WHERE id = 'msg_217732e06001naOZMNjg2tAtDS'");
  insert(database, 'msg_new', { ...ASSISTANT, time: { created: 1, completed: 2 } });
  const { observations } = readDatabase(openCodeStoreImporter, database, cursor);
  assert.ok(observations.some(({ callId }) => callId === 'opencode:msg_new'));
});

test('a message that isn’t JSON, or is very large, spoils nothing beside it', () => {
  const database = store();
  const { cursor } = readDatabase(openCodeStoreImporter, database);
  insert(database, 'msg_bad', '{"role":"assistant",');
  insert(database, 'msg_huge', {
    ...ASSISTANT,
    time: { created: 1, completed: 2 },
    error: { name: 'APIError', data: { responseBody: 'x'.repeat(200_000) } },
  });
  const { observations, problems } = readDatabase(openCodeStoreImporter, database, cursor);
  assert.equal(problems.length, 1);
  assert.deepEqual(
    observations.map(({ callId }) => callId),
    ['opencode:msg_huge'],
  );
});

test('a database that is being made is no problem, and is read once it has its tables', () => {
  for (const sql of ['', 'CREATE TABLE migration (id); CREATE TABLE project (id)']) {
    const { observations, problems, cursor } = readDatabase(openCodeStoreImporter, databaseOf(sql));
    assert.deepEqual([observations, problems], [[], []]);
    assert.equal(readDatabase(openCodeStoreImporter, store(), cursor).observations.length, 3);
  }
  const renamed = databaseOf('CREATE TABLE migration (id); CREATE TABLE session (id); CREATE TABLE messages (id)');
  assert.match(readDatabase(openCodeStoreImporter, renamed).problems[0] ?? '', /look for an update of Marginal\.$/);
});

test('Kilo Code keeps the same database under its own name', () => {
  const { observations } = readDatabase(kiloStoreImporter, store());
  assert.equal(observations.length, 3);
  for (const { facts, source, callId } of observations) {
    assert.deepEqual([facts.agent, source], ['kilo-code', 'kilo-code-store']);
    assert.ok(callId.startsWith('kilo-code:'));
  }
});

test('where it is looked for', () => {
  const environment: ImportEnvironment = { home: '/home/dev', platform: 'linux', env: {}, codeUserFolders: [] };
  const roots = (env: Record<string, string>, importer = openCodeStoreImporter) =>
    importer.roots({ ...environment, env });
  assert.deepEqual(roots({}), ['/home/dev/.local/share/opencode']);
  assert.deepEqual(roots({ XDG_DATA_HOME: '/data' }), ['/data/opencode']);
  assert.deepEqual(roots({ OPENCODE_DATA_DIR: '/a, /b' }), ['/a', '/b']);
  assert.deepEqual(roots({ XDG_DATA_HOME: '/data' }, kiloStoreImporter), ['/data/kilo']);
  assert.deepEqual(openCodeMessageImporter.roots(environment), ['/home/dev/.local/share/opencode/storage/message']);
  for (const name of ['opencode.db', 'opencode-dev.db']) assert.ok(openCodeStoreImporter.matches(`/x/${name}`));
  for (const name of ['opencode.db-wal', 'auth.json', 'other.db'])
    assert.ok(!openCodeStoreImporter.matches(`/x/${name}`));
});
