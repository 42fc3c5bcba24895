import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import type { Observation } from '../../src/core/ledger/event.ts';
import { claudeCodeImporter } from '../../src/importers/claudeCode/index.ts';
import type { ImportEnvironment } from '../../src/ports.ts';
import { type LineSample, latest, lineImporterContract, usages } from '../contract/importer.ts';

const SUBAGENT_SESSION = '42ee9372-1728-4a39-875b-fb9a3586c500';

function content(line: Readonly<Record<string, unknown>>): readonly unknown[] {
  const message = line.message as { content?: unknown } | undefined;
  // Names of tools are kept, and ids are no text.
  const blocks = Array.isArray(message?.content)
    ? message.content.map(({ name: _, id: __, tool_use_id: ___, type: ____, ...rest }) => rest)
    : message?.content;
  return [blocks, line.toolUseResult, line.attachment, line.lastPrompt, line.content];
}

function sample(file: string, expect: LineSample['expect']): LineSample {
  return { file: `claude-code/${file}.jsonl`, content, facts: ['/home/dev/work', 'claude-opus-4-8'], expect };
}

lineImporterContract(claudeCodeImporter, [
  sample('claude-code-6fc4a475', (calls) => {
    assert.deepEqual(calls, [
      {
        kind: 'settled',
        callId: 'claude-code:msg_1:req_x',
        at: Date.parse('2026-11-22T04:49:31.268Z'),
        source: 'claude-code-log',
        facts: {
          agent: 'claude-code',
          agentVersion: '2.1.197',
          sessionId: '6fc4a475-97a5-4140-a2a2-9a62c0bee223',
          runId: 'claude-code:f5022af7-e632-4635-b416-e51b94eebfcb',
          model: 'claude-opus-4-8',
          provider: 'anthropic',
          folder: '/home/dev/work',
        },
        identities: ['anthropic-message:msg_1', 'anthropic-request:req_x'],
        usage: { fresh: 12, cacheRead: 2_000, cacheWrite: 1_000, text: 7 },
        usageBasis: 'reported',
        finish: 'stop',
      },
    ]);
  }),
  sample('claude-code-0d8ec70c', (calls) => {
    assert.deepEqual(usages(calls), [
      { fresh: 10, cacheRead: 0, cacheWrite: 17_000, text: 30 },
      { fresh: 10, cacheRead: 17_000, cacheWrite: 300, text: 30 },
      { fresh: 10, cacheRead: 17_000, cacheWrite: 300, text: 3 },
    ]);
    assert.deepEqual(
      calls.map(({ tools }) => tools),
      [['Read'], ['Read'], undefined],
    );
    assert.deepEqual(
      calls.map(({ finish }) => finish),
      ['toolCalls', 'toolCalls', 'stop'],
    );
    assert.equal(new Set(calls.map(({ facts }) => facts.runId)).size, 1);
  }),
  sample('claude-code-57300c71', (calls) => {
    // A local server: four calls, and no fifth for Claude Code's own error line.
    assert.deepEqual(usages(calls), [
      { fresh: 2_794, cacheRead: 0, cacheWrite: 0, cacheWriteHour: 0, text: 64 },
      { fresh: 104, cacheRead: 2_793, cacheWrite: 0, cacheWriteHour: 0, text: 64 },
      { fresh: 106, cacheRead: 2_896, cacheWrite: 0, cacheWriteHour: 0, text: 64 },
      { fresh: 110, cacheRead: 3_001, cacheWrite: 0, cacheWriteHour: 0, text: 64 },
    ]);
    for (const { facts, finish } of calls) {
      assert.equal(facts.provider, undefined, 'whose model it was is not in the log');
      assert.equal(finish, 'length');
    }
  }),
  sample('claude-code-d96c787e', (calls) => {
    assert.deepEqual(usages(calls), [{ fresh: 0, cacheRead: 0, cacheWrite: 0, cacheWriteHour: 0, text: 0 }]);
  }),
  sample(`with-subagent/${SUBAGENT_SESSION}`, (calls) => {
    assert.deepEqual(usages(calls), [
      { fresh: 10, cacheRead: 0, cacheWrite: 17_000, cacheWriteHour: 0, text: 30 },
      { fresh: 10, cacheRead: 17_000, cacheWrite: 300, cacheWriteHour: 200, text: 3 },
    ]);
    assert.deepEqual(calls[0]?.tools, ['Read', 'Agent'], 'one message of three lines');
    assert.equal(calls[0]?.facts.subagentId, undefined);
  }),
  sample(`with-subagent/${SUBAGENT_SESSION}/subagents/agent-a4b2dc766abb3cacf`, (calls) => {
    assert.deepEqual(usages(calls), [{ fresh: 50, cacheRead: 0, cacheWrite: 400, cacheWriteHour: 0, text: 9 }]);
    assert.equal(calls[0]?.facts.subagentId, 'a4b2dc766abb3cacf');
    assert.equal(calls[0]?.facts.sessionId, SUBAGENT_SESSION);
    assert.equal(calls[0]?.facts.runId, 'claude-code:47c614a2-8034-4e40-bf43-b087066c8158', "its parent's run");
  }),
]);

/** Lines as an older Claude Code writes them: no `promptId`, usage that grows with a message's lines. */
function read(lines: readonly object[], path = '/home/dev/.claude/projects/p/s.jsonl'): readonly Observation[] {
  const reader = claudeCodeImporter.reader(path, undefined);
  return lines.flatMap((line) => reader.line(Buffer.from(JSON.stringify(line))).observations);
}

function reply(id: string, output: number, extra: object = {}): object {
  return {
    type: 'assistant',
    timestamp: `2026-11-22T05:00:0${output % 10}.000Z`,
    sessionId: 's',
    requestId: `req_${id}`,
    message: { id, model: 'claude-sonnet-5', content: [], usage: { input_tokens: 4, output_tokens: output } },
    ...extra,
  };
}

test('the greatest output of a message stands, and a line that adds nothing is not told again', () => {
  const told = read([reply('m', 1), reply('m', 1), reply('m', 8), reply('m', 3)]);
  assert.deepEqual(
    told.map(({ usage }) => usage?.text),
    [1, 8],
  );
  assert.deepEqual(new Set(told.map(({ callId }) => callId)), new Set(['claude-code:m:req_m']));
});

test('without prompt ids a run begins with what a person said, not with tool results, notes or sub-agents', () => {
  const user = (uuid: string, extra: object = {}) => ({ type: 'user', uuid, message: { content: 'x' }, ...extra });
  const told = read([
    user('u1'),
    reply('m1', 1),
    user('u2', { message: { content: [{ type: 'tool_result', tool_use_id: 't' }] } }),
    user('u3', { isMeta: true }),
    user('u4', { isSidechain: true }),
    user('u5', { isCompactSummary: true }),
    reply('m2', 2, { isSidechain: true }),
    user('u6', { message: { content: [{ type: 'text', text: 'and now' }] } }),
    reply('m3', 3),
  ]);
  assert.deepEqual(
    told.map(({ facts }) => facts.runId),
    ['claude-code:u1', 'claude-code:u1', 'claude-code:u6'],
  );
  assert.deepEqual(
    told.map(({ facts }) => facts.subagentId),
    [undefined, 'sidechain', undefined],
  );
});

test('a copy in another file is the same call; without a request id its time keeps the calls of a careless server apart', () => {
  const [original] = read([reply('m', 1)]);
  const [copy] = read([reply('m', 1, { sessionId: 'fork', isSidechain: true })], '/p/s/subagents/agent-1.jsonl');
  assert.equal(copy?.callId, original?.callId);
  const unnamed = (output: number) => reply('same', output, { requestId: undefined });
  assert.equal(new Set([...read([unnamed(1)]), ...read([unnamed(2)])].map(({ callId }) => callId)).size, 2);
});

test("a sub-agent's reply that its parent's log repeats is the same call", () => {
  const original = reply('m', 7, { agentId: 'sub', isSidechain: true });
  const repeated = (message: object) => ({
    type: 'progress',
    timestamp: '2026-11-22T05:00:09.000Z',
    sessionId: 's',
    data: { type: 'agent_progress', agentId: 'sub', prompt: 'secret', message },
  });
  assert.deepEqual(read([repeated(original)]), read([original]));
  assert.deepEqual(read([repeated({ ...original, requestId: undefined })]), []);
  assert.deepEqual(read([original, repeated(original)]).length, 1);
});

test('spaces after separators and keys in any order change nothing', () => {
  const reader = claudeCodeImporter.reader('/p/s.jsonl', undefined);
  const spaced = JSON.stringify(reply('m', 5), null, 1).replaceAll('\n', ' ');
  assert.deepEqual(reader.line(Buffer.from(spaced)).observations, read([reply('m', 5)]));
});

test('a failed request is told with a word for what failed, and costs nothing where no tokens are logged', () => {
  const error = (word: string) => ({
    ...reply('e', 0),
    isApiErrorMessage: true,
    error: word,
    message: {
      id: `e-${word.length}`,
      model: '<synthetic>',
      content: [{ type: 'text', text: 'API Error: the secret prompt was too long' }],
      usage: { input_tokens: 0, output_tokens: 0 },
    },
  });
  const told = read([error('rate_limit'), error('the secret prompt was too long'), error('max_output_tokens')]);
  assert.deepEqual(
    told.map((each) => each.kind === 'failed' && each.fault),
    ['rate_limit', 'api_error'],
  );
  for (const { cost, facts } of told) {
    assert.deepEqual(cost, { nanoCredits: 0, confidence: 'priced', priceSource: 'no tokens used' });
    assert.equal(facts.model, undefined);
  }
});

test('a split of cache writes that says less than the total leaves the rest at the default life', () => {
  const usage = (cache_creation: object | undefined, total: number) =>
    latest(
      read([reply('m', 1, { message: { id: 'm', usage: { cache_creation_input_tokens: total, cache_creation } } })]),
    )[0]?.usage;
  assert.deepEqual(usage({ ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 4 }, 10), {
    cacheWrite: 6,
    cacheWriteHour: 4,
  });
  assert.deepEqual(usage({ ephemeral_1h_input_tokens: 10 }, 10), { cacheWrite: 0, cacheWriteHour: 10 });
  assert.deepEqual(usage(undefined, 10), { cacheWrite: 10 });
});

test('roots: the two homes, or those of CLAUDE_CONFIG_DIR', () => {
  const environment = (
    env: Record<string, string>,
    platform: ImportEnvironment['platform'] = 'linux',
    home = '/home/dev',
  ) => claudeCodeImporter.roots({ home, platform, env, codeUserFolders: [] });
  assert.deepEqual(environment({}), ['/home/dev/.claude/projects', '/home/dev/.config/claude/projects']);
  assert.deepEqual(environment({ CLAUDE_CONFIG_DIR: '/a, ~/b ,/c/projects,' }), [
    '/a/projects',
    '/home/dev/b/projects',
    '/c/projects',
  ]);
  assert.deepEqual(environment({}, 'win32', 'C:\\Users\\dev')[0], 'C:\\Users\\dev\\.claude\\projects');
});

test('what several lines tell of a reply takes the place of what the first told, as long as nobody was given that', () => {
  const reader = claudeCodeImporter.reader('/p/s.jsonl', undefined);
  const block = (output: number, name: string, stopReason?: string) => {
    const content = [{ type: 'tool_use', name }];
    const usage = { input_tokens: 9, output_tokens: output };
    const message = { id: 'msg_1', model: 'claude-opus-4-8', content, stop_reason: stopReason ?? null, usage };
    const line = { type: 'assistant', timestamp: '2026-11-22T04:49:31.268Z', requestId: 'req_1', message };
    return Buffer.from(JSON.stringify(line));
  };
  const read = (line: Buffer, told: Observation[]) =>
    reader.lineWithin?.(line, 0, line.length, told).observations ?? [];
  const told: Observation[] = [];
  told.push(...read(block(1, 'Read'), told));
  const first = structuredClone(told);
  assert.equal(first[0]?.usage?.text, 1);
  assert.deepEqual(read(block(7, 'Bash', 'tool_use'), told), []);
  assert.deepEqual(told, [{ ...first[0], usage: { fresh: 9, text: 7 }, tools: ['Read', 'Bash'], finish: 'toolCalls' }]);
  // Given away: what the next line tells is another observation.
  const later = read(block(8, 'Edit', 'tool_use'), []);
  assert.deepEqual(later[0]?.tools, ['Read', 'Bash', 'Edit']);
  assert.equal(told[0]?.usage?.text, 7);
});
