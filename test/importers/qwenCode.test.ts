import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../../src/core/chat.ts';
import type { Observation } from '../../src/core/ledger/event.ts';
import { qwenCodeImporter } from '../../src/importers/qwenCode/index.ts';
import type { ImportEnvironment } from '../../src/ports.ts';
import { type LineSample, latest, lineImporterContract, usages } from '../contract/importer.ts';

const PATH = '/home/dev/.qwen/projects/-home-dev-work/chats/s.jsonl';

function content(line: Readonly<Record<string, unknown>>): readonly unknown[] {
  const { parts = [] } = (line.message ?? {}) as { parts?: readonly Record<string, Record<string, unknown>>[] };
  const { uiEvent } = (line.systemPayload ?? {}) as { uiEvent?: Record<string, unknown> };
  const texts = parts.map(({ text, functionCall, functionResponse }) => [
    text,
    functionCall?.args,
    functionResponse?.response,
  ]);
  const { resultDisplay } = (line.toolCallResult ?? {}) as { resultDisplay?: Record<string, unknown> };
  return [texts, uiEvent?.response_text, uiEvent?.function_args, resultDisplay?.taskPrompt, resultDisplay?.result];
}

function sample(file: string, expect: LineSample['expect']): LineSample {
  const facts = ['/home/dev/work', 'general-purpose'];
  return { file: `qwen-code/${file}.jsonl`, path: PATH, content, facts, expect };
}

/** What call `n` of the scripted endpoint served. */
function served(n: number) {
  return { fresh: 2_000 + 90 * n, cacheRead: 1_000 + 10 * n, text: 20, reasoning: 10 + n };
}

lineImporterContract(qwenCodeImporter, [
  sample('qwen-code', (calls) => {
    const usage = { fresh: 952, cacheRead: 2_048, text: 7, reasoning: 0 };
    assert.deepEqual(usages(calls), [usage, usage], 'the one in the background too, each once');
    assert.deepEqual(calls[0], {
      kind: 'settled',
      callId: 'qwen-code:4bf51339-d9c6-4e8b-83a1-058fbe038455',
      at: Date.parse('2026-11-22T05:11:36.730Z'),
      source: 'qwen-code-log',
      facts: {
        agent: 'qwen-code',
        agentVersion: '0.15.10',
        sessionId: '70387eb2-5a19-4b64-bfe9-7f42b711ff9a',
        runId: 'qwen-code:148d16dc-7198-4656-982f-5d3420c7ff38',
        model: 'fake-model',
        folder: '/home/dev/work',
      },
      usage,
      usageBasis: 'reported',
      latency: { totalMs: 47 },
    });
    assert.equal(calls[1]?.facts.subagentId, 'managed-auto-memory-extractor');
  }),
  sample('with-subagent', (calls) => {
    assert.deepEqual(usages(calls), [1, 2, 3, 4].map(served));
    assert.deepEqual(
      calls.map(({ tools }) => tools),
      [['read_file'], ['agent'], undefined, undefined],
    );
    assert.deepEqual(
      calls.map(({ facts }) => facts.subagentId),
      [undefined, undefined, 'general-purpose', undefined],
    );
    assert.equal(new Set(calls.map(({ facts }) => facts.runId)).size, 1);
  }),
]);

interface Told {
  readonly uuid: string;
  readonly counts?: readonly [input: number, cached: number, output: number, thoughts: number, total: number];
}

const line = (uuid: string, more: object) => ({ uuid, sessionId: 's', timestamp: '2026-11-22T05:00:00.000Z', ...more });
const measured = ({ uuid, counts = [100, 40, 10, 4, 110] }: Told, subagent?: string) =>
  line(uuid, {
    type: 'system',
    subtype: 'ui_telemetry',
    systemPayload: {
      uiEvent: {
        'event.name': 'qwen-code.api_response',
        model: 'm',
        input_token_count: counts[0],
        cached_content_token_count: counts[1],
        output_token_count: counts[2],
        thoughts_token_count: counts[3],
        total_token_count: counts[4],
        subagent_name: subagent,
      },
    },
  });
const reply = ({ uuid, counts = [100, 40, 10, 4, 110] }: Told) =>
  line(uuid, {
    type: 'assistant',
    model: 'm',
    message: { parts: [{ functionCall: { name: 'ls' } }] },
    usageMetadata: {
      promptTokenCount: counts[0],
      cachedContentTokenCount: counts[1],
      candidatesTokenCount: counts[2],
      thoughtsTokenCount: counts[3],
      totalTokenCount: counts[4],
    },
  });

function read(lines: readonly object[]): readonly Observation[] {
  const reader = qwenCodeImporter.reader(PATH, undefined);
  return lines.flatMap((each) => reader.line(Buffer.from(JSON.stringify(each))).observations);
}

test('a call counts once, whichever of its lines comes first, and where only one of them comes', () => {
  const both = latest(read([measured({ uuid: 'm1' }), reply({ uuid: 'r1' })]));
  const turned = latest(read([reply({ uuid: 'r1' }), measured({ uuid: 'm1' })]));
  assert.deepEqual([both.length, turned.length], [1, 1]);
  assert.deepEqual(both[0]?.tools, ['ls']);
  assert.deepEqual(turned[0]?.tools, ['ls']);
  assert.equal(latest(read([measured({ uuid: 'm1' })])).length, 1);
  assert.equal(latest(read([reply({ uuid: 'r1' })])).length, 1);
});

test('equal calls one after the other stay apart, and a sub-agent’s is nobody’s reply', () => {
  const told = read([
    measured({ uuid: 'm1' }),
    reply({ uuid: 'r1' }),
    measured({ uuid: 'm2' }, 'explore'),
    measured({ uuid: 'm3' }),
    reply({ uuid: 'r3' }),
  ]);
  assert.deepEqual(
    latest(told).map(({ callId, tools }) => [callId, tools]),
    [
      ['qwen-code:m1', ['ls']],
      ['qwen-code:m2', undefined],
      ['qwen-code:m3', ['ls']],
    ],
  );
});

test('thoughts are part of the output, unless the total has room for both', () => {
  const usage = (total: number) => usages(read([measured({ uuid: 'm', counts: [100, 0, 10, 4, total] })]))[0];
  assert.deepEqual(usage(110), { fresh: 100, cacheRead: 0, text: 6, reasoning: 4 });
  assert.deepEqual(usage(114), { fresh: 100, cacheRead: 0, text: 10, reasoning: 4 });
});

test('in any mixture of conversation and background, and wherever reading stops, each call counts once', () => {
  const call = fc.record({
    input: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom('conversation', 'background'),
  });
  fc.assert(
    fc.property(fc.array(call, { minLength: 1, maxLength: 20 }), fc.boolean(), fc.nat(), (calls, isMeasured, cut) => {
      const lines = calls.flatMap(({ input, kind }, index) => {
        const counts = [input, 0, 1, 0, input + 1] as const;
        const [m, r] = [
          { uuid: `m${index}`, counts },
          { uuid: `r${index}`, counts },
        ];
        if (kind === 'background') return [measured(m, 'helper')];
        return isMeasured ? [measured(m), reply(r)] : [reply(r)];
      });
      let reader = qwenCodeImporter.reader(PATH, undefined);
      const told = lines.flatMap((each, index) => {
        if (index === cut % lines.length)
          reader = qwenCodeImporter.reader(PATH, JSON.parse(JSON.stringify(reader.state())) as Json);
        return reader.line(Buffer.from(JSON.stringify(each))).observations;
      });
      assert.equal(latest(told).length, calls.length);
    }),
  );
});

test('roots: below the home, or where its variables point', () => {
  const roots = (env: Record<string, string>, platform: ImportEnvironment['platform'] = 'linux', home = '/home/dev') =>
    qwenCodeImporter.roots({ home, platform, env, codeUserFolders: [] });
  assert.deepEqual(roots({}), ['/home/dev/.qwen/projects']);
  assert.deepEqual(roots({ QWEN_HOME: '/q', QWEN_RUNTIME_DIR: '~/r' }), ['/home/dev/r/projects']);
  assert.deepEqual(roots({ QWEN_HOME: '/q' }), ['/q/projects']);
  assert.deepEqual(roots({}, 'win32', 'C:\\Users\\dev'), ['C:\\Users\\dev\\.qwen\\projects']);
  assert.ok(qwenCodeImporter.matches('C:\\Users\\dev\\.qwen\\projects\\p\\chats\\s.jsonl'));
  assert.ok(!qwenCodeImporter.matches('/home/dev/.qwen/projects/p/memory/notes.jsonl'));
});
