import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import OpenAI from 'openai';
import { startDemoEndpoint } from '../../scripts/demo/endpoint.mjs';
import { nextReply } from '../../scripts/demo/script.mjs';

const sample = fileURLToPath(new URL('../../scripts/demo/workspace', import.meta.url));
const noPace = { firstPieceMs: 0, pieceMs: 0 };

test('plays a run on the sample: reads, half fixes, sees a test fail, mends, and sums up', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'marginal-demo-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  await cp(sample, folder, { recursive: true });

  const { steps, failuresSeen, finalText } = await playAgent(folder);

  assert.deepEqual(steps, [
    ['read_file', 'read_file'],
    ['replace_string_in_file'],
    ['run_in_terminal'],
    ['replace_string_in_file'],
    ['run_in_terminal'],
  ]);
  assert.deepEqual(failuresSeen, [1, 0], 'the first fix leaves one failing test, the second none');
  assert.match(finalText, /^All tests pass\./);
});

test('only runs the tests where the sample is mended already', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'marginal-demo-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  await cp(sample, folder, { recursive: true });
  await playAgent(folder);

  const { steps, finalText } = await playAgent(folder);

  assert.deepEqual(steps, [['read_file', 'read_file'], ['run_in_terminal']]);
  assert.match(finalText, /^All tests pass\./);
});

test('says what it is, in text, where it is offered no tools or too few', () => {
  const prompt = { role: 'user', content: 'What does this do?' };
  const readOnly = toolsOfAgentMode.filter(({ function: { name } }) => name === 'read_file');
  for (const tools of [[], readOnly]) {
    const reply = nextReply({ messages: [prompt], tools });
    assert.deepEqual(reply.toolCalls, []);
    assert.match(reply.text, /a script, no AI/);
    assert.match(reply.text, /Agent/);
  }
  assert.match(nextReply({ messages: [prompt], tools: readOnly }).text, /no tool to edit files, run commands/);
});

test('two conversations at the same time do not mix', () => {
  const start = [context('/one'), { role: 'user', content: 'go' }];
  const further = [
    context('/two'),
    { role: 'user', content: 'go' },
    { role: 'assistant', tool_calls: [{}, {}] },
    { role: 'tool', content: 'function totalCents() { cents += item.priceCents; }' },
    { role: 'tool', content: 'the tests' },
  ];
  const first = nextReply({ messages: start, tools: toolsOfAgentMode });
  const other = nextReply({ messages: further, tools: toolsOfAgentMode });
  assert.deepEqual(nextReply({ messages: start, tools: toolsOfAgentMode }), first);
  assert.equal(first.toolCalls[0]?.arguments.filePath, '/one/src/cart.js');
  assert.equal(other.toolCalls[0]?.arguments.filePath, '/two/src/cart.js');
});

test('speaks to the official OpenAI client: models, streamed calls, and usage with cached tokens', async (t) => {
  const endpoint = await startDemoEndpoint({ pace: noPace });
  t.after(endpoint.stop);
  const client = new OpenAI({ baseURL: endpoint.url, apiKey: 'none', maxRetries: 0 });

  const models = (await client.models.list()).data;
  assert.deepEqual(
    models.map(({ id }) => id),
    ['demo-scripted'],
  );

  const request = {
    model: 'demo-scripted',
    messages: [context('/w'), { role: 'user', content: 'Make the tests pass.' }] as OpenAI.ChatCompletionMessageParam[],
    tools: toolsOfAgentMode as OpenAI.ChatCompletionFunctionTool[],
  };
  const ask = () => client.chat.completions.stream(request).finalChatCompletion();
  const first = await ask();
  const second = await ask();
  assert.deepEqual(
    first.choices[0]?.message.tool_calls?.map(
      (call) => call.type === 'function' && JSON.parse(call.function.arguments),
    ),
    [
      { filePath: '/w/src/cart.js', startLine: 1, endLine: 200 },
      { filePath: '/w/test/cart.test.js', startLine: 1, endLine: 200 },
    ],
  );
  assert.equal(first.usage?.prompt_tokens_details?.cached_tokens, 0);
  assert.equal(second.usage?.prompt_tokens_details?.cached_tokens, second.usage?.prompt_tokens);
  assert.ok((first.usage?.completion_tokens ?? 0) > (first.usage?.completion_tokens_details?.reasoning_tokens ?? 0));
});

test('refuses what it does not know with a sentence', async (t) => {
  const endpoint = await startDemoEndpoint({ pace: noPace });
  t.after(endpoint.stop);
  const post = (path: string, body: string) => fetch(endpoint.url + path, { method: 'POST', body });
  assert.equal((await post('/responses', '{}')).status, 404);
  assert.equal((await post('/chat/completions', 'not json')).status, 400);
  assert.equal((await post('/chat/completions', '{}')).status, 400);
});

/** What VS Code's agent mode offers, as far as the demo uses it (names and required keys of VS Code 1.139). */
const toolsOfAgentMode = [
  tool('read_file', ['filePath', 'startLine', 'endLine']),
  tool('replace_string_in_file', ['filePath', 'oldString', 'newString']),
  tool('run_in_terminal', ['command', 'explanation', 'goal', 'mode']),
];

function tool(name: string, keys: readonly string[]) {
  const properties = Object.fromEntries(keys.map((key) => [key, { type: 'string' }]));
  return { type: 'function', function: { name, parameters: { type: 'object', properties, required: keys } } };
}

function context(folder: string) {
  return {
    role: 'user',
    content: `<workspace_info>\nI am working in a workspace with the following folders:\n- ${folder} \nmore\n</workspace_info>`,
  };
}

/** A small agent that really does what the demo model orders, until it orders nothing more. */
async function playAgent(folder: string) {
  const messages: unknown[] = [context(folder), { role: 'user', content: 'Make the tests pass.' }];
  const steps: string[][] = [];
  const failuresSeen: number[] = [];
  for (;;) {
    const reply = nextReply({ messages, tools: toolsOfAgentMode });
    if (reply.toolCalls.length === 0) return { steps, failuresSeen, finalText: reply.text };
    assert.ok(steps.length < 10, 'the run comes to an end');
    steps.push(reply.toolCalls.map(({ name }) => name));
    messages.push({ role: 'assistant', tool_calls: reply.toolCalls });
    for (const call of reply.toolCalls) {
      const content = await perform(call.name, call.arguments as Record<string, string>, folder);
      if (call.name === 'run_in_terminal') failuresSeen.push(Number(/fail (\d+)/.exec(content)?.[1]));
      messages.push({ role: 'tool', content });
    }
  }
}

async function perform(name: string, values: Record<string, string>, folder: string): Promise<string> {
  const file = values.filePath ?? '';
  if (name === 'read_file') return readFile(file, 'utf8');
  if (name === 'run_in_terminal') return runCommand(values.command ?? '', folder);
  const text = await readFile(file, 'utf8');
  const before = values.oldString ?? '';
  assert.equal(text.split(before).length, 2, `the text to replace is in ${file} once`);
  await writeFile(
    file,
    text.replace(before, () => values.newString ?? ''),
  );
  return 'edited';
}

async function runCommand(command: string, cwd: string): Promise<string> {
  const [program = '', ...args] = command.split(' ');
  // The test runner that runs this test must not swallow the one that the demo starts.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const run = promisify(execFile)(program, args, { cwd, env });
  return run.then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
}
