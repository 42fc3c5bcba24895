import type { Json } from '../../core/chat.ts';
import type { CallFacts, Cost, Observation, SettledEvent } from '../../core/ledger/event.ts';
import { outputTokens, sumTokens, USAGE_KINDS, type Usage } from '../../core/usage.ts';
import type { LineReader, LineResult } from '../../ports.ts';
import { beginning, either, optionalText, textField } from '../beginnings.ts';
import { holds } from '../holds.ts';
import { compact, NOTHING, objectIn, textIn } from '../line.ts';
import { subagentOfPath } from './paths.ts';
import { pickLine, type ReplyLine, readLine, SYNTHETIC_MODEL } from './schema.ts';

export const CLAUDE_CODE_SOURCE = 'claude-code-log';

const holdsAssistant = holds('"assistant"');
const holdsUsage = holds('"usage"');
const holdsUser = holds('"user"');
const holdsToolResult = holds('"tool_use_id"');

const REPORTED = 'reported' as const;

/** Not a failed call: the reply that ran into the limit has its own lines, with what it cost. */
const ALREADY_TOLD = 'max_output_tokens';

/** The log itself says that no tokens were used. */
const NO_COST: Cost = { nanoCredits: 0, confidence: 'priced', priceSource: 'no tokens used' };

/** Replies whose later lines may still come: several agents can write to one file in turns. */
const OPEN_REPLIES = 16;
/** Of these kept for the next start: there is such a note for each of thousands of files. */
const OPEN_KEPT = 4;

/** A reply as its lines so far tell it. */
interface OpenReply {
  readonly key: string;
  /** undefined: it was read before this start. */
  readonly messageId?: string | undefined;
  readonly requestId?: string | undefined;
  /** Of its first line, by which a later line finds it again, and of its latest. */
  readonly since: number;
  readonly at: number;
  readonly usage: Usage | undefined;
  readonly tools: readonly string[];
  readonly stopReason: string | undefined;
}

/**
 * Reads one log of Claude Code. A reply is told as soon as its first line is there, and again when a later line of it
 * tells more (a call's last line has the greatest output); all of them have the same `callId`.
 */
export function claudeCodeReader(path: string, saved: Json | undefined): LineReader {
  const state = savedState(saved);
  let runId = state.runId;
  let run = runOf(runId);
  /** The latest last. */
  const open: OpenReply[] = [...state.open];
  /** Those of the reply before: the same ones, mostly, and then one object serves for both. */
  let latestFacts: CallFacts | undefined;
  const fileSubagent = subagentOfPath(path);

  return {
    line: (bytes) => read(bytes, 0, bytes.length),
    lineWithin: read,
    state: () => ({ runId: runId ?? null, open: worthKeeping(open).map(kept) as unknown as Json }),
  };

  function read(bytes: Uint8Array, start: number, end: number, told: Observation[] = []): LineResult {
    if (!isWorthParsing(bytes, start, end)) return NOTHING;
    const parsed = pickLine(bytes, start, end);
    if (!parsed) return { observations: [], problem: 'A line of a Claude Code log is not valid JSON and was skipped.' };
    const line = readLine(parsed);
    if (!line) return NOTHING;
    if (line.kind === 'user') {
      if (line.promptId) runId = line.promptId;
      else if (line.fromPerson && line.uuid) runId = line.uuid;
      run = runOf(runId);
      return NOTHING;
    }
    return reply(line, told);
  }

  function reply(line: ReplyLine, told: Observation[]): LineResult {
    if (line.fault === ALREADY_TOLD) return NOTHING;
    if (line.fault !== undefined) return { observations: [observed(line, joined(undefined, line))] };
    // Claude Code's own words in a model's place: no model was called.
    if (line.model === SYNTHETIC_MODEL) return NOTHING;
    const index = placeOf(line);
    const before = open[index];
    const after = joined(before, line);
    if (before && index === open.length - 1) open[index] = after;
    else {
      if (before) open.splice(index, 1);
      else if (open.length === OPEN_REPLIES) open.shift();
      open.push(after);
    }
    if (before && tellsTheSame(before, after)) return NOTHING;
    const last = told.at(-1);
    if (last?.callId !== after.key || last.kind !== 'settled') return { observations: [observed(line, after)] };
    last.facts = factsOf(line);
    revise(last, after);
    return NOTHING;
  }

  /** Of the reply among the open ones; -1: this is its first line. */
  function placeOf(line: ReplyLine): number {
    for (let index = open.length - 1; index >= 0; index -= 1) if (isOf(open[index] as OpenReply, line)) return index;
    return -1;
  }

  function factsOf(line: ReplyLine): CallFacts {
    const subagentId = line.subagentId ?? fileSubagent ?? (line.sidechain ? 'sidechain' : undefined);
    const model = line.model === SYNTHETIC_MODEL ? undefined : line.model;
    if (
      latestFacts === undefined ||
      latestFacts.sessionId !== line.sessionId ||
      latestFacts.runId !== run ||
      latestFacts.model !== model ||
      latestFacts.subagentId !== subagentId ||
      latestFacts.folder !== line.folder ||
      latestFacts.agentVersion !== line.version
    ) {
      latestFacts = compact({
        agent: 'claude-code',
        agentVersion: line.version,
        sessionId: line.sessionId,
        runId: run,
        subagentId,
        model,
        provider: vendorOf(line.model),
        folder: line.folder,
      });
    }
    return latestFacts;
  }

  function observed(line: ReplyLine, call: OpenReply): Observation {
    const { key: callId, at, usage } = call;
    const facts = factsOf(line);
    const source = CLAUDE_CODE_SOURCE;
    if (line.fault !== undefined) {
      const free = line.usage && (sumTokens(...Object.values(line.usage)) ?? 0) === 0;
      const told = usage ? { usage, usageBasis: REPORTED } : {};
      return {
        kind: 'failed',
        callId,
        at,
        source,
        facts,
        ...told,
        ...(free ? { cost: NO_COST } : {}),
        fault: line.fault,
      };
    }
    const identities = identitiesOf(line);
    const settled: SettledEvent = usage
      ? { kind: 'settled', callId, at, source, facts, usage, usageBasis: REPORTED, identities }
      : { kind: 'settled', callId, at, source, facts, identities };
    revise(settled, call);
    return settled;
  }
}

function revise(settled: SettledEvent, { at, usage, tools, stopReason }: OpenReply): void {
  settled.at = at;
  if (usage) {
    settled.usage = usage;
    settled.usageBasis = REPORTED;
  }
  if (tools.length > 0) settled.tools = tools.slice();
  const finish = finishOf(stopReason);
  if (finish !== undefined) settled.finish = finish;
}

function identitiesOf({ messageId, requestId }: ReplyLine): string[] {
  const message = `anthropic-message:${messageId}`;
  return requestId === undefined ? [message] : [message, `anthropic-request:${requestId}`];
}

function runOf(runId: string | undefined): string | undefined {
  return runId === undefined ? undefined : `claude-code:${runId}`;
}

/** How Claude Code begins a tool's result, and a reply of its model: nearly all of a log's bytes are in such lines. */
const HEAD = [
  optionalText('{"parentUuid":'),
  either('"isSidechain":false,', '"isSidechain":true,'),
  optionalText('"agentId":'),
] as const;
const beginsResult = beginning(
  ...HEAD,
  optionalText('"promptId":'),
  either('"type":"user","message":{"role":"user","content":[{"tool_use_id":'),
);
const beginsReply = beginning(
  ...HEAD,
  textField('"message":{"model":'),
  textField('"id":'),
  either('"type":"message","role":"assistant"'),
);

/** Few lines tell of calls, and most of a log's bytes are tools' results: those are never parsed. */
function isWorthParsing(line: Uint8Array, start: number, end: number): boolean {
  if (beginsReply(line, start, end)) return true;
  if (beginsResult(line, start, end)) return false;
  if (holdsUsage(line, start, end) && holdsAssistant(line, start, end)) return true;
  return holdsUser(line, start, end) && !holdsToolResult(line, start, end);
}

/**
 * The call's name. Anthropic's pair of ids stays the same where a session was forked or replayed to a sub-agent.
 * Without a request id (other servers) the message id may not be unique, so the time joins it; copies keep the time.
 */
function keyOf(line: ReplyLine, at: number): string {
  return `claude-code:${line.messageId}:${line.requestId ?? `at-${at}`}`;
}

/** Whether a line goes on with a reply. */
function isOf({ key, messageId, requestId, since }: OpenReply, line: ReplyLine): boolean {
  if (messageId === undefined) return key === keyOf(line, since);
  return messageId === line.messageId && requestId === line.requestId;
}

function joined(before: OpenReply | undefined, line: ReplyLine): OpenReply {
  const grown = before?.usage === undefined || outputOf(line.usage) >= outputOf(before.usage);
  return {
    key: before?.key ?? keyOf(line, line.at),
    messageId: line.messageId,
    requestId: line.requestId,
    since: before?.since ?? line.at,
    at: Math.max(before?.at ?? 0, line.at),
    usage: grown ? (line.usage ?? before?.usage) : before.usage,
    tools: before && before.tools.length > 0 ? [...before.tools, ...line.tools] : line.tools,
    stopReason: line.stopReason ?? before?.stopReason,
  };
}

/** As it is kept for the next start: its ids stand in its key. */
function kept({ key, since, at, usage, tools, stopReason }: OpenReply): OpenReply {
  return compact({ key, since, at, usage, tools, stopReason });
}

/** Where reading is taken up again, the latest reply may go on, and those that haven't said why they stopped. */
function worthKeeping(open: readonly OpenReply[]): readonly OpenReply[] {
  return open
    .filter(({ stopReason }, index) => stopReason === undefined || index === open.length - 1)
    .slice(-OPEN_KEPT);
}

function tellsTheSame(before: OpenReply, after: OpenReply): boolean {
  return (
    before.at === after.at &&
    before.stopReason === after.stopReason &&
    before.tools.length === after.tools.length &&
    (before.usage === after.usage || USAGE_KINDS.every((kind) => before.usage?.[kind] === after.usage?.[kind]))
  );
}

function outputOf(usage: Usage | undefined): number {
  return (usage && outputTokens(usage)) ?? -1;
}

/** Claude Code can be pointed at any server; only the model's name says whose model answered. */
function vendorOf(model: string | undefined): string | undefined {
  return model && /(^|[./])claude[-.]/i.test(model) ? 'anthropic' : undefined;
}

function finishOf(
  stopReason: string | undefined,
): NonNullable<Extract<Observation, { kind: 'settled' }>['finish']> | undefined {
  switch (stopReason) {
    case undefined:
      return undefined;
    case 'end_turn':
    case 'stop_sequence':
      return 'stop';
    case 'tool_use':
      return 'toolCalls';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'refusal':
      return 'contentFilter';
    default:
      return 'other';
  }
}

/** A state of another version, or a damaged one, counts as none: reading goes on, with the run unknown until its next line. */
function savedState(saved: Json | undefined): { runId: string | undefined; open: readonly OpenReply[] } {
  const { runId, open } = objectIn(saved) ?? {};
  const replies = (Array.isArray(open) ? open : []) as readonly OpenReply[];
  return {
    runId: textIn(runId),
    open: replies.filter((reply) => typeof reply?.key === 'string' && Array.isArray(reply.tools)),
  };
}
