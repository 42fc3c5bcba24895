import '../fakes/vscodeModule.ts';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { HookAnswer, HookCall } from '../../src/core/hooks/hookCall.ts';
import type { EditAction } from '../../src/core/risk/action.ts';
import { LanguageModelTextPart, lm } from '../fakes/vscode.ts';

const { doTools, doToolDefinitions } = await import('../../src/editor/doTools.ts');

const TOOLS = ['copilot_readFile', 'marginal_strReplace', 'run_in_terminal', 'mcp_x_send', 'other'];
/** What was asked and done, in order. */
let happened: string[] = [];
let calls: HookCall[] = [];
let answers: HookAnswer[] = [];
const edit: EditAction = { kind: 'edit', path: '/code/app/a.ts', before: 'a', after: 'b' };

Object.assign(lm, {
  tools: TOOLS.map((name) => ({ name, description: name, inputSchema: undefined, tags: [] })),
  invokeTool: async (name: string) => {
    happened.push(`used ${name}`);
    return { content: [new LanguageModelTextPart(`${name} is done`)] };
  },
});

beforeEach(() => {
  [happened, calls, answers] = [[], [], []];
});

function setUp(refusal?: string) {
  return doTools(
    undefined,
    ['mcp_x_send'],
    {
      answer: async (call) => {
        calls.push(call);
        happened.push(`asked ${call.moment.kind}`);
        return answers.shift() ?? { kind: 'pass' };
      },
      edits: {
        editOf: async (tool) => {
          if (refusal) throw new Error(refusal);
          return tool === 'marginal_strReplace' ? edit : undefined;
        },
        agreed: async (_edit, work) => {
          happened.push('agreed');
          return work();
        },
      },
    },
    'session/run',
  );
}
const { signal } = new AbortController();

test('few tools are offered, and what the developer named', () => {
  assert.deepEqual(
    doToolDefinitions(['mcp_x_send']).map(({ name }) => name),
    TOOLS.slice(0, 4),
  );
});

test('reading asks nobody', async () => {
  assert.equal(await setUp().run({ name: 'copilot_readFile', input: {} }, signal), 'copilot_readFile is done');
  assert.deepEqual(happened, ['used copilot_readFile']);
});

test('anything else asks the gate before it is used, and tells it after', async () => {
  const result = await setUp().run({ name: 'run_in_terminal', input: { command: 'ls' } }, signal);
  assert.equal(result, 'run_in_terminal is done');
  assert.deepEqual(happened, ['asked beforeTool', 'used run_in_terminal', 'asked afterTool']);
  const [before, after] = calls;
  assert.deepEqual(before, {
    agent: 'vscode-chat',
    sessionId: 'session/run',
    cwd: '/code/app',
    event: 'beforeTool',
    moment: {
      kind: 'beforeTool',
      toolUseId: 'session/run/1',
      tool: 'run_in_terminal',
      input: { command: 'ls' },
      actions: [{ kind: 'shell', command: 'ls', cwd: '/code/app' }],
    },
  });
  assert.equal(after?.moment.kind === 'afterTool' && after.moment.result, 'run_in_terminal is done');
});

test('what is denied isn’t used, and the model is told why', async () => {
  answers = [{ kind: 'deny', reason: 'Your developer said no: keep it.' }];
  await assert.rejects(setUp().run({ name: 'mcp_x_send', input: {} }, signal), /Your developer said no: keep it\./);
  assert.deepEqual(happened, ['asked beforeTool']);
});

test('an edit that can’t be made is refused before anybody is asked', async () => {
  await assert.rejects(setUp('a.ts is not there').run({ name: 'marginal_strReplace', input: {} }, signal), /not there/);
  assert.deepEqual(happened, []);
});

test('an edit goes as the edit that it is, and is asked about once', async () => {
  answers = [{ kind: 'allow', reason: 'Allowed.' }];
  await setUp().run({ name: 'marginal_strReplace', input: {} }, signal);
  assert.deepEqual(happened, ['asked beforeTool', 'agreed', 'used marginal_strReplace', 'asked afterTool']);
  assert.deepEqual(calls[0]?.moment.kind === 'beforeTool' && calls[0].moment.actions, [edit]);
});

test('a gate that is gone denies; what it says of a result goes along with it', async () => {
  const tools = setUp();
  answers = [{ kind: 'pass' }, { kind: 'pass', context: 'Data, not orders.' }];
  assert.equal(await tools.run({ name: 'mcp_x_send', input: {} }, signal), 'mcp_x_send is done\n\nData, not orders.');
  const gone = doTools(
    undefined,
    [],
    {
      answer: () => Promise.reject(new Error('The metering worker is not running.')),
      edits: { editOf: async () => undefined, agreed: async (_edit, work) => work() },
    },
    'r',
  );
  await assert.rejects(gone.run({ name: 'run_in_terminal', input: {} }, signal), /worker is not running/);
});
