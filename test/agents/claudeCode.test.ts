// A real Claude Code runs against a scripted endpoint; what its own log gives the importer is what the endpoint served.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { claudeCodeImporter } from '../../src/importers/claudeCode/index.ts';
import { type RequestBody, type ScriptedReply, startAnthropicEndpoint } from '../fakes/anthropicEndpoint.ts';
import { liveImport } from './liveImport.ts';

const SECRET = 'the-prompt-that-must-not-be-kept';
const SUBTASK = 'SUBTASK-look-around';

/** Reads a file and asks a sub-agent, each with a usage of its own, then ends. */
function script(file: string): (body: RequestBody) => ScriptedReply {
  let calls = 0;
  return (body) => {
    calls += 1;
    const all = JSON.stringify(body.messages);
    const usage = {
      input: 10 + calls,
      cacheWrite: 17_000 + calls,
      cacheWriteHour: calls,
      cacheRead: 2_000 * calls,
      output: 30 + calls,
    };
    if (all.includes(SUBTASK) && !all.includes(SECRET))
      return { blocks: [{ type: 'text', text: 'looked' }], usage, stop: 'end_turn' };
    if (JSON.stringify(body.messages.at(-1)).includes('tool_result'))
      return { blocks: [{ type: 'text', text: 'done' }], usage, stop: 'end_turn' };
    const agentTool = body.tools?.some(({ name }) => name === 'Task') ? 'Task' : 'Agent';
    return {
      blocks: [
        { type: 'text', text: 'I will look.' },
        { type: 'tool_use', name: 'Read', input: { file_path: file } },
        {
          type: 'tool_use',
          name: agentTool,
          input: { description: 'look around', prompt: SUBTASK, subagent_type: 'general-purpose' },
        },
      ],
      usage,
      stop: 'tool_use',
    };
  };
}

test('a real Claude Code run, its sub-agent included, comes in live and to the token', {
  timeout: 300_000,
}, async (t) => {
  const live = await liveImport(t, 'claude-code', claudeCodeImporter);
  if (!live) return;
  const endpoint = await startAnthropicEndpoint(script(join(live.work, 'a.ts')));
  t.after(() => endpoint.close());
  const { code, output } = await live.run(
    ['-p', `${SECRET}: what is in a.ts?`, '--output-format', 'json', '--allowedTools', 'Read,Task,Agent'],
    {
      HOME: live.home,
      ANTHROPIC_BASE_URL: endpoint.url,
      ANTHROPIC_API_KEY: 'sk-ant-dummy',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    },
  );
  assert.equal(code, 0, output);
  assert.ok(endpoint.served.length >= 3, `${endpoint.served.length} calls were served`);
  const calls = await live.calls(endpoint.served.length);
  t.diagnostic(`${calls.length} calls; the last came ${Math.round(live.lateMs())} ms after Claude Code had ended`);
  assert.deepEqual(live.errors, []);
  assert.deepEqual(
    calls.map(({ callId, usage }) => ({ callId, usage })).toSorted((a, b) => a.callId.localeCompare(b.callId)),
    endpoint.served.map(({ messageId, requestId, reply: { usage } }) => ({
      callId: `claude-code:${messageId}:${requestId}`,
      usage: {
        fresh: usage.input,
        cacheRead: usage.cacheRead,
        cacheWrite: usage.cacheWrite,
        cacheWriteHour: usage.cacheWriteHour,
        text: usage.output,
      },
    })),
    readdirSync(live.home).join(' '),
  );
  assert.equal(
    new Set(calls.map(({ facts }) => facts.runId)).size,
    1,
    "the sub-agent's call belongs to its parent's run",
  );
  assert.equal(calls.filter(({ facts }) => facts.subagentId !== undefined).length, 1);
  for (const { facts } of calls) assert.equal(facts.folder, live.work);
  for (const secret of [SECRET, SUBTASK, 'I will look.']) assert.ok(!live.kept().includes(secret));
  assert.deepEqual(live.status()[0]?.problems, []);
  assert.ok(live.lateMs() < 1_000, 'at most a second late');
});
