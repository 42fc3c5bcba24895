// A real Codex runs against a scripted endpoint; what its own logs give the importer is what the endpoint served.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { outputTokens } from '../../src/core/usage.ts';
import { codexImporter } from '../../src/importers/codex/index.ts';
import {
  type ResponsesBody,
  type ResponsesReply,
  type ResponsesUsage,
  startResponsesEndpoint,
} from '../fakes/responsesEndpoint.ts';
import { writeCodexSettings } from './codexSettings.ts';
import { liveImport } from './liveImport.ts';

const SECRET = 'the-prompt-that-must-not-be-kept';
const SUBTASK = 'SUBTASK-look-around';
const FLAGS = ['--json', '--skip-git-repo-check'];

/** Each call with a usage of its own. */
function usageOf(index: number): ResponsesUsage {
  return { input: 3_000 + 100 * index, cached: 1_000 + 10 * index, output: 30 + index, reasoning: 10 + index };
}

/** Reads a file, asks a sub-agent that gets its parent's context or none, waits for it, then ends. */
function script(body: ResponsesBody, index: number, withContext: boolean): ResponsesReply {
  const usage = usageOf(index);
  const call = (name: string, given: object, namespace?: string): ResponsesReply => ({
    items: [
      { type: 'message', text: 'I will look.' },
      { type: 'function_call', name, arguments: given, ...(namespace ? { namespace } : {}) },
    ],
    usage,
  });
  const end: ResponsesReply = { items: [{ type: 'message', text: 'done' }], usage };
  // What came since a person or the caller spoke last.
  const spoke = (item: ResponsesBody['input'][number]) =>
    item.role === 'user' && [SECRET, SUBTASK].some((said) => JSON.stringify(item).includes(said));
  const asked = body.input.findLastIndex(spoke);
  if (JSON.stringify(body.input[asked]).includes(SUBTASK)) return end;
  const since = body.input.slice(asked + 1);
  const outputs = since.filter(({ type }) => type === 'function_call_output');
  if (outputs.length === 0) return call('exec_command', { cmd: 'cat a.ts' });
  if (outputs.length === 1)
    return call('spawn_agent', { message: SUBTASK, fork_context: withContext }, 'multi_agent_v1');
  const agent = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(String(outputs[1]?.output))?.[0];
  if (outputs.length === 2 && agent)
    return call('wait_agent', { targets: [agent], timeout_ms: 10_000 }, 'multi_agent_v1');
  return end;
}

for (const withContext of [false, true]) {
  const kind = withContext ? 'which is given the context' : 'which begins with nothing';
  test(`a real Codex run with a sub-agent ${kind}, its fork and its resumption come in live and to the token`, {
    timeout: 300_000,
  }, async (t) => {
    const live = await liveImport(t, 'codex', codexImporter);
    if (!live) return;
    const endpoint = await startResponsesEndpoint((body, index) => script(body, index, withContext));
    t.after(() => endpoint.close());
    writeCodexSettings(live.home, endpoint.url);
    const env = { HOME: live.home, DUMMY_KEY: 'dummy' };
    const first = await live.run(['exec', ...FLAGS, `${SECRET}: what is in a.ts?`], env);
    assert.equal(first.code, 0, first.output);
    const thread = /"thread_id":"([0-9a-f-]{36})"/.exec(first.output)?.[1] ?? '';
    const afterFirst = endpoint.served.length;
    assert.equal(afterFirst, 5, 'four steps and the sub-agent’s one');
    const fork = await live.run(['exec', ...FLAGS, 'fork', thread, `${SECRET}: again`], env);
    assert.equal(fork.code, 0, fork.output);
    const afterFork = endpoint.served.length;
    const resumed = await live.run(['exec', ...FLAGS, 'resume', thread, '-m', 'gpt-5.4', `${SECRET}: more`], env);
    assert.equal(resumed.code, 0, resumed.output);

    const calls = await live.calls(endpoint.served.length);
    t.diagnostic(`${calls.length} calls; the last came ${Math.round(live.lateMs())} ms after Codex had ended`);
    assert.deepEqual(live.errors, []);
    assert.deepEqual(
      calls
        .map(({ usage, facts }) => ({ model: facts.model, usage, output: outputTokens(usage ?? {}) }))
        .toSorted((a, b) => (a.output ?? 0) - (b.output ?? 0)),
      endpoint.served.map(({ model, usage: { input, cached, output, reasoning } }) => ({
        model,
        usage: { fresh: input - cached, cacheRead: cached, cacheWrite: 0, text: output - reasoning, reasoning },
        output,
      })),
      readdirSync(join(live.home, '.codex')).join(' '),
    );
    const inOrder = calls.toSorted((a, b) => (outputTokens(a.usage ?? {}) ?? 0) - (outputTokens(b.usage ?? {}) ?? 0));
    const runsOf = (from: number, to?: number) => new Set(inOrder.slice(from, to).map(({ facts }) => facts.runId));
    assert.equal(runsOf(0, afterFirst).size, 1, "the sub-agent's call belongs to its parent's run");
    assert.equal(runsOf(0).size, 3, 'the fork and the resumption are runs of their own');
    const sessions = new Set(inOrder.slice(0, afterFirst).map(({ facts }) => facts.sessionId));
    assert.deepEqual([...sessions], [thread]);
    assert.ok(
      inOrder.slice(afterFork).every(({ facts }) => facts.sessionId === thread),
      'resumed',
    );
    assert.ok(
      inOrder.slice(afterFirst, afterFork).every(({ facts }) => facts.sessionId !== thread),
      'forked',
    );
    for (const { facts } of calls) assert.equal(facts.folder, live.work);
    assert.ok(calls.some(({ tools }) => tools?.includes('spawn_agent')));
    for (const secret of [SECRET, SUBTASK, 'I will look.']) assert.ok(!live.kept().includes(secret));
    assert.deepEqual(live.status()[0]?.problems, []);
    assert.ok(live.lateMs() < 1_000, 'at most a second late');
  });
}
