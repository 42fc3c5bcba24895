/** One model call through Marginal: sent, streamed on, metered, priced and put into the ledger, however it ends. */
import type { ChatRequest, ModelInfo, ReplyFinished, ReplyPart } from '../core/chat.ts';
import { EndpointError, type EndpointFault, UNSERVED_FAULTS } from '../core/endpointError.ts';
import type { CallFacts, Cost, LedgerEvent } from '../core/ledger/event.ts';
import { settleCost } from '../core/prices/cost.ts';
import type { Price } from '../core/prices/price.ts';
import { createTextPieces, type TextPieces } from '../core/textPieces.ts';
import type { Usage } from '../core/usage.ts';
import type { Clock, Endpoint, WorkerApi } from '../ports.ts';
import { patiently } from './patiently.ts';

export interface StepTarget {
  readonly endpoint: Endpoint;
  readonly model: ModelInfo;
  /** undefined: unknown price. */
  readonly price: Price | undefined;
  readonly priceBook: string;
}

export interface StepProgress {
  readonly callId: string;
  readonly facts: CallFacts;
  readonly price: Price | undefined;
  readonly inputCharacters: number;
  readonly outputCharacters: number;
  readonly elapsedMs: number;
  /** The step has ended; its figures are in the ledger, or soon will be. */
  readonly ended: boolean;
}

export interface StepPorts {
  readonly clock: Clock;
  /** Takes events for the ledger. Must not throw: a chat never fails because its bookkeeping did. */
  readonly record: (events: readonly LedgerEvent[]) => void;
  readonly newId: () => string;
  readonly counter: Pick<WorkerApi, 'countText' | 'countRequest' | 'observeTokens'>;
  readonly onProgress?: (progress: StepProgress) => void;
  /** The usage that the vendor itself reported for this step. */
  readonly onReported?: (usage: Usage) => void;
}

const UNCERTAIN: ReadonlySet<EndpointFault> = new Set(['timeout', 'serverError', 'garbled', 'brokenOff']);
const NOTHING_SERVED: Usage = { fresh: 0, cacheRead: 0, cacheWrite: 0, cacheWriteHour: 0, text: 0, reasoning: 0 };
/** Where no usage is reported, this much of the output is counted and the rest taken in proportion: some 250,000 tokens. */
const MOST_COUNTED_CHARACTERS = 1024 * 1024;
/** Counting may wait for the tokenizer to load, but never holds up the end of a reply for longer. */
const COUNT_PATIENCE_MS = 3_000;

/**
 * Streams one reply of `target`. The last part is `finished`; its usage is the reported one or, where none was
 * reported, our own count. Throws EndpointError. `started` and `settled` or `failed` are recorded in every case; a reply
 * that the user cancelled is settled with what had come by then, counted.
 */
export async function* runStep(
  target: StepTarget,
  request: Omit<ChatRequest, 'model'>,
  knownFacts: CallFacts,
  ports: StepPorts,
  signal: AbortSignal,
): AsyncGenerator<ReplyPart, void, undefined> {
  const { clock } = ports;
  const { endpoint, model, price } = target;
  const callId = `marginal:${ports.newId()}`;
  const startedAt = clock.now();
  const startedElapsed = clock.elapsed();
  const facts: CallFacts = {
    ...knownFacts,
    model: model.name,
    ...(endpoint.provider ? { provider: endpoint.provider } : {}),
    endpointId: endpoint.id,
    local: endpoint.local && !model.remoteHost,
  };
  ports.record([{ kind: 'started', callId, at: startedAt, source: 'provider', facts }]);

  const inputCharacters = charactersOf(request);
  let firstTokenMs: number | undefined;
  const output = createTextPieces(MOST_COUNTED_CHARACTERS);
  const tools: string[] = [];
  let finished: ReplyFinished | undefined;
  let failure: unknown;
  let ended = false;
  const progress = () =>
    ports.onProgress?.({
      callId,
      facts,
      price,
      inputCharacters,
      outputCharacters: output.length(),
      elapsedMs: clock.elapsed() - startedElapsed,
      ended,
    });
  progress();

  try {
    // A policy takes an effort for all its models; one that doesn't know it would refuse the request.
    const takesEffort = model.thinking === true && model.takesEffort !== false;
    const reasoningEffort = takesEffort ? request.reasoningEffort : undefined;
    for await (const part of endpoint.send({ ...request, model: model.name, reasoningEffort }, signal)) {
      firstTokenMs ??= clock.elapsed() - startedElapsed;
      if (part.kind === 'finished') {
        finished = part;
        break;
      }
      if (part.kind === 'toolCall') {
        tools.push(part.name);
        output.push(part.name + JSON.stringify(part.input));
      } else output.push(part.text);
      progress();
      yield part;
    }
    if (!finished)
      throw new EndpointError('brokenOff', `${endpoint.label} broke off its reply: send the request again.`);
    const totalMs = clock.elapsed() - startedElapsed;
    if (finished.usage) ports.onReported?.(finished.usage);
    const usage = finished.usage ?? (await countUsage(ports, target, request, output));
    yield* settle(finished, usage, totalMs);
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    // Left early: an error, a cancelled request, or a caller that stopped reading.
    if (!ended) await settleEarly(failure);
  }

  function* settle(reply: ReplyFinished, usage: Usage | undefined, totalMs: number): Generator<ReplyPart> {
    const local = facts.local === true && !reply.remoteHost;
    const served = reply.servedModel && reply.servedModel !== model.name ? { servedModel: reply.servedModel } : {};
    ports.record([
      {
        kind: 'settled',
        callId,
        at: clock.now(),
        source: 'provider',
        facts: { ...facts, local, ...served },
        // The reply's own id is no identity: servers repeat theirs (Ollama's OpenAI API draws from a thousand), and
        // calls that share one would be taken for the same.
        ...usageOf(usage, reply.usage ? 'reported' : 'counted'),
        ...(reply.billedNanoCredits === undefined ? {} : { billedNanoCredits: reply.billedNanoCredits }),
        cost: costOf(usage, reply.usage ? 'reported' : 'counted', reply, totalMs, local),
        latency: latency(totalMs),
        tools,
        finish: reply.reason,
      },
    ]);
    ended = true;
    progress();
    yield { ...reply, usage };
  }

  async function settleEarly(error: unknown): Promise<void> {
    const totalMs = clock.elapsed() - startedElapsed;
    const fault = error instanceof EndpointError ? error.fault : error === undefined ? 'cancelled' : 'garbled';
    const unserved = UNSERVED_FAULTS.has(fault) && output.length() === 0;
    // It failed before a word came: whether the vendor charges for the input, nobody says.
    const uncertain = UNCERTAIN.has(fault) && output.length() === 0;
    const usage = unserved ? NOTHING_SERVED : await countUsage(ports, target, request, output);
    const observed = {
      callId,
      at: clock.now(),
      source: 'provider',
      facts,
      latency: latency(totalMs),
      tools,
      ...usageOf(usage, unserved ? 'reported' : 'counted'),
      cost: unserved
        ? ({ nanoCredits: 0, confidence: 'priced' } as const)
        : uncertain
          ? ({ confidence: 'unknown' } as const)
          : costOf(usage, 'counted', undefined, totalMs, facts.local === true),
    };
    ports.record([
      fault === 'cancelled'
        ? { kind: 'settled', ...observed, finish: 'cancelled' }
        : { kind: 'failed', ...observed, fault },
    ]);
    ended = true;
    progress();
  }

  function costOf(
    usage: Usage | undefined,
    usageBasis: 'reported' | 'counted',
    reply: ReplyFinished | undefined,
    totalMs: number,
    local: boolean,
  ): Cost {
    // What a cloud answered is not priced as own hardware, whatever address it came through.
    const applies = price?.rate.kind === 'seconds' && !local ? undefined : price;
    return settleCost({
      usage,
      usageBasis,
      billedNanoCredits: reply?.billedNanoCredits,
      price: applies,
      priceBook: target.priceBook,
      pricedAt: clock.now(),
      seconds: workSeconds(reply) ?? totalMs / 1000,
    });
  }

  function latency(totalMs: number) {
    return { ...(firstTokenMs === undefined ? {} : { firstTokenMs }), totalMs };
  }
}

function usageOf(usage: Usage | undefined, usageBasis: 'reported' | 'counted') {
  return usage ? { usage, usageBasis } : {};
}

/** Seconds that the server itself says it worked; undefined where it doesn't say. */
function workSeconds(reply: ReplyFinished | undefined): number | undefined {
  const timings = reply?.timings;
  if (timings?.prefillMs === undefined && timings?.decodeMs === undefined) return undefined;
  return ((timings.loadMs ?? 0) + (timings.prefillMs ?? 0) + (timings.decodeMs ?? 0)) / 1000;
}

/** Our own count; undefined when counting fails or takes too long: then the usage is unknown. */
async function countUsage(
  ports: StepPorts,
  { endpoint, model }: StepTarget,
  request: Omit<ChatRequest, 'model'>,
  output: TextPieces,
): Promise<Usage | undefined> {
  const { messages, tools } = request;
  const endpointId = endpoint.id;
  const text = output.text();
  const inProportion = text === '' ? 0 : output.length() / text.length;
  const counted = Promise.all([
    ports.counter.countRequest({ model: model.name, messages, tools, endpointId }),
    text === '' ? undefined : ports.counter.countText(model.name, text, endpointId),
  ]).then(
    ([input, said]): Usage => ({ fresh: input.tokens, text: Math.round((said?.tokens ?? 0) * inProportion) }),
    () => undefined,
  );
  return patiently(counted, COUNT_PATIENCE_MS);
}

/** Characters of all text in a request, with a flat share for images and schemas: the cheap measure of a live estimate. */
function charactersOf(request: Pick<ChatRequest, 'messages' | 'tools'>): number {
  let characters = 0;
  for (const tool of request.tools) characters += tool.name.length + tool.description.length + 200;
  for (const message of request.messages)
    for (const part of message.content) {
      if (part.kind === 'text' || part.kind === 'thinking') characters += part.text.length;
      else if (part.kind === 'toolResult')
        for (const inner of part.content) characters += inner.kind === 'text' ? inner.text.length : 4_000;
      else if (part.kind === 'toolCall') characters += part.name.length + 100;
      else if (part.kind === 'image') characters += 4_000;
    }
  return characters;
}
