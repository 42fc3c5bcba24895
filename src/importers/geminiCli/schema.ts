/**
 * The lines of Gemini CLI's logs (seen: 0.61.0) as far as they tell of model calls. Text of prompts, replies and tool
 * results is never taken out of a line; of the context that Gemini CLI itself describes only its folder is.
 */
import { remainder, sumTokens, tokenCount, type Usage } from '../../core/usage.ts';
import { compact, instantIn, type JsonObject, listIn, objectIn, textIn } from '../line.ts';

/** The first line of a file. */
export interface HeadLine {
  readonly kind: 'head';
  readonly sessionId: string | undefined;
  /** SHA-256 of the project's folder, in hex. */
  readonly projectHash: string | undefined;
  readonly subagent: boolean;
  readonly folder: string | undefined;
}

/** A model's reply; a later one with the same id stands in its place. */
export interface ReplyMessage {
  readonly kind: 'reply';
  readonly id: string;
  readonly at: number;
  readonly model: string | undefined;
  readonly usage: Usage;
  readonly tools: readonly string[];
}

/** A user's message; what it says is not kept. */
export interface UserMessage {
  readonly kind: 'user';
  readonly id: string;
  /** What a person (or a sub-agent's caller) asked, rather than tools' results. */
  readonly fromPerson: boolean;
  /** Folders that it names as Gemini CLI's own context does. */
  readonly folders: readonly string[];
}

export type GeminiCliFact = HeadLine | ReplyMessage | UserMessage;

/** What a line tells, in its order: an update may set several messages at once. */
export function readLine(line: JsonObject): readonly GeminiCliFact[] {
  const set = objectIn(line.$set);
  if (set) return listIn(set.messages).flatMap((message) => readMessage(objectIn(message)) ?? []);
  if (textIn(line.sessionId) && line.type === undefined) return [readHead(line)];
  return [readMessage(line)].filter((fact) => fact !== undefined);
}

/** What stands at the head of a session. */
export function readHead(line: JsonObject): HeadLine {
  return {
    kind: 'head',
    sessionId: textIn(line.sessionId),
    projectHash: textIn(line.projectHash),
    subagent: line.kind === 'subagent',
    folder: textIn(listIn(line.directories)[0]),
  };
}

/** undefined: it tells of no call and of no prompt. */
export function readMessage(message: JsonObject | undefined): ReplyMessage | UserMessage | undefined {
  const id = textIn(message?.id);
  if (!message || !id) return undefined;
  if (message.type === 'user') return readUser(id, message);
  const at = instantIn(message.timestamp);
  const tokens = objectIn(message.tokens);
  // Without tokens no model was heard: a note, or a reply that was broken off.
  if (message.type !== 'gemini' || at === undefined || !tokens) return undefined;
  return {
    kind: 'reply',
    id,
    at,
    model: textIn(message.model),
    usage: readUsage(tokens),
    tools: listIn(message.toolCalls).flatMap((call) => textIn(objectIn(call)?.name) ?? []),
  };
}

function readUser(id: string, message: JsonObject): UserMessage {
  const parts = Array.isArray(message.content) ? message.content.map(objectIn) : [{ text: message.content }];
  const context = textIn(parts[0]?.text);
  const folders = context?.startsWith('<session_context>') ? foldersIn(context) : undefined;
  return {
    kind: 'user',
    id,
    fromPerson: !folders && !parts.some((part) => part?.functionResponse !== undefined),
    folders: folders ?? [],
  };
}

/** The paths that stand alone on a line of a list. */
function foldersIn(context: string): readonly string[] {
  return [...context.slice(0, 4_000).matchAll(/^\s*- ((?:\/|[A-Za-z]:[\\/]).*?)\s*$/gm)].map((match) => match[1] ?? '');
}

/** As Google counts: what was cached is part of the input, tools' prompts, thoughts and output are each apart. */
function readUsage(tokens: JsonObject): Usage {
  const cached = tokenCount(tokens.cached);
  return compact({
    fresh: sumTokens(remainder(tokenCount(tokens.input), cached), tokenCount(tokens.tool)),
    cacheRead: cached,
    text: tokenCount(tokens.output),
    reasoning: tokenCount(tokens.thoughts),
  });
}
