/** Whatever an agent's hook is told: nothing that can't be undone passes, nothing fails, nothing hangs. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { parseShell } from '../../src/adapters/shellParser.ts';
import { toldTools } from '../../src/core/hooks/dialects/hookFields.ts';
import { dialectOf } from '../../src/core/hooks/dialects/index.ts';
import { GUARDED_AGENTS, type HookAnswer, type HookCall } from '../../src/core/hooks/hookCall.ts';
import { reachesFurther } from '../../src/core/risk/action.ts';
import { classify } from '../../src/core/risk/classify.ts';
import { NO_FACTS } from '../../src/core/risk/facts.ts';
import { createHandler } from '../../src/gateway/handler.ts';
import { hookWorld } from '../hook/hookWorld.ts';

const COMMAND = 'git reset --hard && rm -rf data';
const TOKEN = 't'.repeat(32);
const EVENTS = [
  'PreToolUse',
  'preToolUse',
  'PermissionRequest',
  'BeforeTool',
  'beforeShellExecution',
  'beforeMCPExecution',
];
const never = new AbortController().signal;

/** What recorded agents told before a tool that runs a command, with one that can't be undone; and what documents say of the others. */
const SEEDS: readonly { readonly agent: string; readonly event: string; readonly body: object }[] = [
  ...recorded(),
  {
    agent: 'cursor',
    event: 'beforeShellExecution',
    body: {
      conversation_id: 'c',
      hook_event_name: 'beforeShellExecution',
      workspace_roots: ['/w'],
      command: COMMAND,
      cwd: '/w',
    },
  },
  {
    agent: 'cline',
    event: 'PreToolUse',
    body: { taskId: 't', preToolUse: { toolName: 'execute_command', parameters: { command: COMMAND } } },
  },
];

function recorded() {
  const root = fileURLToPath(new URL('../fixtures/hooks', import.meta.url));
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const [, folder = '', event = ''] =
      /^([\w-]+)[\\/](\w+)\.(?:Bash|bash|run_shell_command)[\w.]*json$/.exec(name) ?? [];
    const agent = folder.replace(/-camel$/, '');
    if (!dialectOf(agent)?.decides(event)) return [];
    const text = readFileSync(path.join(root, name), 'utf8').replace(/"command": "[^"]*"/, `"command": "${COMMAND}"`);
    return text.includes(COMMAND) ? [{ agent, event, body: JSON.parse(text) as object }] : [];
  });
}

/** The gate's rule at its strictest: without facts, without approvals. `passed`: what it let pass. */
function gate() {
  const passed: HookCall[] = [];
  const handle = createHandler({
    answer: async (call): Promise<HookAnswer> => {
      const actions = call.moment.kind === 'beforeTool' ? call.moment.actions : [];
      const grave = actions.some((action) =>
        reachesFurther(classify(action, NO_FACTS, parseShell).verdict.class, 'commit'),
      );
      if (grave) return { kind: 'deny', reason: 'grave' };
      passed.push(call);
      return { kind: 'allow', reason: 'harmless' };
    },
    secrets: () => ({ token: TOKEN, proof: TOKEN, port: 1 }),
    onHeard: () => undefined,
    log: () => undefined,
  });
  return {
    passed,
    async tell(agent: string, event: string, body: string | Uint8Array<ArrayBuffer>) {
      const request = new Request(`http://127.0.0.1/hooks/${agent}/${event}`, {
        method: 'POST',
        headers: { host: '127.0.0.1:1', authorization: `Bearer ${TOKEN}` },
        body,
      });
      const response = await handle(request, never);
      assert.equal(response.status, 200);
      return (await response.json()) as { stdout: string; exitCode: number };
    },
  };
}

function denies({ stdout, exitCode }: { readonly stdout: string; readonly exitCode: number }): boolean {
  if (exitCode === 2) return true;
  return /"(?:permissionDecision|permission|decision|behavior)":"(?:deny|block)"|"cancel":true/.test(stdout);
}

/** Only tools that read, by their names; or what the gate has seen and let pass. */
function mayPass(agent: string, body: string, seen: number): boolean {
  if (seen > 0) return true;
  const tools = toldTools(JSON.parse(body));
  return tools.length > 0 && tools.every(({ name }) => dialectOf(agent)?.readOnlyTools.includes(name));
}

const agents = fc.constantFrom(...GUARDED_AGENTS);
const events = fc.constantFrom(...EVENTS);

test('the seeds are there for every agent, and each is denied', async () => {
  assert.deepEqual([...new Set(SEEDS.map(({ agent }) => agent))].sort(), [...GUARDED_AGENTS].sort());
  const { tell, passed } = gate();
  for (const { agent, event, body } of SEEDS)
    assert.ok(denies(await tell(agent, event, JSON.stringify(body))), `${agent} ${event}`);
  assert.deepEqual(passed, []);
});

test('bytes that are no call are denied before a tool', async () => {
  await fc.assert(
    fc.asyncProperty(agents, events, fc.uint8Array({ maxLength: 300 }), async (agent, event, bytes) => {
      const reply = await gate().tell(agent, event, new Uint8Array(bytes));
      if (dialectOf(agent)?.decides(event)) assert.ok(denies(reply));
    }),
    { numRuns: 300 },
  );
});

test('JSON of any kind passes only where it names a tool that reads, or the gate let it', async () => {
  const named = fc.record(
    {
      tool_name: fc.oneof(
        fc.constantFrom('Bash', 'Read', 'bash', 'view', 'run_shell_command', 'Shell'),
        fc.jsonValue(),
      ),
      toolName: fc.constantFrom('bash', 'view', 7),
      tool_input: fc.jsonValue(),
      toolCalls: fc.oneof(
        fc.jsonValue(),
        fc.array(fc.record({ name: fc.constantFrom('view', 'bash'), args: fc.jsonValue() })),
      ),
      command: fc.oneof(fc.constant(COMMAND), fc.jsonValue()),
      preToolUse: fc.jsonValue(),
      permission_mode: fc.constantFrom('default', 'bypassPermissions', null),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(agents, events, fc.oneof(fc.jsonValue(), named), async (agent, event, value) => {
      const { tell, passed } = gate();
      const body = JSON.stringify(value);
      const reply = await tell(agent, event, body);
      if (dialectOf(agent)?.decides(event) && !denies(reply))
        assert.ok(mayPass(agent, body, passed.length), reply.stdout);
    }),
    { numRuns: 500 },
  );
});

test('a command that can’t be undone is denied, whatever stands beside it or is cut off', async () => {
  const junk = fc.dictionary(
    fc.string({ minLength: 1, maxLength: 12 }).map((key) => `x_${key}`),
    fc.jsonValue(),
    { maxKeys: 4 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...SEEDS),
      junk,
      junk,
      fc.nat(400),
      async ({ agent, event, body }, more, input, cut) => {
        const { tell, passed } = gate();
        const fat = JSON.stringify({ ...more, ...body }).replace(
          `"command":"${COMMAND}"`,
          `${JSON.stringify(input).slice(1, -1)}${Object.keys(input).length > 0 ? ',' : ''}"command":"${COMMAND}"`,
        );
        assert.ok(denies(await tell(agent, event, fat)), fat);
        const short = fat.slice(0, Math.max(0, fat.length - 1 - cut));
        assert.ok(denies(await tell(agent, event, short)), short);
        assert.deepEqual(passed, []);
      },
    ),
    { numRuns: 300 },
  );
});

test('the hook’s process itself, with no window open, lets nothing pass and always ends', async (t) => {
  const world = await hookWorld(t);
  const bodies = fc.sample(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.jsonValue().map((value) => JSON.stringify(value)),
    ),
    {
      numRuns: 4,
      seed: 5,
    },
  );
  for (const agent of GUARDED_AGENTS) {
    const seed = SEEDS.find((each) => each.agent === agent);
    assert.ok(seed);
    for (const body of [...bodies, JSON.stringify(seed.body)]) {
      const { stdout, code } = await world.hook(agent, seed.event, body);
      assert.ok(denies({ stdout, exitCode: code ?? 0 }), `${agent} ${body}: ${stdout}`);
    }
  }
});
