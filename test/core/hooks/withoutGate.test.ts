import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialectOf } from '../../../src/core/hooks/dialects/index.ts';
import { GUARDED_AGENTS } from '../../../src/core/hooks/hookCall.ts';
import { answerWithoutGate } from '../../../src/core/hooks/withoutGate.ts';

const BEFORE = {
  copilot: 'preToolUse',
  'claude-code': 'PreToolUse',
  codex: 'PreToolUse',
  'gemini-cli': 'BeforeTool',
  cursor: 'preToolUse',
  cline: 'PreToolUse',
} as const;
const why = (mayAsk: boolean) => ({ sentence: 'why', mayAsk });

function answer(agent: string, event: string, body: unknown, mayAsk = true) {
  const dialect = dialectOf(agent);
  assert.ok(dialect);
  return answerWithoutGate(dialect, event, body, why(mayAsk));
}

test('each agent’s reading tools pass by their names alone, everything else is denied', () => {
  for (const agent of GUARDED_AGENTS) {
    const event = BEFORE[agent];
    const [read = ''] = dialectOf(agent)?.readOnlyTools ?? [];
    assert.deepEqual(answer(agent, event, { tool_name: read, tool_input: {} }), { kind: 'pass' }, agent);
    for (const body of [{ tool_name: `${read}x` }, { tool_name: 'Write' }, {}, [], null, undefined, 'Read'])
      assert.deepEqual(answer(agent, event, body), { kind: 'deny', reason: 'why' }, `${agent} ${JSON.stringify(body)}`);
  }
});

test('Cline’s tool is found where Cline tells it', () => {
  const { readOnlyTools: [read = ''] = [] } = dialectOf('cline') ?? {};
  assert.equal(answer('cline', 'PreToolUse', { preToolUse: { toolName: read, parameters: {} } }).kind, 'pass');
  assert.equal(answer('cline', 'PreToolUse', { preToolUse: { toolName: 'execute_command' } }).kind, 'deny');
  assert.equal(answer('cline', 'PreToolUse', { tool_call: { name: read, input: {} } }).kind, 'pass');
});

test('a batch passes only where all of it reads', () => {
  const batch = (...names: readonly string[]) => ({ tool_name: 'view', toolCalls: names.map((name) => ({ name })) });
  assert.equal(answer('copilot', 'preToolUse', batch('view', 'grep')).kind, 'pass');
  assert.equal(answer('copilot', 'preToolUse', batch('view', 'bash')).kind, 'deny');
  assert.equal(answer('copilot', 'preToolUse', batch()).kind, 'deny');
  assert.equal(answer('copilot', 'preToolUse', { tool_name: 'view', toolCalls: [{ name: 'view' }, {}] }).kind, 'deny');
});

test('the developer is asked by the agent only where it would really ask, and where nobody may have been asked', () => {
  const body = { tool_name: 'Bash', permission_mode: 'default' };
  assert.deepEqual(answer('claude-code', 'PreToolUse', body), { kind: 'ask', reason: 'why' });
  assert.equal(answer('claude-code', 'PreToolUse', body, false).kind, 'deny');
  assert.equal(answer('claude-code', 'PreToolUse', { ...body, permission_mode: 'bypassPermissions' }).kind, 'deny');
  assert.equal(answer('codex', 'PreToolUse', body).kind, 'deny');
});

test('prompts and what comes after a tool pass', () => {
  for (const event of ['UserPromptSubmit', 'PostToolUse', 'Stop', 'SessionStart'])
    assert.deepEqual(answer('claude-code', event, { tool_name: 'Bash' }), { kind: 'pass' });
});
