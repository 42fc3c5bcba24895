/** What the loopback port answers: a request in, a response out. */
import { HOOKS_PATH, MAX_CALL_BYTES, PROOF_HEADER } from '../protocol/hookWire.ts';
import { refusalOf, type Secrets } from './auth.ts';
import { boundedBody } from './boundedBody.ts';
import { createRoom, type Room } from './room.ts';
import { answerHook, type HookPorts } from './routes/hooks.ts';

/** What all calls that wait for their answers may hold; a question may stand for minutes. */
const MAX_HELD_BYTES = 4 * MAX_CALL_BYTES;
/** Nearly all calls: a command, a path, some lines. */
const SMALL_BYTES = 16 * 1024;

export interface HandlerPorts extends HookPorts {
  /** Read at each request: the port is known once it listens. */
  readonly secrets: () => Secrets & { readonly proof: string };
}

/** `signal` aborts when whoever asked has gone. Not the request's own: that one may be collected while the answer is waited for. */
export type Handler = (request: Request, signal: AbortSignal) => Promise<Response>;

/** Never rejects: what goes wrong is a JSON body `{ error }` with a status. */
export function createHandler(ports: HandlerPorts): Handler {
  const room = createRoom({ most: MAX_HELD_BYTES, small: SMALL_BYTES });
  return async (request, signal) => {
    const secrets = ports.secrets();
    const refusal = refusalOf(request.headers, secrets);
    if (refusal !== undefined) return failure(refusal, refusal === 401 ? 'The token is wrong.' : 'Not for web pages.');
    const response = await route(request, signal, room, ports);
    response.headers.set(PROOF_HEADER, secrets.proof);
    return response;
  };
}

async function route(request: Request, signal: AbortSignal, room: Room, ports: HandlerPorts): Promise<Response> {
  const [, agent, event] = hookPath.exec(new URL(request.url).pathname) ?? [];
  if (agent === undefined || event === undefined) return failure(404, 'There is nothing here.');
  if (request.method !== 'POST') return failure(405, 'A hook is told by POST.');
  const told = Number(request.headers.get('content-length') ?? Number.NaN);
  if (told > MAX_CALL_BYTES) return failure(413, TOO_LONG);
  let leave: (() => void) | undefined;
  try {
    leave = await room.enter(told >= 0 ? told : MAX_CALL_BYTES, signal);
    const text = await boundedBody(request, MAX_CALL_BYTES);
    if (text === undefined) return failure(413, TOO_LONG);
    const reply = await answerHook({ agent, event, text }, signal, ports);
    return reply ? json(200, reply) : failure(404, `Marginal knows no agent ${agent}.`);
  } catch {
    // All else that can go wrong is answered in the agent's words.
    return failure(400, 'The request broke off.');
  } finally {
    leave?.();
  }
}

const TOO_LONG = 'A hook’s call may be 8 MB long.';

const hookPath = new RegExp(`^${HOOKS_PATH}/([\\w.-]{1,64})/([\\w.-]{1,64})$`);

function failure(status: number, error: string): Response {
  return json(status, { error });
}

function json(status: number, value: object): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json' } });
}
