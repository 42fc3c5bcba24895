/** What one span or log record of Copilot's traces tells of a model call, whichever file or database it stands in. */
import type { Observation } from '../../core/ledger/event.ts';
import { remainder, tokenCount } from '../../core/usage.ts';
import { compact, type JsonObject, listIn, numberIn, textIn } from '../line.ts';
import { finishOf } from './finish.ts';
import { callIdentities } from './identities.ts';
import { billableOf, isOwnModel, isSubagentLabel } from './vendor.ts';

export interface TraceRecord {
  /** `span`: an operation with its times; `log`: that one took place. */
  readonly kind: 'span' | 'log';
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly parentSpanId: string | undefined;
  /** Epoch ms. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly failed: boolean;
  readonly attributes: JsonObject;
}

const INFERENCE_LOG = 'gen_ai.client.inference.operation.details';

/**
 * The model call that a record tells of; undefined where it tells of none.
 *
 * Read are spans of the operation `chat`, which have every figure, and the log records of single inferences, which lack
 * the cached share and are estimates. Not read are sums of a turn or an agent (`copilot_chat.agent.turn` records,
 * `invoke_agent` spans): they stand beside the calls that they sum up, and where they stand alone the run went to models
 * of another extension, Marginal's own among them, which are metered where they are called.
 */
export function traceCall(record: TraceRecord, source: string): Observation | undefined {
  const { attributes, traceId, spanId, kind } = record;
  const at = record.endedAt ?? record.startedAt;
  const isCall =
    kind === 'span'
      ? attributes['gen_ai.operation.name'] === 'chat'
      : attributes['event.name'] === INFERENCE_LOG && attributes['gen_ai.response.id'] !== undefined;
  if (!isCall || !isCopilots(attributes) || at === undefined || traceId === undefined || spanId === undefined)
    return undefined;
  const text = (key: string) => textIn(attributes[key]);
  const count = (...keys: readonly string[]) => firstCount(attributes, keys);

  const model = text('gen_ai.request.model');
  const servedModel = text('gen_ai.response.model');
  const responseId = text('gen_ai.response.id');
  const isRuntime = Object.keys(attributes).some((key) => key.startsWith('github.copilot.'));
  const helper = text('copilot_chat.debug_name') ?? (isRuntime ? undefined : text('gen_ai.agent.name'));
  if (model !== undefined && isOwnModel(model)) return undefined;
  // What VS Code repeats of the runtime's calls has no id: the runtime's own records have them.
  if (!isRuntime && responseId === undefined && helper === undefined) return undefined;

  const initiator = text('github.copilot.initiator');
  const isSubagent = initiator === 'sub-agent';
  if (isSubagent && areSubagentsSummed(text('service.version'))) return undefined;
  const parentSession = text('copilot_chat.parent_chat_session_id');
  const ownSession = text('copilot_chat.chat_session_id') ?? text('gen_ai.conversation.id');
  const sessionId = parentSession ?? ownSession;
  const input = count('gen_ai.usage.input_tokens');
  const output = count('gen_ai.usage.output_tokens');
  const cacheRead = count('gen_ai.usage.cache_read.input_tokens', 'gen_ai.usage.cache_read_input_tokens');
  const cacheWrite = count('gen_ai.usage.cache_creation.input_tokens', 'gen_ai.usage.cache_write.input_tokens');
  const reasoning = count('gen_ai.usage.reasoning.output_tokens', 'gen_ai.usage.reasoning_tokens');
  const billed = count('github.copilot.nano_aiu', 'copilot_chat.copilot_usage_nano_aiu');
  const usage = compact({
    fresh: remainder(input, cacheRead, cacheWrite),
    cacheRead,
    cacheWrite,
    text: remainder(output, reasoning),
    reasoning,
  });
  const firstChunkSeconds =
    numberOf(attributes['gen_ai.response.time_to_first_chunk']) ??
    numberOf(attributes['github.copilot.time_to_first_chunk']);
  const common = compact({
    callId: `${source}:${traceId}:${spanId}${kind === 'log' ? `:${responseId}` : ''}`,
    at,
    source,
    identities: callIdentities({
      sessionId,
      initiator,
      input,
      output,
      cacheRead,
      durationMs: numberOf(attributes['github.copilot.server_duration']),
      responseId,
      // A log record stands within a span that need not be its call's own.
      spanId: kind === 'span' ? spanId : undefined,
    }),
    facts: compact({
      agent: 'copilot',
      agentVersion: isRuntime ? text('service.version') : undefined,
      sessionId,
      runId: sessionId === undefined ? undefined : `copilot:${sessionId}:root-${traceId}`,
      subagentId: isSubagent
        ? `span-${record.parentSpanId ?? ''}`
        : isSubagentLabel(text('copilot_chat.debug_log_label'))
          ? ownSession
          : undefined,
      model,
      servedModel: servedModel === model ? undefined : servedModel,
      provider: billed !== undefined ? 'github-copilot' : undefined,
      billable: billableOf(helper, billed),
    }),
    usage: Object.keys(usage).length > 0 ? usage : undefined,
    // A log record doesn't tell the cached share of the input: what is priced from it is an estimate.
    usageBasis: kind === 'span' ? ('reported' as const) : ('counted' as const),
    billedNanoCredits: billed,
    latency: compact({
      firstTokenMs:
        count('copilot_chat.time_to_first_token') ??
        (firstChunkSeconds === undefined ? undefined : numberIn(Math.round(firstChunkSeconds * 1000))),
      totalMs: record.startedAt === undefined ? undefined : numberIn(Math.max(0, at - record.startedAt)),
    }),
  });
  // What went wrong may quote the request: only that it did is kept.
  if (record.failed) return { kind: 'failed', ...common, fault: 'error' };
  return compact({ kind: 'settled' as const, ...common, finish: finishOf(finishReason(attributes)) });
}

/** Other agents of the same host trace into the same database; they have logs of their own. */
function isCopilots(attributes: JsonObject): boolean {
  return Object.keys(attributes).some((key) => key.startsWith('github.copilot.') || key.startsWith('copilot_chat.'))
    ? true
    : /^(github-copilot|copilot-chat)$/.test(textIn(attributes['service.name']) ?? '');
}

/**
 * CLI 1.0.80 was reported to trace several calls of a sub-agent as one span, without a bill; 1.0.102 has a span for each.
 * The session store, which has had every call since 1.0.69, tells them in between.
 */
function areSubagentsSummed(version: string | undefined): boolean {
  const [, patch] = /^1\.0\.(\d+)$/.exec(version ?? '') ?? [];
  return patch !== undefined && Number(patch) >= 69 && Number(patch) < 102;
}

function finishReason(attributes: JsonObject): string | undefined {
  const reasons = attributes['gen_ai.response.finish_reasons'];
  if (typeof reasons !== 'string') return textIn(listIn(reasons)[0]);
  return textIn(/^\["([^"]*)"/.exec(reasons)?.[1]) ?? textIn(reasons);
}

function firstCount(attributes: JsonObject, keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const count = tokenCount(numberOf(attributes[key]));
    if (count !== undefined) return count;
  }
  return undefined;
}

/** Databases keep every attribute as text. */
function numberOf(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value)
    ? numberIn(Number(value))
    : numberIn(value);
}
