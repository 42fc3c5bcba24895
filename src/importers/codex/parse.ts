import type { Json } from '../../core/chat.ts';
import type { CallFacts, Observation, QuotaEvent, QuotaReading, SettledEvent } from '../../core/ledger/event.ts';
import { isNewReading, quotaEvent } from '../../core/ledger/quota.ts';
import type { LineReader, LineResult } from '../../ports.ts';
import { beginning, either, optionalNumber, optionalText } from '../beginnings.ts';
import { compact, listIn, NOTHING, numberIn, objectIn, textIn } from '../line.ts';
import { threadOfPath } from './paths.ts';

import type { RateLimit } from './rateLimits.ts';
import { type CodexLine, type CodexUsage, pickLine, readLine, usageOf } from './schema.ts';

export const CODEX_SOURCE = 'codex-log';

const REPORTED = 'reported' as const;

/** A copy of another thread's history is written in one go; no call is answered this soon after the line before it. */
const COPYING_MS = 1_000;

/** What of the file so far is needed to read on. It is changed from line to line, and none is made for each. */
interface State {
  /** The file's own thread; undefined: its head hasn't come. */
  threadId: string | undefined;
  sessionId: string | undefined;
  subagentId: string | undefined;
  version: string | undefined;
  folder: string | undefined;
  provider: string | undefined;
  model: string | undefined;
  runId: string | undefined;
  /** What comes now is a copy of another thread's history. */
  copying: boolean;
  /** Of the latest line that was read. */
  at: number | undefined;
  /** This file tells each call with a record; its counts then say the same once more. */
  records: boolean;
  /** The sum that the latest count told. */
  total: CodexUsage | undefined;
  /** Called by the reply in progress. */
  tools: readonly string[];
  /** The latest of each of the plan's windows. */
  quotas: readonly QuotaReading[];
}

const NO_TOOLS: readonly string[] = [];
const NO_EVENTS: readonly QuotaEvent[] = [];

/**
 * Reads one log of Codex. A call is told by its `token_usage_record`, in older logs by the first `token_count` that tells
 * of it. What a forked thread or a sub-agent copied from its parent is not told again: the parent's own file has it, at
 * the time when it happened.
 */
export function codexReader(path: string, saved: Json | undefined): LineReader {
  const state = savedState(saved);
  /** Those of the call before: the same ones, mostly, and then one object serves for both. */
  let latestFacts: CallFacts | undefined;

  return {
    line: (bytes) => read(bytes, 0, bytes.length),
    lineWithin: read,
    state: () => compact({ ...state, total: state.total && compact(state.total) }) as unknown as Json,
  };

  function read(bytes: Uint8Array, start: number, end: number): LineResult {
    if (tellsNothing(bytes, start, end)) return NOTHING;
    const parsed = pickLine(bytes, start, end);
    if (!parsed) return { observations: [], problem: 'A line of a Codex log is not valid JSON and was skipped.' };
    const line = readLine(parsed);
    if (!line) return NOTHING;
    const copying = stillCopying(state, line);
    const told = callOf(state, line);
    const usage = copying ? undefined : told;
    const observations = usage ? [observed(line, usage)] : [];
    advance(state, line, copying, told !== undefined);
    if (state.copying) return NOTHING;
    const quotas = line.kind === 'count' ? readingsOf(line) : [];
    if (quotas.length > 0) return { observations, quotas };
    return usage ? { observations } : NOTHING;
  }

  /** What a count says of the plan's windows that this file hasn't said. */
  function readingsOf({ limits, at }: Extract<CodexLine, { kind: 'count' }>): readonly QuotaEvent[] {
    let events = NO_EVENTS;
    for (const limit of limits) {
      const reading = quotaOf(limit);
      const known = state.quotas.find(({ window }) => window === reading.window);
      if (!isNewReading(known, reading)) continue;
      state.quotas = [...state.quotas.filter((each) => each !== known), reading];
      events = [...events, quotaEvent(CODEX_SOURCE, at, reading)];
    }
    return events;
  }

  function observed(line: CodexLine, codexUsage: CodexUsage): Observation {
    const threadId = state.threadId ?? threadOfPath(path);
    const record = line.kind === 'record' ? line : undefined;
    // A thread's calls end one after the other; servers other than OpenAI's may give every response the same id.
    const [callId, at, source] = [`codex:${threadId}:${line.at}`, line.at, CODEX_SOURCE];
    const facts = factsOf(state, state.sessionId ?? threadId, (record && runOf(record)) ?? state.runId);
    const usage = usageOf(codexUsage);
    const responseId = record?.responseId;
    // Not put together of parts: objects with the same keys in the same order are of one kind to V8.
    const call: SettledEvent = isVendorsId(responseId)
      ? {
          kind: 'settled',
          callId,
          at,
          source,
          facts,
          usage,
          usageBasis: REPORTED,
          identities: [`openai-response:${responseId}`],
        }
      : { kind: 'settled', callId, at, source, facts, usage, usageBasis: REPORTED };
    if (state.tools.length > 0) {
      call.tools = state.tools.slice();
      call.finish = 'toolCalls';
    }
    return call;
  }

  function factsOf({ version, subagentId, model, provider, folder }: State, sessionId: string, runId?: string) {
    const vendor = vendorOf(provider, model);
    if (
      latestFacts === undefined ||
      latestFacts.sessionId !== sessionId ||
      latestFacts.runId !== runId ||
      latestFacts.subagentId !== subagentId ||
      latestFacts.model !== model ||
      latestFacts.provider !== vendor ||
      latestFacts.folder !== folder ||
      latestFacts.agentVersion !== version
    ) {
      latestFacts = compact({
        agent: 'codex',
        agentVersion: version,
        sessionId,
        runId,
        subagentId,
        model,
        provider: vendor,
        folder,
      });
    }
    return latestFacts;
  }
}

/** What was said or what a tool gave: half of a log's lines and most of its bytes. As Codex begins them, of which nothing is parsed. */
const tellsNothing = beginning(
  optionalText('{"timestamp":'),
  optionalNumber('"ordinal":'),
  either('"type":"response_item","payload":{"type":'),
  either('"message"', '"reasoning"', '"function_call_output"', '"custom_tool_call_output"'),
);

/** The tokens of the call that a line tells of for the first time. */
function callOf(state: State, line: CodexLine): CodexUsage | undefined {
  if (line.kind === 'record') {
    const own = line.threadId === undefined || state.threadId === undefined || line.threadId === state.threadId;
    return own ? line.usage : undefined;
  }
  if (line.kind !== 'count' || state.records) return undefined;
  const { last, total } = line;
  // Told before; or only the size of a compacted context was told, which is no call.
  if (total && state.total && same(total, state.total)) return undefined;
  const usage = last ?? (total && since(total, state.total));
  return usage && (usage.input ?? 0) + (usage.output ?? 0) > 0 ? usage : undefined;
}

/** `copying`: whether it still does; `isCall`: the line told of a call. */
function advance(state: State, line: CodexLine, copying: boolean, isCall: boolean): void {
  state.copying = copying;
  state.at = line.at;
  switch (line.kind) {
    case 'head':
      // The first head is the file's own; a second one belongs to what is copied.
      if (state.threadId !== undefined) {
        state.copying ||= line.threadId !== state.threadId;
        return;
      }
      state.threadId = line.threadId;
      state.sessionId = line.sessionId ?? line.parentThreadId ?? line.threadId;
      state.subagentId = line.subagent ? line.threadId : undefined;
      state.version = line.version;
      state.folder = line.folder;
      state.provider = line.provider;
      state.copying = line.copies;
      return;
    case 'turn':
      state.model = line.model ?? state.model;
      state.provider = line.provider ?? state.provider;
      state.folder = line.folder ?? state.folder;
      state.runId = runOf(line) ?? state.runId;
      state.tools = NO_TOOLS;
      return;
    case 'user':
      // Where turns have ids, those tell the run.
      if (state.runId === undefined || state.runId.startsWith('codex:at-')) state.runId = `codex:at-${line.at}`;
      return;
    case 'tool':
      if (!copying) state.tools = [...state.tools, line.name];
      return;
    case 'record':
      state.records = true;
      state.tools = NO_TOOLS;
      return;
    case 'count':
      // A repeated count (only the limits changed) ends no reply.
      if (isCall) state.tools = NO_TOOLS;
      state.total = line.total ?? state.total;
      return;
  }
}

/**
 * A copy ends with the first turn that was begun after the thread was: ids of both tell when (UUIDs of version 7). Where
 * they don't, it ends with the first pause.
 */
function stillCopying(state: State, line: CodexLine): boolean {
  if (!state.copying || line.kind === 'head') return state.copying;
  const begun = mintedAt(state.threadId);
  const turn = line.kind === 'turn' || line.kind === 'record' ? mintedAt(line.turnId) : undefined;
  if (begun !== undefined && turn !== undefined) return turn < begun;
  if (line.kind === 'record' && line.threadId !== undefined) return line.threadId !== state.threadId;
  return state.at === undefined || line.at - state.at < COPYING_MS;
}

/** Epoch ms of a UUID of version 7; undefined for any other id. */
function mintedAt(id: string | undefined): number | undefined {
  const [, high, low] = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i.exec(id ?? '') ?? [];
  return high && low ? Number.parseInt(high + low, 16) : undefined;
}

function runOf({ turnId, rootTurnId }: { turnId: string | undefined; rootTurnId: string | undefined }) {
  const id = rootTurnId ?? turnId;
  return id === undefined ? undefined : `codex:${id}`;
}

/** Codex can be pointed at any server. Before it named its provider in the log, only the model's name says whose it was. */
function vendorOf(provider: string | undefined, model: string | undefined): string | undefined {
  if (provider !== undefined) return KNOWN_PROVIDERS.has(provider) ? provider : undefined;
  return model && /^(?:gpt-\d|o\d|codex-)/.test(model) ? 'openai' : undefined;
}

/** Those that Codex itself names; any other name is the user's own word. */
const KNOWN_PROVIDERS: ReadonlySet<string> = new Set(['openai', 'ollama', 'lmstudio']);

/** OpenAI's ids are long; a short one (`resp_1`) is some other server's and may be used again. */
function isVendorsId(id: string | undefined): boolean {
  return id !== undefined && /^resp_[0-9a-z]{32,}$/i.test(id);
}

function same(a: CodexUsage, b: CodexUsage): boolean {
  return USAGE_PARTS.every((part) => a[part] === b[part]);
}

/** What a sum grew by; a sum that shrank was begun anew. */
function since(total: CodexUsage, before: CodexUsage | undefined): CodexUsage {
  if (!before || USAGE_PARTS.some((part) => (total[part] ?? 0) < (before[part] ?? 0))) return total;
  const grown = (part: keyof CodexUsage) => (total[part] === undefined ? undefined : total[part] - (before[part] ?? 0));
  return {
    input: grown('input'),
    cached: grown('cached'),
    written: grown('written'),
    output: grown('output'),
    reasoning: grown('reasoning'),
  };
}

const USAGE_PARTS = ['input', 'cached', 'written', 'output', 'reasoning'] as const satisfies (keyof CodexUsage)[];

/** A state of another version, or a damaged one, counts as none. */
function savedState(saved: Json | undefined): State {
  const kept = objectIn(saved) ?? {};
  const total = objectIn(kept.total);
  return {
    threadId: textIn(kept.threadId),
    sessionId: textIn(kept.sessionId),
    subagentId: textIn(kept.subagentId),
    version: textIn(kept.version),
    folder: textIn(kept.folder),
    provider: textIn(kept.provider),
    model: textIn(kept.model),
    runId: textIn(kept.runId),
    copying: kept.copying === true,
    at: numberIn(kept.at),
    records: kept.records === true,
    total: total && {
      input: numberIn(total.input),
      cached: numberIn(total.cached),
      written: numberIn(total.written),
      output: numberIn(total.output),
      reasoning: numberIn(total.reasoning),
    },
    tools: listIn(kept.tools).flatMap((name) => textIn(name) ?? []),
    quotas: (listIn(kept.quotas) as readonly QuotaReading[]).filter((quota) => textIn(quota?.window) !== undefined),
  };
}

/** Ends that are counted from a line's own time differ by moments. */
const MINUTE_MS = 60_000;

function quotaOf({ limitId, usedPercent, windowMinutes, resetsAt, planType }: RateLimit): QuotaReading {
  const length = windowMinutes === undefined ? undefined : (WINDOWS[windowMinutes] ?? `${windowMinutes} min`);
  const own = limitId === undefined || limitId === 'codex';
  return compact({
    agent: 'codex',
    plan: planType,
    window: [own ? undefined : limitId, length].filter((part) => part !== undefined).join(' ') || 'window',
    windowMinutes,
    usedShare: usedPercent / 100,
    resetsAt: resetsAt === undefined ? undefined : Math.round(resetsAt / MINUTE_MS) * MINUTE_MS,
  });
}

const WINDOWS: Readonly<Record<number, string>> = { 300: '5h', 10080: 'week' };
