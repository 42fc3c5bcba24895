/** OpenCode's record of one model call, in its database and in the documents that it wrote before. */
import type { Observation } from '../../core/ledger/event.ts';
import { sumTokens, tokenCount, type Usage } from '../../core/usage.ts';
import { compact, type JsonObject, numberIn, objectIn, textIn } from '../line.ts';
import { servedBy } from '../provider.ts';

/** A call that has ended. Text of prompts and replies lies elsewhere and is never in it; what went wrong may quote it. */
export interface EndedCall {
  readonly createdAt: number;
  readonly completedAt: number;
  /** The user message that it answers. */
  readonly promptId: string | undefined;
  readonly observation: Pick<Observation, 'usage' | 'usageBasis' | 'identities'> & {
    readonly finish?: Extract<Observation, { kind: 'settled' }>['finish'];
  };
  readonly facts: {
    readonly model?: string | undefined;
    readonly provider?: string | undefined;
    readonly local?: boolean | undefined;
    readonly folder?: string | undefined;
  };
  /** OpenCode's word for what went wrong: `APIError`. One that its user stopped didn't fail. */
  readonly fault: string | undefined;
}

const ABORTED = 'MessageAbortedError';

/** `open`: the call goes on; undefined: no model call. */
export function readMessage(message: JsonObject): EndedCall | 'open' | undefined {
  const time = objectIn(message.time);
  const createdAt = numberIn(time?.created);
  if (message.role !== 'assistant' || createdAt === undefined) return undefined;
  const fault = faultWord(objectIn(message.error));
  const completedAt = numberIn(time?.completed) ?? (fault === undefined ? undefined : createdAt);
  if (completedAt === undefined) return 'open';
  const usage = readUsage(objectIn(message.tokens));
  const model = textIn(message.modelID);
  const providerId = textIn(message.providerID);
  // A fork of a session has its messages again, with ids of its own and everything else the same.
  const twin = [createdAt, completedAt, providerId, model, ...Object.values(usage ?? {})].join('-');
  return {
    createdAt,
    completedAt,
    promptId: textIn(message.parentID),
    observation: compact({
      usage,
      usageBasis: usage && ('reported' as const),
      identities: [`opencode-call:${twin}`],
      finish: fault === ABORTED ? ('cancelled' as const) : finishOf(textIn(message.finish)),
    }),
    facts: compact({ model, ...servedBy(providerId, model), folder: textIn(objectIn(message.path)?.cwd) }),
    fault: fault === ABORTED ? undefined : fault,
  };
}

/** `input` excludes the cache, `output` the reasoning. A call that broke off, or whose server tells nothing, has zeros. */
function readUsage(tokens: JsonObject | undefined): Usage | undefined {
  const cache = objectIn(tokens?.cache);
  const usage = compact({
    fresh: tokenCount(tokens?.input),
    cacheRead: tokenCount(cache?.read),
    cacheWrite: tokenCount(cache?.write),
    text: tokenCount(tokens?.output),
    reasoning: tokenCount(tokens?.reasoning),
  });
  return (sumTokens(...Object.values(usage)) ?? 0) > 0 ? usage : undefined;
}

function faultWord(error: JsonObject | undefined): string | undefined {
  if (!error) return undefined;
  const name = textIn(error.name);
  if (name === 'ProviderAuthError') return 'unauthorized';
  return name !== undefined && /^\w{1,40}$/.test(name) ? name : 'error';
}

function finishOf(finish: string | undefined): EndedCall['observation']['finish'] {
  switch (finish) {
    case undefined:
      return undefined;
    case 'stop':
      return 'stop';
    case 'tool-calls':
      return 'toolCalls';
    case 'length':
      return 'length';
    case 'content-filter':
      return 'contentFilter';
    default:
      return 'other';
  }
}
