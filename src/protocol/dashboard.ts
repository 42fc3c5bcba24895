/**
 * What the extension and its dashboard say to each other. Both sides parse what they are told: a message that doesn't
 * fit is refused as a whole.
 */
import * as z from 'zod/mini';
import { eventSchemas } from '../core/ledger/event.ts';
import { answerSchemas, questionSchemas } from './dashboardReasons.ts';
import { moneySumSchema } from './moneySum.ts';
import { monthSchema, planSchema } from './plans.ts';

const { callFactsSchema, costSchema, latencySchema, usageSchema } = eventSchemas();

const text = z.string();
const optionalText = z.optional(z.string());
const number = z.number();
const optionalNumber = z.optional(z.number());
const count = z.int().check(z.nonnegative());

/** One step as the dashboard shows it. */
const stepSchema = z.object({
  callId: text,
  /** Its place in the run, from 1; 0: it is the run's total, shown with its steps. */
  number: count,
  state: z.enum(['open', 'settled', 'failed', 'lost', 'covered', 'erased']),
  /** Epoch ms. */
  at: number,
  scope: z.enum(['step', 'run']),
  model: optionalText,
  servedModel: callFactsSchema.shape.servedModel,
  subagent: z.boolean(),
  policy: callFactsSchema.shape.policy,
  local: z.optional(z.boolean()),
  /** Not paid for by the plan (a title, a summary). */
  billable: z.optional(z.boolean()),
  usage: usageSchema,
  usageBasis: z.optional(z.enum(['reported', 'counted'])),
  cost: costSchema,
  latency: latencySchema,
  tools: z.array(text),
  finish: optionalText,
  fault: optionalText,
  source: text,
  witnesses: z.array(text),
  /** A stream of this window, with figures that grow. */
  streaming: z.boolean(),
});

const runHeaderSchema = z.object({
  runId: text,
  agent: text,
  folder: optionalText,
  /** What its task is taken for: `fix · medium`. */
  task: optionalText,
  live: z.boolean(),
  /** Epoch ms of its first and last step. */
  startedAt: number,
  lastAt: number,
  steps: count,
  model: optionalText,
  cost: moneySumSchema,
  /** Some of its credits are at list price: a plan may pay. */
  atListPrice: z.boolean(),
});

const dayBurnSchema = z.object({ day: text, agent: text, calls: count, cost: moneySumSchema });
const burnGroupSchema = z.object({ key: text, calls: count, usage: usageSchema, cost: moneySumSchema });
const groupsSchema = z.object({ agents: z.array(burnGroupSchema), models: z.array(burnGroupSchema) });

const endpointHealthSchema = z.object({
  id: text,
  label: text,
  /** `ollama`, `openai`, `anthropic`, `vscode`, `demo`. */
  kind: text,
  local: z.boolean(),
  state: z.enum(['ok', 'down', 'checking', 'unknown']),
  /** What is wrong and its remedy, or what there is to know. */
  sentence: optionalText,
  /** undefined: not known. */
  models: z.optional(count),
  latencyMs: optionalNumber,
  /** Epoch ms of the last check. */
  checkedAt: optionalNumber,
});

const budgetSchema = z.object({ dayNanoCredits: optionalNumber, monthNanoCredits: optionalNumber });

const reconciliationSchema = z.object({
  model: text,
  source: text,
  confidence: z.enum(['priced', 'estimated']),
  calls: count,
  uncomputed: count,
  /** Shares of the bill: 0.02 is 2 %. */
  medianError: optionalNumber,
  p90Error: optionalNumber,
  bias: optionalNumber,
});

export const dashboardStateSchema = z.object({
  /** Epoch ms in the extension's clock, and its local calendar day. */
  now: number,
  day: text,
  figures: z.object({
    today: moneySumSchema,
    month: moneySumSchema,
    session: z.optional(z.object({ steps: count, cost: moneySumSchema })),
    budget: budgetSchema,
  }),
  /** Newest first. */
  runs: z.array(runHeaderSchema),
  /** The run whose steps are shown: the one picked, else the latest. */
  run: z.optional(
    z.object({
      header: runHeaderSchema,
      /** Why its latest request went to its model: a few sentences. */
      reason: optionalText,
      /** Newest first, the latest of `header.steps`; before them the run's total where that gives the cost. */
      steps: z.array(stepSchema),
    }),
  ),
  burn: z.object({
    /** First and last day shown, both included. */
    fromDay: text,
    toDay: text,
    days: z.array(dayBurnSchema),
    today: groupsSchema,
    month: groupsSchema,
    all: groupsSchema,
  }),
  sources: z.array(z.object({ source: text, agent: text, confidence: text, calls: count, lastAt: number })),
  /** How far computed figures are from bills; absent: not known (yet), or nothing is billed. */
  reconciliation: z.optional(z.array(reconciliationSchema)),
  imports: z.array(
    z.object({
      source: text,
      agent: text,
      files: count,
      observations: count,
      problems: z.array(z.object({ sentence: text, count, example: text })),
    }),
  ),
  endpoints: z.array(endpointHealthSchema),
  /** How the developer's plans stand, in the order of the setting. */
  plans: z.array(planSchema),
  /** The calendar month of all agents; absent: the plans tell it, or nothing is known yet. */
  month: z.optional(monthSchema),
  /** What is switched on. */
  settings: z.object({
    /** By its name, as in METERS. */
    meters: z.record(text, z.boolean()),
    ollamaDiscover: z.boolean(),
    vscodeModels: z.boolean(),
  }),
  troubles: z.array(z.object({ id: text, sentence: text })),
  /** Something that is offered once, until it is answered. */
  suggestion: z.optional(z.object({ sentence: text, action: text })),
});

/** The settings that the dashboard may open. */
export const OPENABLE_SETTINGS = [
  'marginal',
  'marginal.budget',
  'marginal.endpoints',
  'marginal.meters',
  'marginal.plans',
  'marginal.prices',
] as const;

const patchSchema = z.partial(dashboardStateSchema);

export const toDashboardSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), state: dashboardStateSchema }),
  /** The sections that changed, each whole. A section in `removed` is gone. */
  z.object({
    type: z.literal('patch'),
    state: patchSchema,
    removed: z.array(z.enum(['run', 'suggestion', 'reconciliation', 'month'])),
  }),
  /** Something that was asked for failed, or the state couldn't be read: one sentence with its remedy. */
  z.object({ type: z.literal('failure'), sentence: text }),
  ...answerSchemas,
]);

export const fromDashboardSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('ready'),
    view: z.optional(z.object({ runId: optionalText, stepLimit: optionalNumber })),
  }),
  /** undefined: follow the latest run. */
  z.object({ type: z.literal('selectRun'), runId: optionalText }),
  z.object({ type: z.literal('showSteps'), limit: z.int().check(z.positive()) }),
  z.object({ type: z.literal('testEndpoint'), endpointId: text }),
  z.object({ type: z.literal('rescan') }),
  z.object({ type: z.literal('addEndpoint') }),
  z.object({ type: z.literal('choosePlan') }),
  z.object({ type: z.literal('askAccountQuota') }),
  z.object({ type: z.literal('correctTask'), runId: text }),
  z.object({ type: z.literal('openSettings'), setting: z.enum(OPENABLE_SETTINGS) }),
  /** The answer to the suggestion. */
  z.object({ type: z.literal('takeSuggestion') }),
  z.object({ type: z.literal('dismissSuggestion') }),
  z.object({ type: z.literal('openChat') }),
  z.object({ type: z.literal('openPanel') }),
  z.object({ type: z.literal('showLog') }),
  ...questionSchemas,
]);

export type DashboardState = z.infer<typeof dashboardStateSchema>;
export type DashboardPatch = Extract<ToDashboard, { type: 'patch' }>;
export type DashboardStep = z.infer<typeof stepSchema>;
export type DashboardRun = z.infer<typeof runHeaderSchema>;
export type EndpointHealth = z.infer<typeof endpointHealthSchema>;
export type ToDashboard = z.infer<typeof toDashboardSchema>;
export type FromDashboard = z.infer<typeof fromDashboardSchema>;

/** undefined: not a message of this protocol. Never throws. */
export function parseToDashboard(message: unknown): ToDashboard | undefined {
  const result = toDashboardSchema.safeParse(message);
  return result.success ? result.data : undefined;
}

/** undefined: not a message of this protocol. Never throws. */
export function parseFromDashboard(message: unknown): FromDashboard | undefined {
  const result = fromDashboardSchema.safeParse(message);
  return result.success ? result.data : undefined;
}
