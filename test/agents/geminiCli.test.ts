// A real Gemini CLI runs against a scripted endpoint; what its own logs give the importer is what the endpoint served.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { geminiCliImporter } from '../../src/importers/geminiCli/index.ts';
import { type GeminiBody, type GeminiReply, startGeminiEndpoint } from '../fakes/geminiEndpoint.ts';
import { liveImport } from './liveImport.ts';

const SECRET = 'the-prompt-that-must-not-be-kept';
const SUBTASK = 'SUBTASK-look-around';

/** Thinks, reads a file, asks a sub-agent, then ends; each call with a usage of its own. */
function script(body: GeminiBody, index: number): GeminiReply {
  const usage = {
    prompt: 3_000 + 100 * index,
    cached: 1_000 + 10 * index,
    candidates: 20 + index,
    thoughts: 10 + index,
  };
  const call = (name: string, args: object): GeminiReply => ({
    parts: [{ text: 'a thought', thought: true }, { text: 'I will look.' }, { functionCall: { name, args } }],
    usage,
  });
  const all = JSON.stringify(body.contents);
  if (all.includes(SUBTASK) && !all.includes(SECRET))
    return call('complete_task', { result: { response: 'looked around' } });
  const answered = (name: string) => all.includes(`"functionResponse":{"name":"${name}"`);
  if (answered('invoke_agent')) return { parts: [{ text: 'do' }, { text: 'ne' }], usage };
  if (answered('read_file')) return call('invoke_agent', { agent_name: 'generalist', prompt: SUBTASK });
  return call('read_file', { file_path: 'a.ts' });
}

test('a real Gemini CLI run, its sub-agent included, comes in live and to the token', {
  timeout: 300_000,
}, async (t) => {
  const live = await liveImport(t, 'gemini-cli', geminiCliImporter);
  if (!live) return;
  const endpoint = await startGeminiEndpoint((body, _model, index) => script(body, index));
  t.after(() => endpoint.close());
  mkdirSync(join(live.home, '.gemini'));
  writeFileSync(
    join(live.home, '.gemini', 'settings.json'),
    JSON.stringify({
      security: { auth: { selectedType: 'gemini-api-key' } },
      privacy: { usageStatisticsEnabled: false },
      general: { disableAutoUpdate: true },
    }),
  );
  const { code, output } = await live.run(
    ['--skip-trust', '--yolo', '-m', 'gemini-2.5-flash', '-p', `${SECRET}: what is in a.ts?`],
    {
      HOME: live.home,
      GEMINI_API_KEY: 'dummy',
      GOOGLE_GEMINI_BASE_URL: endpoint.url,
      GEMINI_CLI_NO_RELAUNCH: 'true',
    },
  );
  assert.equal(code, 0, output);
  assert.equal(endpoint.served.length, 4, 'three steps and the sub-agent’s one');
  const calls = await live.calls(endpoint.served.length);
  t.diagnostic(`${calls.length} calls; the last came ${Math.round(live.lateMs())} ms after Gemini CLI had ended`);
  assert.deepEqual(live.errors, []);
  assert.deepEqual(
    calls
      .map(({ facts, usage }) => ({ model: facts.model, usage }))
      .toSorted((a, b) => (a.usage?.text ?? 0) - (b.usage?.text ?? 0)),
    endpoint.served.map(({ model, usage: { prompt, cached, candidates, thoughts } }) => ({
      model,
      usage: { fresh: prompt - cached, cacheRead: cached, text: candidates, reasoning: thoughts },
    })),
    readdirSync(live.home).join(' '),
  );
  const subagents = calls.filter(({ facts }) => facts.subagentId !== undefined);
  assert.equal(subagents.length, 1);
  assert.equal(new Set(calls.map(({ facts }) => facts.sessionId)).size, 1, 'the sub-agent’s call is of the session');
  for (const { facts } of calls) assert.equal(facts.folder, live.work);
  assert.deepEqual(calls.map(({ tools }) => tools?.join()).sort(), [
    'complete_task',
    'invoke_agent',
    'read_file',
    undefined,
  ]);
  for (const secret of [SECRET, SUBTASK, 'I will look.', 'a thought', 'looked around'])
    assert.ok(!live.kept().includes(secret), secret);
  assert.deepEqual(live.status()[0]?.problems, []);
  assert.ok(live.lateMs() < 1_000, 'at most a second late');
});
