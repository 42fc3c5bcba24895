/** What went wrong between Marginal and a model endpoint, by what a person can do about it. */
export type EndpointFault =
  | 'unreachable' // nothing listens there, or the name doesn't resolve
  | 'timeout' // it listens and doesn't answer in time
  | 'unauthorized' // key missing, wrong or without the right
  | 'quota' // 429, 529: out of quota or asked to wait
  | 'unknownModel' // the endpoint doesn't have that model (any more)
  | 'tooLong' // the request exceeds the model's context
  | 'refused' // 4xx: the endpoint rejects the request itself
  | 'serverError' // 5xx
  | 'garbled' // the reply is not in the protocol
  | 'brokenOff' // the reply began and ended without its end
  | 'cancelled'; // by the user

/** The faults after which no model has run, so that nothing is owed unless something was used all the same. */
export const UNSERVED_FAULTS: ReadonlySet<string> = new Set<EndpointFault>([
  'unreachable',
  'unauthorized',
  'quota',
  'unknownModel',
  'tooLong',
  'refused',
]);

/** The button of the dialog that adds an endpoint, which goes back to its address and key. */
export const CORRECT = 'Correct…';

/** An endpoint failed. `message` is one sentence for a person, with its remedy. */
export class EndpointError extends Error {
  readonly fault: EndpointFault;
  readonly status: number | undefined;
  /** How long the endpoint asks to wait. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    fault: EndpointFault,
    message: string,
    options: { status?: number | undefined; retryAfterSeconds?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'EndpointError';
    this.fault = fault;
    this.status = options.status;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
