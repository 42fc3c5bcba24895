import type { Observation } from '../../core/ledger/event.ts';
import { remainder, sumTokens, tokenCount, type Usage } from '../../core/usage.ts';
import type { DocumentItem, DocumentReader } from '../../ports.ts';
import {
  compact,
  contains,
  type JsonObject,
  needle,
  numberIn,
  objectIn,
  parseObject,
  parseValue,
  textIn,
  textOf,
} from '../line.ts';
import { taskIdOf } from './paths.ts';
import { clineServedBy } from './served.ts';

/** How the agents that share Cline's format differ. */
export interface TaskDialect {
  readonly agent: string;
  readonly source: string;
  /**
   * From this instant on `tokensIn` is the whole input, cached or not, whoever serves the model; before it, it was so for
   * servers that speak OpenAI's protocol. undefined: it is the uncached rest, but for `wholeInput`.
   */
  readonly wholeInputSince?: number;
  /** Providers with which it is the whole input all the same. */
  readonly wholeInput: ReadonlySet<string>;
}

interface Request {
  readonly at: number;
  readonly runAt: number;
  readonly info: JsonObject;
  readonly modelInfo: JsonObject | undefined;
  readonly tools: string[];
  /** The agent asked what to do after the request had failed. */
  hasFailed: boolean;
}

/** Which model was in use from an instant on. */
interface ModelUse {
  readonly at: number;
  readonly model: string;
  readonly providerId: string | undefined;
}

/** Messages worth parsing: the others hold text only. */
const WORDS = ['api_req_started', 'api_req_failed', 'user_feedback', 'tool', 'command', 'use_mcp_server'].map((word) =>
  needle(`"${word}"`),
);
const SUBAGENTS = needle('"subagent_usage"');
const MODEL = needle('<model>');

const MODEL_NAME = /^[\w./:@[\]-]{1,120}$/;

/** Reads one task: `ui_messages.json`, after the documents beside it that know model and folder. */
export function taskReader(path: string, dialect: TaskDialect): DocumentReader {
  const taskId = taskIdOf(path);
  const requests: Request[] = [];
  const subagents: { readonly at: number; readonly runAt: number; readonly info: JsonObject }[] = [];
  const models: ModelUse[] = [];
  let folder: string | undefined;
  let runAt: number | undefined;

  return {
    item(item) {
      const file = /[^\\/]+$/.exec(item.path)?.[0];
      if (item.path === path) message(item);
      else if (file === 'task_metadata.json') metadata(item);
      else if (file === 'api_conversation_history.json') prompt(item);
      else if (file === 'history_item.json') {
        if (item.name === 'workspace') folder = textIn(parseValue(textOf(item.bytes)));
      } else if (file === 'taskHistory.json') history(item);
    },
    end: () => ({
      observations: taskId === undefined ? [] : [...requests.flatMap(requestCall), ...subagents.flatMap(subagentCall)],
      problems: [],
    }),
  };

  function message({ bytes }: DocumentItem): void {
    const isWorth = runAt === undefined || contains(bytes, SUBAGENTS) || WORDS.some((word) => contains(bytes, word));
    const parsed = isWorth ? parseObject(bytes) : undefined;
    const at = numberIn(parsed?.ts);
    if (!parsed || at === undefined) return;
    // A task's first message is its user's, and so is each feedback.
    if (runAt === undefined || parsed.say === 'user_feedback') runAt = at;
    const what = parsed.say ?? parsed.ask;
    if (what === 'api_req_started') {
      const modelInfo = objectIn(parsed.modelInfo);
      requests.push({ at, runAt, info: jsonIn(parsed.text) ?? {}, modelInfo, tools: [], hasFailed: false });
    } else if (what === 'subagent_usage') {
      subagents.push({ at, runAt, info: jsonIn(parsed.text) ?? {} });
    } else {
      const request = requests.at(-1);
      if (request && what === 'api_req_failed') request.hasFailed = true;
      const tool = toolOf(what, parsed);
      if (request && tool !== undefined) request.tools.push(tool);
    }
  }

  /** Cline's list of the models that a task used, each from when on. */
  function metadata({ name, bytes }: DocumentItem): void {
    if (name !== 'model_usage') return;
    const use = parseObject(bytes);
    const model = textIn(use?.model_id);
    const at = numberIn(use?.ts);
    if (model && at !== undefined) models.push({ at, model, providerId: textIn(use?.model_provider_id) });
  }

  /** Roo and Kilo tell the model what it is, in each prompt: nothing else says which it was. */
  function prompt({ bytes }: DocumentItem): void {
    if (!contains(bytes, MODEL)) return;
    const text = textOf(bytes);
    const details = text.slice(Math.max(0, text.lastIndexOf('<environment_details>')));
    const model = /<model>([^<]+)<\/model>/.exec(details)?.[1];
    folder ??= /# Current (?:Workspace|Working) Directory \(((?:[^"\\]|\\.)+?)\) Files/
      .exec(details)?.[1]
      ?.replaceAll('\\\\', '\\');
    const at = numberIn(parseObject(bytes)?.ts);
    if (model && MODEL_NAME.test(model) && at !== undefined) models.push({ at, model, providerId: undefined });
  }

  /** Cline's list of all its tasks. */
  function history({ bytes }: DocumentItem): void {
    if (taskId === undefined || !contains(bytes, needle(`"${taskId}"`))) return;
    const task = parseObject(bytes);
    if (task?.id === taskId) folder = textIn(task.cwdOnTaskInitialization) ?? folder;
  }

  /** The latest that was in use before the next request; the first one where none was named in time. */
  function modelAt(index: number): ModelUse | undefined {
    const next = requests[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    return models.findLast(({ at }) => at < next) ?? models[0];
  }

  function requestCall(request: Request, index: number): readonly Observation[] {
    const { at, info, modelInfo, tools } = request;
    const use = modelAt(index);
    const model = textIn(modelInfo?.modelId) ?? use?.model;
    const providerId = textIn(modelInfo?.providerId) ?? use?.providerId;
    const { isOwn, isCounted, ...served } = clineServedBy(providerId, model);
    const usage = usageOf(info, at, providerId);
    const cancelReason = textIn(info.cancelReason);
    const isOver =
      usage !== undefined || cancelReason !== undefined || request.hasFailed || index < requests.length - 1;
    // Zeros stand there from the request's begin.
    if (isOwn || !isOver) return [];
    const common = compact({
      callId: `${dialect.agent}:${taskId}:${at}`,
      at,
      source: dialect.source,
      facts: factsOf(request.runAt, compact({ model, ...served })),
      usage,
      usageBasis: usage && (isCounted ? ('counted' as const) : ('reported' as const)),
      tools: tools.length > 0 ? tools : undefined,
    });
    if (cancelReason === 'user_cancelled') return [{ kind: 'settled', ...common, finish: 'cancelled' }];
    if (cancelReason !== undefined) return [{ kind: 'failed', ...common, fault: 'brokenOff' }];
    if (request.hasFailed && usage === undefined) return [{ kind: 'failed', ...common, fault: 'failed' }];
    return [{ kind: 'settled', ...common }];
  }

  /** What the sub-agents of one step used together. */
  function subagentCall({ at, runAt: run, info }: (typeof subagents)[number]): readonly Observation[] {
    const index = requests.findLastIndex((request) => request.at <= at);
    const request = requests[index];
    const use = modelAt(index);
    const model = textIn(request?.modelInfo?.modelId) ?? use?.model;
    const providerId = textIn(request?.modelInfo?.providerId) ?? use?.providerId;
    const { isOwn, isCounted, ...served } = clineServedBy(providerId, model);
    const usage = usageOf(info, at, providerId);
    if (isOwn || usage === undefined) return [];
    return [
      {
        kind: 'settled',
        callId: `${dialect.agent}:${taskId}:${at}:subagents`,
        at,
        source: dialect.source,
        facts: { ...factsOf(run, compact({ model, ...served })), subagentId: 'subagents' },
        usage,
        usageBasis: isCounted ? 'counted' : 'reported',
      },
    ];
  }

  function factsOf(run: number, served: object): Observation['facts'] {
    return compact({
      agent: dialect.agent,
      sessionId: taskId,
      runId: `${dialect.agent}:${taskId}:${run}`,
      ...served,
      folder,
    });
  }

  function usageOf(info: JsonObject, at: number, providerId: string | undefined): Usage | undefined {
    const cacheRead = tokenCount(info.cacheReads);
    const cacheWrite = tokenCount(info.cacheWrites);
    const input = tokenCount(info.tokensIn);
    const cached = sumTokens(cacheRead, cacheWrite) ?? 0;
    const isWhole = (input ?? 0) >= cached && isWholeInput(info, at, providerId);
    const usage = compact({
      fresh: isWhole ? remainder(input, cacheRead, cacheWrite) : input,
      cacheRead,
      cacheWrite,
      text: tokenCount(info.tokensOut),
    });
    return (sumTokens(...Object.values(usage)) ?? 0) > 0 ? usage : undefined;
  }

  function isWholeInput(info: JsonObject, at: number, providerId: string | undefined): boolean {
    const { wholeInputSince, wholeInput } = dialect;
    if (wholeInputSince === undefined) return providerId !== undefined && wholeInput.has(providerId);
    if (at >= wholeInputSince) return true;
    if (info.apiProtocol !== undefined) return info.apiProtocol !== 'anthropic';
    // Older still, without the protocol: of all, only Anthropic's tells what was written to the cache.
    return (tokenCount(info.cacheWrites) ?? 0) === 0;
  }
}

function toolOf(what: unknown, message: JsonObject): string | undefined {
  if (what === 'command') return 'execute_command';
  if (what !== 'tool' && what !== 'use_mcp_server') return undefined;
  const call = jsonIn(message.text);
  const name = what === 'tool' ? textIn(call?.tool) : (textIn(call?.toolName) ?? textIn(call?.type));
  return name !== undefined && name.length <= 120 ? name : undefined;
}

function jsonIn(text: unknown): JsonObject | undefined {
  return typeof text === 'string' ? objectIn(parseValue(text)) : undefined;
}
