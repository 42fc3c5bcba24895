import { createHash } from 'node:crypto';
import type { Json } from '../../core/chat.ts';
import type { Observation } from '../../core/ledger/event.ts';
import type { DocumentItem, DocumentReader, LineReader, LineResult } from '../../ports.ts';
import { compact, contains, NOTHING, needle, objectIn, parseObject, parseValue, textIn, textOf } from '../line.ts';
import { parentSessionOfPath } from './paths.ts';
import { type HeadLine, type ReplyMessage, readHead, readLine, readMessage, type UserMessage } from './schema.ts';

export const GEMINI_CLI_SOURCE = 'gemini-cli-log';
export const GEMINI_CLI_DOCUMENT_SOURCE = 'gemini-cli-session';

const TOKENS = needle('"tokens"');
const HEAD = needle('"projectHash"');
const USER = needle('"user"');
const TOOL_RESULT = needle('"functionResponse"');

/** What of the file so far is needed to read on. */
interface State {
  readonly sessionId?: string | undefined;
  readonly projectHash?: string | undefined;
  readonly subagent: boolean;
  readonly folder?: string | undefined;
  readonly runId?: string | undefined;
}

/**
 * Reads one log of Gemini CLI. A reply is told as soon as its line is there, and again when a later line with its id
 * tells more (the tools that it called); both have the same `callId`.
 */
export function geminiCliReader(path: string, saved: Json | undefined): LineReader {
  let state = savedState(saved);
  const parentSession = parentSessionOfPath(path);

  return {
    line(bytes): LineResult {
      if (!isWorthParsing(bytes)) return NOTHING;
      const parsed = parseObject(bytes);
      if (!parsed)
        return { observations: [], problem: 'A line of a Gemini CLI log is not valid JSON and was skipped.' };
      const observations: Observation[] = [];
      for (const fact of readLine(parsed)) {
        if (fact.kind === 'reply') observations.push(observed(GEMINI_CLI_SOURCE, state, parentSession, fact));
        else state = fact.kind === 'head' ? atHead(fact) : atUser(state, fact);
      }
      return observations.length > 0 ? { observations } : NOTHING;
    },
    state: () => compact(state) as unknown as Json,
  };
}

const HEAD_MEMBERS = new Set(['sessionId', 'projectHash', 'kind', 'directories']);

/**
 * Reads a session that an earlier version kept as one document, with the same messages: one that is taken up again is
 * copied into a log of lines, and its calls keep their names there.
 */
export function geminiCliDocumentReader(): DocumentReader {
  const head: Record<string, unknown> = {};
  const messages = new Map<string, ReplyMessage | UserMessage>();
  return {
    item({ name, bytes }: DocumentItem) {
      if (name !== undefined && HEAD_MEMBERS.has(name)) {
        // Of a list each element is an item: the first is the project's folder.
        head[name] ??= parseValue(textOf(bytes));
      } else if (name === 'messages' && isWorthParsing(bytes)) {
        const message = readMessage(parseObject(bytes));
        if (message) messages.set(message.id, message);
      }
    },
    end() {
      let state = atHead(readHead({ ...head, directories: [head.directories] }));
      const observations: Observation[] = [];
      for (const message of messages.values()) {
        if (message.kind === 'user') state = atUser(state, message);
        else observations.push(observed(GEMINI_CLI_DOCUMENT_SOURCE, state, undefined, message));
      }
      return { observations, problems: [] };
    },
  };
}

function observed(
  source: string,
  state: State,
  parentSession: string | undefined,
  { id, at, model, usage, tools }: ReplyMessage,
): Observation {
  return compact({
    kind: 'settled' as const,
    // A message keeps its id where a session is resumed or rewritten.
    callId: `gemini-cli:${id}`,
    at,
    source,
    facts: compact({
      agent: 'gemini-cli',
      sessionId: parentSession ?? state.sessionId,
      runId: state.runId,
      subagentId: state.subagent || parentSession !== undefined ? (state.sessionId ?? 'subagent') : undefined,
      model,
      provider: model?.startsWith('gemini') ? 'google' : undefined,
      folder: state.folder,
    }),
    usage,
    usageBasis: 'reported' as const,
    tools: tools.length > 0 ? [...tools] : undefined,
    finish: tools.length > 0 ? ('toolCalls' as const) : undefined,
  });
}

/** Most of a log's bytes are tools' results in messages of the user: those are never parsed. */
function isWorthParsing(line: Uint8Array): boolean {
  if (contains(line, TOKENS) || contains(line, HEAD)) return true;
  return contains(line, USER) && !contains(line, TOOL_RESULT);
}

function atHead({ sessionId, projectHash, subagent, folder }: HeadLine): State {
  return { sessionId, projectHash, subagent, folder };
}

function atUser(state: State, { id, fromPerson, folders }: UserMessage): State {
  return {
    ...state,
    runId: fromPerson ? `gemini-cli:${id}` : state.runId,
    // The context is text for a model; a folder in it is the project's only where the head's hash is the folder's.
    folder: state.folder ?? folders.find((folder) => hashOf(folder) === state.projectHash),
  };
}

function hashOf(folder: string): string {
  return createHash('sha256').update(folder).digest('hex');
}

/** A state of another version, or a damaged one, counts as none. */
function savedState(saved: Json | undefined): State {
  const kept = objectIn(saved);
  return {
    sessionId: textIn(kept?.sessionId),
    projectHash: textIn(kept?.projectHash),
    subagent: kept?.subagent === true,
    folder: textIn(kept?.folder),
    runId: textIn(kept?.runId),
  };
}
