import type { Json } from '../../core/chat.ts';
import type { Observation } from '../../core/ledger/event.ts';
import { remainder, tokenCount, type Usage } from '../../core/usage.ts';
import type { LineImporter, LineReader, LineResult } from '../../ports.ts';
import {
  compact,
  contains,
  instantIn,
  type JsonObject,
  NOTHING,
  needle,
  numberIn,
  objectIn,
  parseObject,
  textIn,
} from '../line.ts';
import { finishOf } from './finish.ts';
import { callIdentities } from './identities.ts';
import { eventsSession, isSessionEvents, leadsToSessionEvents, sessionStateRoots } from './paths.ts';
import { isOwnModel } from './vendor.ts';

const COPILOT_EVENTS_SOURCE = 'copilot-events';

/**
 * The Copilot runtime's log of a session (CLI, and VS Code's sessions that it runs). Seen: CLI 1.0.102, where a
 * `session.usage_record` line stands for each model call, with the provider's id of the reply. Earlier versions (read
 * about only) have no such line; their `session.shutdown` has the session's totals by model.
 *
 * Traps: `inputTokens` includes what was read from and written to the cache, `outputTokens` the thinking;
 * `totalNanoAiu` is 0 where there is no bill, which `aiCreditsStatus` says (`complete`, `partial`, `unavailable`); a
 * session that is taken up again ends with another shutdown, whose totals are those of all of it in some versions and
 * of its last process in others, so totals that shrink are taken for another process's.
 *
 * Joins: with the session store by tokens and milliseconds, with traces by the reply's id as well (see
 * `callIdentities`). Totals have `scope: 'run'` without a run: they are the session's, and give way to any of its calls
 * (see `alignRuns`). Calls to Marginal's own models are left out: the provider meters them.
 */
export const copilotEventsImporter: LineImporter = {
  kind: 'lines',
  id: COPILOT_EVENTS_SOURCE,
  agent: 'copilot',
  roots: sessionStateRoots,
  matches: isSessionEvents,
  descends: leadsToSessionEvents,
  reader: eventsReader,
};

const USAGE = needle('"session.usage_record"');
const SHUTDOWN = needle('"session.shutdown"');
const USER_MESSAGE = needle('"user.message"');
const START = needle('"session.start"');
const RESUME = needle('"session.resume"');

/** A model's totals as the last shutdown told them, and the number of the process whose they are. */
type Totals = readonly [process: number, input: number, output: number];

function eventsReader(path: string, saved: Json | undefined): LineReader {
  const state = objectIn(saved);
  let sessionId = textIn(state?.sessionId) ?? eventsSession(path);
  let version = textIn(state?.version);
  let cwd = textIn(state?.cwd);
  let interaction = textIn(state?.interaction);
  /** The place of the user's message in the session, from 0, as the session store counts them; -1: none yet. */
  let turn = numberIn(state?.turn) ?? -1;
  let hasSteps = state?.hasSteps === true;
  const totals = savedTotals(state?.totals);

  return {
    line(bytes): LineResult {
      // Within a text the words stand as \"…\", so only a line of that type has them with bare quotes.
      if (![USAGE, SHUTDOWN, USER_MESSAGE, START, RESUME].some((type) => contains(bytes, type))) return NOTHING;
      const event = parseObject(bytes);
      if (!event)
        return { observations: [], problem: 'A line of a Copilot session is not valid JSON and was skipped.' };
      const data = objectIn(event.data) ?? {};
      switch (event.type) {
        case 'session.start':
        case 'session.resume':
          sessionId = textIn(data.sessionId) ?? sessionId;
          version = textIn(data.copilotVersion) ?? version;
          cwd = textIn(objectIn(data.context)?.cwd) ?? cwd;
          return NOTHING;
        case 'user.message':
          began(event, textIn(data.interactionId));
          return NOTHING;
        case 'session.usage_record':
          hasSteps = true;
          return { observations: step(event, objectIn(data.usage) ?? {}) };
        case 'session.shutdown':
          return { observations: hasSteps ? [] : sessionTotals(event, data) };
        default:
          return NOTHING;
      }
    },
    state: () =>
      compact({
        sessionId: sessionId ?? null,
        version: version ?? null,
        cwd: cwd ?? null,
        interaction: interaction ?? null,
        turn,
        hasSteps,
        totals: [...totals].map(([model, total]) => [model, ...total]),
      }),
  };

  /** A message of the user begins a turn; what is sent to a sub-agent, or while the agent works, doesn't. */
  function began(event: JsonObject, id: string | undefined): void {
    if (textIn(event.agentId) !== undefined || (id !== undefined && id === interaction)) return;
    interaction = id;
    turn += 1;
  }

  function step(event: JsonObject, usage: JsonObject): readonly Observation[] {
    const at = instantIn(event.timestamp);
    const id = textIn(event.id);
    const model = textIn(usage.model);
    if (sessionId === undefined || at === undefined || id === undefined) return [];
    // A call that came back to Marginal over the Agent Host's bridge, which the provider meters itself.
    if (model !== undefined && isOwnModel(model)) return [];
    const bill = objectIn(usage.copilotUsage);
    const billed = billOf(bill?.totalNanoAiu, textIn(usage.aiCreditsStatus), bill !== undefined);
    const servedModel = textIn(bill?.model);
    const tools = toolsOf(objectIn(usage.toolCounts));
    return [
      compact({
        kind: 'settled' as const,
        callId: `copilot-events:${sessionId}:${id}`,
        at,
        source: COPILOT_EVENTS_SOURCE,
        identities: callIdentities({
          sessionId,
          initiator: textIn(usage.initiator),
          input: usage.inputTokens,
          output: usage.outputTokens,
          cacheRead: usage.cacheReadTokens,
          durationMs: usage.duration,
          responseId: textIn(usage.apiCallId),
        }),
        facts: compact({
          agent: 'copilot',
          agentVersion: version,
          sessionId,
          runId: turn < 0 ? undefined : `copilot:${sessionId}:turn-${turn}`,
          subagentId: textIn(event.agentId),
          model,
          servedModel: servedModel === model ? undefined : servedModel,
          provider: billed !== undefined || usage.isByok === false ? 'github-copilot' : undefined,
          folder: cwd,
        }),
        usage: usageOf(usage),
        usageBasis: 'reported' as const,
        billedNanoCredits: billed,
        latency: compact({ firstTokenMs: tokenCount(usage.timeToFirstTokenMs), totalMs: tokenCount(usage.duration) }),
        tools,
        finish: finishOf(textIn(usage.finishReason)),
      }),
    ];
  }

  function sessionTotals(event: JsonObject, data: JsonObject): readonly Observation[] {
    const at = instantIn(event.timestamp);
    const snapshot = objectIn(data.accountingSnapshot);
    const byModel = objectIn(snapshot?.modelMetrics) ?? objectIn(data.modelMetrics) ?? {};
    if (sessionId === undefined || at === undefined) return [];
    return Object.entries(byModel).flatMap(([model, value]): readonly Observation[] => {
      const metrics = objectIn(value);
      const counts = objectIn(metrics?.usage) ?? {};
      const [input, output] = [tokenCount(counts.inputTokens), tokenCount(counts.outputTokens)];
      if (!metrics || input === undefined || output === undefined || isOwnModel(model)) return [];
      const [process, ...before] = totals.get(model) ?? [0, 0, 0];
      const current = input < before[0] || output < before[1] ? process + 1 : process;
      totals.set(model, [current, input, output]);
      const billed = billOf(
        metrics.totalNanoAiu,
        textIn(metrics.aiCreditsStatus),
        numberIn(metrics.totalNanoAiu) !== 0,
      );
      return [
        compact({
          kind: 'settled' as const,
          callId: `copilot-events:${sessionId}:total-${current}:${model}`,
          at,
          source: COPILOT_EVENTS_SOURCE,
          facts: compact({
            agent: 'copilot',
            agentVersion: version,
            sessionId,
            model,
            provider: billed !== undefined ? 'github-copilot' : undefined,
            folder: cwd,
          }),
          scope: 'run' as const,
          usage: usageOf(counts),
          usageBasis: 'reported' as const,
          billedNanoCredits: billed,
        }),
      ];
    });
  }
}

/** 1 nano-AIU is 1 nano-credit. undefined: there is no bill, or only one of a part. */
function billOf(nanoAiu: unknown, status: string | undefined, isToldWithoutStatus: boolean): number | undefined {
  return status === 'complete' || (status === undefined && isToldWithoutStatus) ? tokenCount(nanoAiu) : undefined;
}

function usageOf(counts: JsonObject): Usage {
  const cacheRead = tokenCount(counts.cacheReadTokens);
  const cacheWrite = tokenCount(counts.cacheWriteTokens);
  const reasoning = tokenCount(counts.reasoningTokens);
  return compact({
    fresh: remainder(tokenCount(counts.inputTokens), cacheRead, cacheWrite),
    cacheRead,
    cacheWrite,
    text: remainder(tokenCount(counts.outputTokens), reasoning),
    reasoning,
  });
}

/** A reply's tools; their order is that of each one's first call. */
function toolsOf(counts: JsonObject | undefined): string[] | undefined {
  const tools = Object.entries(counts ?? {}).flatMap(([name, count]) =>
    Array.from({ length: Math.min(tokenCount(count) ?? 0, MOST_CALLS_OF_A_TOOL) }, () => name),
  );
  return tools.length > 0 ? tools : undefined;
}

const MOST_CALLS_OF_A_TOOL = 100;

function savedTotals(saved: unknown): Map<string, Totals> {
  const totals = new Map<string, Totals>();
  for (const entry of Array.isArray(saved) ? (saved as readonly unknown[]) : []) {
    const [model, process, input, output] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
    if (typeof model !== 'string') continue;
    totals.set(model, [numberIn(process) ?? 0, numberIn(input) ?? 0, numberIn(output) ?? 0]);
  }
  return totals;
}
