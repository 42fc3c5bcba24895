// An OpenAI-compatible endpoint on loopback that says what the test tells it to, and records what it was asked.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the endpoint does with one POST to /v1/chat/completions. Everything is optional: `{}` is an empty answer. */
export interface ScriptedTurn {
  /** The answer's id. Absent: every answer has the same one, as some servers' have. */
  readonly id?: string;
  /** Pieces of reasoning, one chunk each, before the text. */
  readonly reasoning?: readonly string[];
  /** Pieces of text, one chunk each. */
  readonly text?: readonly string[];
  /** Calls that the model orders; an object of arguments is sent as JSON, a string as it is (also where it isn't JSON). */
  readonly toolCalls?: readonly { readonly id?: string; readonly name: string; readonly arguments: unknown }[];
  /** Sent as the vendor sends it, in a last chunk of its own. Absent: no usage is reported. */
  readonly usage?: Readonly<Record<string, unknown>>;
  /** Default: tool_calls where there are calls, else stop. */
  readonly finishReason?: string;
  /** Anything but 200 is sent with `body` and nothing of the above. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent instead of everything above: the raw body, whatever it is. */
  readonly body?: string;
  /** Before the response's head. */
  readonly delayMs?: number;
  /** Between two chunks. */
  readonly betweenChunksMs?: number;
  /** `broken`: the connection is cut after the last chunk; `silent`: it stays open and nothing more comes. Default: a proper end. */
  readonly ending?: 'complete' | 'broken' | 'silent';
}

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Parsed JSON; undefined where there was none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads into bodies of any vendor
  readonly body: any;
  /** The client closed the connection before the answer had ended. */
  aborted: boolean;
  /** Chunks of the answer that were written. */
  chunksSent: number;
  /** Resolves when the answer has ended, in whichever way. */
  readonly ended: Promise<void>;
}

export interface ScriptedEndpoint {
  /** e.g. http://127.0.0.1:40123/v1 */
  readonly url: string;
  /** Every request that came, in order, /v1/models included. */
  readonly requests: readonly RecordedRequest[];
  /** Only the chat completions among them. */
  completions(): readonly RecordedRequest[];
  /** Cuts what is open, and stops listening. */
  stop(): Promise<void>;
}

/** One turn per request in order, or a function of the request. A request beyond the list gets status 500 and fails the test's own expectations. */
export type Script = readonly ScriptedTurn[] | ((request: RecordedRequest, index: number) => ScriptedTurn);

/** Starts the endpoint on a free port. `models` is what /v1/models lists: names, or entries with what else a server tells. */
export async function startScriptedEndpoint({
  script,
  models = ['scripted-model'],
}: {
  readonly script: Script;
  readonly models?: readonly (string | { readonly id: string; readonly [key: string]: unknown })[];
}): Promise<ScriptedEndpoint> {
  const requests: RecordedRequest[] = [];
  const completions = () => requests.filter(({ path }) => path === '/v1/chat/completions');
  const server = createServer(async (incoming, response) => {
    const request = await record(incoming, response);
    requests.push(request);
    if (request.path === '/v1/models')
      return sendJson(response, 200, {
        object: 'list',
        data: models.map((model) => ({ object: 'model', ...(typeof model === 'string' ? { id: model } : model) })),
      });
    if (request.path !== '/v1/chat/completions')
      return sendJson(response, 404, { error: { message: `no route ${request.path}` } });
    const index = completions().indexOf(request);
    const turn = typeof script === 'function' ? script(request, index) : script[index];
    if (!turn) return sendJson(response, 500, { error: { message: `the script has no turn ${index}` } });
    await play(turn, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    completions,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function record(incoming: IncomingMessage, response: ServerResponse): Promise<RecordedRequest> {
  let text = '';
  for await (const chunk of incoming) text += chunk;
  const ended = new Promise<void>((resolve) => response.once('close', resolve));
  const request: RecordedRequest = {
    method: incoming.method ?? '',
    path: new URL(incoming.url ?? '/', 'http://localhost').pathname,
    headers: incoming.headers,
    body: text === '' ? undefined : JSON.parse(text),
    aborted: false,
    chunksSent: 0,
    ended,
  };
  response.once('close', () => {
    request.aborted = !response.writableFinished;
  });
  return request;
}

async function play(turn: ScriptedTurn, request: RecordedRequest, response: ServerResponse): Promise<void> {
  if (turn.delayMs) await sleep(turn.delayMs);
  if (turn.status !== undefined && turn.status !== 200) {
    response.writeHead(turn.status, { 'content-type': 'application/json', ...turn.headers });
    response.end(turn.body ?? JSON.stringify({ error: { message: `scripted status ${turn.status}` } }));
    return;
  }
  if (turn.body !== undefined) {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...turn.headers });
    response.end(turn.body);
    return;
  }
  if (request.body?.stream !== true) return sendJson(response, 200, wholeAnswer(turn, request));
  response.writeHead(200, { 'content-type': 'text/event-stream', ...turn.headers });
  for (const chunk of chunksOf(turn, request)) {
    if (response.destroyed) return;
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    request.chunksSent += 1;
    if (turn.betweenChunksMs) await sleep(turn.betweenChunksMs);
  }
  if (turn.ending === 'silent') return;
  if (turn.ending === 'broken') {
    response.destroy();
    return;
  }
  response.end('data: [DONE]\n\n');
}

function chunksOf(turn: ScriptedTurn, request: RecordedRequest): readonly object[] {
  const choice = (delta: object, finish_reason: string | null = null) => ({
    ...head(turn, request, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, finish_reason }],
  });
  return [
    choice({ role: 'assistant', content: '' }),
    ...(turn.reasoning ?? []).map((piece) => choice({ reasoning_content: piece })),
    ...(turn.text ?? []).map((piece) => choice({ content: piece })),
    ...toolCallsOf(turn).flatMap((call, index) => {
      // Split in two, as vendors do, so that arguments arrive in pieces.
      const middle = Math.ceil(call.function.arguments.length / 2);
      const [first, second] = [call.function.arguments.slice(0, middle), call.function.arguments.slice(middle)];
      return [
        choice({ tool_calls: [{ index, ...call, function: { name: call.function.name, arguments: first } }] }),
        choice({ tool_calls: [{ index, function: { arguments: second } }] }),
      ];
    }),
    choice({}, finishReason(turn)),
    ...(turn.usage ? [{ ...head(turn, request, 'chat.completion.chunk'), choices: [], usage: turn.usage }] : []),
  ];
}

function wholeAnswer(turn: ScriptedTurn, request: RecordedRequest): object {
  const calls = toolCallsOf(turn);
  const message = {
    role: 'assistant',
    content: (turn.text ?? []).join(''),
    ...(turn.reasoning ? { reasoning_content: turn.reasoning.join('') } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  return {
    ...head(turn, request, 'chat.completion'),
    choices: [{ index: 0, message, finish_reason: finishReason(turn) }],
    ...(turn.usage ? { usage: turn.usage } : {}),
  };
}

function toolCallsOf(turn: ScriptedTurn) {
  return (turn.toolCalls ?? []).map((call, index) => ({
    id: call.id ?? `call_${index}`,
    type: 'function',
    function: {
      name: call.name,
      arguments: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
    },
  }));
}

function finishReason(turn: ScriptedTurn): string {
  return turn.finishReason ?? (turn.toolCalls?.length ? 'tool_calls' : 'stop');
}

function head(turn: ScriptedTurn, request: RecordedRequest, object: string) {
  return { id: turn.id ?? 'chatcmpl-scripted', object, created: 0, model: request.body?.model };
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}
