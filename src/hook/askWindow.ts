/**
 * Asks a window over a bare socket, in HTTP written by hand: `node:http` takes 6 ms longer to load, and every action of every
 * agent waits for it.
 */
import { connect } from 'node:net';
import type { HookReply } from '../core/hooks/hookCall.ts';
import { PROOF_HEADER, type WindowFile } from '../protocol/hookWire.ts';

const CONNECT_MS = 2_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

export type Asked =
  | { readonly kind: 'answered'; readonly reply: HookReply }
  /** Nobody listens, or someone who isn't that window: nothing was asked of anyone. */
  | { readonly kind: 'nobody' }
  /** It was asked, and gave no answer that can be understood. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'late' };

interface Response {
  readonly status: number;
  readonly proof: string | undefined;
  readonly body: string;
}

/** Never rejects. */
export function askWindow(window: WindowFile, path: string, body: Buffer, patienceMs: number): Promise<Asked> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    let connected = false;
    const socket = connect({ host: '127.0.0.1', port: window.port, noDelay: true });
    let timer = setTimeout(done, Math.min(CONNECT_MS, patienceMs), { kind: 'nobody' });
    function done(asked: Asked): void {
      clearTimeout(timer);
      socket.destroy();
      resolve(asked);
    }
    socket.on('connect', () => {
      connected = true;
      clearTimeout(timer);
      timer = setTimeout(done, patienceMs, { kind: 'late' });
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${window.port}\r\nAuthorization: Bearer ${window.token}\r\n` +
          `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`,
      );
      socket.write(body);
    });
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > MAX_ANSWER_BYTES) return done({ kind: 'lost' });
      const response = responseIn(Buffer.concat(pieces));
      if (response) done(meaningOf(response, window));
    });
    socket.on('close', () => done({ kind: connected ? 'lost' : 'nobody' }));
    socket.on('error', () => done({ kind: connected ? 'lost' : 'nobody' }));
  });
}

/** undefined: it isn't whole yet. */
function responseIn(received: Buffer): Response | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = received.toString('latin1', 0, end);
  const length = Number(headerOf(head, 'content-length') ?? Number.NaN);
  const body = received.subarray(end + 4);
  if (body.length < length) return undefined;
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]),
    proof: headerOf(head, PROOF_HEADER),
    body: body.toString('utf8'),
  };
}

function headerOf(head: string, name: string): string | undefined {
  return new RegExp(`^${name}: *(.*?)\\r?$`, 'im').exec(head)?.[1];
}

function meaningOf({ status, proof, body }: Response, window: WindowFile): Asked {
  if (proof !== window.proof) return { kind: 'nobody' };
  const reply = status === 200 ? replyIn(body) : undefined;
  return reply ? { kind: 'answered', reply } : { kind: 'lost' };
}

function replyIn(body: string): HookReply | undefined {
  try {
    const { stdout, stderr, exitCode } = JSON.parse(body) as Record<keyof HookReply, unknown>;
    if (typeof stdout !== 'string' || !Number.isInteger(exitCode) || Number(exitCode) < 0 || Number(exitCode) > 9)
      return undefined;
    return { stdout, exitCode: Number(exitCode), ...(typeof stderr === 'string' && { stderr }) };
  } catch {
    return undefined;
  }
}
