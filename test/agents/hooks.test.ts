// Real agents with the hooks that the product installs, against a scripted model that orders a deletion: what they tell is read as
// that deletion, a denial in their dialect keeps the folder, a launcher that is gone keeps it too, and what passes is done.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { installAgent } from '../../scripts/agents/install.mjs';
import { hookInstaller } from '../../src/adapters/hookInstaller/index.ts';
import { dialectOf } from '../../src/core/hooks/dialects/index.ts';
import type { GuardedAgent, HookCall } from '../../src/core/hooks/hookCall.ts';
import { startAnthropicEndpoint } from '../fakes/anthropicEndpoint.ts';
import { startGeminiEndpoint } from '../fakes/geminiEndpoint.ts';
import { startResponsesEndpoint } from '../fakes/responsesEndpoint.ts';
import { startScriptedEndpoint } from '../fakes/scriptedEndpoint.ts';
import { writeCodexSettings } from './codexSettings.ts';
import { endHub } from './endHub.ts';
import { runToEnd } from './runToEnd.ts';

const COMMAND = 'rm -r sub';
const REASON = 'It deletes what can’t be got back: ask the developer.';

interface World {
  readonly home: string;
  readonly work: string;
}

interface Started {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => unknown;
}

interface RealAgent {
  readonly agent: GuardedAgent;
  readonly program: Parameters<typeof installAgent>[0];
  /** Of the event before its tools. */
  readonly before: string;
  /** Writes what it needs beside its hooks, and starts the model that orders the command once. */
  readonly start: (world: World, t: TestContext, program: string) => Promise<Started>;
}

const hasResult = (messages: unknown) =>
  /tool_result|"role":"tool"|function_call_output|functionResponse/.test(JSON.stringify(messages));

const AGENTS: readonly RealAgent[] = [
  {
    agent: 'claude-code',
    program: 'claude-code',
    before: 'PreToolUse',
    async start() {
      const usage = { input: 10, cacheWrite: 0, cacheWriteHour: 0, cacheRead: 0, output: 5 };
      const endpoint = await startAnthropicEndpoint((body) =>
        hasResult(body.messages) || !body.tools?.length
          ? { blocks: [{ type: 'text', text: 'done' }], usage, stop: 'end_turn' }
          : {
              blocks: [{ type: 'tool_use', name: 'Bash', input: { command: COMMAND, description: 'tidy' } }],
              usage,
              stop: 'tool_use',
            },
      );
      return {
        args: ['-p', 'Tidy up.', '--dangerously-skip-permissions'],
        env: {
          ANTHROPIC_BASE_URL: endpoint.url,
          ANTHROPIC_API_KEY: 'sk-ant-dummy',
          CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
          IS_SANDBOX: '1',
        },
        close: () => endpoint.close(),
      };
    },
  },
  {
    agent: 'codex',
    program: 'codex',
    before: 'PreToolUse',
    async start({ home }) {
      const usage = { input: 100, cached: 0, output: 5, reasoning: 0 };
      const endpoint = await startResponsesEndpoint((body) => ({
        items: hasResult(body.input)
          ? [{ type: 'message', text: 'done' }]
          : [{ type: 'function_call', name: 'exec_command', arguments: { cmd: COMMAND } }],
        usage,
      }));
      writeCodexSettings(home, endpoint.url);
      return {
        args: [
          'exec',
          '--json',
          '--skip-git-repo-check',
          '--dangerously-bypass-approvals-and-sandbox',
          '--dangerously-bypass-hook-trust',
          'Tidy up.',
        ],
        env: { DUMMY_KEY: 'dummy' },
        close: () => endpoint.close(),
      };
    },
  },
  {
    agent: 'gemini-cli',
    program: 'gemini-cli',
    before: 'BeforeTool',
    async start({ home }) {
      const usage = { prompt: 100, cached: 0, candidates: 5, thoughts: 0 };
      const endpoint = await startGeminiEndpoint((body) => ({
        parts: hasResult(body.contents)
          ? [{ text: 'done' }]
          : [{ functionCall: { name: 'run_shell_command', args: { command: COMMAND } } }],
        usage,
      }));
      mkdirSync(join(home, '.gemini'), { recursive: true });
      writeFileSync(
        join(home, '.gemini/settings.json'),
        '{\n  // the developer’s own\n  "security": { "auth": { "selectedType": "gemini-api-key" } },\n  "privacy": { "usageStatisticsEnabled": false },\n  "general": { "disableAutoUpdate": true }\n}\n',
      );
      return {
        args: ['--skip-trust', '--yolo', '-m', 'gemini-2.5-flash', '-p', 'Tidy up.'],
        env: { GEMINI_API_KEY: 'dummy', GOOGLE_GEMINI_BASE_URL: endpoint.url, GEMINI_CLI_NO_RELAUNCH: 'true' },
        close: () => endpoint.close(),
      };
    },
  },
  {
    agent: 'copilot',
    program: 'copilot-cli',
    before: 'PreToolUse',
    async start() {
      const endpoint = await startScriptedEndpoint({
        models: ['scripted-model'],
        script: ({ body }) =>
          hasResult(body.messages)
            ? { text: ['done'] }
            : {
                text: ['ok'],
                toolCalls: [{ id: 'call_1', name: 'bash', arguments: { command: COMMAND, description: 'tidy' } }],
              },
      });
      return {
        args: ['-p', 'Tidy up.', '--allow-all-tools'],
        env: {
          COPILOT_PROVIDER_BASE_URL: endpoint.url,
          COPILOT_PROVIDER_API_KEY: 'dummy',
          COPILOT_PROVIDER_TYPE: 'openai',
          COPILOT_MODEL: 'scripted-model',
          COPILOT_OFFLINE: 'true',
        },
        close: () => endpoint.stop(),
      };
    },
  },
  {
    agent: 'cline',
    program: 'cline',
    before: 'PreToolUse',
    async start({ home, work }, t, program) {
      const endpoint = await startScriptedEndpoint({
        script: ({ body }) =>
          hasResult(body.messages)
            ? { text: ['done'] }
            : { text: ['ok'], toolCalls: [{ id: 'call_1', name: 'run_commands', arguments: { commands: [COMMAND] } }] },
      });
      t.after(() => endHub(work));
      const login = ['auth', '-p', 'openai-compatible', '-k', 'dummy', '-m', 'scripted-model', '-b', endpoint.url];
      const { code, output } = await runToEnd(program, login, work, { HOME: home });
      assert.equal(code, 0, output);
      return { args: ['--json', '--auto-approve', 'true', 'Tidy up, please.'], env: {}, close: () => endpoint.stop() };
    },
  },
];

/** `gone`: nothing lies where the hooks call. */
type Launcher = 'denies' | 'passes' | 'gone';

for (const real of AGENTS)
  test(`a real ${real.program} with installed hooks: told, denied, kept when the launcher is gone, and let pass`, {
    timeout: 300_000,
    skip: process.platform === 'win32',
  }, async (t) => {
    const program = await installAgent(real.program).catch((error: Error) => error);
    if (typeof program !== 'string') {
      console.error(`SKIPPED: ${real.program} could not be installed here: ${program.message}`);
      t.skip(program.message);
      return;
    }
    const denied = await runWith(t, real, program, 'denies');
    assert.ok(denied.kept, denied.output);
    const told = denied.calls.filter(({ moment }) => moment.kind === 'beforeTool');
    assert.ok(told.length >= 1, denied.output);
    const { moment, cwd, sessionId } = told[0] as HookCall;
    assert.deepEqual(moment.kind === 'beforeTool' && moment.actions, [
      { kind: 'shell', command: COMMAND, cwd: denied.work },
    ]);
    assert.equal(cwd, denied.work);
    assert.ok(sessionId);
    assert.ok(
      denied.calls.some((call) => call.moment.kind === 'sessionStart'),
      'its start is heard',
    );

    const gone = await runWith(t, real, program, 'gone');
    assert.ok(gone.kept, gone.output);

    const passed = await runWith(t, real, program, 'passes');
    assert.ok(!passed.kept, passed.output);
    assert.ok(
      passed.calls.some((call) => call.moment.kind === 'afterTool'),
      'what a tool gave back is told',
    );
  });

async function runWith(t: TestContext, { agent, before, start }: RealAgent, program: string, kind: Launcher) {
  const folder = mkdtempSync(join(tmpdir(), `marginal-hooks-${agent}-`));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  const [home, work, heard] = [join(folder, 'home'), join(folder, 'work'), join(folder, 'heard')];
  for (const each of [home, heard, join(work, 'sub'), join(home, '.marginal')]) mkdirSync(each, { recursive: true });
  writeFileSync(join(work, 'sub/notes.txt'), 'nowhere else\n');
  const launcher = join(home, '.marginal/hook');
  const dialect = dialectOf(agent);
  assert.ok(dialect);
  const started = await start({ home, work }, t, program);
  const { stdout } = dialect.reply(before, { kind: 'deny', reason: REASON });
  writeFileSync(join(folder, 'denial'), stdout);
  if (kind !== 'gone')
    writeFileSync(
      launcher,
      [
        '#!/bin/sh',
        // As many hooks may run at once as an agent likes.
        `cat > "${heard}/$2.$$"`,
        ...(kind === 'denies' ? [`[ "$2" != ${before} ] || cat "${folder}/denial"`] : []),
        'exit 0',
        '',
      ].join('\n'),
      { mode: 0o755 },
    );
  const guards = hookInstaller({ home, platform: 'linux', env: {}, launcher, clock: { now: Date.now } });
  await guards.apply([agent], 'guard', await guards.plan([agent], 'guard'));
  const { output } = await runToEnd(program, started.args, work, { HOME: home, ...started.env });
  await started.close();
  const calls = readdirSync(heard).map((name) => {
    const event = name.split('.')[0] ?? '';
    const body = readFileSync(join(heard, name), 'utf8');
    const call = dialect.read(event, JSON.parse(body));
    assert.ok(call, `${event}: ${body}`);
    return call;
  });
  return { kept: existsSync(join(work, 'sub/notes.txt')), calls, work, output };
}
