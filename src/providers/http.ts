import { setTimeout as sleep } from 'node:timers/promises';
import type { Json, JsonObject, ReplyPart } from '../core/chat.ts';
import type { EndpointError } from '../core/endpointError.ts';
import { createTextPieces } from '../core/textPieces.ts';
import { parseJson } from '../core/wire/json.ts';
import type { ReplyReader, ReplyStep, WireFault } from '../core/wire/reply.ts';
import { readVendorError } from '../core/wire/vendorError.ts';
import { type EndpointConfig, type EndpointPorts, retryPolicyOf, timeoutsOf } from './config.ts';
import { type EndpointFacts, type ToldFault, toEndpointError } from './faults.ts';
import { createPatience, type Patience } from './patience.ts';
import { cleanVendorWords } from './vendorWords.ts';

/** One streamed request and how its answer is read. */
export interface StreamRequest {
  readonly url: string;
  readonly body: JsonObject;
  /** For the sentences. */
  readonly model: string;
  createReader(): ReplyReader;
  /** Reads an answer that came in one piece although a stream was asked for; undefined: the reader does that too. */
  readonly readWhole?: ((body: Json) => readonly ReplyStep[]) | undefined;
}

/** Talks HTTP to one endpoint. Every method throws EndpointError only. */
export interface EndpointHttp {
  /** The parsed answer of a GET, or of a POST where there is a body. `null` stands for an answer without JSON. */
  json(url: string, signal: AbortSignal, body?: JsonObject): Promise<Json>;
  stream(request: StreamRequest, signal: AbortSignal): AsyncGenerator<ReplyPart, void, undefined>;
  /** The error of a fault that was found outside of a request. */
  error(fault: ToldFault): EndpointError;
}

/** An answer that isn't one (an error page, say) is read up to here. */
const MOST_ERROR_CHARACTERS = 64 * 1024;
/** An answer in one piece: the longest list of models is 1 MB, and a call's input is limited to the same. */
const MOST_ANSWER_BYTES = 16 * 1024 * 1024;
const RETRIED_STATUS = new Set([429, 503, 529]);
/** After the last part the connection is given this long to end by itself, so that it can be used again. */
const DRAIN_MS = 100;

export function createHttp(
  endpoint: EndpointFacts,
  config: EndpointConfig,
  /** Headers that carry the key the vendor's way. */
  keyHeaders: (key: string | undefined) => Readonly<Record<string, string>>,
  { fetch, clock }: EndpointPorts,
): EndpointHttp {
  const timeouts = timeoutsOf(config, endpoint.local);
  const retry = retryPolicyOf(config);
  /** Errors that no retry helps: the account is out of credit. */
  const hopeless = new WeakSet<EndpointError>();

  function error(fault: ToldFault): EndpointError {
    const told = toEndpointError(fault, { ...endpoint, adding: config.adding });
    if (fault.exhausted) hopeless.add(told);
    return told;
  }

  async function readKey(): Promise<string | undefined> {
    try {
      return (await config.key?.())?.trim() || undefined;
    } catch (cause) {
      throw error({ fault: 'unauthorized', hasKey: false, cause });
    }
  }

  /** One attempt, up to the head of the answer. */
  async function open(call: Call): Promise<Response> {
    try {
      return await fetch(call.url, {
        method: call.body === undefined ? 'GET' : 'POST',
        headers: {
          accept: 'application/json, text/event-stream, application/x-ndjson',
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...keyHeaders(call.key),
          ...config.headers,
        },
        // A redirect would carry the key to another host.
        redirect: 'manual',
        signal: call.patience.signal,
        ...(call.body === undefined ? {} : { body: call.body }),
      });
    } catch (cause) {
      throw error(toldFailure(cause, call));
    }
  }

  /** What a thrown error of fetch or of a body means. */
  function toldFailure(cause: unknown, call: Call): ToldFault {
    const told = { model: call.model, hasKey: call.key !== undefined };
    if (call.signal.aborted) return { ...told, fault: faultOfAbort(call.signal) };
    if (call.patience.ranOut()) return { ...told, fault: 'timeout', waitedMs: call.patience.waitedMs() };
    const trace = describe(cause);
    // A key that can't stand in a header is quoted in the error, which then must not be kept.
    if (call.key !== undefined && trace.includes(call.key)) return { ...told, fault: 'unauthorized' };
    if (/HEADERS_TIMEOUT|BODY_TIMEOUT/.test(trace)) return { ...told, fault: 'timeout', cause };
    if (/ECONNRESET|EPIPE|SOCKET\b|other side closed|terminated|CONNECTION_RESET/i.test(trace)) {
      return { ...told, fault: 'brokenOff', beforeAnswer: true, cause };
    }
    const certificate = /CERT|SELF_SIGNED|ISSUER|ERR_TLS|SSL/.test(trace);
    return { ...told, fault: 'unreachable', certificate, cause };
  }

  function toldFault(fault: WireFault, call: Call, retryAfterSeconds?: number): ToldFault {
    const { vendorMessage, kind: _kind, ...rest } = fault;
    const secrets = [call.key, ...Object.values(config.headers ?? {})];
    return {
      ...rest,
      words: cleanVendorWords(vendorMessage, call.body ?? '', secrets, [call.model]),
      model: call.model,
      hasKey: call.key !== undefined,
      retryAfterSeconds,
    };
  }

  async function refusal(response: Response, call: Call): Promise<EndpointError> {
    if (response.status < 400) {
      void response.body?.cancel().catch(() => undefined);
      const words = `the address has moved${movedTo(response)}`;
      return error({ fault: 'refused', status: response.status, words, model: call.model });
    }
    const body = await readText(response, MOST_ERROR_CHARACTERS).catch(() => '');
    if (call.signal.aborted) return error({ fault: faultOfAbort(call.signal) });
    const parsed = parseJson(body);
    const value = Array.isArray(parsed) ? parsed[0] : (parsed ?? body);
    return error(toldFault(readVendorError(value, response.status), call, retryAfter(response.headers)));
  }

  function movedTo(response: Response): string {
    const location = response.headers.get('location');
    return location && URL.canParse(location) ? ` to ${new URL(location).origin}` : '';
  }

  /** Seconds; the header holds seconds or a date. */
  function retryAfter(headers: Headers): number | undefined {
    const milliseconds = Number(headers.get('retry-after-ms') || Number.NaN);
    if (Number.isFinite(milliseconds)) return Math.max(0, milliseconds / 1000);
    const value = headers.get('retry-after');
    if (value === null) return undefined;
    const seconds = Number(value);
    if (Number.isFinite(seconds)) return Math.max(0, seconds);
    const date = Date.parse(value);
    return Number.isNaN(date) ? undefined : Math.max(0, (date - clock.now()) / 1000);
  }

  /** How long to wait before trying again; undefined: don't. */
  function retryWaitMs(failure: EndpointError, attempt: number): number | undefined {
    const transient = failure.status === undefined ? failure.fault === 'quota' : RETRIED_STATUS.has(failure.status);
    if (!transient || hopeless.has(failure) || attempt >= retry.retries) return undefined;
    const asked = failure.retryAfterSeconds;
    const wait = asked === undefined ? retry.firstWaitMs * 2 ** attempt : asked * 1000;
    return wait <= retry.longestWaitMs ? wait : undefined;
  }

  /** Yields the parts of one attempt; the generator's end closes the connection, whatever the reason. */
  async function* attempt(request: StreamRequest, call: Call): AsyncGenerator<ReplyPart, void, undefined> {
    const response = await open(call);
    if (!response.ok) throw await refusal(response, call);
    if (request.readWhole && !isStream(response)) {
      for (const step of await whole(response, request.readWhole, call)) {
        if (step.kind === 'fault') throw error(toldFault(step, call));
        yield step;
      }
      return;
    }
    const body = response.body?.getReader();
    const reader = request.createReader();
    let begun = false;
    for (;;) {
      let chunk: Uint8Array | undefined;
      let failure: unknown;
      call.patience.start(timeouts.idleMs);
      try {
        chunk = (await body?.read())?.value;
      } catch (cause) {
        failure = cause;
      }
      call.patience.stop();
      if (call.signal.aborted) throw error({ fault: faultOfAbort(call.signal), model: call.model });
      const steps = chunk === undefined ? reader.end() : reader.push(chunk);
      // The connection broke: a reply that had said why it ends is whole all the same.
      if (failure !== undefined && steps.at(-1)?.kind !== 'finished') {
        const waitedMs = call.patience.ranOut() ? call.patience.waitedMs() : undefined;
        const told = { model: call.model, waitedMs, cause: failure };
        if (waitedMs !== undefined && !begun) throw error({ ...told, fault: 'timeout' });
        throw error({ ...told, fault: 'brokenOff', beforeAnswer: !begun });
      }
      for (const step of steps) {
        // How much had come is what makes the difference between a wrong address and a bad moment.
        if (step.kind === 'fault') throw error({ ...toldFault(step, call), inAnswer: begun, beforeAnswer: !begun });
        begun = true;
        if (step.kind === 'finished' && body) call.patience.release(drain(body));
        yield step;
      }
      if (chunk === undefined || steps.at(-1)?.kind === 'finished') return;
    }
  }

  async function whole(
    response: Response,
    read: (body: Json) => readonly ReplyStep[],
    call: Call,
  ): Promise<readonly ReplyStep[]> {
    let text: string | undefined;
    try {
      text = await readWholeText(response);
    } catch (cause) {
      const told = toldFailure(cause, call);
      throw error(told.fault === 'unreachable' ? { ...told, fault: 'brokenOff', beforeAnswer: true } : told);
    }
    if (text === undefined) return [{ kind: 'fault', fault: 'garbled', detail: TOO_LONG }];
    const body = parseJson(text);
    return body === undefined ? [{ kind: 'fault', fault: 'garbled', detail: kindOf(response) }] : read(body);
  }

  return {
    error,
    async json(url, signal, body) {
      const key = await readKey();
      const patience = createPatience(signal, timeouts.listMs);
      const sent = body === undefined ? undefined : JSON.stringify(body);
      const call: Call = { url, key, body: sent, model: undefined, signal, patience };
      try {
        const response = await open(call);
        if (!response.ok) throw await refusal(response, call);
        let text: string | undefined;
        try {
          text = await readWholeText(response);
        } catch (cause) {
          throw error(toldFailure(cause, call));
        }
        if (text === undefined) throw error({ fault: 'garbled', detail: TOO_LONG });
        const value = parseJson(text);
        if (value === undefined) throw error({ fault: 'garbled', detail: kindOf(response) });
        return value;
      } finally {
        patience.end();
      }
    },
    async *stream(request, signal) {
      if (signal.aborted) throw error({ fault: faultOfAbort(signal), model: request.model });
      const body = JSON.stringify(request.body);
      const key = await readKey();
      for (let tries = 0; ; tries += 1) {
        const patience = createPatience(signal, timeouts.firstByteMs);
        const call: Call = { url: request.url, key, body, model: request.model, signal, patience };
        let begun = false;
        let wait: number | undefined;
        try {
          for await (const part of attempt(request, call)) {
            begun = true;
            yield part;
          }
          return;
        } catch (failure) {
          wait = begun ? undefined : retryWaitMs(failure as EndpointError, tries);
          if (wait === undefined) throw failure;
        } finally {
          patience.end();
        }
        await sleep(wait, undefined, { signal }).catch(() => {
          throw error({ fault: faultOfAbort(signal), model: request.model });
        });
      }
    },
  };
}

interface Call {
  readonly url: string;
  readonly key: string | undefined;
  readonly body: string | undefined;
  readonly model: string | undefined;
  /** The user's. */
  readonly signal: AbortSignal;
  readonly patience: Patience;
}

/** A caller that uses `AbortSignal.timeout` has not cancelled but lost patience. */
export function faultOfAbort(signal: AbortSignal): 'cancelled' | 'timeout' {
  return signal.reason instanceof Error && signal.reason.name === 'TimeoutError' ? 'timeout' : 'cancelled';
}

/** Reads what is left, so that the connection can be used again, or closes it soon. */
async function drain(body: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const late = setTimeout(() => void body.cancel().catch(() => undefined), DRAIN_MS);
  try {
    while (!(await body.read()).done);
  } catch {
    // The answer is whole; how its connection ends doesn't matter.
  } finally {
    clearTimeout(late);
  }
}

const TOO_LONG = 'an answer longer than 16 MB';

/** All of an answer's text; undefined: it is longer than allowed (unpacked, where it is packed), and isn't read on. */
async function readWholeText(response: Response): Promise<string | undefined> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  const text = createTextPieces(MOST_ANSWER_BYTES);
  let bytes = 0;
  for (;;) {
    const chunk = (await reader?.read())?.value;
    if (chunk === undefined) break;
    bytes += chunk.length;
    if (bytes > MOST_ANSWER_BYTES) {
      void reader?.cancel().catch(() => undefined);
      return undefined;
    }
    text.push(decoder.decode(chunk, { stream: true }));
  }
  text.push(decoder.decode());
  return text.text();
}

/** Text up to a length; the rest isn't read. */
async function readText(response: Response, most: number): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (reader && text.length < most) {
    const { value, done } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  void reader?.cancel().catch(() => undefined);
  return text.slice(0, most);
}

function isStream(response: Response): boolean {
  const type = response.headers.get('content-type') ?? '';
  return !/^\s*(application\/json|text\/html)/i.test(type);
}

function kindOf(response: Response): string {
  const type = response.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) && !type.includes('json') ? `${type} instead of JSON` : 'no JSON';
}

/** Codes and messages of an error and its causes. */
function describe(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null || depth > 4) return String(error);
  const { code, message, cause, errors } = error as {
    code?: unknown;
    message?: unknown;
    cause?: unknown;
    errors?: unknown;
  };
  const inner = [cause, ...(Array.isArray(errors) ? errors : [])].filter((item) => item !== undefined);
  return [code, message, ...inner.map((item) => describe(item, depth + 1))].filter(Boolean).join(' ');
}
