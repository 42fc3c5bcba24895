import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../../src/core/chat.ts';
import type { Observation } from '../../src/core/ledger/event.ts';
import { codexImporter } from '../../src/importers/codex/index.ts';
import { rateLimitsOf } from '../../src/importers/codex/rateLimits.ts';
import type { ImportEnvironment } from '../../src/ports.ts';
import { fixturePath, type LineSample, lineImporterContract, readInChunks, usages } from '../contract/importer.ts';

const MAIN = '01a21772-9401-7453-be9f-84cb739dbe7e';
const SUBAGENT = '01a21772-94f5-7082-9b46-8d55410436d0';
const FORK = '01a21772-9689-7d43-afbc-8477b818d25c';
const family = (time: string, thread: string) => `family/rollout-2026-11-26T10-41-${time}-${thread}`;

function content(line: Readonly<Record<string, unknown>>): readonly unknown[] {
  const payload = (line.payload ?? {}) as Record<string, unknown>;
  const item = payload.item as Record<string, unknown> | undefined;
  const { base_instructions, last_agent_message, content, arguments: given, output, state } = payload;
  return [base_instructions, last_agent_message, content, given, output, state, item?.content, item?.aggregated_output];
}

function sample(file: string, expect: LineSample['expect'], more: Partial<LineSample> = {}): LineSample {
  const facts = ['/home/dev/work', 'gpt-5.5', 'multi_agent_v1', '01a2', 'exec_command'];
  return { file: `codex/${file}.jsonl`, content, facts, expect, ...more };
}

/** What call `n` of the scripted endpoint served. */
function served(n: number) {
  return {
    fresh: 2_000 + 90 * n,
    cacheRead: 1_000 + 10 * n,
    cacheWrite: 0,
    text: 20,
    reasoning: 10 + n,
  };
}

lineImporterContract(codexImporter, [
  sample('codex-1', (calls) => {
    assert.deepEqual(calls, [
      {
        kind: 'settled',
        callId: `codex:01a20197-9771-7c70-8dec-01580236031f:${Date.parse('2026-11-22T04:50:41.913Z')}`,
        at: Date.parse('2026-11-22T04:50:41.913Z'),
        source: 'codex-log',
        facts: {
          agent: 'codex',
          agentVersion: '0.169.0',
          sessionId: '01a20197-9771-7c70-8dec-01580236031f',
          runId: 'codex:01a20197-97c2-7f12-b333-66109c663a96',
          model: 'gpt-5.5',
          folder: '/home/dev/work',
        },
        usage: { fresh: 952, cacheRead: 2_048, cacheWrite: 0, text: 7, reasoning: 0 },
        usageBasis: 'reported',
      },
    ]);
  }),
  sample('codex-2', (calls) => assert.deepEqual(calls, [])),
  sample(family('54', MAIN), (calls) => {
    assert.deepEqual(usages(calls), [1, 2, 3, 5, 6, 9, 10].map(served));
    assert.deepEqual(
      calls.map(({ tools }) => tools?.join()),
      ['exec_command', 'spawn_agent', 'wait_agent', 'exec_command', undefined, 'exec_command', undefined],
    );
    assert.deepEqual(
      calls.map(({ facts }) => facts.model),
      [...Array(5).fill('gpt-5.5'), 'gpt-5.4', 'gpt-5.4'],
      'resumed with another model',
    );
    assert.equal(new Set(calls.map(({ facts }) => facts.runId)).size, 2, 'resuming begins a run');
    for (const { facts } of calls) assert.deepEqual([facts.sessionId, facts.provider], [MAIN, undefined]);
  }),
  sample(family('54', SUBAGENT), (calls) => {
    assert.deepEqual(usages(calls), [served(4)]);
    assert.equal(calls[0]?.facts.subagentId, SUBAGENT);
    assert.equal(calls[0]?.facts.sessionId, MAIN);
    assert.equal(calls[0]?.facts.runId, 'codex:01a21772-941b-7d32-8e60-5c9fe8be9642', "its parent's run");
  }),
  sample(family('55', FORK), (calls) => {
    assert.deepEqual(usages(calls), [7, 8].map(served));
    for (const { facts } of calls) assert.deepEqual([facts.sessionId, facts.subagentId], [FORK, undefined]);
  }),
  sample('rollout-2026-11-26T10-49-43-01a21779-b95f-7272-b12e-7e6155bc4868', (calls) => {
    assert.deepEqual(usages(calls), [4, 5, 6].map(served));
    assert.equal(new Set(calls.map(({ callId }) => callId)).size, 3);
    for (const { facts } of calls) assert.equal(facts.subagentId, '01a21779-b95f-7272-b12e-7e6155bc4868');
  }),
]);

const PATH =
  '/home/dev/.codex/sessions/2025/10/01/rollout-2025-10-01T10-00-00-0199a000-0000-7000-8000-000000000001.jsonl';
const START = Date.parse('2025-10-01T10:00:00.000Z');

/** Reads lines, each so many seconds after the start, as an older Codex writes them: no records. */
function read(lines: readonly (readonly [number, string, object])[], path = PATH): readonly Observation[] {
  const reader = codexImporter.reader(path, undefined);
  return lines.flatMap(([seconds, type, payload]) => {
    const timestamp = new Date(START + seconds * 1_000).toISOString();
    return reader.line(Buffer.from(JSON.stringify({ timestamp, type, payload }))).observations;
  });
}

const tokens = (input: number, cached: number, output: number, reasoning: number) => ({
  input_tokens: input,
  cached_input_tokens: cached,
  output_tokens: output,
  reasoning_output_tokens: reasoning,
  total_tokens: input + output,
});
type Tokens = ReturnType<typeof tokens>;
const count = (last: Tokens | undefined, total: Tokens | undefined) => ({
  type: 'token_count',
  info: { last_token_usage: last, total_token_usage: total, model_context_window: 272_000 },
});
const head = (id: string, more: object = {}) => ({
  id,
  cwd: '/w',
  cli_version: '0.42.0',
  model_provider: 'openai',
  ...more,
});
const turn = (model: string, turnId?: string) => ({ model, cwd: '/w', ...(turnId ? { turn_id: turnId } : {}) });
const user = { type: 'user_message', message: 'x' };

test('a count that is told again counts once; only the plan’s limits had changed', () => {
  const first = count(tokens(100, 40, 10, 4), tokens(100, 40, 10, 4));
  const told = read([
    [0, 'session_meta', head('t')],
    [0, 'turn_context', turn('gpt-5-codex')],
    [0, 'event_msg', user],
    [1, 'event_msg', { type: 'token_count', info: null, rate_limits: {} }],
    [2, 'event_msg', first],
    [3, 'event_msg', first],
    [4, 'event_msg', count(tokens(200, 90, 20, 0), tokens(300, 130, 30, 4))],
    [5, 'event_msg', count(tokens(200, 90, 20, 0), tokens(300, 130, 30, 4))],
  ]);
  assert.deepEqual(usages(told), [
    { fresh: 60, cacheRead: 40, text: 6, reasoning: 4 },
    { fresh: 110, cacheRead: 90, text: 20, reasoning: 0 },
  ]);
  for (const { facts } of told)
    assert.deepEqual([facts.model, facts.provider, facts.runId], ['gpt-5-codex', 'openai', `codex:at-${START}`]);
});

test('two equal calls one after the other are two calls', () => {
  const call = tokens(100, 0, 10, 0);
  const told = read([
    [0, 'session_meta', head('t')],
    [2, 'event_msg', count(call, call)],
    [4, 'event_msg', count(call, tokens(200, 0, 20, 0))],
  ]);
  assert.equal(told.length, 2);
});

test('without the latest call its tokens are what the sum grew by', () => {
  const told = read([
    [0, 'session_meta', head('t')],
    [2, 'event_msg', count(undefined, tokens(100, 40, 10, 4))],
    [4, 'event_msg', count(undefined, tokens(300, 130, 30, 4))],
    [6, 'event_msg', count(undefined, tokens(50, 0, 5, 0))],
  ]);
  assert.deepEqual(usages(told), [
    { fresh: 60, cacheRead: 40, text: 6, reasoning: 4 },
    { fresh: 110, cacheRead: 90, text: 20, reasoning: 0 },
    { fresh: 50, cacheRead: 0, text: 5, reasoning: 0 },
  ]);
});

test('a compacted context’s size is no call', () => {
  const told = read([
    [0, 'session_meta', head('t')],
    [2, 'event_msg', count(tokens(100, 0, 10, 0), tokens(100, 0, 10, 0))],
    [3, 'compacted', { message: 'x' }],
    [3, 'event_msg', count({ ...tokens(0, 0, 0, 0), total_tokens: 4_000 }, tokens(100, 0, 10, 0))],
    [9, 'event_msg', count(tokens(40, 0, 10, 0), tokens(140, 0, 20, 0))],
  ]);
  assert.deepEqual(
    usages(told).map((usage) => usage?.fresh),
    [100, 40],
  );
});

test('the model is that of the turn, and the tools those of the reply', () => {
  const told = read([
    [0, 'session_meta', head('t')],
    [0, 'turn_context', turn('gpt-5')],
    [1, 'response_item', { type: 'function_call', name: 'shell', arguments: '{}' }],
    [1, 'response_item', { type: 'custom_tool_call', name: 'apply_patch', input: '' }],
    [2, 'event_msg', count(tokens(100, 0, 10, 0), tokens(100, 0, 10, 0))],
    [3, 'response_item', { type: 'function_call_output', output: 'x' }],
    [5, 'turn_context', turn('o3')],
    [6, 'event_msg', count(tokens(100, 0, 10, 0), tokens(200, 0, 20, 0))],
  ]);
  assert.deepEqual(
    told.map(({ facts, tools }) => [facts.model, tools, facts.provider]),
    [
      ['gpt-5', ['shell', 'apply_patch'], 'openai'],
      ['o3', undefined, 'openai'],
    ],
  );
});

test('what was said tells nothing, whatever it quotes, and hides no call beside it', () => {
  const quoted = JSON.stringify({ type: 'event_msg', payload: count(tokens(9, 0, 9, 0), tokens(9, 0, 9, 0)) });
  const said = ['message', 'reasoning', 'function_call_output', 'custom_tool_call_output'].map(
    (type) => [1, 'response_item', { type, name: 'no', output: quoted, content: [{ text: quoted }] }] as const,
  );
  const told = read([
    [0, 'session_meta', head('t')],
    [0, 'turn_context', turn('gpt-5')],
    ...said,
    [1, 'response_item', { type: 'function_call', name: 'shell', arguments: quoted }],
    ...said,
    [2, 'event_msg', count(tokens(100, 0, 10, 0), tokens(100, 0, 10, 0))],
    ...said,
  ]);
  assert.deepEqual(
    told.map(({ usage, tools }) => [usage?.fresh, tools]),
    [[100, ['shell']]],
  );
});

/** UUIDs of version 7, minted so many seconds after the start. */
function minted(seconds: number): string {
  const hex = (START + seconds * 1_000).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000001`;
}

const history = (at: number, turnId?: string) =>
  [
    [at, 'session_meta', head('parent')],
    [at, 'turn_context', turn('gpt-5', turnId)],
    [at, 'event_msg', user],
    [at, 'response_item', { type: 'function_call', name: 'shell' }],
    [at, 'event_msg', count(tokens(100, 0, 10, 0), tokens(100, 0, 10, 0))],
    [at, 'event_msg', count(tokens(200, 0, 20, 0), tokens(300, 0, 30, 0))],
  ] as const;

test('a fork’s copy of its parent’s calls is left out, whether its turns’ ids tell when they began or not', () => {
  const own = (turnId?: string) =>
    [
      [60, 'turn_context', turn('gpt-5', turnId)],
      [60, 'event_msg', user],
      [63, 'event_msg', count(tokens(400, 0, 40, 0), tokens(700, 0, 70, 0))],
    ] as const;
  const withIds = read([
    [59, 'session_meta', head(minted(59), { forked_from_id: minted(0) })],
    ...history(59, minted(1)),
    // A long copy may take Codex more than a moment.
    ...history(59.9, minted(2)),
    ...own(minted(60)),
  ]);
  const withoutIds = read([[59, 'session_meta', head('fork', { forked_from_id: 'parent' })], ...history(59), ...own()]);
  const untold = read([[59, 'session_meta', head('fork')], ...history(59), ...own()]);
  for (const told of [withIds, withoutIds, untold]) {
    assert.deepEqual(usages(told), [{ fresh: 400, cacheRead: 0, text: 40, reasoning: 0 }]);
    assert.deepEqual(told[0]?.tools, undefined, 'no tool of the copy is its own');
    assert.notEqual(told[0]?.facts.sessionId, 'parent');
  }
});

test('an older sub-agent’s session is its parent’s', () => {
  const told = read([
    [9, 'session_meta', head('sub', { source: { subagent: { thread_spawn: { parent_thread_id: 'parent' } } } })],
    [9, 'turn_context', turn('gpt-5')],
    [12, 'event_msg', count(tokens(100, 0, 10, 0), tokens(100, 0, 10, 0))],
  ]);
  assert.deepEqual(
    told.map(({ facts }) => [facts.sessionId, facts.subagentId]),
    [['parent', 'sub']],
  );
});

test('a log from before heads and counts had their shape tells nothing wrong, and one cut off at its beginning keeps its thread', () => {
  const reader = codexImporter.reader(PATH, undefined);
  for (const line of [
    { id: 'x', timestamp: '2025-05-01T10:00:00Z', instructions: null },
    { type: 'message', role: 'user', content: [] },
    { record_type: 'state' },
    { type: 'function_call', name: 'shell', arguments: '{}', call_id: 'c' },
  ]) {
    assert.deepEqual(reader.line(Buffer.from(JSON.stringify(line))), { observations: [] });
  }
  const [call] = read([[2, 'event_msg', count(tokens(100, 0, 10, 0), tokens(100, 0, 10, 0))]]);
  assert.equal(call?.facts.sessionId, '0199a000-0000-7000-8000-000000000001');
});

test('a line is known by its kind however long it is, and a short one in whatever order it is written', () => {
  const long = 'x'.repeat(20_000);
  const told = read([
    [0, 'session_meta', head('t', { base_instructions: { text: long } })],
    [1, 'response_item', { type: 'function_call', name: 'shell', arguments: long }],
    [2, 'event_msg', count(tokens(100, 0, 10, 0), tokens(100, 0, 10, 0))],
  ]);
  assert.deepEqual(
    told.map(({ facts, tools }) => [facts.sessionId, tools]),
    [['t', ['shell']]],
  );
  const payload = {
    info: { last_token_usage: tokens(5, 0, 1, 0) },
    rate_limits: { note: 'x'.repeat(600) },
    type: 'token_count',
  };
  const line = JSON.stringify({ payload, type: 'event_msg', timestamp: new Date(START).toISOString() }, null, 1);
  const reader = codexImporter.reader(PATH, undefined);
  assert.equal(reader.line(Buffer.from(line.replaceAll('\n', ' '))).observations.length, 1);
});

test('an archived log’s calls are the same calls', () => {
  const bytes = readFileSync(fixturePath('codex/codex-1.jsonl'));
  const name = 'rollout-2026-11-22T04-50-41-01a20197-9771-7c70-8dec-01580236031f.jsonl';
  const [live, archived] = [`/c/sessions/2026/11/22/${name}`, `/c/archived_sessions/${name}`].map((path) =>
    readInChunks(codexImporter, path, bytes, [bytes.length]),
  );
  assert.deepEqual(archived, live);
});

test('only OpenAI’s own response ids name a call elsewhere', () => {
  const record = (response_id: string) => ({
    thread_id: 't',
    turn_id: 'u',
    response_id,
    usage: tokens(100, 0, 10, 0),
  });
  const long = `resp_${'0a'.repeat(24)}`;
  const told = read([
    [0, 'session_meta', head('t')],
    [1, 'token_usage_record', record('resp_1')],
    [2, 'token_usage_record', record(long)],
    [3, 'token_usage_record', { ...record(long), thread_id: 'parent' }],
  ]);
  assert.deepEqual(
    told.map(({ identities }) => identities),
    [undefined, [`openai-response:${long}`]],
  );
});

test('a provider of the user’s own naming is nobody’s price list', () => {
  const told = (model_provider: string | undefined, model: string) =>
    read([
      [0, 'session_meta', head('t', { model_provider })],
      [0, 'turn_context', turn(model)],
      [1, 'event_msg', count(tokens(100, 0, 10, 0), tokens(100, 0, 10, 0))],
    ])[0]?.facts.provider;
  assert.deepEqual(
    [told('openai', 'gpt-5'), told('mine', 'gpt-5'), told('ollama', 'gpt-oss:20b'), told(undefined, 'gpt-5')],
    ['openai', undefined, 'ollama', 'openai'],
  );
  assert.equal(told(undefined, 'qwen3'), undefined);
});

test('whatever is repeated and wherever reading stops, the tokens of a thread are its last sum', () => {
  const call = fc.record({
    input: fc.integer({ min: 1, max: 9_000 }),
    output: fc.nat({ max: 900 }),
    repeats: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(call, { minLength: 1, maxLength: 12 }), fc.boolean(), fc.nat(), (calls, withLast, cut) => {
      let [input, output] = [0, 0];
      const lines = calls.flatMap((each, index) => {
        [input, output] = [input + each.input, output + each.output];
        const last = withLast ? tokens(each.input, 0, each.output, 0) : undefined;
        const payload = count(last, tokens(input, 0, output, 0));
        const timestamp = new Date(START + index * 5_000).toISOString();
        const line = Buffer.from(JSON.stringify({ timestamp, type: 'event_msg', payload }));
        return Array.from({ length: 1 + each.repeats }, () => line);
      });
      let reader = codexImporter.reader(PATH, undefined);
      const told = lines.flatMap((line, index) => {
        if (index === cut % lines.length)
          reader = codexImporter.reader(PATH, JSON.parse(JSON.stringify(reader.state())) as Json);
        return reader.line(line).observations;
      });
      assert.equal(told.length, calls.length);
      assert.equal(
        told.reduce((sum, { usage }) => sum + (usage?.fresh ?? 0), 0),
        input,
      );
      assert.equal(
        told.reduce((sum, { usage }) => sum + (usage?.text ?? 0), 0),
        output,
      );
    }),
  );
});

test('the plan’s limits: both windows, and either way of telling their end', () => {
  const primary = { used_percent: 12.5, window_minutes: 300, resets_at: 1_795_700_000 };
  const secondary = { used_percent: 40, window_minutes: 10_080, resets_in_seconds: 60 };
  assert.deepEqual(rateLimitsOf({ rate_limits: { limit_id: 'codex', primary, secondary, plan_type: 'pro' } }, 5_000), [
    {
      limitId: 'codex',
      window: 'primary',
      usedPercent: 12.5,
      windowMinutes: 300,
      resetsAt: 1_795_700_000_000,
      planType: 'pro',
    },
    {
      limitId: 'codex',
      window: 'secondary',
      usedPercent: 40,
      windowMinutes: 10_080,
      resetsAt: 65_000,
      planType: 'pro',
    },
  ]);
  assert.deepEqual(rateLimitsOf({ rate_limits: { primary: null, secondary: null } }, 0), []);
  assert.deepEqual(rateLimitsOf({ rate_limits: { primary: { used_percent: 3 } } }, 0), [
    {
      limitId: undefined,
      window: 'primary',
      usedPercent: 3,
      windowMinutes: undefined,
      resetsAt: undefined,
      planType: undefined,
    },
  ]);
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), (value, at) => {
      rateLimitsOf(value, at);
      rateLimitsOf({ rate_limits: value }, at);
      rateLimitsOf({ rate_limits: { primary: value, secondary: value } }, at);
    }),
  );
});

test('roots: live and archived sessions, below the home or CODEX_HOME', () => {
  const roots = (env: Record<string, string>, platform: ImportEnvironment['platform'] = 'linux', home = '/home/dev') =>
    codexImporter.roots({ home, platform, env, codeUserFolders: [] });
  assert.deepEqual(roots({}), ['/home/dev/.codex/sessions', '/home/dev/.codex/archived_sessions']);
  assert.deepEqual(roots({ CODEX_HOME: '~/c' }), ['/home/dev/c/sessions', '/home/dev/c/archived_sessions']);
  assert.deepEqual(roots({}, 'win32', 'C:\\Users\\dev')[0], 'C:\\Users\\dev\\.codex\\sessions');
});

test('the plan’s windows are told as readings, each once', () => {
  const reader = codexImporter.reader('/codex/sessions/2026/11/26/rollout-a.jsonl', undefined);
  const count = (seconds: number, primary: number, secondary: number) =>
    reader.line(
      Buffer.from(
        JSON.stringify({
          timestamp: new Date(Date.UTC(2026, 10, 26, 9, 0, seconds)).toISOString(),
          type: 'event_msg',
          payload: {
            type: 'token_count',
            info: null,
            rate_limits: {
              plan_type: 'plus',
              primary: { used_percent: primary, window_minutes: 299 + 1, resets_in_seconds: 3_600 - seconds },
              secondary: { used_percent: secondary, window_minutes: 10_080, resets_at: 1_795_000_000 },
            },
          },
        }),
      ),
    ).quotas ?? [];
  const told = (seconds: number, primary: number, secondary: number) =>
    count(seconds, primary, secondary).map(({ quota: { window, usedShare } }) => [window, usedShare]);
  assert.deepEqual(told(0, 62, 31), [
    ['5h', 0.62],
    ['week', 0.31],
  ]);
  assert.deepEqual(told(1, 62, 31), [], 'the same again');
  assert.deepEqual(told(2, 63, 31), [['5h', 0.63]]);
  const [reading] = count(3, 64, 31);
  assert.deepEqual(reading, {
    kind: 'quota',
    callId: `quota:codex-log:codex:5h:${Date.UTC(2026, 10, 26, 9, 0, 3)}`,
    at: Date.UTC(2026, 10, 26, 9, 0, 3),
    source: 'codex-log',
    quota: {
      agent: 'codex',
      plan: 'plus',
      window: '5h',
      windowMinutes: 300,
      usedShare: 0.64,
      resetsAt: Date.UTC(2026, 10, 26, 10),
    },
  });
});
