import type { Clock, Fetch } from '../ports.ts';

/** How long to wait for an endpoint, in milliseconds. */
export interface Timeouts {
  /** A whole answer to a question that needs no model: the list of models. */
  readonly listMs: number;
  /** From the request to the head of the answer; a local server may load its model and read the prompt first. */
  readonly firstByteMs: number;
  /** Between two pieces of an answer. */
  readonly idleMs: number;
}

/** When to ask again after 429, 503 and 529, as long as no answer had begun. */
export interface RetryPolicy {
  /** Attempts after the first. */
  readonly retries: number;
  /** Wait before the first retry where the endpoint names none; doubles each time. */
  readonly firstWaitMs: number;
  /** An endpoint that asks for a longer wait gets no retry: the user is told instead. */
  readonly longestWaitMs: number;
}

/** An endpoint as the settings describe it. */
export interface EndpointConfig {
  /** The id in settings; unique. */
  readonly id: string;
  /** For people; default: the vendor's name or the host. */
  readonly label?: string | undefined;
  /** With or without `/v1` and trailing slash. */
  readonly url: string;
  /** Asked for at each request, so that a new key counts at once; undefined: no key is needed or set. */
  readonly key?: (() => Promise<string | undefined>) | undefined;
  /** Sent with each request; wins over our own. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Whether it runs on own hardware; default: loopback and private addresses do. */
  readonly local?: boolean | undefined;
  /** Ollama: the most context to load a model with; default: the model's own. */
  readonly contextTokens?: number | undefined;
  /** A demonstration that answers from a script. */
  readonly demo?: boolean | undefined;
  /** The user is just adding it: its faults name the dialog's button as the remedy. */
  readonly adding?: boolean | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  readonly retry?: Partial<RetryPolicy> | undefined;
}

export interface EndpointPorts {
  readonly fetch: Fetch;
  readonly clock: Clock;
}

/** fetch gives up after 300 s by itself; ours come first, so that the sentence is ours. */
const PATIENT: Timeouts = { listMs: 10_000, firstByteMs: 290_000, idleMs: 290_000 };
const BRISK: Timeouts = { listMs: 10_000, firstByteMs: 120_000, idleMs: 120_000 };
const RETRY: RetryPolicy = { retries: 2, firstWaitMs: 500, longestWaitMs: 20_000 };

export function timeoutsOf(config: EndpointConfig, local: boolean): Timeouts {
  return { ...(local ? PATIENT : BRISK), ...config.timeouts };
}

export function retryPolicyOf(config: EndpointConfig): RetryPolicy {
  return { ...RETRY, ...config.retry };
}
