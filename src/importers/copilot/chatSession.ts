import type { Json } from '../../core/chat.ts';
import type { Observation } from '../../core/ledger/event.ts';
import { NANO_PER_CREDIT } from '../../core/money.ts';
import { sumTokens, tokenCount, type Usage } from '../../core/usage.ts';
import type { LineImporter, LineReader, LineResult } from '../../ports.ts';
import { compact, type JsonObject, listIn, NOTHING, numberIn, objectIn, parseObject, textIn, textOf } from '../line.ts';
import { chatSessionRoots, folderOfWindow, isChatSession, leadsToChatSessions } from './paths.ts';
import { namedModel } from './vendor.ts';

const CHAT_SESSION_SOURCE = 'copilot-chat-session';

/**
 * VS Code's own record of each chat: one file a chat, a log of changes to one object (`kind` 0: the whole object; 1: set
 * the value at path `k`; 2: cut the array at `k` to length `i` where given, then append `v`; 3: delete). Seen: version 3
 * of VS Code 1.139. Each request of the chat is one run, so what is told has `scope: 'run'`.
 *
 * Traps: `promptTokens` is that of the request's last model call while `completionTokens` is summed over its calls, so
 * the input of a run of several calls is unknown here; `copilotCredits` (1 = 1 credit) is summed over the calls of the
 * run and its sub-agents, and exact; VS Code rewrites the file as one `kind: 0` line now and then.
 *
 * Joins: with the debug log by session and time (see `alignRuns`), for no id is in both; the run's steps then stand in
 * front. Calls of Marginal's own models are left out: the provider meters them. Not told: which of a run's calls read
 * from the cache, helpers outside a request (titles, summaries of tools).
 */
export const copilotChatSessionImporter: LineImporter = {
  kind: 'lines',
  id: CHAT_SESSION_SOURCE,
  agent: 'copilot',
  roots: chatSessionRoots,
  matches: isChatSession,
  descends: leadsToChatSessions,
  reader: chatSessionReader,
};

/** What is kept of a request: figures and names, never text. */
interface ChatRequestRecord {
  readonly requestId?: string | undefined;
  readonly timestamp?: number | undefined;
  readonly modelId?: string | undefined;
  readonly servedModel?: string | undefined;
  /** 0 pending, 1 complete, 2 cancelled, 3 failed, 4 waits for the user. */
  readonly state?: number | undefined;
  readonly completedAt?: number | undefined;
  readonly elapsedMs?: number | undefined;
  readonly firstProgressMs?: number | undefined;
  readonly promptTokens?: number | undefined;
  readonly completionTokens?: number | undefined;
  readonly credits?: number | undefined;
  readonly rounds?: number | undefined;
  readonly tools?: readonly string[] | undefined;
  readonly agentVersion?: string | undefined;
  /** Exact totals by model; VS Code has them for some harnesses only. */
  readonly totals?: Usage | undefined;
}

const COMPLETE = 1;
const CANCELLED = 2;
const FAILED = 3;

/** Requests further back hardly change any more, and a chat may have hundreds. */
const KEPT_REQUESTS = 8;

/** A stretch of a reply's text or tool output: most of the file, and nothing in it is needed. */
const REPLY_CHANGE =
  /^\s*\{\s*"kind"\s*:\s*[123]\s*,\s*"k"\s*:\s*\[\s*("requests"\s*,\s*\d+\s*,\s*"response"|"inputState")/;
const HEAD_BYTES = 96;

function chatSessionReader(path: string, saved: Json | undefined): LineReader {
  const state = savedState(saved);
  let sessionId = state.sessionId ?? /([^\\/]+)\.jsonl$/.exec(path)?.[1];
  let count = state.count;
  const requests = state.requests;
  let folder: string | undefined;
  let folderKnown = false;

  return {
    line(bytes): LineResult {
      if (REPLY_CHANGE.test(textOf(bytes.subarray(0, HEAD_BYTES)))) return NOTHING;
      const change = parseObject(bytes);
      if (!change) return { observations: [], problem: 'A line of a VS Code chat is not valid JSON and was skipped.' };
      const touched = apply(change);
      return { observations: touched.flatMap((index) => observation(index) ?? []) };
    },
    state: () => ({
      sessionId: sessionId ?? null,
      count,
      requests: [...requests].map(([index, request]) => [index, compact(request)]) as unknown as Json,
    }),
  };

  /** Takes the change into `requests`; returns the indexes of those whose figures are new. */
  function apply(change: JsonObject): readonly number[] {
    const { kind, v: value } = change;
    const keys = listIn(change.k);
    if (kind === 0) {
      sessionId = textIn(objectIn(value)?.sessionId) ?? sessionId;
      count = 0;
      return append(listIn(objectIn(value)?.requests), 0);
    }
    if (keys[0] !== 'requests') return [];
    if (kind === 1 && keys.length === 1) return append(listIn(value), 0);
    if (kind === 2 && keys.length === 1) return append(listIn(value), numberIn(change.i) ?? count);
    const index = numberIn(keys[1]);
    if (kind !== 1 || index === undefined) return [];
    const changed = keys.length === 2 ? readRequest(value) : readField(keys.slice(2).join('.'), value);
    return changed ? replace(index, keys.length === 2 ? changed : { ...requests.get(index), ...changed }) : [];
  }

  function append(values: readonly unknown[], from: number): readonly number[] {
    for (const index of requests.keys()) if (index >= from) requests.delete(index);
    count = from + values.length;
    const touched = values.flatMap((value, offset) => replace(from + offset, readRequest(value)));
    return touched;
  }

  function replace(index: number, request: ChatRequestRecord): readonly number[] {
    const before = requests.get(index);
    requests.set(index, request);
    return JSON.stringify(before) === JSON.stringify(request) ? [] : [index];
  }

  function observation(index: number): Observation | undefined {
    const request = requests.get(index);
    forgetOld();
    const model = namedModel(request?.modelId);
    if (!request || !model || !request.requestId || request.timestamp === undefined || !isTold(request))
      return undefined;
    const billed = request.credits === undefined ? undefined : Math.round(request.credits * NANO_PER_CREDIT);
    const usage = usageOf(request);
    const end = request.completedAt ?? request.timestamp + (request.elapsedMs ?? 0);
    const common = compact({
      callId: `copilot-chat:${sessionId}:${request.requestId}`,
      at: end,
      source: CHAT_SESSION_SOURCE,
      facts: compact({
        agent: 'copilot',
        agentVersion: request.agentVersion,
        sessionId,
        runId: `copilot:${sessionId}:request-${request.requestId}`,
        model: model.model,
        servedModel: request.servedModel === model.model ? undefined : request.servedModel,
        provider: model.provider,
        folder: windowFolder(),
      }),
      scope: 'run' as const,
      usage: Object.keys(usage).length > 0 ? usage : undefined,
      // The cached share of the input isn't told: what is priced from these figures is an estimate.
      usageBasis: request.totals ? ('reported' as const) : ('counted' as const),
      billedNanoCredits: billed,
      latency: compact({ firstTokenMs: request.firstProgressMs, totalMs: Math.max(0, end - request.timestamp) }),
      tools: request.tools && request.tools.length > 0 ? [...request.tools] : undefined,
    });
    if (request.state === FAILED) return { kind: 'failed', ...common, fault: 'failed' };
    const finish = request.state === CANCELLED ? 'cancelled' : request.state === COMPLETE ? 'stop' : undefined;
    return { kind: 'settled', ...common, ...(finish ? { finish } : {}) } as Observation;
  }

  function forgetOld(): void {
    for (const index of requests.keys()) if (index < count - KEPT_REQUESTS) requests.delete(index);
  }

  function windowFolder(): string | undefined {
    if (!folderKnown) {
      folder = folderOfWindow(path);
      folderKnown = true;
    }
    return folder;
  }
}

/** Some figure is there, or the request has ended after calling a model at least once. */
function isTold(request: ChatRequestRecord): boolean {
  if (request.credits !== undefined || sumTokens(request.promptTokens, request.completionTokens)) return true;
  return (request.rounds ?? 0) > 0 && [COMPLETE, CANCELLED, FAILED].includes(request.state ?? 0);
}

function usageOf(request: ChatRequestRecord): Usage {
  if (request.totals) return request.totals;
  return compact({
    // One call: its prompt is the run's whole input.
    fresh: request.rounds === 1 && request.state === COMPLETE ? request.promptTokens : undefined,
    text: request.completionTokens,
  });
}

function readRequest(value: unknown): ChatRequestRecord {
  const request = objectIn(value) ?? {};
  return compact({
    requestId: textIn(request.requestId),
    timestamp: numberIn(request.timestamp),
    agentVersion: textIn(objectIn(request.agent)?.extensionVersion),
    ...Object.assign({}, ...Object.entries(request).map(([field, content]) => readField(field, content) ?? {})),
  });
}

/** The part of a request that a field tells; undefined where it tells nothing that is kept. */
function readField(field: string, value: unknown): ChatRequestRecord | undefined {
  switch (field) {
    case 'modelId':
      return { modelId: textIn(value) };
    case 'promptTokens':
      return { promptTokens: tokenCount(value) };
    case 'completionTokens':
      return { completionTokens: tokenCount(value) };
    case 'copilotCredits': {
      const credits = numberIn(value);
      return { credits: credits !== undefined && credits >= 0 ? credits : undefined };
    }
    case 'modelTotals':
      return { totals: readTotals(listIn(value)) };
    case 'elapsedMs':
      return { elapsedMs: tokenCount(value) };
    case 'modelState': {
      const state = objectIn(value);
      return { state: numberIn(state?.value), completedAt: numberIn(state?.completedAt) };
    }
    case 'result':
      return readResult(objectIn(value));
    default:
      return undefined;
  }
}

function readResult(result: JsonObject | undefined): ChatRequestRecord {
  const metadata = objectIn(result?.metadata);
  const rounds = listIn(metadata?.toolCallRounds);
  const resolved = textIn(metadata?.resolvedModel);
  return compact({
    servedModel: resolved,
    firstProgressMs: tokenCount(objectIn(result?.timings)?.firstProgress),
    rounds: metadata?.toolCallRounds === undefined ? undefined : rounds.length,
    tools: rounds.flatMap((round) =>
      listIn(objectIn(round)?.toolCalls).flatMap((call) => textIn(objectIn(call)?.name) ?? []),
    ),
  });
}

/** `[{ model, inputTokens, cachedTokens, outputTokens }]`; input includes what was read from the cache. */
function readTotals(totals: readonly unknown[]): Usage | undefined {
  const parts = totals.map((total) => objectIn(total) ?? {});
  const input = sumTokens(...parts.map((part) => tokenCount(part.inputTokens)));
  const cacheRead = sumTokens(...parts.map((part) => tokenCount(part.cachedTokens)));
  const text = sumTokens(...parts.map((part) => tokenCount(part.outputTokens)));
  if (input === undefined && text === undefined) return undefined;
  return compact({ fresh: input === undefined ? undefined : Math.max(0, input - (cacheRead ?? 0)), cacheRead, text });
}

function savedState(saved: Json | undefined): {
  sessionId: string | undefined;
  count: number;
  requests: Map<number, ChatRequestRecord>;
} {
  const { sessionId, count, requests } = objectIn(saved) ?? {};
  const pairs = listIn(requests).flatMap((pair): [number, ChatRequestRecord][] => {
    const [index, request] = listIn(pair);
    return typeof index === 'number' && objectIn(request) ? [[index, request as ChatRequestRecord]] : [];
  });
  return { sessionId: textIn(sessionId), count: numberIn(count) ?? 0, requests: new Map(pairs) };
}
