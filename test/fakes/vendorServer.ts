// A model endpoint on loopback that plays the bodies it is given, and records what it was asked.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the server answers to one request. `{}` is an empty answer with status 200. */
export interface Play {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent in these pieces. */
  readonly body?: string | Uint8Array | readonly (string | Uint8Array)[];
  /** Before the head of the answer; the connection stays open meanwhile. */
  readonly delayMs?: number;
  readonly betweenMs?: number;
  /** `broken`: the connection is cut after the last piece; `silent`: it stays open and nothing more comes. */
  readonly ending?: 'complete' | 'broken' | 'silent';
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** Parsed JSON; undefined where there was none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads into bodies of any vendor
  readonly body: any;
  readonly at: number;
  /** Resolves when the connection of this answer is over: whether the whole answer went out. */
  readonly over: Promise<'answered' | 'closed by the client'>;
}

export interface VendorServer {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Those to a path. */
  at(path: string): readonly SeenRequest[];
  stop(): Promise<void>;
}

/** Starts it on a free port; `respond` says what to play. */
export async function startVendorServer(respond: (request: SeenRequest, index: number) => Play): Promise<VendorServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const request: SeenRequest = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        text,
        body: text === '' ? undefined : JSON.parse(text),
        at: performance.now(),
        over: new Promise((resolve) => {
          response.on('close', () => resolve(response.writableFinished ? 'answered' : 'closed by the client'));
        }),
      };
      requests.push(request);
      void play(respond(request, requests.length - 1), response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    at: (path) => requests.filter((request) => request.path === path),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function play(what: Play, response: ServerResponse): Promise<void> {
  if (what.delayMs !== undefined) await sleep(what.delayMs);
  if (response.destroyed) return;
  response.writeHead(what.status ?? 200, what.headers ?? {});
  response.flushHeaders();
  const { body = '' } = what;
  const pieces = typeof body === 'string' || body instanceof Uint8Array ? [body] : body;
  for (const piece of pieces) {
    if (response.destroyed) return;
    response.write(piece);
    if (what.betweenMs !== undefined) await sleep(what.betweenMs);
  }
  if (what.ending === 'broken') {
    // What was written goes out before the connection is cut.
    await sleep(20);
    response.destroy();
  } else if (what.ending !== 'silent') response.end();
}
