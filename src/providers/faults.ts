import { CORRECT, EndpointError } from '../core/endpointError.ts';
import type { WireFault } from '../core/wire/reply.ts';
import { displayUrl } from './address.ts';

/** What a sentence about an endpoint needs to know of it. */
export interface EndpointFacts {
  readonly label: string;
  readonly url: string;
  readonly kind: 'ollama' | 'openaiCompatible' | 'anthropic';
  readonly local: boolean;
  /** See EndpointConfig. */
  readonly adding?: boolean | undefined;
}

/** A fault as a person is told it, with what only the transport knows. */
export interface ToldFault extends Omit<WireFault, 'kind' | 'vendorMessage'> {
  /** Cleaned; see cleanVendorWords. */
  readonly words?: string | undefined;
  readonly model?: string | undefined;
  readonly hasKey?: boolean | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** How long was waited before giving up. */
  readonly waitedMs?: number | undefined;
  /** The certificate isn't trusted. */
  readonly certificate?: boolean | undefined;
  /** The connection ended before any answer. */
  readonly beforeAnswer?: boolean | undefined;
  /** Part of the answer had come: the address is right, whatever went wrong since. */
  readonly inAnswer?: boolean | undefined;
  readonly cause?: unknown;
}

const ADD = '“Marginal: Add Model Endpoint…”';

/** How the address is put right. */
function correct({ adding }: EndpointFacts): string {
  return adding ? `choose “${CORRECT}” and enter another address` : `correct the address with ${ADD}`;
}

/** How another key is given; what to enter follows. */
function enter({ adding }: EndpointFacts): string {
  return adding ? `choose “${CORRECT}” and enter` : `run ${ADD} again and enter`;
}

/** The error of a fault, with one sentence for a person: what happened and what to do about it. */
export function toEndpointError(fault: ToldFault, endpoint: EndpointFacts): EndpointError {
  return new EndpointError(fault.fault, sentenceOf(fault, endpoint), {
    status: fault.status,
    retryAfterSeconds: fault.retryAfterSeconds,
    cause: fault.cause,
  });
}

function sentenceOf(fault: ToldFault, endpoint: EndpointFacts): string {
  const { label } = endpoint;
  const url = displayUrl(endpoint.url);
  const model = fault.model ? `“${fault.model}”` : 'the model';
  switch (fault.fault) {
    case 'unreachable':
      return unreachable(fault, endpoint, url);
    case 'timeout':
      return `${label} at ${url} gave no answer${after(fault.waitedMs)}: it may be loading a model or be overloaded; try again in a moment, or pick another model.`;
    case 'unauthorized':
      if (fault.status === 403) {
        return `${label} doesn't let this key use ${model}${said(fault)}: give the key that right at the vendor, or ${enter(endpoint)} another key.`;
      }
      return fault.hasKey === false
        ? `${label} wants a key and none is set: ${enter(endpoint)} one.`
        : `${label} rejects the key: ${enter(endpoint)} a valid one.`;
    case 'quota':
      return quota(fault, label);
    case 'unknownModel':
      return endpoint.kind === 'ollama'
        ? `${label} doesn't have ${model}: run \`ollama pull ${fault.model ?? 'MODEL'}\` in a terminal, or pick another model.`
        : `${label} doesn't have ${model} (any more) or this key may not use it: pick another model.`;
    case 'tooLong':
      return `The conversation is longer than ${model} at ${label} can take${fault.words ? ` (it says “${fault.words}”)` : ''}: start a new chat, attach less, or pick a model with a larger context.`;
    case 'refused':
      return `${label} refuses the request${http(fault)}${said(fault)}: pick another model, or check the endpoint's address ${url}.`;
    case 'serverError':
      return `${label} failed${http(fault)}${said(fault)}: try again${endpoint.local ? "; the server's own log says more" : ', or pick another model'}.`;
    case 'garbled':
      return garbled(fault, endpoint, url);
    case 'brokenOff':
      return `${label} ${fault.beforeAnswer ? `at ${url} closed the connection without an answer` : 'broke off in the middle of its answer'}${after(fault.waitedMs)}: try again${endpoint.local ? "; if it happens again, the server's own log says why (often memory)" : ''}.`;
    case 'cancelled':
      return `The request to ${label} was cancelled.`;
  }
}

function unreachable(fault: ToldFault, endpoint: EndpointFacts, url: string): string {
  const { label, kind, local } = endpoint;
  if (fault.certificate) {
    return `${label} at ${url} shows a certificate that this machine doesn't trust: add its issuer to the system's certificates, or ${correct(endpoint)}.`;
  }
  if (kind === 'ollama') {
    return `${label} is not reachable at ${url}: start it (\`ollama serve\`), or ${correct(endpoint)}.`;
  }
  const remedy = local ? 'start the server' : 'check the network and the proxy';
  return `${label} is not reachable at ${url}: ${remedy}, or ${correct(endpoint)}.`;
}

function quota(fault: ToldFault, label: string): string {
  if (fault.exhausted) {
    return `${label} has no credit left for this key: top up the account at the vendor, or pick another model.`;
  }
  const wait = fault.retryAfterSeconds;
  const overloaded = fault.status === 529 || fault.status === 503 || /overload|busy/i.test(fault.words ?? '');
  const what = overloaded ? 'is overloaded' : 'takes no more requests for now (rate limit)';
  const when = wait === undefined ? 'try again in a minute' : `try again in ${Math.max(1, Math.ceil(wait))} s`;
  return `${label} ${what}: ${when}, or pick another model.`;
}

function garbled(fault: ToldFault, endpoint: EndpointFacts, url: string): string {
  const { label, kind, local } = endpoint;
  const tool = /tool call/.test(fault.detail ?? '');
  if (tool) {
    const model = fault.model ? `“${fault.model}”` : 'The model';
    return `${model} at ${label} sent ${fault.detail}: try again, or pick a model that is better with tools.`;
  }
  if (fault.inAnswer) {
    return `${label} sent something in the middle of its answer that Marginal can't read (${fault.detail ?? 'not its protocol'}): try again${local ? "; the server's own log may say more" : ', or pick another model'}.`;
  }
  const api = {
    ollama: 'an Ollama server',
    openaiCompatible: 'an OpenAI-compatible API',
    anthropic: 'an Anthropic API',
  };
  return `${label} sent something that Marginal can't read (${fault.detail ?? 'not its protocol'}): check that ${url} is ${api[kind]}, or ${correct(endpoint)}.`;
}

function after(waitedMs: number | undefined): string {
  return waitedMs === undefined ? '' : ` for ${Math.max(1, Math.round(waitedMs / 1000))} s`;
}

function http({ status }: ToldFault): string {
  return status === undefined ? '' : ` (HTTP ${status})`;
}

function said({ words }: ToldFault): string {
  return words === undefined ? '' : `, saying “${words}”`;
}
