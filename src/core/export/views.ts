/** What can be exported, as columns: the steps, the runs, the days by agent and model, and what the credits went to; see reportViews. */
import type { ToolCost } from '../explain/toolCosts.ts';
import { type BreakdownKind, breakdownKey } from '../ledger/breakdown.ts';
import type { BurnRow, Entry } from '../ledger/entry.ts';
import { dayOf } from '../ledger/localDay.ts';
import { runIdOf } from '../ledger/runs.ts';
import { addEntry, isSummed, modelOf, NOTHING, type Sum } from '../ledger/sums.ts';
import { type MoneySum, NANO_PER_CREDIT, type NanoCredits } from '../money.ts';
import type { Usage, UsageKind } from '../usage.ts';
import type { Column } from './table.ts';

/** Views whose rows are groups of calls, and what they are grouped by. */
export const GROUP_VIEWS = {
  agents: 'agent',
  models: 'model',
  projects: 'project',
  sessions: 'session',
  tasks: 'task',
  subagents: 'subagent',
} as const satisfies Readonly<Record<string, BreakdownKind>>;
export type GroupView = keyof typeof GROUP_VIEWS;

export type ExportView =
  | 'steps'
  | 'runs'
  | 'days'
  | 'tools'
  | 'sources'
  | 'dearest'
  | 'forecast'
  | 'reconciliation'
  | 'successes'
  | 'gate'
  | GroupView;

const TOKEN_COLUMNS: readonly (readonly [string, UsageKind])[] = [
  ['freshInputTokens', 'fresh'],
  ['cacheReadTokens', 'cacheRead'],
  ['cacheWriteTokens', 'cacheWrite'],
  ['cacheWriteHourTokens', 'cacheWriteHour'],
  ['outputTextTokens', 'text'],
  ['reasoningTokens', 'reasoning'],
];

function tokenColumns<Row>(usageOf: (row: Row) => Usage): readonly Column<Row>[] {
  return TOKEN_COLUMNS.map(([name, kind]) => ({ name, value: (row) => usageOf(row)[kind] }));
}

/** A sum's credits are known as far as they go; what isn't known stands beside them as a number of calls. */
export function moneyColumns<Row>(moneyOf: (row: Row) => MoneySum): readonly Column<Row>[] {
  return [
    { name: 'credits', value: (row) => moneyOf(row).nanoCredits / NANO_PER_CREDIT },
    { name: 'confidence', value: (row) => moneyOf(row).confidence },
    { name: 'callsOfUnknownCost', value: (row) => moneyOf(row).unknown },
  ];
}

export function creditsOf(nanoCredits: NanoCredits | undefined): number | undefined {
  return nanoCredits === undefined ? undefined : nanoCredits / NANO_PER_CREDIT;
}

/** Epoch ms as ISO 8601 in UTC. */
export function instant(at: number | undefined): string | undefined {
  return at === undefined || Number.isNaN(new Date(at).getTime()) ? undefined : new Date(at).toISOString();
}

export const STEP_COLUMNS: readonly Column<Entry>[] = [
  { name: 'startedAt', value: ({ at }) => instant(at) },
  { name: 'endedAt', value: ({ endedAt }) => instant(endedAt) },
  { name: 'callId', value: ({ callId }) => callId },
  { name: 'state', value: ({ state }) => state },
  { name: 'scope', value: ({ scope }) => scope },
  { name: 'counted', value: (entry) => isSummed(entry) },
  { name: 'agent', value: ({ facts }) => facts.agent },
  { name: 'agentVersion', value: ({ facts }) => facts.agentVersion },
  { name: 'model', value: ({ facts }) => facts.model },
  { name: 'servedModel', value: ({ facts }) => facts.servedModel },
  { name: 'provider', value: ({ facts }) => facts.provider },
  { name: 'endpoint', value: ({ facts }) => facts.endpointId },
  { name: 'local', value: ({ facts }) => facts.local },
  { name: 'policy', value: ({ facts }) => facts.policy },
  { name: 'folder', value: ({ facts }) => facts.folder },
  { name: 'sessionId', value: ({ facts }) => facts.sessionId },
  { name: 'runId', value: (entry) => runIdOf(entry) },
  { name: 'taskId', value: ({ facts }) => facts.taskId },
  { name: 'subagentId', value: ({ facts }) => facts.subagentId },
  { name: 'billable', value: ({ facts }) => facts.billable },
  ...tokenColumns<Entry>(({ usage }) => usage),
  { name: 'usageBasis', value: ({ usageBasis }) => usageBasis },
  {
    name: 'credits',
    value: ({ cost }) => creditsOf(cost.nanoCredits),
  },
  { name: 'confidence', value: ({ cost }) => cost.confidence },
  { name: 'atListPrice', value: ({ cost }) => cost.atListPrice },
  { name: 'priceSource', value: ({ cost }) => cost.priceSource },
  { name: 'priceBook', value: ({ cost }) => cost.priceBook },
  { name: 'queueMs', value: ({ latency }) => latency.queueMs },
  { name: 'firstTokenMs', value: ({ latency }) => latency.firstTokenMs },
  { name: 'totalMs', value: ({ latency }) => latency.totalMs },
  { name: 'tools', value: ({ tools }) => (tools.length === 0 ? undefined : tools.join(' ')) },
  { name: 'finish', value: ({ finish }) => finish },
  { name: 'fault', value: ({ fault }) => fault },
  { name: 'source', value: ({ source }) => source },
  { name: 'witnesses', value: ({ witnesses }) => (witnesses.length === 0 ? undefined : witnesses.join(' ')) },
];

/** A run as far as its entries were seen. */
export interface RunRow {
  readonly runId: string;
  readonly agent: string;
  readonly folder: string | undefined;
  readonly sessionId: string | undefined;
  readonly startedAt: number;
  readonly lastAt: number;
  readonly models: readonly string[];
  readonly steps: number;
  readonly sum: Sum;
}

/** A run with one more entry of it. */
export function addToRun(run: RunRow | undefined, entry: Entry): RunRow {
  const { facts } = entry;
  const models = run?.models ?? [];
  const model = modelOf(entry);
  return {
    runId: run?.runId ?? runIdOf(entry),
    agent: run?.agent ?? facts.agent,
    folder: run?.folder ?? facts.folder,
    sessionId: run?.sessionId ?? facts.sessionId,
    startedAt: Math.min(run?.startedAt ?? entry.at, entry.at),
    lastAt: Math.max(run?.lastAt ?? entry.at, entry.endedAt ?? entry.at),
    models: models.includes(model) ? models : [...models, model],
    steps: (run?.steps ?? 0) + (entry.scope === 'step' ? 1 : 0),
    sum: addEntry(run?.sum ?? NOTHING, entry),
  };
}

export const RUN_COLUMNS: readonly Column<RunRow>[] = [
  { name: 'startedAt', value: ({ startedAt }) => instant(startedAt) },
  { name: 'lastAt', value: ({ lastAt }) => instant(lastAt) },
  { name: 'day', value: ({ startedAt }) => dayOf(startedAt) },
  { name: 'runId', value: ({ runId }) => runId },
  { name: 'sessionId', value: ({ sessionId }) => sessionId },
  { name: 'agent', value: ({ agent }) => agent },
  { name: 'folder', value: ({ folder }) => folder },
  { name: 'models', value: ({ models }) => models.join(' ') },
  { name: 'steps', value: ({ steps }) => steps },
  ...tokenColumns<RunRow>(({ sum }) => sum.usage),
  ...moneyColumns<RunRow>(({ sum }) => sum.cost),
];

export const DAY_COLUMNS: readonly Column<BurnRow>[] = [
  { name: 'day', value: ({ day }) => day },
  { name: 'agent', value: ({ agent }) => agent },
  { name: 'model', value: ({ model }) => model },
  { name: 'calls', value: ({ calls }) => calls },
  ...tokenColumns<BurnRow>(({ usage }) => usage),
  ...moneyColumns<BurnRow>(({ cost }) => cost),
];

/** The calls of one agent, model, project, session, task or sub-agent, as far as they were seen. */
export interface GroupRow {
  /** undefined: the calls of which it isn't known; of sub-agents: those of the main agents. */
  readonly key: string | undefined;
  readonly agents: readonly string[];
  /** The first that is known. */
  readonly folder: string | undefined;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly sum: Sum;
}

/** A group with one more call of it, which must be part of sums. */
export function addToGroup(kind: BreakdownKind, group: GroupRow | undefined, entry: Entry): GroupRow {
  const { agent, folder } = entry.facts;
  const agents = group?.agents ?? [];
  return {
    key: breakdownKey(kind, entry),
    agents: agents.includes(agent) ? agents : [...agents, agent],
    folder: group?.folder ?? folder,
    firstAt: Math.min(group?.firstAt ?? entry.at, entry.at),
    lastAt: Math.max(group?.lastAt ?? entry.at, entry.endedAt ?? entry.at),
    sum: addEntry(group?.sum ?? NOTHING, entry),
  };
}

const KEY_COLUMNS: Readonly<Record<GroupView, string>> = {
  agents: 'agent',
  models: 'model',
  projects: 'folder',
  sessions: 'sessionId',
  tasks: 'taskId',
  subagents: 'subagentId',
};

function column(name: string, value: (group: GroupRow) => string | undefined): Column<GroupRow> {
  return { name, value };
}

/** What a group is called, who made its calls, and what they come to. */
export function groupColumns(view: GroupView): readonly Column<GroupRow>[] {
  const isOfOneFolder = view === 'sessions' || view === 'tasks' || view === 'subagents';
  return [
    { name: KEY_COLUMNS[view], value: ({ key }) => key },
    ...(view === 'agents' ? [] : [column('agents', (group) => group.agents.join(' '))]),
    ...(isOfOneFolder ? [column('folder', ({ folder }) => folder)] : []),
    { name: 'firstAt', value: ({ firstAt }) => instant(firstAt) },
    { name: 'lastAt', value: ({ lastAt }) => instant(lastAt) },
    { name: 'calls', value: ({ sum }) => sum.calls },
    ...tokenColumns<GroupRow>(({ sum }) => sum.usage),
    ...moneyColumns<GroupRow>(({ sum }) => sum.cost),
  ];
}

/** Estimates; the row without a tool is what no tool's results cost. */
export const TOOL_COLUMNS: readonly Column<ToolCost>[] = [
  { name: 'tool', value: ({ tool }) => tool },
  { name: 'calls', value: ({ calls }) => calls },
  ...moneyColumns<ToolCost>(({ cost }) => cost),
];

/** The calls that one source tells of one agent with one confidence. */
export interface SourceSum {
  readonly source: string;
  readonly agent: string;
  readonly confidence: string;
  readonly calls: number;
  readonly lastAt: number;
}

/** A source with one more call, which must be part of sums. */
export function addToSource(sum: SourceSum | undefined, { source, facts, cost, at }: Entry): SourceSum {
  return {
    source,
    agent: facts.agent,
    confidence: cost.confidence,
    calls: (sum?.calls ?? 0) + 1,
    lastAt: Math.max(sum?.lastAt ?? at, at),
  };
}

export const SOURCE_COLUMNS: readonly Column<SourceSum>[] = [
  { name: 'source', value: ({ source }) => source },
  { name: 'agent', value: ({ agent }) => agent },
  { name: 'confidence', value: ({ confidence }) => confidence },
  { name: 'calls', value: ({ calls }) => calls },
  { name: 'lastAt', value: ({ lastAt }) => instant(lastAt) },
];
