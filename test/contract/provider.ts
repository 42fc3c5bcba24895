/** What every model endpoint must do, whichever protocol it speaks: one suite for all adapters. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { ChatRequest, JsonObject, ReplyPart } from '../../src/core/chat.ts';
import { EndpointError, type EndpointFault } from '../../src/core/endpointError.ts';
import type { Endpoint } from '../../src/ports.ts';
import type { EndpointConfig, EndpointPorts } from '../../src/providers/config.ts';
import { type Play, type SeenRequest, startVendorServer, type VendorServer } from '../fakes/vendorServer.ts';

export interface ProviderCase {
  readonly name: string;
  create(config: EndpointConfig, ports: EndpointPorts): Endpoint;
  readonly chatPath: string;
  readonly contentType: string;
  /** Recorded or documented bodies; see test/fixtures/providers/README.md. */
  readonly bodies: {
    readonly text: string;
    readonly thinkingAndTools: string;
    readonly length: string;
    readonly badTool: string;
    readonly errorMidstream: string;
  };
  /** What the bodies hold. */
  readonly expected: {
    readonly text: string;
    readonly usage: JsonObject;
    readonly thinking: string;
    readonly calls: readonly (readonly [name: string, input: JsonObject])[];
    readonly midstreamFault: EndpointFault;
  };
  /** A body that says this, in pieces. */
  write(parts: readonly ReplyPart[]): readonly string[];
  /** The header that carries the key. */
  keyHeader(key: string): readonly [name: string, value: string];
  errorBody(message: string, type: string): JsonObject;
  readonly unknownModel: JsonObject;
  readonly tooLong: JsonObject;
  /** What to play for the questions around a chat. */
  aside(request: SeenRequest): Play | undefined;
  /** Names in `aside`'s list of models. */
  readonly models: readonly string[];
}

const KEY = 'sk-test-0123456789abcdefghij';
const PROMPT = 'a secret prompt that must not come back in any error, ever, at all';
const CLOCK = { now: () => 1_760_000_000_000, elapsed: () => performance.now() };
const QUICK = { retries: 2, firstWaitMs: 5, longestWaitMs: 1000 };

function request(text = PROMPT): ChatRequest {
  return {
    model: 'test-model',
    messages: [{ role: 'user', content: [{ kind: 'text', text }] }],
    tools: [{ name: 'read_file', description: 'Reads a file.' }],
    toolMode: 'auto',
  };
}

async function collect(parts: AsyncIterable<ReplyPart>): Promise<readonly ReplyPart[]> {
  const all: ReplyPart[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

/** A sentence for a person: one, with a remedy, without key and prompt. */
function assertSaysRemedy(error: EndpointError): void {
  assert.match(error.message, /\b(try again|run|start|pick|check|top up|give)\b/);
  assert.match(error.message, /\.$/);
  assert.equal(error.message.includes('\n'), false);
  assert.equal(error.message.includes(KEY), false, 'the key is in the sentence');
  assert.equal(error.message.includes(PROMPT.slice(0, 40)), false, 'the prompt is in the sentence');
}

async function failure(promise: Promise<unknown>): Promise<EndpointError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof EndpointError, String(error));
    return error;
  }
  return assert.fail('it should have failed');
}

export function testProvider(provider: ProviderCase): void {
  const servers: VendorServer[] = [];

  /** A server that plays `chat` for each chat request, and an endpoint on it. */
  async function serve(
    chat: (seen: SeenRequest, index: number) => Play,
    config: Partial<EndpointConfig> = {},
  ): Promise<{ server: VendorServer; endpoint: Endpoint; chats: () => readonly SeenRequest[] }> {
    let chats = 0;
    const server = await startVendorServer((seen) => {
      if (seen.path !== provider.chatPath) return provider.aside(seen) ?? { status: 404 };
      chats += 1;
      return { ...stream, ...chat(seen, chats - 1) };
    });
    servers.push(server);
    const full = { id: 'test', url: server.url, key: async () => KEY, retry: QUICK, ...config };
    const endpoint = provider.create(full, { fetch, clock: CLOCK });
    return { server, endpoint, chats: () => server.at(provider.chatPath) };
  }

  const stream = { headers: { 'content-type': provider.contentType } };
  const body = (name: string) => readFileSync(new URL(`../fixtures/providers/${name}`, import.meta.url));
  const never = new AbortController().signal;
  const play = async (name: string) => {
    const { endpoint } = await serve(() => ({ body: body(name) }));
    return collect(endpoint.send(request(), never));
  };

  describe(provider.name, () => {
    after(async () => {
      await Promise.all(servers.map((server) => server.stop()));
    });

    test('streams text, then finishes with usage, each kind apart', async () => {
      const { endpoint, chats } = await serve(() => ({ body: body(provider.bodies.text) }));
      const parts = await collect(endpoint.send(request(), never));
      assert.equal(parts.map((part) => (part.kind === 'text' ? part.text : '')).join(''), provider.expected.text);
      const last = parts.at(-1);
      assert.ok(last?.kind === 'finished');
      assert.equal(last.reason, 'stop');
      assert.deepEqual(JSON.parse(JSON.stringify(last.usage)), provider.expected.usage);
      assert.equal(parts.filter((part) => part.kind === 'finished').length, 1);
      const [name, value] = provider.keyHeader(KEY);
      const [seen] = chats();
      assert.equal(seen?.headers[name], value);
      assert.equal(seen?.body.model, 'test-model');
      assert.equal(seen?.body.stream, true);
    });

    test('a part is handed on as soon as it is there', async () => {
      const [first = '', ...rest] = provider.write([
        { kind: 'text', text: 'first' },
        { kind: 'text', text: 'second' },
        { kind: 'finished', reason: 'stop' },
      ]);
      const { endpoint } = await serve(() => ({ body: [first, rest.join('')], betweenMs: 150 }));
      const times: number[] = [];
      for await (const _ of endpoint.send(request(), never)) times.push(performance.now());
      assert.ok((times[1] ?? 0) - (times[0] ?? 0) > 75, 'the first part waited for the second');
    });

    test('thinking and parallel tool calls', async () => {
      const parts = await play(provider.bodies.thinkingAndTools);
      assert.equal(
        parts.map((part) => (part.kind === 'thinking' ? part.text : '')).join(''),
        provider.expected.thinking,
      );
      const calls = parts.filter((part) => part.kind === 'toolCall');
      assert.deepEqual(
        calls.map((call) => [call.name, call.input]),
        provider.expected.calls,
      );
      assert.equal(new Set(calls.map((call) => call.callId)).size, calls.length);
      const last = parts.at(-1);
      assert.ok(last?.kind === 'finished' && last.reason === 'toolCalls');
    });

    test('a reply that reaches its limit says so', async () => {
      const last = (await play(provider.bodies.length)).at(-1);
      assert.ok(last?.kind === 'finished' && last.reason === 'length');
    });

    test('arguments that never parse: the sentence names the tool', async () => {
      const error = await failure(play(provider.bodies.badTool));
      assert.equal(error.fault, 'garbled');
      assert.match(error.message, /read_file/);
      assertSaysRemedy(error);
    });

    test('an error in the middle of the stream', async () => {
      const error = await failure(play(provider.bodies.errorMidstream));
      assert.equal(error.fault, provider.expected.midstreamFault);
      assertSaysRemedy(error);
    });

    test('aborting ends the HTTP request at once: in the stream, before its head, before it began', async () => {
      const [first = ''] = provider.write([{ kind: 'text', text: 'Hel' }]);
      for (const how of [{ body: first, ending: 'silent' }, { delayMs: 5000 }] as const) {
        const { endpoint, chats } = await serve(() => how);
        const abort = new AbortController();
        const started = collect(
          (async function* () {
            for await (const part of endpoint.send(request(), abort.signal)) {
              yield part;
              abort.abort();
            }
          })(),
        );
        if ('delayMs' in how) {
          while (chats().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
          abort.abort();
        }
        const error = await failure(started);
        const aborted = performance.now();
        assert.equal(error.fault, 'cancelled');
        assert.equal(await chats()[0]?.over, 'closed by the client');
        // The server is silent and would wait for ever.
        assert.ok(performance.now() - aborted < 5_000);
      }
      const { endpoint, chats } = await serve(() => ({}));
      const error = await failure(collect(endpoint.send(request(), AbortSignal.abort())));
      assert.deepEqual([error.fault, chats().length], ['cancelled', 0]);
    });

    test('a reader that stops reading ends the HTTP request too', async () => {
      const [first = ''] = provider.write([{ kind: 'text', text: 'Hel' }]);
      const { endpoint, chats } = await serve(() => ({ body: first, ending: 'silent' }));
      for await (const _ of endpoint.send(request(), never)) break;
      assert.equal(await chats()[0]?.over, 'closed by the client');
    });

    test('a reader that takes its time is not cut off', async () => {
      const [first = '', ...rest] = provider.write([
        { kind: 'text', text: 'a' },
        { kind: 'finished', reason: 'stop' },
      ]);
      const { endpoint } = await serve(() => ({ body: [first, rest.join('')] }), { timeouts: { idleMs: 60 } });
      const kinds: string[] = [];
      for await (const part of endpoint.send(request(), never)) {
        kinds.push(part.kind);
        await new Promise((resolve) => setTimeout(resolve, 120));
      }
      assert.deepEqual(kinds, ['text', 'finished']);
    });

    test('ten requests at once do not mix', async () => {
      const { endpoint } = await serve((seen) => {
        const letter = /marked ([a-j])!/.exec(seen.text)?.[1] ?? '?';
        const texts = Array.from({ length: 20 }, (_, index) => ({ kind: 'text' as const, text: `${letter}${index} ` }));
        const call = { kind: 'toolCall' as const, callId: `call_${letter}`, name: 'read_file', input: { of: letter } };
        const pieces = provider.write([...texts, call, { kind: 'finished', reason: 'toolCalls' }]);
        return { body: pieces, betweenMs: 2 };
      });
      const letters = [...'abcdefghij'];
      const replies = await Promise.all(
        letters.map((letter) => collect(endpoint.send(request(`marked ${letter}!`), never))),
      );
      for (const [index, parts] of replies.entries()) {
        const letter = letters[index];
        const text = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
        assert.equal(text, Array.from({ length: 20 }, (_, count) => `${letter}${count} `).join(''));
        assert.deepEqual(
          parts.flatMap((part) => (part.kind === 'toolCall' ? [part.input] : [])),
          [{ of: letter }],
        );
      }
    });

    /** The vendor quotes what it shouldn't; and says what is wrong. */
    const spiteful = (type: string) => provider.errorBody(`bad request ${PROMPT} with key ${KEY}`, type);
    const refusals: readonly (readonly [what: string, play: Play, fault: EndpointFault, sentence: RegExp])[] = [
      [
        'a wrong key',
        { status: 401, body: json(spiteful('authentication_error')) },
        'unauthorized',
        /Add Model Endpoint/,
      ],
      [
        'a key without the right',
        { status: 403, body: json(spiteful('permission_error')) },
        'unauthorized',
        /another key/,
      ],
      ['an unknown model', { status: 404, body: json(provider.unknownModel) }, 'unknownModel', /test-model/],
      ['a path that is not there', { status: 404, body: '404 page not found' }, 'refused', /HTTP 404/],
      ['a prompt that is too long', { status: 400, body: json(provider.tooLong) }, 'tooLong', /larger context/],
      [
        'a rate limit',
        { status: 429, headers: { 'retry-after': '34' }, body: json(spiteful('rate_limit_error')) },
        'quota',
        /in 34 s/,
      ],
      ['an error of the server', { status: 500, body: json(spiteful('api_error')) }, 'serverError', /HTTP 500/],
      ['an error page', { status: 502, body: '<html>Bad gateway</html>' }, 'serverError', /HTTP 502/],
      [
        'too much load',
        { status: 529, headers: { 'retry-after': '60' }, body: json(spiteful('overloaded_error')) },
        'quota',
        /overloaded: try again in 60 s/,
      ],
    ];
    for (const [what, play, fault, sentence] of refusals) {
      test(`${what}: the fault and a sentence with its remedy`, async () => {
        const { endpoint, chats } = await serve(() => play);
        const error = await failure(collect(endpoint.send(request(), never)));
        assert.equal(error.fault, fault);
        assert.match(error.message, sentence);
        assert.equal(error.status, play.status);
        assertSaysRemedy(error);
        assert.equal(chats().length, 1, 'it was asked again');
        const seconds = Number(play.headers?.['retry-after']);
        assert.equal(error.retryAfterSeconds, Number.isNaN(seconds) ? undefined : seconds);
      });
    }

    test('no key where one is wanted', async () => {
      const unauthorized = { status: 401, body: json(spiteful('authentication_error')) };
      const { endpoint } = await serve(() => unauthorized, { key: async () => undefined });
      const error = await failure(collect(endpoint.send(request(), never)));
      assert.match(error.message, /wants a key and none is set/);
    });

    test('a key that no header can hold is not told', async () => {
      const { endpoint } = await serve(() => ({}), { key: async () => `${KEY}\n${KEY}` });
      const error = await failure(collect(endpoint.send(request(), never)));
      assert.equal(error.fault, 'unauthorized');
      assert.equal(JSON.stringify([error.message, String(error.cause)]).includes(KEY), false);
    });

    test('nothing listens there', async () => {
      const port = await closedPort();
      const endpoint = provider.create({ id: 'x', url: `http://127.0.0.1:${port}` }, { fetch, clock: CLOCK });
      for (const ask of [() => collect(endpoint.send(request(), never)), () => endpoint.listModels(never)]) {
        const error = await failure(ask());
        assert.equal(error.fault, 'unreachable');
        assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port}: start`));
        assertSaysRemedy(error);
      }
    });

    test('a slow head, and silence in the middle', async () => {
      const slow = await serve(() => ({ delayMs: 3000 }), { timeouts: { firstByteMs: 250 } });
      const late = await failure(collect(slow.endpoint.send(request(), never)));
      assert.equal(late.fault, 'timeout');
      assertSaysRemedy(late);
      assert.equal(await slow.chats()[0]?.over, 'closed by the client');
      const [first = ''] = provider.write([{ kind: 'text', text: 'Hel' }]);
      const silent = await serve(() => ({ body: first, ending: 'silent' }), { timeouts: { idleMs: 250 } });
      const silence = await failure(collect(silent.endpoint.send(request(), never)));
      assert.equal(silence.fault, 'brokenOff');
      assertSaysRemedy(silence);
    });

    test('garbage, a web page, and an answer in another protocol', async () => {
      const page = { headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Log in</title>' };
      const garbage = { body: Uint8Array.from({ length: 500 }, (_, index) => (index * 89) % 256) };
      for (const what of [page, garbage, { body: 'data: {"choices":7,"type":"message_start"}\n\n{"done":"x"}\n' }]) {
        const { endpoint } = await serve(() => what);
        const error = await failure(collect(endpoint.send(request(), never)));
        assert.equal(error.fault, 'garbled', JSON.stringify(what));
        assertSaysRemedy(error);
      }
    });

    test('garbage in the middle of an answer is no wrong address, and is not asked again', async () => {
      const [first = ''] = provider.write([{ kind: 'text', text: 'Hel' }]);
      const { endpoint, chats } = await serve(() => ({ body: [first, 'data: {"a": %%%\n\n'] }));
      const error = await failure(collect(endpoint.send(request(), never)));
      assert.deepEqual([error.fault, chats().length], ['garbled', 1]);
      assert.match(error.message, /in the middle of its answer that Marginal can't read/);
      assert.doesNotMatch(error.message, /Add Model Endpoint/);
      assertSaysRemedy(error);
    });

    test('a head without an answer, whether it ends or stays open, is not said to be the middle of one', async () => {
      const empty = await serve(() => ({ body: '' }));
      const ended = await failure(collect(empty.endpoint.send(request(), never)));
      assert.match(ended.message, /closed the connection without an answer/);
      assertSaysRemedy(ended);
      const silent = await serve(() => ({ body: '\n', ending: 'silent' }), { timeouts: { idleMs: 80 } });
      const late = await failure(collect(silent.endpoint.send(request(), never)));
      assert.equal(late.fault, 'timeout');
      assertSaysRemedy(late);
    });

    test('broken off in the middle: told, not asked again, and what came before is kept', async () => {
      const pieces = provider.write([
        { kind: 'text', text: 'Hel' },
        { kind: 'text', text: 'lo' },
      ]);
      for (const ending of ['broken', 'complete'] as const) {
        const { endpoint, chats } = await serve(() => ({ body: pieces, ending }));
        let text = '';
        const error = await failure(
          (async () => {
            for await (const part of endpoint.send(request(), never)) text += part.kind === 'text' ? part.text : '';
          })(),
        );
        assert.deepEqual([error.fault, text, chats().length], ['brokenOff', 'Hello', 1]);
        assertSaysRemedy(error);
      }
    });

    test('asked to wait, it waits and asks again, a bounded number of times', async () => {
      const wait = { status: 429, headers: { 'retry-after-ms': '60' }, body: json(spiteful('rate_limit_error')) };
      const once = await serve((_, index) => (index < 2 ? wait : { body: body(provider.bodies.text) }));
      const parts = await collect(once.endpoint.send(request(), never));
      assert.equal(parts.at(-1)?.kind, 'finished');
      const times = once.chats().map((seen) => seen.at);
      assert.equal(times.length, 3);
      assert.ok((times[1] ?? 0) - (times[0] ?? 0) >= 55, 'it did not wait as long as it was asked to');
      for (const status of [429, 503, 529]) {
        const always = await serve(() => ({
          status,
          body: json(provider.errorBody('server busy', 'overloaded_error')),
        }));
        const error = await failure(collect(always.endpoint.send(request(), never)));
        assert.deepEqual([error.fault, always.chats().length], ['quota', 3]);
      }
    });

    test('while it waits it can be cancelled', async () => {
      const { endpoint, chats } = await serve(() => ({ status: 429, headers: { 'retry-after': '1' } }));
      const abort = new AbortController();
      setTimeout(() => abort.abort(), 80);
      const error = await failure(collect(endpoint.send(request(), abort.signal)));
      assert.deepEqual([error.fault, chats().length], ['cancelled', 1]);
    });

    test('out of credit is told at once', async () => {
      const empty = provider.errorBody('You exceeded your current quota, please check your plan', 'insufficient_quota');
      const { endpoint, chats } = await serve(() => ({ status: 429, body: json(empty) }));
      const error = await failure(collect(endpoint.send(request(), never)));
      assert.match(error.message, /no credit left/);
      assert.equal(chats().length, 1);
    });

    test('a redirect is not followed: it would take the key elsewhere', async () => {
      const elsewhere = await startVendorServer(() => ({}));
      servers.push(elsewhere);
      const { endpoint } = await serve(() => ({ status: 307, headers: { location: `${elsewhere.url}/v1` } }));
      const error = await failure(collect(endpoint.send(request(), never)));
      assert.equal(error.fault, 'refused');
      assert.match(error.message, /moved/);
      assertSaysRemedy(error);
      assert.equal(elsewhere.requests.length, 0);
    });

    test('a caller that loses patience with the list of models is told so, not that it cancelled', async () => {
      const slow = await startVendorServer(() => ({ delayMs: 3000 }));
      servers.push(slow);
      const endpoint = provider.create({ id: 'x', url: slow.url }, { fetch, clock: CLOCK });
      const error = await failure(endpoint.listModels(AbortSignal.timeout(60)));
      assert.equal(error.fault, 'timeout');
      assert.equal(await slow.requests[0]?.over, 'closed by the client');
      const own = provider.create({ id: 'x', url: slow.url, timeouts: { listMs: 60 } }, { fetch, clock: CLOCK });
      assert.equal((await failure(own.listModels(never))).fault, 'timeout');
      assert.equal((await failure(own.listModels(AbortSignal.abort()))).fault, 'cancelled');
    });

    test('lists its models', async () => {
      const { endpoint } = await serve(() => ({}));
      const models = await endpoint.listModels(never);
      assert.deepEqual(
        models.map((model) => model.name),
        provider.models,
      );
      const html = await startVendorServer(() => ({ headers: { 'content-type': 'text/html' }, body: '<html>' }));
      servers.push(html);
      const wrong = provider.create({ id: 'x', url: html.url }, { fetch, clock: CLOCK });
      const error = await failure(wrong.listModels(never));
      assert.equal(error.fault, 'garbled');
      assertSaysRemedy(error);
    });

    test('an answer that unpacks without an end is not read to it', async () => {
      const packed = gzipSync(Buffer.alloc(96 * 1024 * 1024, ' '));
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      const server = await startVendorServer(() => ({ headers, body: packed }));
      servers.push(server);
      const endpoint = provider.create({ id: 'x', url: server.url }, { fetch, clock: CLOCK });
      for (const ask of [() => endpoint.listModels(never), () => collect(endpoint.send(request(), never))]) {
        const before = process.memoryUsage().rss;
        const error = await failure(ask());
        assert.equal(error.fault, 'garbled');
        assertSaysRemedy(error);
        const grown = (process.memoryUsage().rss - before) / 1e6;
        assert.ok(grown < 90, `${grown.toFixed(0)} MB more`);
      }
    });

    test('an error page without an end is not read to it', async () => {
      const headers = { 'content-encoding': 'gzip' };
      const packed = gzipSync(Buffer.alloc(96 * 1024 * 1024, 'no '));
      const { endpoint } = await serve(() => ({ status: 400, headers, body: packed }));
      const error = await failure(collect(endpoint.send(request(), never)));
      assert.equal(error.fault, 'refused');
      assert.ok(error.message.length < 1000);
    });

    test('a tool call whose arguments never end is given up', async () => {
      const [piece = ''] = provider.write([
        { kind: 'toolCall', callId: 'c', name: 'read_file', input: { path: 'x'.repeat(17 * 1024 * 1024) } },
      ]);
      const { endpoint } = await serve(() => ({ body: piece }));
      assert.equal((await failure(collect(endpoint.send(request(), never)))).fault, 'garbled');
    });

    test('an address is understood with and without its version and slash; own headers are sent', async () => {
      for (const tail of ['', '/', '/v1', '/v1/']) {
        const { server } = await serve(() => ({ body: body(provider.bodies.text) }));
        const headers = { 'x-team': 'blue' };
        const endpoint = provider.create({ id: 'x', url: server.url + tail, headers }, { fetch, clock: CLOCK });
        await collect(endpoint.send(request(), never));
        assert.equal(server.at(provider.chatPath)[0]?.headers['x-team'], 'blue');
      }
    });

    test('loopback is local, a public address is not', () => {
      const local = (url: string) => provider.create({ id: 'x', url }, { fetch, clock: CLOCK }).local;
      assert.deepEqual(['http://127.0.0.1:1', 'http://192.168.1.9:1', 'https://example.org'].map(local), [
        true,
        true,
        false,
      ]);
    });
  });
}

function json(value: JsonObject): string {
  return JSON.stringify(value);
}

/** A port that nothing listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
