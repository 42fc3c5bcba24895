// What agents' own logs tell of their tool calls while they are being written: recorded logs, and lines as they come.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ToldCalls } from '../../src/importers/callReader.ts';
import { importers } from '../../src/importers/index.ts';
import { watchCalls } from '../../src/importers/watchCalls.ts';
import type { DatabaseImporter, DocumentImporter, LineImporter } from '../../src/ports.ts';
import { databaseOf } from '../contract/importer.ts';

const fixture = (path: string) => join(import.meta.dirname, '../fixtures', path);

/** The importer of a source as the worker uses it, at an instant, and what it tells. */
function watched<Of>(id: string, at: string | number) {
  const steps = new Map<string, ToldCalls>();
  const now = typeof at === 'string' ? Date.parse(at) : at;
  const told = (calls: readonly ToldCalls[]) => {
    for (const call of calls) steps.set(call.callId, call);
  };
  const importer = watchCalls(importers, { now: () => now, told }).find((each) => each.id === id);
  assert.ok(importer);
  return { importer: importer as Of, steps };
}

/** Reads lines; returns which model calls were observed, and what was told of their tools. */
function lines(id: string, at: string, content: string, path = '/x.jsonl') {
  const { importer, steps } = watched<LineImporter>(id, at);
  const reader = importer.reader(path, undefined);
  const observed = new Set<string>();
  for (const line of content.split('\n').filter(Boolean))
    for (const { callId } of reader.line(Buffer.from(line)).observations) observed.add(callId);
  return { observed, steps: [...steps.values()] };
}

const flags = (steps: readonly ToldCalls[]) =>
  steps.map(({ actions }) => actions.map(({ kind, failed }) => `${kind} ${failed}`));

test('a recorded session of each agent tells its calls with their results, by the ids of its model calls', () => {
  for (const [id, file, at, said] of [
    [
      'claude-code-log',
      'claude-code/claude-code-0d8ec70c.jsonl',
      '2026-11-22T05:16:55Z',
      [['read false'], ['read false']],
    ],
    [
      'codex-log',
      'codex/rollout-2026-11-26T10-49-43-01a21779-b95f-7272-b12e-7e6155bc4868.jsonl',
      '2026-11-26T10:50:00Z',
      [['run true']],
    ],
    ['gemini-cli-log', 'gemini-cli/chats/session-2026-11-26T10-49-a2aa85b6.jsonl', '2026-11-26T10:50:00Z', undefined],
    ['qwen-code-log', 'qwen-code/with-subagent.jsonl', '2026-11-26T10:45:00Z', undefined],
    ['copilot-events', 'copilot/cli/events.jsonl', '2026-11-26T10:49:00Z', [['read false', 'run false']]],
  ] as const) {
    const content = readFileSync(fixture(file), 'utf8');
    const { observed, steps } = lines(id, at, content, `/${file}`);
    assert.ok(steps.length > 0, id);
    for (const { callId, actions } of steps) {
      assert.ok(observed.has(callId), `${id} ${callId}`);
      assert.ok(
        actions.every(({ key }) => key !== undefined),
        id,
      );
    }
    assert.ok(
      steps.some(({ actions }) => actions.some(({ failed }) => failed !== undefined)),
      id,
    );
    if (said) assert.deepEqual(flags(steps), said, id);
    assert.ok(!/SECRET|home|a\.ts/.test(JSON.stringify(steps)), id);
    // An hour later it is the past, which is not looked into.
    assert.deepEqual(lines(id, '2026-11-26T12:00:00Z', content).steps, [], id);
  }
});

test('Claude Code: the same call again, a command that fails, an edit and a test', () => {
  const at = '2026-11-26T10:00:00.000Z';
  const common = { timestamp: at, sessionId: 's', cwd: '/w' };
  const call = (index: number, name: string, input: object) => ({
    ...common,
    type: 'assistant',
    uuid: `a${index}`,
    requestId: `r${index}`,
    message: {
      id: `m${index}`,
      role: 'assistant',
      model: 'claude-opus-4-5',
      content: [{ type: 'tool_use', id: `t${index}`, name, input }],
      usage: { input_tokens: 5, output_tokens: 9 },
    },
  });
  const result = (index: number, isError?: boolean) => ({
    ...common,
    type: 'user',
    uuid: `u${index}`,
    message: { content: [{ type: 'tool_result', tool_use_id: `t${index}`, content: 'text', is_error: isError }] },
  });
  const log = [
    call(1, 'Bash', { command: 'npm run build' }),
    result(1, true),
    call(2, 'Bash', { command: 'npm run build' }),
    result(2, true),
    call(3, 'Edit', { file_path: '/w/a.ts', old_string: 'a', new_string: 'b' }),
    result(3),
    call(4, 'Bash', { command: 'npm test' }),
    result(4),
  ];
  const { steps } = lines('claude-code-log', at, log.map((line) => JSON.stringify(line)).join('\n'));
  assert.deepEqual(flags(steps), [['run true'], ['run true'], ['edit false'], ['test false']]);
  assert.equal(steps[0]?.actions[0]?.key, steps[1]?.actions[0]?.key);
  assert.equal(steps[2]?.actions[0]?.files?.length, 1);
});

test('Codex: a patch, a shell’s exit code, and a result that comes before its call is counted', () => {
  const at = '2026-11-26T10:00:00.000Z';
  const item = (payload: object) => ({ timestamp: at, type: 'response_item', payload });
  const counted = (total: number) => ({
    timestamp: at.replace('00.000', `0${Math.floor(total)}.000`),
    type: 'event_msg',
    payload: {
      type: 'token_count',
      info: { total_token_usage: { input_tokens: 100 * total, output_tokens: total, total_tokens: 101 * total } },
    },
  });
  const log = [
    // The first call that is told shows that somebody is at work.
    counted(0.5),
    item({ type: 'custom_tool_call', name: 'apply_patch', call_id: 'c1', input: '*** Update File: a.ts\n' }),
    counted(1),
    item({
      type: 'custom_tool_call_output',
      call_id: 'c1',
      output: '{"output":"Success.","metadata":{"exit_code":0}}',
    }),
    item({ type: 'function_call', name: 'shell', call_id: 'c2', arguments: '{"command":["bash","-lc","npm test"]}' }),
    item({ type: 'function_call_output', call_id: 'c2', output: 'Exit code: 1\nOutput: x' }),
    counted(2),
  ];
  const { steps } = lines('codex-log', at, log.map((line) => JSON.stringify(line)).join('\n'));
  assert.deepEqual(flags(steps), [['edit false'], ['test true']]);
});

test('OpenCode: the calls of a message with their status', () => {
  const { importer, steps } = watched<DatabaseImporter>('opencode-store', 1795689755000);
  const { observations } = importer.read(databaseOf(readFileSync(fixture('opencode/opencode.sql'), 'utf8')), undefined);
  const ids = new Set(observations.map(({ callId }) => callId));
  assert.ok(steps.size > 0 && [...steps.keys()].every((id) => ids.has(id)));
  assert.ok(
    flags([...steps.values()])
      .flat()
      .includes('read false'),
  );
});

test('Cline: a session that is written on, and a task whose edit fails', () => {
  function twice(id: string, path: string, at: number, items: readonly object[], name: string | undefined) {
    const { importer, steps } = watched<DocumentImporter>(id, at);
    const ids = new Set<string>();
    for (let reading = 0; reading < 2; reading++) {
      const reader = importer.reader(path);
      for (const item of items) reader.item({ path, name, bytes: Buffer.from(JSON.stringify(item)) });
      for (const { callId } of reader.end().observations) ids.add(callId);
      // What is read for the first time may be the past.
      if (reading === 0) assert.equal(steps.size, 0);
    }
    for (const callId of steps.keys()) assert.ok(ids.has(callId), callId);
    return flags([...steps.values()]);
  }
  const session = fixture('cline/sessions/1795690810888_4t6kt/1795690810888_4t6kt.messages.json');
  const { messages } = JSON.parse(readFileSync(session, 'utf8'));
  assert.deepEqual(twice('cline-session', session, 1795690812000, messages, 'messages'), [['read false', 'run false']]);
  const path = '/s/saoudrizwan.claude-dev/tasks/1795690000000/ui_messages.json';
  const tokens = JSON.stringify({ tokensIn: 5, tokensOut: 5 });
  const task = [
    { ts: 1795690000000, say: 'task', text: 'x' },
    { ts: 1795690000100, say: 'api_req_started', text: tokens },
    { ts: 1795690000200, ask: 'tool', text: JSON.stringify({ tool: 'editedExistingFile', path: 'a.ts' }) },
    { ts: 1795690000300, say: 'diff_error', text: 'a.ts' },
    { ts: 1795690000400, say: 'api_req_started', text: tokens },
    { ts: 1795690000500, ask: 'command', text: 'npm test' },
    { ts: 1795690000600, say: 'api_req_started', text: tokens },
  ];
  assert.deepEqual(twice('cline-task', path, 1795690001000, task, undefined), [['edit true'], ['test undefined']]);
});

test('whatever stands in a line that is being written, nothing throws and nothing changes for the reader of calls', () => {
  const words = ['tool_use', 'tool_result', 'toolCalls', 'functionCall', 'toolCallResult', '_call', '_call_output'];
  for (const id of ['claude-code-log', 'codex-log', 'gemini-cli-log', 'qwen-code-log', 'copilot-events']) {
    const inner = importers.find((each) => each.id === id) as LineImporter;
    fc.assert(
      fc.property(fc.constantFrom(...words), fc.jsonValue(), fc.jsonValue(), (word, value, other) => {
        const { importer } = watched<LineImporter>(id, '2026-11-26T10:50:00Z');
        const line = Buffer.from(
          JSON.stringify({ type: word, message: { content: value, parts: value }, [word]: other }),
        );
        assert.deepEqual(importer.reader('/x', undefined).line(line), inner.reader('/x', undefined).line(line));
      }),
      { numRuns: 60 },
    );
  }
});
