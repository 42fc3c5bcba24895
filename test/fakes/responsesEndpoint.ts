/**
 * A server that speaks OpenAI's Responses API from a script: what it served is known to the token, so that a client's
 * own log can be checked against it. Streams as the real one does.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';

/** As the vendor counts: what was cached is part of the input, reasoning is part of the output. */
export interface ResponsesUsage {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
}

export type ResponsesItem =
  | { readonly type: 'message'; readonly text: string }
  | {
      readonly type: 'function_call';
      readonly name: string;
      readonly namespace?: string;
      readonly arguments: object;
    }
  /** A tool that takes a text: `apply_patch`. */
  | { readonly type: 'custom_tool_call'; readonly name: string; readonly input: string };

export interface ResponsesReply {
  readonly items: readonly ResponsesItem[];
  readonly usage: ResponsesUsage;
}

/** One request that was answered with a model's reply. */
export interface ServedResponse {
  readonly responseId: string;
  readonly model: string;
  readonly usage: ResponsesUsage;
}

/** What a request looks like to the script. */
export interface ResponsesBody {
  readonly model: string;
  readonly instructions?: string;
  readonly input: readonly { readonly type?: string; readonly [key: string]: unknown }[];
  readonly tools?: readonly { readonly type: string; readonly name?: string; readonly [key: string]: unknown }[];
}

export interface ResponsesEndpoint {
  /** The base that clients are given; it ends in /v1. */
  readonly url: string;
  readonly served: readonly ServedResponse[];
  close(): Promise<void>;
}

/** Starts on a free loopback port. `script` decides each reply; an error of its own becomes a 500. */
export async function startResponsesEndpoint(
  script: (body: ResponsesBody, index: number) => ResponsesReply,
): Promise<ResponsesEndpoint> {
  const served: ServedResponse[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method !== 'POST' || !request.url?.split('?')[0]?.endsWith('/v1/responses')) {
        response.writeHead(404).end();
        return;
      }
      try {
        const text = decoded(Buffer.concat(chunks), request.headers['content-encoding']);
        const body = JSON.parse(text) as ResponsesBody;
        const reply = script(body, served.length);
        const responseId = `resp_scripted_${served.length + 1}`;
        served.push({ responseId, model: body.model, usage: reply.usage });
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const event of streamOf(responseId, body.model, reply)) {
          response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
        }
        response.end();
      } catch (error) {
        response.writeHead(500, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: { message: String(error) } }));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    served,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function decoded(body: Buffer, encoding: string | undefined): string {
  switch (encoding) {
    case 'zstd':
      return zstdDecompressSync(body).toString('utf8');
    case 'gzip':
      return gunzipSync(body).toString('utf8');
    case 'br':
      return brotliDecompressSync(body).toString('utf8');
    default:
      return body.toString('utf8');
  }
}

function* streamOf(
  id: string,
  model: string,
  { items, usage }: ResponsesReply,
): Generator<{ readonly type: string; readonly [key: string]: unknown }> {
  const output = items.map((item, index) => outputItem(item, `${id}_${index}`));
  yield { type: 'response.created', response: { id, object: 'response', model, status: 'in_progress', output: [] } };
  for (const [index, item] of output.entries()) {
    yield { type: 'response.output_item.added', output_index: index, item: { ...item, content: [] } };
    if (item.type === 'message')
      yield { type: 'response.output_text.delta', output_index: index, item_id: item.id, delta: item.content[0]?.text };
    yield { type: 'response.output_item.done', output_index: index, item };
  }
  yield {
    type: 'response.completed',
    response: {
      id,
      object: 'response',
      model,
      status: 'completed',
      output,
      usage: {
        input_tokens: usage.input,
        input_tokens_details: { cached_tokens: usage.cached },
        output_tokens: usage.output,
        output_tokens_details: { reasoning_tokens: usage.reasoning },
        total_tokens: usage.input + usage.output,
      },
    },
  };
}

function outputItem(item: ResponsesItem, id: string) {
  if (item.type === 'message')
    return {
      type: item.type,
      id: `msg_${id}`,
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: item.text, annotations: [] }],
    } as const;
  if (item.type === 'custom_tool_call')
    return { ...item, id: `ctc_${id}`, call_id: `call_${id}`, status: 'completed' } as const;
  return {
    type: item.type,
    id: `fc_${id}`,
    call_id: `call_${id}`,
    status: 'completed',
    name: item.name,
    ...(item.namespace ? { namespace: item.namespace } : {}),
    arguments: JSON.stringify(item.arguments),
  } as const;
}
