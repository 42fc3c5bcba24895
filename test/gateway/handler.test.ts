import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { HookAnswer, HookCall } from '../../src/core/hooks/hookCall.ts';
import { GATE_FAILED, UNREADABLE } from '../../src/core/hooks/nobodyAnswers.ts';
import { createHandler, type HandlerPorts } from '../../src/gateway/handler.ts';
import { listen } from '../../src/gateway/listen.ts';
import { MAX_CALL_BYTES } from '../../src/protocol/hookWire.ts';

const TOKEN = 'the-token-of-this-test';
const PROOF = 'the-proof-of-this-test';
const PORT = 4711;
const never = new AbortController().signal;

function handler(answer: HandlerPorts['answer'] = () => assert.fail('the gate was asked')) {
  const heard: string[] = [];
  const logged: string[] = [];
  const handle = createHandler({
    answer,
    secrets: () => ({ token: TOKEN, proof: PROOF, port: PORT }),
    onHeard: (agent) => heard.push(agent),
    log: (sentence) => logged.push(sentence),
  });
  return { handle, heard, logged };
}

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function asked({ path = '/hooks/claude-code/PreToolUse', method = 'POST', headers = {}, body = '{}' }: Asked): Request {
  return new Request(`http://127.0.0.1${path}`, {
    method,
    headers: { host: `127.0.0.1:${PORT}`, authorization: `Bearer ${TOKEN}`, ...headers },
    ...(method === 'POST' && { body }),
  });
}

const bash = (command: string) => JSON.stringify({ cwd: '/w', tool_name: 'Bash', tool_input: { command } });

test('only who shows the token, by the address itself and from no page, is answered', async () => {
  const refused: [Asked, number][] = [
    [{ headers: { authorization: 'Bearer wrong' } }, 401],
    [{ headers: { authorization: `Bearer ${TOKEN}x` } }, 401],
    [{ headers: { authorization: TOKEN } }, 401],
    [{ headers: { authorization: '' } }, 401],
    [{ headers: { host: `localhost:${PORT}` } }, 403],
    [{ headers: { host: 'evil.example' } }, 403],
    [{ headers: { host: '127.0.0.1' } }, 403],
    [{ headers: { origin: 'https://evil.example' } }, 403],
    [{ headers: { origin: 'null' } }, 403],
    [{ headers: { 'sec-fetch-site': 'cross-site' } }, 403],
  ];
  const { handle, heard } = handler();
  for (const [each, status] of refused) {
    const response = await handle(asked({ ...each, body: bash('ls') }), never);
    assert.equal(response.status, status, JSON.stringify(each));
    assert.equal(response.headers.get('x-marginal-proof'), null);
    assert.equal(typeof ((await response.json()) as { error?: unknown }).error, 'string');
  }
  assert.deepEqual(heard, []);
});

test('what isn’t a hook’s call is told so as JSON', async () => {
  const wrong: [Asked, number][] = [
    [{ method: 'GET' }, 405],
    [{ path: '/' }, 404],
    [{ path: '/hooks/claude-code' }, 404],
    [{ path: '/hooks/claude-code/Pre%2FTool' }, 404],
    [{ path: '/hooks/claude-code/PreToolUse/more' }, 404],
    [{ path: '/hooks/clippy/PreToolUse' }, 404],
    [{ path: '/hooks/constructor/PreToolUse' }, 404],
    [{ body: ' '.repeat(MAX_CALL_BYTES + 1) }, 413],
    [{ headers: { 'content-length': String(MAX_CALL_BYTES + 1) } }, 413],
  ];
  const { handle } = handler();
  for (const [each, status] of wrong) {
    const response = await handle(asked(each), never);
    assert.equal(response.status, status, each.path ?? each.method);
    assert.equal(response.headers.get('x-marginal-proof'), PROOF);
    assert.equal(typeof ((await response.json()) as { error?: unknown }).error, 'string');
  }
});

async function replyOf(response: Response): Promise<{ stdout: string; exitCode: number }> {
  assert.equal(response.status, 200);
  return (await response.json()) as { stdout: string; exitCode: number };
}

test('the gate is asked what the agent said, and its answer comes back in the agent’s words', async () => {
  const calls: HookCall[] = [];
  const { handle, heard } = handler(async (call) => {
    calls.push(call);
    return { kind: 'deny', reason: 'no' };
  });
  const { stdout, exitCode } = await replyOf(await handle(asked({ body: bash('rm -rf x') }), never));
  assert.match(stdout, /"permissionDecision":"deny","permissionDecisionReason":"no"/);
  assert.equal(exitCode, 0);
  assert.deepEqual(heard, ['claude-code']);
  assert.deepEqual(
    calls.map(({ agent, event, cwd, moment }) => ({ agent, event, cwd, kind: moment.kind })),
    [{ agent: 'claude-code', event: 'PreToolUse', cwd: '/w', kind: 'beforeTool' }],
  );
});

test('a gate that fails, and words that can’t be read: reading passes, the rest is denied, and nothing told is logged', async () => {
  const broken: HandlerPorts['answer'] = () => Promise.reject(new Error('secret words'));
  const { handle, logged } = handler(broken);
  const told = async (event: string, body: string) =>
    (await replyOf(await handle(asked({ path: `/hooks/claude-code/${event}`, body }), never))).stdout;
  assert.match(await told('PreToolUse', bash('rm secret')), new RegExp(GATE_FAILED.sentence.slice(0, 60)));
  assert.equal(await told('PreToolUse', '{"tool_name":"Read","tool_input":{}}'), '');
  assert.equal(await told('PostToolUse', bash('rm secret')), '');
  assert.equal(await told('UserPromptSubmit', '{"prompt":"secret"}'), '');
  for (const body of ['', 'secret', '[]', '{}', '{"tool_name":7}'])
    assert.ok((await told('PreToolUse', body)).includes(UNREADABLE.sentence), body);
  assert.ok(logged.length > 0);
  assert.ok(logged.every((sentence) => !sentence.includes('secret')));
});

test('asking an agent that would approve by itself is a no', async () => {
  const { handle } = handler(async () => ({ kind: 'ask', reason: 'really?' }));
  const decision = async (mode: string) =>
    /"permissionDecision":"(\w+)"/.exec(
      (await replyOf(await handle(asked({ body: bash('x').replace('{', `{"permission_mode":"${mode}",`) }), never)))
        .stdout,
    )?.[1];
  assert.equal(await decision('default'), 'ask');
  assert.equal(await decision('bypassPermissions'), 'deny');
});

async function listening(t: TestContext, answer: (call: HookCall, signal: AbortSignal) => Promise<HookAnswer>) {
  let port = 0;
  const handle = createHandler({
    answer,
    secrets: () => ({ token: TOKEN, proof: PROOF, port }),
    onHeard: () => undefined,
    log: () => undefined,
  });
  const listener = await listen(handle, (error) => assert.fail(String(error)));
  ({ port } = listener);
  t.after(() => listener.close());
  return listener;
}

test('it listens on the loopback alone, and takes its own time for no broken request', async (t) => {
  const { port } = await listening(t, async () => ({ kind: 'pass' }));
  const send = async (text: string) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.on('data', (piece) => {
      received += piece;
    });
    socket.end(text);
    await once(socket, 'close');
    return received;
  };
  assert.match(await send('nonsense\r\n\r\n'), /^HTTP\/1\.1 400/);
  assert.match(await send(`TRACE / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`), /^HTTP\/1\.1 400/);
  assert.match(
    await send(`POST // HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 0\r\n\r\n`),
    /^HTTP\/1\.1 400/,
  );
  assert.match(
    await send('GET /hooks/claude-code/PreToolUse HTTP/1.1\r\nHost: evil.example\r\n\r\n'),
    /^HTTP\/1\.1 403/,
  );
  const chunked = `POST /hooks/claude-code/Stop HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${TOKEN}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`;
  assert.match(await send(chunked), /^HTTP\/1\.1 200/);
});

test('whoever goes away takes the question along', async (t) => {
  const gone = Promise.withResolvers<void>();
  const { port } = await listening(t, (_call, signal) => {
    signal.addEventListener('abort', () => gone.resolve());
    outgoing.destroy();
    return gone.promise.then(() => ({ kind: 'deny', reason: 'gone' }));
  });
  const outgoing = request({
    host: '127.0.0.1',
    port,
    method: 'POST',
    path: '/hooks/claude-code/PreToolUse',
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  outgoing.on('error', () => undefined);
  outgoing.end(bash('rm x'));
  await gone.promise;
});

test('closing ends every socket, also one that says nothing', async (t) => {
  const listener = await listening(t, () => new Promise(() => undefined));
  const socket = connect(listener.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  await listener.close();
  await closed;
});
