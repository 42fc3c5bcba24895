// A real OpenCode runs against a scripted endpoint; what its own database gives the importer is what the endpoint served.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { outputTokens } from '../../src/core/usage.ts';
import { openCodeStoreImporter } from '../../src/importers/openCode/index.ts';
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

/** Thinks, reads a file, then asks a sub-agent, then ends. */
function turnOf(messages: readonly { readonly role: string }[], file: string, usage: Served): ScriptedTurn {
  const all = JSON.stringify(messages);
  const told = { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens };
  const call = (name: string, given: object): ScriptedTurn => ({
    reasoning: ['a thought'],
    text: ['I will look.'],
    toolCalls: [{ id: `call_${name}`, name, arguments: given }],
    usage: told,
  });
  if (all.includes(SUBTASK) && !all.includes(SECRET)) return { text: ['looked around'], usage: told };
  const answers = messages.filter(({ role }) => role === 'tool').length;
  if (answers === 0) return call('read', { filePath: file });
  if (answers === 1) return call('task', { description: 'look around', prompt: SUBTASK, subagent_type: 'general' });
  return { text: ['do', 'ne'], usage: told };
}

test('a real OpenCode run, its sub-agent and a fork of it included, comes in live and to the token', {
  timeout: 300_000,
}, async (t) => {
  const live = await liveImport(t, 'opencode', openCodeStoreImporter);
  if (!live) return;
  const served: Served[] = [];
  const endpoint = await startScriptedEndpoint({
    script: ({ body }) => {
      // The session's title: OpenCode keeps no record of this call.
      if (!body.tools?.length) return { text: ['A title'], usage: { prompt_tokens: 1, completion_tokens: 1 } };
      const index = served.length;
      const usage: Served = {
        prompt_tokens: 3_000 + 100 * index,
        completion_tokens: 30 + index,
        prompt_tokens_details: { cached_tokens: 1_000 + 10 * index },
        completion_tokens_details: { reasoning_tokens: 10 },
      };
      served.push(usage);
      return turnOf(body.messages, join(live.work, 'a.ts'), usage);
    },
  });
  t.after(() => endpoint.stop());
  const provider = {
    npm: '@ai-sdk/openai-compatible',
    name: 'Scripted',
    options: { baseURL: endpoint.url, apiKey: 'dummy' },
    models: { 'scripted-model': { name: 'Scripted', limit: { context: 100_000, output: 8_000 } } },
  };
  writeFileSync(
    join(live.work, 'opencode.json'),
    JSON.stringify({
      provider: { scripted: provider },
      model: 'scripted/scripted-model',
      permission: { '*': 'allow' },
    }),
  );
  const env = {
    HOME: live.home,
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
  };
  const { code, output } = await live.run(['run', '--format', 'json', `${SECRET}: what is in a.ts?`], env);
  assert.equal(code, 0, output);
  assert.equal(served.length, 4, 'three of the main agent, one of its sub-agent');

  const calls = await live.calls(served.length);
  t.diagnostic(`${calls.length} calls; the last came ${Math.round(live.lateMs())} ms after OpenCode had ended`);
  assert.deepEqual(live.errors, []);
  assert.deepEqual(
    calls.map(({ usage }) => usage).toSorted((a, b) => (outputTokens(a ?? {}) ?? 0) - (outputTokens(b ?? {}) ?? 0)),
    served.map(({ prompt_tokens, completion_tokens, prompt_tokens_details, completion_tokens_details }) => ({
      fresh: prompt_tokens - prompt_tokens_details.cached_tokens,
      cacheRead: prompt_tokens_details.cached_tokens,
      cacheWrite: 0,
      text: completion_tokens - completion_tokens_details.reasoning_tokens,
      reasoning: completion_tokens_details.reasoning_tokens,
    })),
    readdirSync(live.home).join(' '),
  );
  assert.equal(new Set(calls.map(({ facts }) => facts.runId)).size, 1, 'all of one run');
  assert.equal(new Set(calls.map(({ facts }) => facts.sessionId)).size, 1, "the sub-agent's is its caller's");
  assert.equal(calls.filter(({ facts }) => facts.subagentId !== undefined).length, 1);
  for (const { facts } of calls) assert.deepEqual([facts.folder, facts.model], [live.work, 'scripted-model']);
  assert.deepEqual(calls.flatMap(({ tools }) => tools ?? []).sort(), ['read', 'task']);
  assert.deepEqual(live.status()[0]?.problems, []);
  assert.ok(live.lateMs() < 1_000, 'at most a second late');

  // A fork has copies of the messages before it, with other ids: the same calls.
  const forked = await live.run(['run', '--format', 'json', '--continue', '--fork', 'and now?'], env);
  assert.equal(forked.code, 0, forked.output);
  const all = await live.calls(2 * calls.length);
  assert.ok(all.length > served.length, 'the copies were read');
  assert.equal(new Set(all.map(({ identities }) => String(identities))).size, served.length);
  for (const secret of [SECRET, SUBTASK, 'I will look.', 'a thought', 'looked around'])
    assert.ok(!live.kept().includes(secret), secret);
});
