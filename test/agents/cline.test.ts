// A real Cline CLI runs against a scripted endpoint; what its own records give the importer is what the endpoint served.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { outputTokens } from '../../src/core/usage.ts';
import { clineSessionImporter } from '../../src/importers/cline/index.ts';
import { type ScriptedTurn, startScriptedEndpoint } from '../fakes/scriptedEndpoint.ts';
import { endHub } from './endHub.ts';
import { liveImport } from './liveImport.ts';

const SECRET = 'the-prompt-that-must-not-be-kept';
const SUBTASK = 'SUBTASK-look-around';

interface Served {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
}

/** Reads a file, then asks a sub-agent, then ends. */
function turnOf(messages: readonly { readonly role: string }[], file: string, usage: Served): ScriptedTurn {
  const all = JSON.stringify(messages);
  const told = { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens };
  const call = (name: string, given: object): ScriptedTurn => ({
    text: ['I will look.'],
    toolCalls: [{ id: `call_${name}`, name, arguments: given }],
    usage: told,
  });
  if (all.includes(SUBTASK) && !all.includes(SECRET)) return { text: ['looked around'], usage: told };
  const answers = messages.filter(({ role }) => role === 'tool').length;
  if (answers === 0) return call('read_files', { files: [{ path: file }] });
  if (answers === 1) return call('spawn_agent', { systemPrompt: 'You look around.', task: SUBTASK });
  return { text: ['do', 'ne'], usage: told };
}

test('a real run of Cline’s CLI, its sub-agent included, comes in live and to the token', {
  timeout: 300_000,
}, async (t) => {
  const live = await liveImport(t, 'cline', clineSessionImporter);
  if (!live) return;
  t.after(() => endHub(live.work));
  const served: Served[] = [];
  const endpoint = await startScriptedEndpoint({
    script: ({ body }) => {
      const index = served.length;
      const usage: Served = {
        prompt_tokens: 3_000 + 100 * index,
        completion_tokens: 30 + index,
        prompt_tokens_details: { cached_tokens: 1_000 + 10 * index },
      };
      served.push(usage);
      return turnOf(body.messages, join(live.work, 'a.ts'), usage);
    },
  });
  t.after(() => endpoint.stop());
  const env = { HOME: live.home };
  const login = ['auth', '-p', 'openai-compatible', '-k', 'dummy', '-m', 'scripted-model', '-b', endpoint.url];
  const loggedIn = await live.run(login, env);
  assert.equal(loggedIn.code, 0, loggedIn.output);
  const { code, output } = await live.run(['--json', '--auto-approve', 'true', `${SECRET}: what is in a.ts?`], env);
  assert.equal(code, 0, output);
  assert.equal(served.length, 4, 'three of the main agent, one of its sub-agent');

  const calls = await live.calls(served.length);
  t.diagnostic(`${calls.length} calls; the last came ${Math.round(live.lateMs())} ms after Cline had ended`);
  assert.deepEqual(live.errors, []);
  assert.deepEqual(
    calls.map(({ usage }) => usage).toSorted((a, b) => (outputTokens(a ?? {}) ?? 0) - (outputTokens(b ?? {}) ?? 0)),
    served.map(({ prompt_tokens, completion_tokens, prompt_tokens_details: { cached_tokens } }) => ({
      fresh: prompt_tokens - cached_tokens,
      cacheRead: cached_tokens,
      cacheWrite: 0,
      text: completion_tokens,
    })),
    readdirSync(live.home).join(' '),
  );
  assert.equal(new Set(calls.map(({ facts }) => facts.runId)).size, 1, 'all of one run');
  assert.equal(calls.filter(({ facts }) => facts.subagentId !== undefined).length, 1);
  for (const { facts } of calls) assert.deepEqual([facts.folder, facts.model], [live.work, 'scripted-model']);
  assert.deepEqual(calls.flatMap(({ tools }) => tools ?? []).sort(), ['read_files', 'spawn_agent']);
  for (const secret of [SECRET, SUBTASK, 'I will look.', 'looked around', 'You look around.'])
    assert.ok(!live.kept().includes(secret), secret);
  assert.deepEqual(live.status()[0]?.problems, []);
  assert.ok(live.lateMs() < 1_000, 'at most a second late');
});
