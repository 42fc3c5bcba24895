import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, AnswerRequest } from '../../src/app/answer.ts';
import {
  type DoPorts,
  type DoTask,
  type DoTold,
  doTask,
  INSISTED_STEPS,
  MOST_STEPS,
  resumedTask,
  startedTask,
} from '../../src/app/doTask.ts';
import { choose } from '../../src/core/allocate/choose.ts';
import type { RunOutlook } from '../../src/core/allocate/outlook.ts';
import type { Use } from '../../src/core/allocate/use.ts';
import type { JsonObject, ReplyPart } from '../../src/core/chat.ts';
import { EndpointError } from '../../src/core/endpointError.ts';

const cr = (credits: number) => credits * 1e9;

/** An outlook that advises this use. */
function advising(use: Use): RunOutlook {
  const cost = { p10: cr(1), p50: cr(2), p90: cr(3) };
  const decision = choose(
    use.kind === 'stop' ? [] : [{ use, quality: 0.5, cost, waitSeconds: 1, riskNanoCredits: 0 }],
    { valueNanoCredits: cr(100), prices: { kappa: 1, beta: 0, lambda: 0, rho: 1 } },
  );
  return {
    runId: 'session/prompt',
    agent: 'vscode-chat',
    model: 'cheap',
    at: 0,
    steps: 1,
    next: cost,
    remaining: cost,
    success: 0.5,
    decision,
    evidence: { outcomes: 40, settled: true },
    stuck: undefined,
    advice: undefined,
    quoted: undefined,
    leftQuote: false,
  };
}

const text = (words: string): ReplyPart => ({ kind: 'text', text: words });
let calls = 0;
const call = (name: string, input: JsonObject = {}): ReplyPart => ({
  kind: 'toolCall',
  callId: `call${++calls}`,
  name,
  input,
});
const DONE: ReplyPart = { kind: 'finished', reason: 'stop' };

interface SetUp {
  /** What the model says, step by step; beyond its end the last again. */
  readonly replies: readonly (readonly ReplyPart[] | Error)[];
  readonly advice?: (step: number) => RunOutlook | undefined;
  readonly tool?: (name: string, input: JsonObject, signal: AbortSignal) => Promise<string>;
  readonly signal?: AbortSignal;
  readonly task?: DoTask;
  readonly takesStop?: boolean;
}

async function run({ replies, advice, tool, signal, task, takesStop = true }: SetUp) {
  const asked: { readonly offer: string; readonly request: AnswerRequest; readonly origin: unknown }[] = [];
  const told: DoTold[] = [];
  const used: string[] = [];
  const advised: string[] = [];
  const answer: Answer = async function* (offer, request, origin) {
    asked.push({ offer, request, origin });
    const reply = replies[Math.min(asked.length, replies.length) - 1] ?? [];
    if (reply instanceof Error) throw reply;
    yield* reply;
  };
  const ports: DoPorts = {
    answer,
    tools: {
      definitions: [{ name: 'read', description: 'reads' }],
      edits: (name) => name === 'edit',
      run: async ({ name, input }, toolSignal) => {
        used.push(name);
        return tool ? tool(name, input, toolSignal) : 'text';
      },
    },
    advise: async (runId) => {
      advised.push(runId);
      return { outlook: advice?.(advised.length), spentNanoCredits: cr(3 * advised.length) };
    },
    takesStop: () => takesStop,
    tell: (each) => told.push(each),
  };
  const started =
    task ??
    startedTask({ prompt: 'Mend it.' }, { sessionId: 'session', promptId: 'prompt', offerId: 'policy/balanced' });
  const result = await doTask(started, ports, signal ?? new AbortController().signal);
  return { ...result, asked, told, used, advised };
}

test('a task goes on until the model calls no tool any more, and each step belongs to one run', async () => {
  const { end, task, asked, told, used } = await run({
    replies: [
      [text('I read.'), call('read', { path: 'a' }), DONE],
      [call('read', { path: 'b' }), DONE],
      [text('Done.'), DONE],
    ],
    advice: () => advising({ kind: 'continue' }),
  });
  assert.deepEqual(end, { kind: 'answered' });
  assert.equal(task.steps.length, 3);
  assert.deepEqual(used, ['read', 'read']);
  assert.deepEqual(
    asked.map(({ offer, origin }) => [offer, origin]),
    Array(3).fill([
      'policy/balanced',
      { initiator: 'core', sessionId: 'session', promptId: 'prompt', followsAdvice: true },
    ]),
  );
  assert.deepEqual(
    asked.at(-1)?.request.messages.map(({ role, content }) => [role, content.map(({ kind }) => kind)]),
    [
      ['system', ['text']],
      ['user', ['text']],
      ['assistant', ['text', 'toolCall']],
      ['user', ['toolResult']],
      ['assistant', ['toolCall']],
      ['user', ['toolResult']],
    ],
  );
  assert.deepEqual(
    told.flatMap((each) => (each.kind === 'step' ? [[each.number, each.outlook?.decision.choice.use.kind]] : [])),
    [
      [1, undefined],
      [2, 'continue'],
      [3, 'continue'],
    ],
  );
});

test('a tool that fails is told to the model with its sentence, and the task goes on', async () => {
  const { end, asked, told, task } = await run({
    replies: [
      [call('read'), DONE],
      [text('Then not.'), DONE],
    ],
    tool: async () => {
      throw new Error('There is no such file.');
    },
  });
  assert.deepEqual(end, { kind: 'answered' });
  assert.deepEqual(asked.at(-1)?.request.messages.at(-1)?.content[0], {
    kind: 'toolResult',
    callId: `call${calls}`,
    content: [{ kind: 'text', text: 'There is no such file.' }],
    isError: true,
  });
  assert.ok(told.some((each) => each.kind === 'toolFailed' && each.tool === 'read'));
  assert.deepEqual(task.steps[0]?.calls, [{ tool: 'read', failed: true }]);
});

test('a long result is cut in its middle, and a short one is given whole', async () => {
  const { asked } = await run({
    replies: [[call('read'), DONE], [DONE]],
    tool: async () => `begin${'x'.repeat(60_000)}end`,
  });
  const result = JSON.stringify(asked.at(-1)?.request.messages.at(-1));
  assert.ok(result.length < 21_000);
  assert.match(result, /begin.*40,008 characters left out.*end/);
});

test('advice to stop stops before the next request', async () => {
  const { end, asked } = await run({
    replies: [[call('read'), DONE]],
    advice: (step) => advising({ kind: step === 2 ? 'stop' : 'continue' }),
  });
  assert.equal(end.kind, 'stopped');
  assert.equal(asked.length, 2);
});

test('a stop that isn’t proven, or isn’t taken so that its mistakes are seen, ends nothing', async () => {
  const replies = [[call('read', { path: 'a' }), DONE], [DONE]];
  const unproven = { ...advising({ kind: 'stop' }), evidence: { outcomes: 2, settled: false } };
  assert.equal((await run({ replies, advice: () => unproven })).end.kind, 'answered');
  const advice = () => advising({ kind: 'stop' });
  assert.equal((await run({ replies, advice, takesStop: false })).end.kind, 'answered');
});

test('advice to ask ends with the question', async () => {
  const { end, asked } = await run({ replies: [[call('read'), DONE]], advice: () => advising({ kind: 'ask' }) });
  assert.equal(end.kind, 'asked');
  assert.equal(asked.length, 1);
});

test('the breaker of the ledger stops it too', async () => {
  const stuck = { reason: 'noEdits', why: '30 steps without a new edit.' } as const;
  const { end } = await run({
    replies: [[call('read'), DONE]],
    advice: () => ({ ...advising({ kind: 'continue' }), stuck }),
  });
  assert.deepEqual(end, { kind: 'stuck', why: stuck.why });
});

test('advice to verify is said to the model once, not before every step', async () => {
  const { asked, told } = await run({
    replies: [[call('a'), DONE], [call('b'), DONE], [call('c'), DONE], [DONE]],
    advice: () => advising({ kind: 'verify' }),
  });
  const said = JSON.stringify(asked.at(-1)?.request.messages).match(/check what you have done/g);
  assert.equal(said?.length, 1);
  assert.deepEqual(
    told.flatMap((each) => (each.kind === 'step' ? [each.first] : [])),
    [undefined, 'verify', undefined, undefined],
  );
});

test('advice to escalate goes on with the other model, which has the prefix cached from then on', async () => {
  const { asked } = await run({
    replies: [[call('a'), DONE], [call('b'), DONE], [DONE]],
    advice: (step) =>
      advising(step === 1 ? { kind: 'escalate', model: 'big', endpointId: 'openai' } : { kind: 'continue' }),
  });
  assert.deepEqual(
    asked.map(({ offer }) => offer),
    ['policy/balanced', 'openai/big', 'openai/big'],
  );
});

test('advice to compact cuts old results before the step', async () => {
  const { asked } = await run({
    replies: [...Array.from({ length: 6 }, (_, step) => [call(`tool${step}`), DONE]), [DONE]],
    tool: async () => 'y'.repeat(5_000),
    advice: (step) => advising({ kind: step === 6 ? 'compact' : 'continue' }),
  });
  const sizes = asked.map(({ request }) => JSON.stringify(request.messages).length);
  assert.ok((sizes[6] ?? 0) < (sizes[5] ?? 0), String(sizes));
});

test('the same call again and again is stopped without any advice', async () => {
  const { end, asked } = await run({ replies: [[call('read', { path: 'a' }), DONE]] });
  assert.equal(end.kind, 'stuck');
  assert.match(
    end.kind === 'stuck' ? end.why : '',
    /The same call was made 4 times .* \(12 credits since anything new\)/,
  );
  assert.equal(asked.length, 4);
});

test('an endless loop of different calls is stopped after the most steps', async () => {
  let file = 0;
  const endless: ReplyPart[][] = Array.from({ length: 100 }, () => [call('edit', { path: `f${++file}` }), DONE]);
  const { end, asked } = await run({ replies: endless });
  assert.deepEqual(end, { kind: 'mostSteps' });
  assert.equal(asked.length, MOST_STEPS);
});

test('where advice can’t be had it goes on', async () => {
  const { end } = await run({
    replies: [[call('read'), DONE], [DONE]],
    advice: () => {
      throw new Error('The worker is gone.');
    },
  });
  assert.deepEqual(end, { kind: 'answered' });
});

test('cancelled in a tool, nothing more is asked', async () => {
  const abort = new AbortController();
  const { end, asked, used } = await run({
    replies: [[call('read'), call('read'), DONE]],
    signal: abort.signal,
    tool: async () => {
      abort.abort();
      throw new Error('cancelled');
    },
  });
  assert.deepEqual(end, { kind: 'cancelled' });
  assert.equal(asked.length, 1);
  assert.deepEqual(used, ['read']);
});

test('cancelled before it began, nothing is asked at all', async () => {
  const { end, asked } = await run({ replies: [[DONE]], signal: AbortSignal.abort() });
  assert.deepEqual(end, { kind: 'cancelled' });
  assert.equal(asked.length, 0);
});

test('an endpoint’s fault ends it with its sentence', async () => {
  const { end } = await run({ replies: [new EndpointError('refused', 'No model can take it: add one.')] });
  assert.deepEqual(end, { kind: 'failed', sentence: 'No model can take it: add one.' });
});

test('the developer’s word goes before advice, for some steps', async () => {
  const first = await run({ replies: [[call('read', { path: 'a' }), DONE]], advice: () => advising({ kind: 'stop' }) });
  assert.equal(first.end.kind, 'stopped');
  let file = 0;
  const second = await run({
    replies: Array.from({ length: 20 }, () => [call('edit', { path: `g${++file}` }), DONE]),
    advice: () => advising({ kind: 'stop' }),
    task: resumedTask(first.task, 'Look into b.'),
  });
  assert.equal(second.end.kind, 'stopped');
  assert.equal(second.asked.length, INSISTED_STEPS);
  assert.match(JSON.stringify(second.asked[0]?.request.messages.at(-1)), /Look into b\./);
});

test('signed thinking goes back to the letter', async () => {
  const { asked } = await run({
    replies: [
      [
        { kind: 'thinking', text: 'I ' },
        { kind: 'thinking', text: 'think.' },
        { kind: 'thinking', text: '', signature: 'sig' },
        call('read'),
        DONE,
      ],
      [DONE],
    ],
  });
  assert.deepEqual(asked[1]?.request.messages[2]?.content[0], { kind: 'thinking', text: 'I think.', signature: 'sig' });
});
