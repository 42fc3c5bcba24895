/**
 * Names under which Copilot's records know the same call. The debug log, the traces, the runtime's events and its store
 * tell of one call each in their own way; where two of them give one of these names, they tell of the same call.
 */
import { tokenCount } from '../../core/usage.ts';

/** What a record tells of one call, as it stands there: input with what was read from the cache, output with thinking. */
export interface CallTraits {
  readonly sessionId: string | undefined;
  readonly initiator: string | undefined;
  readonly input: unknown;
  readonly output: unknown;
  readonly cacheRead: unknown;
  /** Milliseconds of the request, as the runtime measured it. */
  readonly durationMs: unknown;
  readonly responseId: string | undefined;
  readonly spanId: string | undefined;
}

/** Vendors' ids of responses are longer; own servers may give a constant one to every reply. */
const LEAST_LENGTH_OF_UNIQUE_ID = 20;

/** The names that a call's traits make; none where they are too few to be its own. */
export function callIdentities(traits: Partial<CallTraits>): string[] | undefined {
  const { responseId, spanId } = traits;
  const measured = measuredIdentity(traits);
  const identities = [
    ...(responseId !== undefined && responseId.length >= LEAST_LENGTH_OF_UNIQUE_ID
      ? [`copilot-response:${responseId}`]
      : []),
    ...(spanId !== undefined && isRandomSpanId(spanId) ? [`otel-span:${spanId}`] : []),
    ...(measured === undefined ? [] : [measured]),
  ];
  return identities.length > 0 ? identities : undefined;
}

/**
 * The runtime's store has no id of a call. Its tokens and milliseconds, within the session and by who began it, are the
 * same in all of the runtime's records, and no two calls of a session have all of them alike.
 */
function measuredIdentity({ sessionId, initiator, ...counts }: Partial<CallTraits>): string | undefined {
  const input = tokenCount(counts.input);
  const output = tokenCount(counts.output);
  const durationMs = tokenCount(counts.durationMs);
  if (sessionId === undefined || input === undefined || output === undefined || durationMs === undefined)
    return undefined;
  const figures = [input, output, tokenCount(counts.cacheRead) ?? 0, durationMs].join('-');
  return `copilot-call:${sessionId}:${initiator ?? 'user'}:${figures}`;
}

/** Where tracing is off, VS Code numbers its spans from 1 with each window. */
function isRandomSpanId(spanId: string): boolean {
  return /^[0-9a-f]{16}$/.test(spanId) && !spanId.startsWith('00000000');
}
