// The demo's model endpoint: speaks OpenAI's chat completions on loopback, and plays the script beside it. No AI.
// usage: node scripts/demo/endpoint.mjs [port]
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { demoModel, nextReply } from './script.mjs';
import { usageCounter } from './usage.mjs';

const contextTokens = 128_000;

/** About as fast as a good cloud model: something is seen after a moment, and then it flows. */
const pace = { firstPieceMs: 350, pieceMs: 18 };

/**
 * Starts the endpoint.
 * @param {{ port?: number, pace?: { firstPieceMs: number, pieceMs: number } }} [options] port 0 or absent: any free one
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>} url is the base of the API, ending in /v1
 */
export async function startDemoEndpoint({ port = 0, pace: chosenPace = pace } = {}) {
  const countUsage = usageCounter();
  const server = createServer((request, response) => {
    answer(request, response, { countUsage, pace: chosenPace }).catch((error) =>
      sendError(response, error.status ?? 500, error.message),
    );
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${server.address().port}/v1`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request, response, { countUsage, pace }) {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (request.method === 'GET' && pathname === '/v1/models') return sendJson(response, 200, modelList());
  if (request.method !== 'POST' || pathname !== '/v1/chat/completions')
    return sendError(response, 404, `The demo endpoint has no ${request.method} ${pathname}.`);
  const body = await readJson(request);
  if (!Array.isArray(body.messages)) return sendError(response, 400, 'messages must be a list.');
  const reply = nextReply(body);
  const usage = countUsage(body, reply);
  if (body.stream !== true) return sendJson(response, 200, wholeAnswer(reply, usage));
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  await sleep(pace.firstPieceMs);
  for (const chunk of chunksOf(reply, usage)) {
    if (response.destroyed) return;
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    await sleep(pace.pieceMs);
  }
  response.end('data: [DONE]\n\n');
}

function modelList() {
  return {
    object: 'list',
    data: [
      {
        id: demoModel.id,
        name: demoModel.name,
        object: 'model',
        owned_by: 'marginal-demo',
        context_length: contextTokens,
      },
    ],
  };
}

function* chunksOf({ thinks = '', text, toolCalls }, usage) {
  const head = {
    id: answerId(),
    object: 'chat.completion.chunk',
    created: Math.floor(Date.now() / 1000),
    model: demoModel.id,
  };
  const chunk = (delta, finish_reason = null) => ({ ...head, choices: [{ index: 0, delta, finish_reason }] });
  yield chunk({ role: 'assistant', content: '' });
  for (const piece of pieces(thinks)) yield chunk({ reasoning_content: piece });
  for (const piece of pieces(text)) yield chunk({ content: piece });
  for (const [index, call] of wireToolCalls(toolCalls).entries()) {
    yield chunk({ tool_calls: [{ index, ...call, function: { name: call.function.name, arguments: '' } }] });
    for (const piece of pieces(call.function.arguments))
      yield chunk({ tool_calls: [{ index, function: { arguments: piece } }] });
  }
  yield chunk({}, toolCalls.length > 0 ? 'tool_calls' : 'stop');
  yield { ...head, choices: [], usage };
}

function wholeAnswer({ thinks, text, toolCalls }, usage) {
  const message = {
    role: 'assistant',
    content: text,
    ...(thinks && { reasoning_content: thinks }),
    ...(toolCalls.length > 0 && { tool_calls: wireToolCalls(toolCalls) }),
  };
  return {
    id: answerId(),
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: demoModel.id,
    choices: [{ index: 0, message, finish_reason: toolCalls.length > 0 ? 'tool_calls' : 'stop' }],
    usage,
  };
}

function wireToolCalls(calls) {
  return calls.map(({ name, arguments: values }) => ({
    id: `call_${crypto.randomUUID()}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(values) },
  }));
}

function answerId() {
  return `chatcmpl-${crypto.randomUUID()}`;
}

/** About three words at a time. */
function pieces(text) {
  return text.match(/(?:\S+\s*){1,3}|\s+/g) ?? [];
}

async function readJson(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  try {
    return JSON.parse(text);
  } catch {
    throw Object.assign(new Error("The request's body is not JSON."), { status: 400 });
  }
}

function sendJson(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

function sendError(response, status, message) {
  if (response.headersSent) return response.destroy();
  sendJson(response, status, { error: { message, type: 'demo_endpoint_error' } });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { url } = await startDemoEndpoint({ port: Number(process.argv[2] ?? 0) });
  console.log(`${demoModel.endpointLabel}: ${url}`);
}
