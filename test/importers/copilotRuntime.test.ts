// What the Copilot runtime writes of its sessions besides its store: events, and traces as files and databases.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Observation } from '../../src/core/ledger/event.ts';
import { foldCall } from '../../src/core/ledger/fold.ts';
import {
  copilotEventsImporter,
  copilotStoreImporter,
  copilotTraceDatabaseImporter,
  copilotTraceFileImporter,
} from '../../src/importers/copilot/index.ts';
import type { ImportEnvironment, LineImporter } from '../../src/ports.ts';
import {
  databaseImporterContract,
  databaseOf,
  fixturePath,
  lineImporterContract,
  readDatabase,
  readInChunks,
  usages,
} from '../contract/importer.ts';

const SESSION = 'e73c68f0-f0fc-4bc3-9b68-6939bad73933';
const EVENTS = `/home/dev/.copilot/session-state/${SESSION}/events.jsonl`;
const TRACES = '/home/dev/.copilot/otel/traces.jsonl';

type Line = Readonly<Record<string, unknown>>;

const SERVED = [
  { fresh: 10_099, cacheRead: 10_001, cacheWrite: 0, text: 25, reasoning: 6 },
  { fresh: 10_198, cacheRead: 10_002, cacheWrite: 0, text: 25, reasoning: 7 },
  { fresh: 10_297, cacheRead: 10_003, cacheWrite: 0, text: 25, reasoning: 8 },
];

function eventContent({ data }: Line): readonly unknown[] {
  const { content, transformedContent, toolRequests, result, arguments: given } = (data ?? {}) as Line;
  const ordered = (Array.isArray(toolRequests) ? toolRequests : []).flatMap((each) => [each.arguments]);
  return [content, transformedContent, ordered, result, given];
}

lineImporterContract(copilotEventsImporter, [
  {
    file: 'copilot/cli/events.jsonl',
    path: EVENTS,
    content: eventContent,
    facts: ['/home/dev/work'],
    expect(calls) {
      assert.deepEqual(usages(calls), SERVED);
      assert.deepEqual(
        calls.map(({ facts }) => facts.subagentId !== undefined),
        [false, true, false],
      );
      assert.deepEqual(
        new Set(calls.map(({ facts }) => facts.runId)),
        new Set([`copilot:${SESSION}:turn-0`]),
        "the store's name for the run, the sub-agent's call included",
      );
      assert.deepEqual(calls[0], {
        kind: 'settled',
        callId: `copilot-events:${SESSION}:3a482e04-04ad-483e-800b-ab99be890971`,
        at: Date.parse('2026-11-26T10:48:36.242Z'),
        source: 'copilot-events',
        identities: [`copilot-call:${SESSION}:user:20100-31-10001-46`],
        facts: {
          agent: 'copilot',
          agentVersion: '1.0.102',
          sessionId: SESSION,
          runId: `copilot:${SESSION}:turn-0`,
          model: 'scripted-model',
          folder: '/home/dev/work',
        },
        usage: SERVED[0],
        usageBasis: 'reported',
        latency: { firstTokenMs: 44, totalMs: 46 },
        tools: ['view', 'task'],
        finish: 'toolCalls',
      });
    },
  },
  {
    file: 'copilot/cli/events-one-call.jsonl',
    path: '/home/dev/.copilot/session-state/86568859-7bab-48bd-bca8-0cae0c413931/events.jsonl',
    content: eventContent,
    expect(calls) {
      assert.deepEqual(usages(calls), [{ fresh: 952, cacheRead: 2_048, cacheWrite: 0, text: 7, reasoning: 0 }]);
      assert.equal(calls[0]?.billedNanoCredits, undefined, 'a sum of 0 without a bill is no bill');
    },
  },
]);

lineImporterContract(copilotTraceFileImporter, [
  {
    file: 'copilot/cli/traces.jsonl',
    path: TRACES,
    // Without the setting for it no text is traced; what the tools were told is the nearest to one.
    content: ({ description, resource }) => [description, resource],
    expect(calls) {
      assert.deepEqual(
        usages(calls),
        [1, 0, 2].map((index) => ({ ...SERVED[index], cacheWrite: undefined })).map(withoutUnknown),
        'each call once, the sums of agents not at all, in the order in which they ended',
      );
      assert.deepEqual(calls[0]?.identities, [
        'otel-span:9d60efe65d5dae0c',
        `copilot-call:${SESSION}:sub-agent:20200-32-10002-6`,
      ]);
      assert.equal(calls[0]?.facts.subagentId, 'span-76fda53fe6285449');
      assert.equal(calls[1]?.facts.sessionId, SESSION);
      assert.deepEqual(calls[1]?.latency, { firstTokenMs: 52, totalMs: 53 });
      assert.equal(calls[1]?.finish, 'toolCalls');
    },
  },
]);

function withoutUnknown<T extends object>(object: T): T {
  return JSON.parse(JSON.stringify(object)) as T;
}

/** The tables of VS Code's code (schema 1), filled with the spans of the true trace. */
function databaseSql(lines: readonly Line[]): string {
  const text = (value: unknown) => (value === undefined ? 'NULL' : `'${String(value).replaceAll("'", "''")}'`);
  const spans = lines.filter(({ type }) => type === 'span');
  return [
    `CREATE TABLE spans (span_id TEXT PRIMARY KEY, trace_id TEXT NOT NULL, parent_span_id TEXT, name TEXT NOT NULL,
       start_time_ms INTEGER NOT NULL, end_time_ms INTEGER NOT NULL, status_code INTEGER NOT NULL DEFAULT 0,
       operation_name TEXT, conversation_id TEXT);
     CREATE TABLE span_attributes (span_id TEXT NOT NULL, key TEXT NOT NULL, value TEXT, PRIMARY KEY (span_id, key));`,
    ...spans.flatMap((span) => {
      const attributes = { 'service.version': '1.0.102', ...(span.attributes as Line) };
      const moment = (value: unknown) => {
        const [seconds = 0, nanoseconds = 0] = value as number[];
        return seconds * 1000 + Math.floor(nanoseconds / 1e6);
      };
      return [
        `INSERT INTO spans VALUES (${text(span.spanId)}, ${text(span.traceId)}, ${text(span.parentSpanId)}, ${text(span.name)},
           ${moment(span.startTime)}, ${moment(span.endTime)}, 0, ${text(attributes['gen_ai.operation.name' as never])}, NULL);`,
        ...Object.entries(attributes).map(
          ([key, value]) =>
            `INSERT INTO span_attributes VALUES (${text(span.spanId)}, ${text(key)}, ${text(Array.isArray(value) ? JSON.stringify(value) : value)});`,
        ),
      ];
    }),
  ].join('\n');
}

const traced = readFileSync(fixturePath('copilot/cli/traces.jsonl'), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Line);

databaseImporterContract(copilotTraceDatabaseImporter, []);

test('copilot-traces-db: the same calls as in the file of the same spans', () => {
  const { observations, problems } = readDatabase(copilotTraceDatabaseImporter, databaseOf(databaseSql(traced)));
  assert.deepEqual(problems, []);
  const plain = ({ callId: _, source: __, ...rest }: Observation) => rest;
  assert.deepEqual(observations.map(plain), read(copilotTraceFileImporter, TRACES, traced).map(plain));
});

test('copilot-traces-db: new spans only, in portions, and everything again from a database that began anew', () => {
  const database = databaseOf(databaseSql(traced));
  const { cursor } = readDatabase(copilotTraceDatabaseImporter, database);
  assert.deepEqual(copilotTraceDatabaseImporter.read(database, cursor).observations, []);
  database.handle.exec(
    "INSERT INTO spans SELECT 'aaaaaaaaaaaaaaaa', trace_id, NULL, name, start_time_ms, end_time_ms, 0, operation_name, NULL FROM spans WHERE operation_name = 'chat' LIMIT 1; INSERT INTO span_attributes SELECT 'aaaaaaaaaaaaaaaa', key, value FROM span_attributes WHERE span_id = '9d60efe65d5dae0c'",
  );
  assert.equal(readDatabase(copilotTraceDatabaseImporter, database, cursor).observations.length, 1);
  database.handle.exec('DELETE FROM spans WHERE rowid > 2');
  assert.equal(readDatabase(copilotTraceDatabaseImporter, database, cursor).observations.length, 1);
});

function read(importer: LineImporter, path: string, lines: readonly object[]): readonly Observation[] {
  return readInChunks(importer, path, Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')), [
    1 << 20,
  ]);
}

test('the same calls in events, store, traces and their database are one entry each, with the others as witnesses', () => {
  const events = readFileSync(fixturePath('copilot/cli/events.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
  const all = [
    ...read(copilotTraceFileImporter, TRACES, traced),
    ...readDatabase(copilotTraceDatabaseImporter, databaseOf(databaseSql(traced))).observations,
    ...readDatabase(
      copilotStoreImporter,
      databaseOf(readFileSync(fixturePath('copilot/cli/session-store.sql'), 'utf8')),
    ).observations,
    ...read(copilotEventsImporter, EVENTS, events),
  ];
  const names = (each: Observation) => [each.callId, ...(each.identities ?? [])];
  const calls: Observation[][] = [];
  for (const each of all) {
    const known = calls.find((call) => call.some((other) => names(other).some((name) => names(each).includes(name))));
    if (known) known.push(each);
    else calls.push([each]);
  }
  assert.equal(calls.length, 3);
  for (const call of calls) {
    const entry = foldCall(call);
    assert.equal(entry?.source, 'copilot-events');
    assert.deepEqual(entry?.witnesses, ['copilot-store', 'copilot-traces', 'copilot-traces-db']);
    assert.equal(entry?.facts.runId, `copilot:${SESSION}:turn-0`);
  }
});

function events(...lines: readonly object[]): readonly Observation[] {
  return read(copilotEventsImporter, '/h/.copilot/session-state/s/events.jsonl', lines);
}

const at = '2026-11-22T10:00:00.000Z';
const start = {
  type: 'session.start',
  timestamp: at,
  data: { sessionId: 's', copilotVersion: '1.0.60', context: { cwd: '/w' } },
};

function usageRecord(usage: object, id = 'e1', more: object = {}) {
  return { type: 'session.usage_record', id, timestamp: at, data: { usage: { model: 'gpt-5.5', ...usage } }, ...more };
}

function shutdown(metrics: object) {
  return { type: 'session.shutdown', id: 'x', timestamp: at, data: { modelMetrics: { 'gpt-5.5': metrics } } };
}

test('copilot-events: a bill is taken to the nano-credit; what is said to be no bill, or one of a part, is none', () => {
  const bills = [
    usageRecord({ copilotUsage: { totalNanoAiu: 1_234_567, model: 'gpt-5.5-mini' }, aiCreditsStatus: 'complete' }, '1'),
    usageRecord({ copilotUsage: { totalNanoAiu: 7 } }, '2'),
    usageRecord({ copilotUsage: { totalNanoAiu: 0 }, aiCreditsStatus: 'complete' }, '3'),
    usageRecord({ copilotUsage: { totalNanoAiu: 5 }, aiCreditsStatus: 'partial' }, '4'),
    usageRecord({ aiCreditsStatus: 'unavailable' }, '5'),
  ];
  const calls = events(start, ...bills);
  assert.deepEqual(
    calls.map(({ billedNanoCredits }) => billedNanoCredits),
    [1_234_567, 7, 0, undefined, undefined],
  );
  assert.equal(calls[0]?.facts.servedModel, 'gpt-5.5-mini');
  assert.deepEqual(
    calls.map(({ facts }) => facts.provider),
    ['github-copilot', 'github-copilot', 'github-copilot', undefined, undefined],
  );
});

test("copilot-events: calls of Marginal's own models are the provider's to meter, in totals too", () => {
  assert.deepEqual(events(start, usageRecord({ model: 'marginal/llama/qwen3', inputTokens: 1 })), []);
  const own = { usage: { inputTokens: 5, outputTokens: 1 } };
  assert.deepEqual(events(start, { ...shutdown({}), data: { modelMetrics: { 'policy/best': own } } }), []);
});

test('copilot-events: a session of an earlier version tells its totals; one with calls of its own does not', () => {
  const metrics = {
    requests: { count: 3, cost: 1 },
    usage: { inputTokens: 1_000, outputTokens: 50, cacheReadTokens: 600, cacheWriteTokens: 100, reasoningTokens: 20 },
    totalNanoAiu: 42,
  };
  const [total, ...none] = events(start, shutdown(metrics));
  assert.deepEqual(none, []);
  assert.deepEqual(total, {
    kind: 'settled',
    callId: 'copilot-events:s:total-0:gpt-5.5',
    at: Date.parse(at),
    source: 'copilot-events',
    facts: {
      agent: 'copilot',
      agentVersion: '1.0.60',
      sessionId: 's',
      model: 'gpt-5.5',
      provider: 'github-copilot',
      folder: '/w',
    },
    scope: 'run',
    usage: { fresh: 300, cacheRead: 600, cacheWrite: 100, text: 30, reasoning: 20 },
    usageBasis: 'reported',
    billedNanoCredits: 42,
  });
  assert.equal(events(start, usageRecord({ inputTokens: 1 }), shutdown(metrics)).length, 1);
  assert.equal(events(start, shutdown({ ...metrics, totalNanoAiu: 0 }))[0]?.billedNanoCredits, undefined);
});

test('copilot-events: totals that grow are the same session’s, totals that shrink another process’s', () => {
  const total = (inputTokens: number, outputTokens: number) => shutdown({ usage: { inputTokens, outputTokens } });
  assert.deepEqual(
    events(start, total(100, 10), total(300, 20), total(50, 5)).map(({ callId }) => callId),
    ['copilot-events:s:total-0:gpt-5.5', 'copilot-events:s:total-0:gpt-5.5', 'copilot-events:s:total-1:gpt-5.5'],
  );
});

test('copilot-events: each message of the user begins a turn, a message to a sub-agent none', () => {
  const message = (interactionId: string, more: object = {}) => ({
    type: 'user.message',
    data: { interactionId },
    ...more,
  });
  const calls = events(
    start,
    message('a'),
    usageRecord({}, '1'),
    message('b', { agentId: 'sub' }),
    usageRecord({}, '2', { agentId: 'sub' }),
    message('a'),
    usageRecord({}, '3'),
    message('c'),
    usageRecord({}, '4'),
  );
  assert.deepEqual(
    calls.map(({ facts }) => facts.runId?.replace('copilot:s:', '')),
    ['turn-0', 'turn-0', 'turn-0', 'turn-1'],
  );
});

// Made records, as Copilot Chat's code writes them.
const chatSpan = {
  resource: { attributes: { 'service.name': 'copilot-chat', 'service.version': '0.67.0' } },
  traceId: 'a'.repeat(32),
  spanId: '00f067aa0ba902b7',
  name: 'chat claude-opus-5',
  startTime: [1_795_000_000, 0],
  endTime: [1_795_000_001, 500_000_000],
  status: { code: 0 },
  attributes: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'claude-opus-5',
    'gen_ai.conversation.id': 'conversation',
    'copilot_chat.chat_session_id': 'chat',
    'copilot_chat.debug_name': 'panel/editAgent',
    'copilot_chat.time_to_first_token': 321,
    'copilot_chat.copilot_usage_nano_aiu': 1_500_000_001,
    'gen_ai.response.id': 'msg_0123456789abcdefghij',
    'gen_ai.usage.input_tokens': 1_000,
    'gen_ai.usage.output_tokens': 50,
    'gen_ai.usage.cache_read.input_tokens': 400,
  },
};

function traces(...lines: readonly object[]): readonly Observation[] {
  return read(copilotTraceFileImporter, TRACES, lines);
}

test("copilot-traces: Copilot Chat's span has its bill, and the names under which the debug log knows the call", () => {
  const [call] = traces(chatSpan);
  assert.equal(call?.billedNanoCredits, 1_500_000_001);
  assert.equal(call?.facts.sessionId, 'chat', "the debug log's name for the session");
  assert.deepEqual(call?.usage, { fresh: 600, cacheRead: 400, text: 50 });
  assert.deepEqual(call?.latency, { firstTokenMs: 321, totalMs: 1_500 });
  assert.equal(call?.at, 1_795_000_001_500);
  assert.deepEqual(call?.identities, ['copilot-response:msg_0123456789abcdefghij', 'otel-span:00f067aa0ba902b7']);
});

test('copilot-traces: a log record of the same reply joins the span and is an estimate', () => {
  const log = {
    hrTime: [1_795_000_001, 0],
    spanContext: { traceId: 'a'.repeat(32), spanId: 'b7ad6b7169203331' },
    attributes: {
      'event.name': 'gen_ai.client.inference.operation.details',
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'claude-opus-5',
      'gen_ai.response.id': 'msg_0123456789abcdefghij',
      'gen_ai.usage.input_tokens': 1_000,
      'gen_ai.usage.output_tokens': 50,
    },
    resource: { attributes: { 'service.name': 'copilot-chat' } },
  };
  const [logged] = traces(log);
  assert.equal(logged?.usageBasis, 'counted');
  assert.deepEqual(logged?.identities, ['copilot-response:msg_0123456789abcdefghij']);
  const entry = foldCall([...traces(log), ...traces(chatSpan)]);
  assert.deepEqual(entry?.usage, { fresh: 600, cacheRead: 400, text: 50 }, 'the span stands in front');
});

test('copilot-traces: sums of turns and agents, other agents, and our own models tell of no call', () => {
  const attributes = chatSpan.attributes;
  for (const line of [
    { ...chatSpan, attributes: { ...attributes, 'gen_ai.operation.name': 'invoke_agent' } },
    { hrTime: [1, 0], attributes: { ...attributes, 'event.name': 'copilot_chat.agent.turn' } },
    { ...chatSpan, attributes: { ...attributes, 'gen_ai.request.model': 'marginal/ollama/qwen3' } },
    {
      ...chatSpan,
      resource: { attributes: { 'service.name': 'claude-code' } },
      attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.response.id': 'x', 'gen_ai.usage.input_tokens': 1 },
    },
    // What Copilot Chat repeats of the runtime's calls.
    {
      ...chatSpan,
      attributes: { ...attributes, 'gen_ai.response.id': undefined, 'copilot_chat.debug_name': undefined },
    },
  ]) {
    assert.deepEqual(traces(line), []);
  }
});

test('copilot-traces: helpers without a bill are kept apart; a failed call says no more than that', () => {
  const attributes = { ...chatSpan.attributes, 'copilot_chat.debug_name': 'title' };
  const { 'copilot_chat.copilot_usage_nano_aiu': _, ...unbilled } = attributes;
  assert.equal(traces({ ...chatSpan, attributes: unbilled })[0]?.facts.billable, false);
  assert.equal(traces({ ...chatSpan, attributes })[0]?.facts.billable, undefined);
  const [failed] = traces({ ...chatSpan, status: { code: 2, message: 'quotes the prompt' } });
  assert.equal(failed?.kind, 'failed');
  assert.ok(!JSON.stringify(failed).includes('quotes'));
});

test('copilot-traces: a sub-agent’s calls are its chat’s, and a helper’s label makes it no sub-agent', () => {
  const child = (label: string) => ({
    ...chatSpan,
    attributes: {
      ...chatSpan.attributes,
      'copilot_chat.chat_session_id': 'child',
      'copilot_chat.parent_chat_session_id': 'chat',
      'copilot_chat.debug_log_label': label,
    },
  });
  for (const label of ['runSubagent-default', 'searchSubagent', 'executionSubagent']) {
    const [call] = traces(child(label));
    assert.deepEqual([call?.facts.sessionId, call?.facts.subagentId], ['chat', 'child'], label);
  }
  assert.equal(traces(child('title'))[0]?.facts.subagentId, undefined);
});

test('copilot-traces: times that no clock has tell of no call, and of no duration', () => {
  const calls = readFileSync(fixturePath('copilot/cli/traces.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"gen_ai.operation.name":"chat"'))
    .map((line) => JSON.parse(line) as Line);
  const told = (line: Line) =>
    copilotTraceFileImporter.reader(TRACES, undefined).line(Buffer.from(JSON.stringify(line))).observations;
  const most = Number.MAX_VALUE;
  const call = calls[0] ?? {};
  assert.equal(told(call).length, 1);
  assert.deepEqual(told({ ...call, endTime: [-most, 0] }), []);
  assert.deepEqual(told({ ...call, endTime: '9'.repeat(400) }), []);
  const [observation] = told({ ...call, startTime: [-most / 1000, 0], endTime: [most / 1000, 0] });
  assert.equal(observation?.kind === 'settled' && observation.latency?.totalMs, undefined);
});

test('copilot-traces: what a collector writes reads like what the agent writes', () => {
  const collected = {
    resourceSpans: [
      {
        resource: {
          attributes: Object.entries(chatSpan.resource.attributes).map(([key, value]) => ({
            key,
            value: { stringValue: value },
          })),
        },
        scopeSpans: [
          {
            spans: [
              {
                ...chatSpan,
                startTimeUnixNano: '1795000000000000000',
                endTimeUnixNano: '1795000001500000000',
                startTime: undefined,
                endTime: undefined,
                attributes: Object.entries(chatSpan.attributes).map(([key, value]) => ({
                  key,
                  value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
                })),
              },
            ],
          },
        ],
      },
    ],
  };
  assert.deepEqual(traces(collected), traces(chatSpan));
});

test('copilot-traces: spans of sub-agents that stand for several calls are left to the session store', () => {
  const [span] = traced.filter(({ spanId }) => spanId === '9d60efe65d5dae0c');
  const of = (version: string) => ({ ...span, resource: { attributes: { 'service.version': version } } });
  assert.equal(traces(of('1.0.80')).length, 0);
  assert.equal(traces(of('1.0.68')).length, 1, 'which has them since 1.0.69');
  assert.equal(traces(of('1.0.103')).length, 1);
});

test('where each is looked for, on every platform', () => {
  const environment = (more: Partial<ImportEnvironment>): ImportEnvironment => ({
    home: '/home/dev',
    platform: 'linux',
    env: {},
    codeUserFolders: ['/home/dev/.config/Code/User'],
    ...more,
  });
  assert.deepEqual(copilotEventsImporter.roots(environment({})), ['/home/dev/.copilot/session-state']);
  assert.deepEqual(
    copilotTraceFileImporter.roots(
      environment({ env: { COPILOT_HOME: '/c', COPILOT_OTEL_FILE_EXPORTER_PATH: '/var/log/copilot-spans.jsonl' } }),
    ),
    ['/c/otel', '/var/log'],
  );
  assert.deepEqual(
    copilotTraceDatabaseImporter.roots(
      environment({ platform: 'win32', codeUserFolders: ['C:\\Users\\dev\\AppData\\Roaming\\Code\\User'] }),
    ),
    [
      'C:\\Users\\dev\\AppData\\Roaming\\Code\\agent-host\\otel',
      'C:\\Users\\dev\\AppData\\Roaming\\Code\\User\\globalStorage\\github.copilot-chat\\otel',
    ],
  );
  for (const [importer, path, isOwn] of [
    [copilotEventsImporter, `C:\\Users\\dev\\.copilot\\session-state\\s\\events.jsonl`, true],
    [copilotEventsImporter, '/home/dev/.copilot/session-state/s/files/events.jsonl', false],
    [copilotTraceFileImporter, '/home/dev/.copilot/otel/today.jsonl', true],
    [copilotTraceFileImporter, '/var/log/copilot-spans.jsonl', true],
    [copilotTraceFileImporter, '/var/log/anything.jsonl', false],
    [copilotTraceDatabaseImporter, '/c/Code/agent-host/otel/agent-host-traces.db', true],
    [copilotTraceDatabaseImporter, '/c/Code/agent-host/otel/other.db', false],
  ] as const) {
    assert.equal(importer.matches(path), isOwn, path);
  }
});
