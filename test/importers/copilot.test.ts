import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../../src/core/chat.ts';
import { runAligner } from '../../src/core/ledger/alignRuns.ts';
import type { Observation } from '../../src/core/ledger/event.ts';
import { foldCall } from '../../src/core/ledger/fold.ts';
import {
  copilotChatSessionImporter,
  copilotDebugLogImporter,
  copilotStoreImporter,
} from '../../src/importers/copilot/index.ts';
import {
  databaseImporterContract,
  databaseOf,
  fixturePath,
  latest,
  lineImporterContract,
  readDatabase,
  readInChunks,
  usages,
} from '../contract/importer.ts';

const BYOK = 'd3528ec8-452e-4b46-b719-e8492d6c9474';
const OTHER = 'a03ae575-a457-44ba-aad8-1e8dbe032c31';
const STORAGE = '/home/dev/.config/Code/User/workspaceStorage/1a2b';

type Line = Readonly<Record<string, unknown>>;

/** Everything in a change of a chat but figures and names: messages, replies, rendered prompts, tools' arguments. */
function chatContent(line: Line): readonly unknown[] {
  const inner = (value: unknown): readonly unknown[] => {
    if (typeof value !== 'object' || value === null) return [];
    if (Array.isArray(value)) return value.flatMap(inner);
    const { message, response, result, inputState, requests } = value as Line;
    const { metadata } = (result ?? value) as { metadata?: Line };
    const { renderedUserMessage, renderedGlobalContext, toolCallRounds, toolCallResults } = metadata ?? {};
    const rounds = (Array.isArray(toolCallRounds) ? toolCallRounds : []).flatMap((round) => [
      round.response,
      round.thinking,
      ...round.toolCalls.map((call: Line) => call.arguments),
    ]);
    return [
      message,
      response,
      inputState,
      renderedUserMessage,
      renderedGlobalContext,
      toolCallResults,
      rounds,
      ...inner(requests),
    ];
  };
  const keys = Array.isArray(line.k) ? line.k : [];
  if (keys[0] === 'inputState' || keys[2] === 'response') return [line.v];
  return inner(line.v);
}

function debugContent(line: Line): readonly unknown[] {
  const { content, userRequest, inputMessages, response, reasoning, args, result, details } = (line.attrs ??
    {}) as Line;
  return [content, userRequest, inputMessages, response, reasoning, args, result, details];
}

lineImporterContract(copilotDebugLogImporter, [
  {
    file: `copilot/custom-endpoint/GitHub.copilot-chat/debug-logs/${BYOK}/main.jsonl`,
    path: `${STORAGE}/GitHub.copilot-chat/debug-logs/${BYOK}/main.jsonl`,
    content: debugContent,
    expect(calls) {
      assert.deepEqual(usages(calls), [
        { fresh: 1_000, cacheRead: 19_000, text: 50 },
        { fresh: 1_500, cacheRead: 19_000, text: 51 },
        { fresh: 2_000, cacheRead: 19_000, text: 52 },
        { fresh: 2_000, cacheRead: 19_000, text: 52 },
      ]);
      const runs = calls.map(({ facts }) => facts.runId);
      assert.equal(new Set(runs.slice(0, 3)).size, 1, 'three calls of one prompt');
      assert.notEqual(runs[3], runs[2], 'and one of the next');
      assert.deepEqual(calls[0], {
        kind: 'settled',
        callId: `copilot-debug:${BYOK}:0-0000000000000005-1795343170539`,
        at: 1795343170619,
        source: 'copilot-debug-log',
        identities: ['copilot-response:d2dec2e8-0196-488f-9c65-b7c14678db0a'],
        facts: {
          agent: 'copilot',
          agentVersion: '0.67.0',
          sessionId: BYOK,
          runId: `copilot:${BYOK}:run-0-0000000000000001`,
          model: 'gpt-scripted',
        },
        usage: { fresh: 1_000, cacheRead: 19_000, text: 50 },
        usageBasis: 'reported',
        latency: { firstTokenMs: 123, totalMs: 80 },
      });
    },
  },
  {
    file: `copilot/extension-model/GitHub.copilot-chat/debug-logs/${OTHER}/main.jsonl`,
    path: `${STORAGE}/GitHub.copilot-chat/debug-logs/${OTHER}/main.jsonl`,
    content: debugContent,
    expect(calls) {
      assert.deepEqual(calls, [], "VS Code logs no calls of other extensions' models");
    },
  },
]);

lineImporterContract(copilotChatSessionImporter, [
  {
    file: `copilot/custom-endpoint/chatSessions/${BYOK}.jsonl`,
    path: `${STORAGE}/chatSessions/${BYOK}.jsonl`,
    content: chatContent,
    // The importer's own name for calls, and a tool's.
    facts: ['copilot-chat', 'run_in_terminal', 'customendpoint/Custom/gpt-scripted', 'gpt-scripted'],
    expect(calls) {
      assert.deepEqual(usages(calls), [
        // Three calls: only the last one's prompt is told, so the input is unknown.
        { text: 153 },
        { fresh: 21_000, text: 52 },
      ]);
      for (const { scope, usageBasis, facts } of calls) {
        assert.equal(scope, 'run');
        assert.equal(usageBasis, 'counted');
        assert.equal(facts.model, 'gpt-scripted');
        assert.equal(facts.provider, undefined);
        assert.equal(facts.sessionId, BYOK);
      }
      assert.deepEqual(calls[0]?.tools, ['read_file', 'list_dir']);
      assert.deepEqual(calls[0]?.latency, { firstTokenMs: 1_735, totalMs: 3_869 });
      assert.equal(calls[0]?.at, 1795343172006);
    },
  },
  {
    file: `copilot/extension-model/chatSessions/${OTHER}.jsonl`,
    path: `${STORAGE}/chatSessions/${OTHER}.jsonl`,
    content: chatContent,
    // The importer's own name for calls, and a tool's.
    facts: ['copilot-chat', 'run_in_terminal', 'customendpoint/Custom/gpt-scripted', 'gpt-scripted'],
    expect(calls) {
      assert.deepEqual(usages(calls), [{ text: 963 }]);
      assert.deepEqual(
        calls.map(({ facts }) => facts.model),
        ['alpha'],
        'the model of another extension, as its own',
      );
    },
  },
]);

databaseImporterContract(copilotStoreImporter, [
  {
    file: 'copilot/session-store.sql',
    expect(observations) {
      const session = 'cda5cdce-1d80-4781-8d5e-6c4365c7afd6';
      assert.deepEqual(usages(observations), [
        { fresh: 952, cacheRead: 2_048, cacheWrite: 0, text: 22, reasoning: 5 },
        { fresh: 200, cacheRead: 3_000, cacheWrite: 0, text: 9 },
      ]);
      assert.deepEqual(observations[0], {
        kind: 'settled',
        callId: `copilot-store:${session}:1`,
        at: Date.parse('2026-11-22T10:26:32.912Z'),
        source: 'copilot-store',
        identities: [`copilot-call:${session}:user:3000-27-2048-74`],
        facts: {
          agent: 'copilot',
          sessionId: session,
          runId: `copilot:${session}:turn-0`,
          model: 'fake-model',
          folder: '/home/dev/work',
        },
        usage: { fresh: 952, cacheRead: 2_048, cacheWrite: 0, text: 22, reasoning: 5 },
        usageBasis: 'reported',
        latency: { firstTokenMs: 66, totalMs: 74 },
        finish: 'toolCalls',
      });
    },
  },
]);

const STORE = readFileSync(fixturePath('copilot/session-store.sql'), 'utf8');

/** A row as GitHub's billing fills it; the columns and the traps as in the session store's own schema. */
function billedRow(id: number, columns: Readonly<Record<string, string | number | null>>): string {
  const row = { id, session_id: "'s'", model: "'gpt-5.5'", created_at: "'2026-11-22 10:00:00'", ...columns };
  return `INSERT INTO assistant_usage_events (${Object.keys(row).join(', ')}) VALUES (${Object.values(row)
    .map((value) => value ?? 'NULL')
    .join(', ')});`;
}

test('copilot-store: a bill is taken to the nano-credit, and none is not 0', () => {
  const details = JSON.stringify([
    { tokenType: 'input', tokenCount: 100, batchSize: 1_000_000, costPerBatch: 1 },
    { tokenType: 'cache_write', tokenCount: 700, batchSize: 1_000_000, costPerBatch: 1 },
  ]);
  const { observations } = readDatabase(
    copilotStoreImporter,
    databaseOf(
      STORE +
        billedRow(3, {
          total_nano_aiu: 1_234_567_890_123,
          input_tokens: 1_000,
          output_tokens: 50,
          cache_read_tokens: 200,
          cache_write_tokens: 0,
          token_details_json: `'${details}'`,
          copilot_usage_model: "'gpt-5.5-mini'",
          agent_id: "'sub'",
        }) +
        billedRow(4, { total_nano_aiu: 0, input_tokens: 10, output_tokens: 5 }) +
        billedRow(5, { total_nano_aiu: null, input_tokens: null, output_tokens: 5, token_details_json: "'{nonsense'" }),
    ),
  );
  const [third, fourth, fifth] = observations.slice(2);
  assert.equal(third?.billedNanoCredits, 1_234_567_890_123);
  assert.equal(third?.facts.provider, 'github-copilot');
  assert.equal(third?.facts.servedModel, 'gpt-5.5-mini');
  assert.equal(third?.facts.subagentId, 'sub');
  assert.deepEqual(
    third?.usage,
    { fresh: 100, cacheRead: 200, cacheWrite: 700, text: 50 },
    'a compaction: the written share stands in the details only',
  );
  assert.equal(third?.at, Date.UTC(2026, 10, 22, 10), "SQLite's own time is UTC");
  assert.equal(fourth?.billedNanoCredits, 0);
  assert.equal(fifth?.billedNanoCredits, undefined);
  assert.deepEqual(fifth?.usage, { text: 5 });
});

test('copilot-store: an older or newer table is read with the columns that it has', () => {
  const sql =
    'CREATE TABLE assistant_usage_events (id INTEGER PRIMARY KEY, session_id TEXT, model TEXT, input_tokens INTEGER, output_tokens INTEGER, created_at TEXT, brand_new TEXT);' +
    "INSERT INTO assistant_usage_events VALUES (7, 's', 'm', 10, 1, '2026-07-10T10:00:00Z', 'x');";
  const { observations, problems } = readDatabase(copilotStoreImporter, databaseOf(sql));
  assert.deepEqual(problems, []);
  assert.deepEqual(usages(observations), [{ fresh: 10, text: 1 }]);
  const { problems: told } = readDatabase(
    copilotStoreImporter,
    databaseOf('CREATE TABLE assistant_usage_events (id INTEGER, renamed TEXT)'),
  );
  assert.match(told[0] ?? '', /update of Marginal/);
});

test('copilot-store: a database that is just being made is no problem, one of another shape is', () => {
  const problemsOf = (sql: string) => copilotStoreImporter.read(databaseOf(sql), undefined).problems.length;
  assert.equal(problemsOf(''), 0);
  assert.equal(problemsOf('CREATE TABLE schema_version (version INTEGER NOT NULL)'), 0);
  assert.equal(
    problemsOf('CREATE TABLE schema_version (version INTEGER NOT NULL); INSERT INTO schema_version VALUES (9)'),
    1,
  );
});

test('copilot-store: one that is finished between two looks is no problem either', () => {
  const looks = (after: number) => {
    let count = 0;
    const [empty, whole] = [databaseOf('CREATE TABLE schema_version (version INTEGER NOT NULL)'), databaseOf(STORE)];
    const database = {
      all: (...asked: Parameters<typeof whole.all>) => (count++ < after ? empty : whole).all(...asked),
    };
    return copilotStoreImporter.read(database, undefined).problems;
  };
  for (const after of [0, 1, 2, 3]) assert.deepEqual(looks(after), [], `finished after ${after} looks`);
});

test("copilot-store: calls that came back to Marginal's own models are the provider's to meter", () => {
  const { observations } = readDatabase(
    copilotStoreImporter,
    databaseOf(
      STORE +
        billedRow(3, { model: "'marginal/llama/qwen3'", input_tokens: 1 }) +
        billedRow(4, { model: "'policy/frugal'", input_tokens: 1 }) +
        billedRow(5, { model: "'qwen3'", input_tokens: 1 }),
    ),
  );
  assert.deepEqual(
    observations.slice(2).map(({ facts }) => facts.model),
    ['qwen3'],
  );
});

test('copilot-store: new rows only, and everything again from a database that began anew', () => {
  const database = databaseOf(STORE);
  const { cursor } = readDatabase(copilotStoreImporter, database);
  database.handle.exec(billedRow(9, { input_tokens: 1, output_tokens: 1 }));
  assert.deepEqual(
    readDatabase(copilotStoreImporter, database, cursor).observations.map(({ callId }) => callId),
    ['copilot-store:s:9'],
  );
  const renewed = databaseOf(
    STORE.replaceAll("(1, 'cda5", "(1, 'aaaa").replace(/INSERT INTO assistant_usage_events VALUES \(2.*\n/, ''),
  );
  assert.equal(readDatabase(copilotStoreImporter, renewed, cursor).observations.length, 1);
});

test('copilot-store: many rows come in portions, none twice', () => {
  const database = databaseOf(STORE);
  database.handle.exec('BEGIN');
  for (let id = 3; id <= 2_500; id += 1) database.handle.exec(billedRow(id, { input_tokens: 1, output_tokens: 1 }));
  database.handle.exec('COMMIT');
  const first = copilotStoreImporter.read(database, undefined);
  assert.equal(first.observations.length, 1_000);
  const { observations } = readDatabase(copilotStoreImporter, database);
  assert.equal(new Set(observations.map(({ callId }) => callId)).size, 2_500);
});

function debug(lines: readonly object[], file = 'main'): readonly Observation[] {
  const path = `${STORAGE}/GitHub.copilot-chat/debug-logs/session-1/${file}.jsonl`;
  return readInChunks(
    copilotDebugLogImporter,
    path,
    Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
    [1 << 20],
  );
}

const billedCall = {
  ts: 1_000,
  dur: 500,
  sid: 'session-1',
  type: 'llm_request',
  name: 'chat:claude-opus-5',
  spanId: '02',
  status: 'ok',
  attrs: {
    model: 'claude-opus-5',
    debugName: 'panel/editAgent',
    inputTokens: 1_000,
    cachedTokens: 400,
    outputTokens: 50,
    responseId: 'r',
    copilotUsageNanoAiu: 1_500_000_001,
  },
};

test('copilot-debug-log: each call with the nano-AIU that GitHub billed for it', () => {
  const [call] = debug([billedCall]);
  assert.equal(call?.billedNanoCredits, 1_500_000_001);
  assert.equal(call?.facts.provider, 'github-copilot');
  assert.equal(call?.facts.billable, undefined);
  assert.deepEqual(call?.usage, { fresh: 600, cacheRead: 400, text: 50 });
});

test('copilot-debug-log: the files of every kind of sub-agent are runs of their own, those of helpers none', () => {
  for (const label of ['runSubagent-default', 'searchSubagent', 'executionSubagent']) {
    const [call] = debug([billedCall], `${label}-7f`);
    assert.equal(call?.facts.subagentId, `${label}-7f`);
    assert.equal(call?.facts.runId, `copilot:session-1:run-${label}-7f`);
  }
  const [helper] = debug([billedCall], 'summarize-7f');
  assert.deepEqual([helper?.facts.subagentId, helper?.facts.runId], [undefined, undefined]);
  assert.equal(helper?.billedNanoCredits, 1_500_000_001, 'a helper that was billed counts');
});

test("copilot-debug-log: helpers without a bill are kept apart; what the Copilot runtime's own store has is left out", () => {
  const helper = {
    ...billedCall,
    spanId: '03',
    attrs: { model: 'gpt-4o-mini', debugName: 'title', responseId: 'r2', inputTokens: 10, outputTokens: 2 },
  };
  const fromRuntime = {
    ...billedCall,
    spanId: '04',
    attrs: { model: 'gpt-5.5', inputTokens: 10, outputTokens: 2, copilotUsageNanoAiu: 7 },
  };
  const failed = {
    ...billedCall,
    spanId: '05',
    status: 'error',
    attrs: { ...billedCall.attrs, error: 'the secret prompt is too long' },
  };
  const calls = debug([helper, fromRuntime, failed]);
  assert.deepEqual(
    calls.map(({ facts }) => facts.billable),
    [false, undefined],
  );
  assert.deepEqual(
    calls.map(({ kind }) => kind),
    ['settled', 'failed'],
  );
  assert.ok(!JSON.stringify(calls).includes('secret'));
});

test('copilot-debug-log: a window that starts again counts its spans anew, and no call is mistaken for another', () => {
  const calls = debug([billedCall, { ...billedCall, rIdx: 1, ts: 9_000 }, { ...billedCall, rIdx: 2, ts: 9_000 }]);
  assert.equal(new Set(calls.map(({ callId }) => callId)).size, 3);
  const [sub] = debug([billedCall], 'runSubagent-Plan-toolu_1');
  assert.equal(sub?.facts.subagentId, 'runSubagent-Plan-toolu_1');
  assert.equal(sub?.facts.sessionId, 'session-1');
});

function chat(lines: readonly object[], path = `${STORAGE}/chatSessions/session-1.jsonl`): readonly Observation[] {
  return readInChunks(
    copilotChatSessionImporter,
    path,
    Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
    [1 << 20],
  );
}

const request = (requestId: string, extra: object = {}) => ({
  requestId,
  timestamp: 1_000,
  modelId: 'copilot/gpt-5.5',
  ...extra,
});

test('copilot-chat-session: billed credits exactly, growing while the run goes on', () => {
  const told = chat([
    { kind: 0, v: { sessionId: 'session-1', requests: [] } },
    { kind: 2, k: ['requests'], v: [request('r1', { modelState: { value: 0 } })] },
    { kind: 1, k: ['requests', 0, 'copilotCredits'], v: 1.5 },
    { kind: 2, k: ['requests', 0, 'response'], v: [{ value: 'a long and secret answer' }] },
    { kind: 1, k: ['requests', 0, 'copilotCredits'], v: 52.3143 },
    { kind: 1, k: ['requests', 0, 'modelState'], v: { value: 1, completedAt: 9_000 } },
  ]);
  assert.deepEqual(
    told.map(({ billedNanoCredits }) => billedNanoCredits),
    [1_500_000_000, 52_314_300_000, 52_314_300_000],
  );
  assert.equal(new Set(told.map(({ callId }) => callId)).size, 1);
  const [last] = latest(told);
  assert.deepEqual(last?.facts, {
    agent: 'copilot',
    sessionId: 'session-1',
    runId: 'copilot:session-1:request-r1',
    model: 'gpt-5.5',
    provider: 'github-copilot',
  });
  assert.equal(last?.finish, 'stop');
  assert.equal(last?.at, 9_000);
});

test("copilot-chat-session: Marginal's own models are left to the provider", () => {
  assert.deepEqual(
    chat([
      {
        kind: 0,
        v: {
          sessionId: 's',
          requests: [request('r', { modelId: 'marginal/frugal', promptTokens: 5, completionTokens: 5 })],
        },
      },
    ]),
    [],
  );
});

test('copilot-chat-session: requests that are cut off, replaced, deleted or rewritten as a whole keep their places', () => {
  const told = chat([
    { kind: 0, v: { sessionId: 's', requests: [request('a'), request('b')] } },
    // Asked anew: the second request is cut off and another takes its place.
    { kind: 2, k: ['requests'], i: 1, v: [request('c')] },
    { kind: 1, k: ['requests', 1, 'copilotCredits'], v: 2 },
    { kind: 3, k: ['requests', 0, 'vote'] },
    { kind: 1, k: ['requests', 0, 'copilotCredits'], v: 1 },
    {
      kind: 0,
      v: { sessionId: 's', requests: [request('a', { copilotCredits: 1 }), request('c', { copilotCredits: 2 })] },
    },
  ]);
  const credits = new Map(told.map(({ callId, billedNanoCredits }) => [callId.split(':').at(-1), billedNanoCredits]));
  assert.deepEqual(
    [...credits],
    [
      ['c', 2_000_000_000],
      ['a', 1_000_000_000],
    ],
  );
});

test('copilot-chat-session: exact totals by model where VS Code has them', () => {
  const [call] = chat([
    {
      kind: 0,
      v: {
        sessionId: 's',
        requests: [
          request('a', {
            promptTokens: 9,
            completionTokens: 9,
            modelTotals: [
              { model: 'x', inputTokens: 100, cachedTokens: 60, outputTokens: 5 },
              { model: 'y', inputTokens: 10, cachedTokens: 0, outputTokens: 1 },
            ],
          }),
        ],
      },
    },
  ]);
  assert.deepEqual(call?.usage, { fresh: 50, cacheRead: 60, text: 6 });
  assert.equal(call?.usageBasis, 'reported');
});

test('copilot-chat-session: the folder of its window', (t) => {
  const home = mkdtempSync(join(tmpdir(), 'marginal-chat-'));
  const storage = join(home, 'workspaceStorage');
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const folderOf = (workspace: string) => {
    mkdirSync(join(storage, 'w'), { recursive: true });
    writeFileSync(join(storage, 'w', 'workspace.json'), workspace);
    return chat(
      [{ kind: 0, v: { sessionId: 's', requests: [request('a', { copilotCredits: 1 })] } }],
      join(storage, 'w', 'chatSessions', 's.jsonl'),
    )[0]?.facts.folder;
  };
  assert.equal(folderOf('{"folder":"file:///home/dev/my%20work"}'), '/home/dev/my work');
  assert.equal(folderOf('{"folder":"vscode-remote://ssh-remote%2Bhost/home/dev/work"}'), '/home/dev/work');
  assert.equal(folderOf('{"workspace":"file:///home/dev/all.code-workspace"}'), '/home/dev/all.code-workspace');
  assert.equal(folderOf('nonsense'), undefined);
});

test('the debug log and the chat session of one chat are one run for each prompt, whichever is read first', () => {
  const debugLog = `copilot/custom-endpoint/GitHub.copilot-chat/debug-logs/${BYOK}/main.jsonl`;
  const steps = readInChunks(
    copilotDebugLogImporter,
    `${STORAGE}/GitHub.copilot-chat/debug-logs/${BYOK}/main.jsonl`,
    readFileSync(fixturePath(debugLog)),
    [1 << 20],
  );
  const totals = readInChunks(
    copilotChatSessionImporter,
    `${STORAGE}/chatSessions/${BYOK}.jsonl`,
    readFileSync(fixturePath(`copilot/custom-endpoint/chatSessions/${BYOK}.jsonl`)),
    [1 << 20],
  );
  const turns = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(turns, (stepsNext) => {
      // Each file keeps its own order; how they take turns is chance.
      const waiting = { steps: [...steps], totals: [...totals] };
      const order = stepsNext.flatMap((first) => (first ? waiting.steps : waiting.totals).shift() ?? []);
      order.push(...waiting.steps, ...waiting.totals);
      let aligner = runAligner(new Set(['copilot']));
      const events: Observation[] = [];
      for (const observation of order) {
        events.push(...aligner.align([observation]));
        // A restart between any two changes nothing.
        aligner = runAligner(new Set(['copilot']), JSON.parse(JSON.stringify(aligner.state())) as Json);
      }
      const runs = new Map<string, string[]>();
      for (const callId of new Set(events.map((event) => event.callId))) {
        const entry = foldCall(events.filter((event) => event.callId === callId));
        const run = entry?.facts.runId ?? '';
        runs.set(run, [...(runs.get(run) ?? []), entry?.scope ?? ''].toSorted());
      }
      assert.deepEqual([...runs].toSorted(), [
        [`copilot:${BYOK}:run-0-0000000000000001`, ['run', 'step', 'step', 'step']],
        [`copilot:${BYOK}:run-0-000000000000000c`, ['run', 'step']],
      ]);
    }),
    { numRuns: 200 },
  );
});

test('where files lie and which folders lead to them', () => {
  const environment = {
    home: '/home/dev',
    platform: 'linux' as const,
    env: {},
    codeUserFolders: ['/home/dev/.config/Code/User'],
  };
  assert.deepEqual(copilotStoreImporter.roots(environment), ['/home/dev/.copilot']);
  assert.deepEqual(copilotStoreImporter.roots({ ...environment, env: { COPILOT_HOME: '/c' } }), ['/c']);
  for (const importer of [copilotChatSessionImporter, copilotDebugLogImporter]) {
    const file =
      importer === copilotChatSessionImporter
        ? `${STORAGE}/chatSessions/s.jsonl`
        : `${STORAGE}/GitHub.copilot-chat/debug-logs/s/main.jsonl`;
    const [root = ''] = importer.roots(environment);
    assert.ok(importer.matches(file));
    for (
      let folder = file.slice(0, file.lastIndexOf('/'));
      folder.length > root.length;
      folder = folder.slice(0, folder.lastIndexOf('/'))
    ) {
      assert.ok(importer.descends?.(folder), folder);
    }
    assert.ok(!importer.descends?.(`${STORAGE}/ms-python.python`));
    assert.ok(!importer.matches(`${STORAGE}/GitHub.copilot-chat/transcripts/s.jsonl`));
  }
});
