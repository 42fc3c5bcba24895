// A real Qwen Code runs against a scripted endpoint; what its own log gives the importer is what the endpoint served.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { outputTokens } from '../../src/core/usage.ts';
import { qwenCodeImporter } from '../../src/importers/qwenCode/index.ts';
import { type ScriptedTurn, startScriptedEndpoint } from '../fakes/scriptedEndpoint.ts';
import { liveImport } from './liveImport.ts';

const SECRET = 'the-prompt-that-must-not-be-kept';
const SUBTASK = 'SUBTASK-look-around';

interface Served {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
  readonly completion_tokens_details: { readonly reasoning_tokens: number };
}

/** Thinks, reads a file, asks a sub-agent, then ends. */
function turnOf(body: { messages: readonly { role: string }[] }, file: string, usage: Served): ScriptedTurn {
  const all = JSON.stringify(body.messages);
  const told = { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens };
  const call = (name: string, given: object): ScriptedTurn => ({
    reasoning: ['a thought'],
    text: ['I will look.'],
    toolCalls: [{ id: `call-${name}`, name, arguments: given }],
    usage: told,
  });
  if (all.includes(SUBTASK) && !all.includes(SECRET)) return { text: ['looked around'], usage: told };
  const answers = body.messages.filter(({ role }) => role === 'tool').length;
  if (answers === 0 && all.includes(SECRET)) return call('read_file', { file_path: file });
  if (answers === 1)
    return call('agent', { description: 'look around', prompt: SUBTASK, subagent_type: 'general-purpose' });
  return { text: ['do', 'ne'], usage: told };
}

test('a real Qwen Code run, its sub-agent included, comes in live and to the token', {
  timeout: 300_000,
}, async (t) => {
  const live = await liveImport(t, 'qwen-code', qwenCodeImporter);
  if (!live) return;
  const served: Served[] = [];
  const endpoint = await startScriptedEndpoint({
    script: ({ body }) => {
      const index = served.length;
      const usage: Served = {
        prompt_tokens: 3_000 + 100 * index,
        completion_tokens: 30 + index,
        prompt_tokens_details: { cached_tokens: 1_000 + 10 * index },
        completion_tokens_details: { reasoning_tokens: 10 + index },
      };
      served.push(usage);
      return turnOf(body, join(live.work, 'a.ts'), usage);
    },
  });
  t.after(() => endpoint.stop());
  const { code, output } = await live.run(['--auth-type', 'openai', '--yolo', '-p', `${SECRET}: what is in a.ts?`], {
    HOME: live.home,
    OPENAI_API_KEY: 'dummy',
    OPENAI_BASE_URL: endpoint.url,
    OPENAI_MODEL: 'scripted-model',
    QWEN_CODE_NO_RELAUNCH: 'true',
  });
  assert.equal(code, 0, output);
  assert.ok(served.length >= 4, `${served.length} calls were served`);
  const calls = await live.calls(served.length);
  t.diagnostic(`${calls.length} calls; the last came ${Math.round(live.lateMs())} ms after Qwen Code had ended`);
  assert.deepEqual(live.errors, []);
  assert.deepEqual(
    calls.map(({ usage }) => usage).toSorted((a, b) => (outputTokens(a ?? {}) ?? 0) - (outputTokens(b ?? {}) ?? 0)),
    served.map(({ prompt_tokens, completion_tokens, prompt_tokens_details, completion_tokens_details }) => ({
      fresh: prompt_tokens - prompt_tokens_details.cached_tokens,
      cacheRead: prompt_tokens_details.cached_tokens,
      text: completion_tokens - completion_tokens_details.reasoning_tokens,
      reasoning: completion_tokens_details.reasoning_tokens,
    })),
    readdirSync(live.home).join(' '),
  );
  assert.equal(new Set(calls.map(({ facts }) => facts.runId)).size, 1, 'all of one run');
  assert.ok(calls.some(({ facts }) => facts.subagentId === 'general-purpose'));
  for (const { facts } of calls) assert.deepEqual([facts.folder, facts.model], [live.work, 'scripted-model']);
  assert.deepEqual(calls.flatMap(({ tools }) => tools ?? []).sort(), ['agent', 'read_file']);
  for (const secret of [SECRET, SUBTASK, 'I will look.', 'a thought', 'looked around'])
    assert.ok(!live.kept().includes(secret), secret);
  assert.deepEqual(live.status()[0]?.problems, []);
  assert.ok(live.lateMs() < 1_000, 'at most a second late');
});
