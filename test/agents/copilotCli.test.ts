// A real Copilot CLI runs against a scripted endpoint; what its store, its events and its traces give together is each call
// once, with what the endpoint served.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type TestContext, test } from 'node:test';
import { installAgent } from '../../scripts/agents/install.mjs';
import { logTail } from '../../src/adapters/tail/index.ts';
import { importLogs } from '../../src/app/importLogs.ts';
import type { Entry } from '../../src/core/ledger/entry.ts';
import type { Observation } from '../../src/core/ledger/event.ts';
import { importers } from '../../src/importers/index.ts';
import type { LedgerStore } from '../../src/ports.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { type ScriptedTurn, startScriptedEndpoint } from '../fakes/scriptedEndpoint.ts';

const SECRET = 'the-prompt-that-must-not-be-kept';
const SUBTASK = 'SUBTASK-look-around';
const MODEL = 'scripted-model';

interface Usage {
  readonly prompt: number;
  readonly cached: number;
  readonly completion: number;
  readonly reasoning: number;
}

/** Reads a file and asks a sub-agent, which reads it too; each call with a usage of its own. */
function turnFor(body: { readonly messages: readonly { readonly role: string }[] }, number: number, file: string) {
  const all = JSON.stringify(body.messages);
  const isSubagent = all.includes(SUBTASK) && !all.includes(SECRET);
  const usage: Usage = {
    prompt: 20_000 + 100 * number,
    cached: 10_000 + number,
    completion: 30 + number,
    reasoning: 5 + number,
  };
  const view = { id: `call_view_${number}`, name: 'view', arguments: { path: file } };
  const task = {
    id: `call_task_${number}`,
    name: 'task',
    arguments: { description: 'look', prompt: SUBTASK, agent_type: 'explore', name: 'look', mode: 'sync' },
  };
  const ended = body.messages.at(-1)?.role === 'tool';
  const turn: ScriptedTurn = {
    id: `chatcmpl-scripted-answer-number-${number}`,
    text: [ended ? 'done' : 'I will look.'],
    ...(ended ? {} : { toolCalls: isSubagent ? [view] : [view, task] }),
    usage: {
      prompt_tokens: usage.prompt,
      completion_tokens: usage.completion,
      prompt_tokens_details: { cached_tokens: usage.cached },
      completion_tokens_details: { reasoning_tokens: usage.reasoning },
    },
  };
  return { turn, usage };
}

async function programOrReason(): Promise<{ program: string } | { reason: string }> {
  try {
    return { program: await installAgent('copilot-cli') };
  } catch (error) {
    return { reason: `Copilot CLI could not be installed here: ${(error as Error).message}` };
  }
}

for (const traced of [false, true]) {
  test(`a real Copilot CLI run, its sub-agent included, comes in once and to the token${traced ? ', with its traces on' : ''}`, {
    timeout: 300_000,
  }, async (t) => {
    const installed = await programOrReason();
    if ('reason' in installed) {
      // Said aloud: this is the one test of the real agent.
      console.error(`SKIPPED: ${installed.reason}`);
      t.skip(installed.reason);
      return;
    }
    await runOnce(t, installed.program, traced);
  });
}

async function runOnce(t: TestContext, program: string, traced: boolean): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'marginal-copilot-'));
  const home = join(folder, 'home');
  const work = join(folder, 'work');
  const otel = join(home, '.copilot/otel');
  mkdirSync(otel, { recursive: true });
  mkdirSync(work);
  writeFileSync(join(work, 'a.ts'), 'export const x = 1;\n');
  const served: Usage[] = [];
  const endpoint = await startScriptedEndpoint({
    models: [MODEL],
    script: ({ body }) => {
      const { turn, usage } = turnFor(body, served.length + 1, join(work, 'a.ts'));
      served.push(usage);
      return turn;
    },
  });
  const clock = { now: Date.now, elapsed: () => performance.now() };
  const ledger = openLedger(join(folder, 'ledger.db'), { clock });
  const told: Observation[] = [];
  const problems: unknown[] = [];
  const imports = importLogs({
    tail: logTail({ importers, environment: { home, platform: 'linux', env: {}, codeUserFolders: [] } }, { clock }),
    ledger,
    price: (observation) => observation,
    onAppended: (observations) => told.push(...observations),
    onTrouble: (error) => problems.push(error),
  });
  t.after(async () => {
    await imports.stop();
    ledger.close();
    await endpoint.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  // It starts on a home where the CLI never ran: its folders appear while Marginal follows.
  imports.start();
  await imports.caughtUp();
  const { code, output } = await run(program, ['-p', `${SECRET}: what is in a.ts?`, '--allow-all-tools'], work, {
    HOME: home,
    COPILOT_PROVIDER_BASE_URL: endpoint.url,
    COPILOT_PROVIDER_API_KEY: 'dummy',
    COPILOT_PROVIDER_TYPE: 'openai',
    COPILOT_MODEL: MODEL,
    COPILOT_OFFLINE: 'true',
    ...(traced ? { COPILOT_OTEL_FILE_EXPORTER_PATH: join(otel, 'traces.jsonl') } : {}),
  });
  const ended = performance.now();
  assert.equal(code, 0, output);
  assert.ok(served.length >= 4, `${served.length} calls were served`);
  const witnesses = traced ? 'copilot-store, copilot-traces' : 'copilot-store';
  const isAllIn = () =>
    steps(ledger, told).length === served.length &&
    steps(ledger, told).every((entry) => entry.witnesses.join(', ') === witnesses);
  while (!isAllIn() && performance.now() - ended < 20_000) await new Promise((resolve) => setTimeout(resolve, 10));
  t.diagnostic(`${served.length} calls; the last word of them came ${Math.round(performance.now() - ended)} ms after`);

  const entries = steps(ledger, told);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    entries.map(({ usage }) => usage).toSorted((a, b) => (a.cacheRead ?? 0) - (b.cacheRead ?? 0)),
    served.map(({ prompt, cached, completion, reasoning }) => ({
      fresh: prompt - cached,
      cacheRead: cached,
      cacheWrite: 0,
      text: completion - reasoning,
      reasoning,
    })),
  );
  for (const { source, witnesses: others } of entries) {
    assert.equal(source, 'copilot-events');
    assert.equal(others.join(', '), witnesses);
  }
  const runs = ledger.runs(10);
  assert.equal(runs.length, 1, "the sub-agent's calls belong to their parent's run");
  assert.equal(runs[0]?.steps.length, served.length);
  assert.equal(entries.filter(({ facts }) => facts.subagentId !== undefined).length, 2);
  for (const { facts } of entries) assert.equal(facts.folder, work);
  assert.deepEqual(entries.flatMap(({ tools }) => tools).toSorted(), ['task', 'view', 'view']);
  const sum = ledger.burn('2000-01-01', '2100-01-01').reduce((calls, row) => calls + row.calls, 0);
  assert.equal(sum, served.length, 'in no sum twice');
  for (const secret of [SECRET, SUBTASK, 'I will look.']) assert.ok(!JSON.stringify(told).includes(secret));
  for (const status of imports.status()) assert.deepEqual(status.problems, []);
}

/** The calls of everything that was told, as the ledger has them. */
function steps(ledger: LedgerStore, told: readonly Observation[]): readonly Entry[] {
  const entries = told.flatMap(({ callId }) => ledger.entry(callId) ?? []);
  return [...new Map(entries.map((entry) => [entry.callId, entry])).values()];
}

function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 120_000,
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
