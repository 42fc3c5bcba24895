/**
 * A server that speaks Anthropic's Messages API from a script: what it served is known to the token, so a client's own
 * log can be checked against it. Streams as the real one does; answers `count_tokens` and the client's probe of `/`.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServedUsage {
  readonly input: number;
  readonly cacheWrite: number;
  readonly cacheWriteHour?: number;
  readonly cacheRead: number;
  readonly output: number;
}

export type ReplyBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly name: string; readonly input: object };

export interface ScriptedReply {
  readonly blocks: readonly ReplyBlock[];
  readonly usage: ServedUsage;
  readonly stop: 'end_turn' | 'tool_use' | 'max_tokens';
}

/** One request that the endpoint answered with a model's reply. */
export interface Served {
  readonly messageId: string;
  readonly requestId: string;
  readonly model: string;
  readonly reply: ScriptedReply;
}

/** What a request looks like to the script. */
export interface RequestBody {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: readonly { readonly name: string }[];
  readonly system?: unknown;
}

export interface AnthropicEndpoint {
  readonly url: string;
  readonly served: readonly Served[];
  close(): Promise<void>;
}

/** Starts on a free loopback port. `script` decides each reply; an error of its own becomes a 500. */
export async function startAnthropicEndpoint(
  script: (body: RequestBody, index: number) => ScriptedReply,
): Promise<AnthropicEndpoint> {
  const served: Served[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method !== 'POST' || !request.url?.startsWith('/v1/messages')) {
        response.writeHead(request.method === 'HEAD' ? 200 : 404).end();
        return;
      }
      if (request.url.includes('count_tokens')) {
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"input_tokens":1000}');
        return;
      }
      try {
        const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as RequestBody & { stream?: boolean };
        const reply = script(body, served.length);
        const entry = {
          messageId: `msg_scripted_${served.length + 1}`,
          requestId: `req_scripted_${served.length + 1}`,
          model: body.model,
          reply,
        };
        served.push(entry);
        response.setHeader('request-id', entry.requestId);
        if (body.stream) {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          for (const event of streamOf(entry)) {
            response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
          }
          response.end();
        } else {
          response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(wholeOf(entry)));
        }
      } catch (error) {
        response.writeHead(500, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ type: 'error', error: { type: 'api_error', message: String(error) } }));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function usageOf(usage: ServedUsage, output: number): object {
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite + (usage.cacheWriteHour ?? 0),
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWrite,
      ephemeral_1h_input_tokens: usage.cacheWriteHour ?? 0,
    },
    output_tokens: output,
    service_tier: 'standard',
  };
}

function contentOf(entry: Served): readonly object[] {
  return entry.reply.blocks.map((block, index) =>
    block.type === 'text' ? block : { ...block, id: `toolu_${entry.messageId}_${index}` },
  );
}

function wholeOf(entry: Served): object {
  return {
    id: entry.messageId,
    type: 'message',
    role: 'assistant',
    model: entry.model,
    content: contentOf(entry),
    stop_reason: entry.reply.stop,
    stop_sequence: null,
    usage: usageOf(entry.reply.usage, entry.reply.usage.output),
  };
}

function* streamOf(entry: Served): Generator<{ readonly type: string }> {
  yield {
    type: 'message_start',
    message: { ...wholeOf(entry), content: [], stop_reason: null, usage: usageOf(entry.reply.usage, 1) },
  } as { type: string };
  for (const [index, block] of contentOf(entry).entries()) {
    const { type, text, input } = block as { type: string; text?: string; input?: object };
    const start = type === 'text' ? { type, text: '' } : { ...block, input: {} };
    const delta =
      type === 'text'
        ? { type: 'text_delta', text }
        : { type: 'input_json_delta', partial_json: JSON.stringify(input ?? {}) };
    yield { type: 'content_block_start', index, content_block: start } as { type: string };
    yield { type: 'content_block_delta', index, delta } as { type: string };
    yield { type: 'content_block_stop', index } as { type: string };
  }
  yield {
    type: 'message_delta',
    delta: { stop_reason: entry.reply.stop, stop_sequence: null },
    usage: { output_tokens: entry.reply.usage.output },
  } as { type: string };
  yield { type: 'message_stop' };
}
