/** Serves a handler on a loopback port of its own. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { Handler } from './handler.ts';

/** Agents that ask at the same time; beyond them a connection is dropped, and its hook says no. */
const MAX_SOCKETS = 1_200;
/** For a request's head, and for all of it. */
const HEAD_MS = 5_000;
const REQUEST_MS = 30_000;
/** A socket on which nothing happens: longer than any question stands. */
const IDLE_MS = 10 * 60_000;
/** How long what was asked already may take to be answered while it closes. */
const CLOSING_MS = 300;

export interface Listener {
  /** Of 127.0.0.1. */
  readonly port: number;
  /** Takes nothing new, tells whoever answers that it is over, and resolves when every socket is closed. */
  close(): Promise<void>;
}

/** Rejects where no port can be had. `onFault`: what a handler should never let out. */
export async function listen(handler: Handler, onFault: (error: unknown) => void): Promise<Listener> {
  const waiting = new Set<AbortController>();
  const answering = new Set<Promise<void>>();
  const server = createServer({
    headersTimeout: HEAD_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: 5_000,
  });
  server.maxConnections = MAX_SOCKETS;
  server.setTimeout(IDLE_MS);
  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const gone = new AbortController();
    waiting.add(gone);
    outgoing.on('close', () => {
      waiting.delete(gone);
      gone.abort();
    });
    const answered = serve(incoming, outgoing, handler, gone.signal)
      .catch((error: unknown) => {
        onFault(error);
        outgoing.destroy();
      })
      .finally(() => answering.delete(answered));
    answering.add(answered);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // Those that come at once wait in the system's own queue, which is 511 long by itself.
    server.listen({ port: 0, host: '127.0.0.1', backlog: MAX_SOCKETS }, resolve);
  });
  server.on('error', onFault);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const gone of waiting) gone.abort();
      const patience = new Promise((resolve) => setTimeout(resolve, CLOSING_MS).unref());
      await Promise.race([Promise.all(answering), patience]);
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handler: Handler,
  signal: AbortSignal,
): Promise<void> {
  const request = requestOf(incoming);
  const response = request ? await handler(request, signal) : new Response(undefined, { status: 400 });
  const body = Buffer.from(await response.arrayBuffer());
  outgoing.writeHead(response.status, {
    ...Object.fromEntries(response.headers),
    'content-length': body.length,
    connection: 'close',
  });
  outgoing.end(body);
}

/** undefined: its address or method is none. */
function requestOf(incoming: IncomingMessage): Request | undefined {
  const headers = new Headers();
  const { method = 'GET', url = '/' } = incoming;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  try {
    for (const [name, value] of Object.entries(incoming.headersDistinct))
      for (const each of value ?? []) headers.append(name, each);
    return new Request(new URL(url, 'http://127.0.0.1'), {
      method,
      headers,
      ...(hasBody && { body: Readable.toWeb(incoming) as ReadableStream<Uint8Array>, duplex: 'half' }),
    });
  } catch {
    return undefined;
  }
}
