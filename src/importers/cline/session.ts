import type { Observation } from '../../core/ledger/event.ts';
import { remainder, sumTokens, tokenCount, type Usage } from '../../core/usage.ts';
import type { DocumentItem, DocumentReader } from '../../ports.ts';
import {
  compact,
  contains,
  type JsonObject,
  listIn,
  needle,
  numberIn,
  objectIn,
  parseObject,
  parseValue,
  textIn,
  textOf,
} from '../line.ts';
import { clineManifest, clineSessionIdentity } from './paths.ts';
import { clineServedBy } from './served.ts';

export const CLINE_SESSION_SOURCE = 'cline-session';

const USER = needle('"user"');
const ASSISTANT = needle('"assistant"');
const TOOL_RESULT = needle('"tool_result"');

interface Prompt {
  readonly id: string;
  readonly at: number;
}

interface Call {
  readonly message: JsonObject;
  readonly id: string;
  readonly at: number;
  readonly prompt: Prompt | undefined;
}

/** Reads one session of Cline's own runtime (its CLI, and its extension from version 4.1 on), or of one of its sub-agents. */
export function sessionReader(path: string): DocumentReader {
  const { sessionId, subagentId } = clineSessionIdentity(path);
  const manifest = clineManifest(path);
  /** What the developer asked in the session that a sub-agent belongs to. */
  const callersPrompts: Prompt[] = [];
  const prompts: Prompt[] = [];
  const calls: Call[] = [];
  let folder: string | undefined;
  let version: string | undefined;

  return {
    item(item) {
      if (item.path === manifest) {
        if (item.name === 'cwd') folder = textIn(parseValue(textOf(item.bytes)));
      } else if (item.path !== path) {
        const prompt = promptIn(item);
        if (prompt) callersPrompts.push(prompt);
      } else if (item.name === 'origin') {
        version = textIn(parseObject(item.bytes)?.version);
      } else {
        const prompt = promptIn(item);
        if (prompt) prompts.push(prompt);
        else call(item);
      }
    },
    end: () => ({
      observations: sessionId === undefined ? [] : calls.flatMap((each) => observation(each, sessionId)),
      problems: [],
    }),
  };

  function call({ name, bytes }: DocumentItem): void {
    if ((name !== 'messages' && name !== undefined) || !contains(bytes, ASSISTANT)) return;
    const message = parseObject(bytes);
    const id = textIn(message?.id);
    const at = numberIn(message?.ts);
    // Shown to the user only: no model said it.
    const isShown = objectIn(message?.metadata)?.displayOnly === true;
    if (message?.role === 'assistant' && id && at !== undefined && !isShown)
      calls.push({ message, id, at, prompt: prompts.at(-1) });
  }

  function observation({ message, id, at, prompt }: Call, session: string): readonly Observation[] {
    const modelInfo = objectIn(message.modelInfo);
    const model = textIn(modelInfo?.id);
    const { isOwn, isCounted, ...served } = clineServedBy(textIn(modelInfo?.provider), model);
    // Without a model it is a note of Cline's own.
    if (isOwn || (model === undefined && message.metrics === undefined)) return [];
    const usage = usageOf(objectIn(message.metrics));
    const caller = prompt && callersPrompts.findLast((each) => each.at <= prompt.at);
    const run = caller ?? prompt;
    const tools = listIn(message.content).flatMap((block) => {
      const { type, name } = objectIn(block) ?? {};
      return type === 'tool_use' ? (textIn(name) ?? []) : [];
    });
    return [
      compact({
        kind: 'settled' as const,
        callId: `cline:${session}:${subagentId ?? 'main'}:${id}`,
        at,
        source: CLINE_SESSION_SOURCE,
        facts: compact({
          agent: 'cline',
          agentVersion: version,
          sessionId: session,
          runId: run && `cline:${session}:${run.id}`,
          subagentId,
          model,
          ...served,
          folder,
        }),
        usage,
        usageBasis: usage && (isCounted ? ('counted' as const) : ('reported' as const)),
        tools: tools.length > 0 ? tools : undefined,
      }),
    ];
  }
}

/** A message of the user, rather than a tool's result. */
function promptIn({ name, bytes }: DocumentItem): Prompt | undefined {
  if ((name !== 'messages' && name !== undefined) || !contains(bytes, USER) || contains(bytes, TOOL_RESULT)) {
    return undefined;
  }
  const message = parseObject(bytes);
  const id = textIn(message?.id);
  const at = numberIn(message?.ts);
  return message?.role === 'user' && id && at !== undefined ? { id, at } : undefined;
}

/** `inputTokens` includes what was read from and written to the cache. Zeros: the server told nothing. */
function usageOf(metrics: JsonObject | undefined): Usage | undefined {
  const cacheRead = tokenCount(metrics?.cacheReadTokens);
  const cacheWrite = tokenCount(metrics?.cacheWriteTokens);
  const usage = compact({
    fresh: remainder(tokenCount(metrics?.inputTokens), cacheRead, cacheWrite),
    cacheRead,
    cacheWrite,
    text: tokenCount(metrics?.outputTokens),
  });
  return (sumTokens(...Object.values(usage)) ?? 0) > 0 ? usage : undefined;
}
