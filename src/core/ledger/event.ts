/**
 * The ledger's events: what was observed about model calls, and nothing derived that can't be rebuilt from it. Words as
 * in docs/economics: a step is one model call, a run the steps from one user message until the agent stops, a session
 * the agent's own. No event holds text of a prompt or a reply.
 */
import * as z from 'zod/mini';
import { gateRecordSchema } from '../gate/gateRecord.ts';
import { later } from '../later.ts';

/** Built for the first event that comes from outside: they are a hundred, which most windows never use. */
export const eventSchemas = later(() => {
  const text = z.string();
  const optionalText = z.optional(z.string());
  const count = z.optional(z.number().check(z.nonnegative()));
  const milliseconds = z.optional(z.number());

  const usageSchema = z.object({
    fresh: count,
    cacheRead: count,
    cacheWrite: count,
    cacheWriteHour: count,
    text: count,
    reasoning: count,
  });

  /** Who made the call and what it went to. Every source fills what it knows. */
  const callFactsSchema = z.object({
    /** The agent that spends: `vscode-chat` (through a Marginal model), `claude-code`, `copilot`, … */
    agent: text,
    agentVersion: optionalText,
    sessionId: optionalText,
    /** The agent gave no session id; it was inferred from message hashes. */
    sessionInferred: z.optional(z.boolean()),
    runId: optionalText,
    /** The run that a sub-agent's call is part of, where its source only knows the sub-agent's own. */
    parentRunId: optionalText,
    taskId: optionalText,
    /** What kind of task the prompt asks for, and how large: read from its words, which are not kept; see quality/taskClass.ts. */
    taskKind: optionalText,
    taskSize: optionalText,
    /** The sub-agent that made the call, where it wasn't the main one. */
    subagentId: optionalText,
    /** The model asked for, as its endpoint names it. undefined: the source doesn't say. */
    model: optionalText,
    /** The model that answered, where it differs. */
    servedModel: optionalText,
    /** Whose price list applies: `anthropic`, `openai`, `github-copilot`, `ollama`, … */
    provider: optionalText,
    /** The configured endpoint's id, for calls that passed through Marginal. */
    endpointId: optionalText,
    /** It ran on this machine's or network's own hardware. */
    local: z.optional(z.boolean()),
    /** The policy that chose the model: `frugal`, `best`; undefined: the user picked it. */
    policy: optionalText,
    /** The agent's working folder. */
    folder: optionalText,
    /** Not paid for by the plan (a title or summary helper): kept apart from billable calls. */
    billable: z.optional(z.boolean()),
  });

  const costSchema = z.object({
    /** undefined: unknown, not 0. */
    nanoCredits: z.optional(z.number()),
    confidence: z.enum(['billed', 'priced', 'estimated', 'unknown']),
    /** Version of the price book that was used; undefined for billed figures. */
    priceBook: optionalText,
    /** Where the price came from, for a person: `genai-prices 0.1.8`, `your setting`. */
    priceSource: optionalText,
    /** Epoch ms at which it was found; undefined for billed figures. Of two pricings of one observation the later counts. */
    pricedAt: z.optional(z.number()),
    /** A plan pays for it: the figure is what it would cost at list price. */
    atListPrice: z.optional(z.boolean()),
  });

  const latencySchema = z.object({
    /** Until the request was accepted (waiting for a slot, retries, loading the model). */
    queueMs: milliseconds,
    /** From sending to the first part of the reply. */
    firstTokenMs: milliseconds,
    totalMs: milliseconds,
  });

  const finishSchema = z.enum(['stop', 'length', 'toolCalls', 'contentFilter', 'cancelled', 'other']);

  const base = {
    /** Identifies the call; stable for its source, so that importing twice adds nothing. */
    callId: text,
    /** Epoch milliseconds of what the event tells (not of when it was read). */
    at: z.number(),
    /** Who saw it: `provider`, `claude-code-log`, `copilot-store`, … */
    source: text,
  };

  const observed = {
    ...base,
    facts: callFactsSchema,
    /** Other names of the same call that another source may know it by: `anthropic-message:msg_01…`. */
    identities: z.optional(z.array(text)),
    /** `run`: the figures are those of all steps of facts.runId together; see `givesWay`. */
    scope: z.optional(z.enum(['step', 'run'])),
    usage: z.optional(usageSchema),
    /** `counted`: our own count, so an estimate. */
    usageBasis: z.optional(z.enum(['reported', 'counted'])),
    /** The vendor's own figure. */
    billedNanoCredits: z.optional(z.number()),
    cost: z.optional(costSchema),
    latency: z.optional(latencySchema),
    /** Names of the tools that the reply called, in order. */
    tools: z.optional(z.array(text)),
    finish: z.optional(finishSchema),
  };

  const startedSchema = z.object({ kind: z.literal('started'), ...base, facts: callFactsSchema });
  const settledSchema = z.object({ kind: z.literal('settled'), ...observed });
  /** Another source saw a call that the ledger has already. Same content as `settled`. */
  const witnessedSchema = z.object({ kind: z.literal('witnessed'), ...observed });
  const failedSchema = z.object({
    kind: z.literal('failed'),
    ...observed,
    /** An EndpointFault, or the agent's own word. */
    fault: text,
  });
  /** Content of these calls was erased; that they were is all that remains. */
  const erasedSchema = z.object({ kind: z.literal('erased'), ...base, reason: optionalText });
  /**
   * A later fact about a task (tests passed, a commit kept the change, undo); see quality/outcome.ts. It holds counts only:
   * no text, no path. A later event with the same callId replaces an earlier one.
   */
  const outcomeSchema = z.object({
    kind: z.literal('outcome'),
    ...base,
    taskId: text,
    /** What happened: one of OUTCOMES. */
    outcome: text,
    /** How much it tells, 0 to 1. */
    weight: z.optional(z.number()),
    /** The run whose work it is about. */
    runId: optionalText,
    /** How far it speaks for the work: 1 wholly, 0 wholly against it. */
    success: z.optional(z.number()),
    /** From the run's last edit until it happened. */
    delayMs: milliseconds,
    /** What it rests on, counted: lines edited and kept, files, runs that share it. */
    evidence: z.optional(z.record(z.string(), z.number())),
  });
  /** A choice that Marginal made, with its candidates as data. */
  const decisionSchema = z.object({
    kind: z.literal('decision'),
    ...base,
    facts: callFactsSchema,
    choice: text,
    reason: optionalText,
    candidates: z.optional(z.array(z.unknown())),
    /** What it was made with; see core/allocate/outlook.ts. */
    situation: z.optional(
      z.object({
        valueNanoCredits: z.number(),
        prices: z.object({ kappa: z.number(), beta: z.number(), lambda: z.number(), rho: z.number() }),
        leftNanoCredits: z.optional(z.number()),
        explored: z.optional(z.boolean()),
        /** How far its chances of success rest on what happened here. */
        evidence: z.optional(z.object({ outcomes: z.number(), settled: z.boolean() })),
      }),
    ),
    /** What it was made from: numbers that can't be turned back into text; see quality/requestFeatures.ts. */
    features: z.optional(
      z.object({
        dense: z.array(z.number()),
        words: z.array(z.number()),
        length: z.number(),
        requestClass: z.enum(['simple', 'medium', 'complex']),
      }),
    ),
    /** Names of the cues that the task's class was read from; see quality/taskClass.ts. */
    cues: z.optional(z.array(text)),
  });

  /** What a vendor or an agent's own record said of an allowance at an instant. `at` of the event: when it was said. */
  const quotaReadingSchema = z.object({
    /** Whose calls draw from it, as in {@link callFactsSchema}. */
    agent: text,
    /** The vendor's own word for the plan: `plus`, `max`. */
    plan: optionalText,
    /** `5h`, `week`, `month`, or the vendor's own name of it. */
    window: text,
    windowMinutes: count,
    /** 0 to 1, more once it is overdrawn. */
    usedShare: count,
    entitlement: count,
    used: count,
    remaining: z.optional(z.number()),
    /** What the three counts are in; undefined: the source doesn't say. */
    unit: z.optional(z.enum(['credits', 'requests'])),
    unlimited: z.optional(z.boolean()),
    /** Drawn beyond the entitlement, in the same unit. */
    overage: count,
    overageAllowed: z.optional(z.boolean()),
    /** Epoch ms. */
    resetsAt: z.optional(z.number()),
  });
  /** A reading of an allowance; see quota.ts for its callId. */
  const quotaSchema = z.object({ kind: z.literal('quota'), ...base, quota: quotaReadingSchema });

  /** What the gate decided on an agent's action. `facts` name the agent, its session, run and folder. */
  const gateSchema = z.object({
    kind: z.literal('gate'),
    ...base,
    facts: callFactsSchema,
    gate: gateRecordSchema(),
  });

  const ledgerEventSchema = z.discriminatedUnion('kind', [
    startedSchema,
    settledSchema,
    witnessedSchema,
    failedSchema,
    erasedSchema,
    outcomeSchema,
    decisionSchema,
    quotaSchema,
    gateSchema,
  ]);

  return {
    usageSchema,
    callFactsSchema,
    costSchema,
    latencySchema,
    startedSchema,
    settledSchema,
    witnessedSchema,
    failedSchema,
    erasedSchema,
    outcomeSchema,
    decisionSchema,
    quotaReadingSchema,
    quotaSchema,
    gateSchema,
    ledgerEventSchema,
  };
});

type Schemas = ReturnType<typeof eventSchemas>;
export type CallFacts = z.infer<Schemas['callFactsSchema']>;
export type Cost = z.infer<Schemas['costSchema']>;
export type Latency = z.infer<Schemas['latencySchema']>;
export type StartedEvent = z.infer<Schemas['startedSchema']>;
export type SettledEvent = z.infer<Schemas['settledSchema']>;
export type WitnessedEvent = z.infer<Schemas['witnessedSchema']>;
export type FailedEvent = z.infer<Schemas['failedSchema']>;
export type OutcomeEvent = z.infer<Schemas['outcomeSchema']>;
export type DecisionEvent = z.infer<Schemas['decisionSchema']>;
export type QuotaReading = z.infer<Schemas['quotaReadingSchema']>;
export type QuotaEvent = z.infer<Schemas['quotaSchema']>;
export type GateEvent = z.infer<Schemas['gateSchema']>;
export type LedgerEvent = z.infer<Schemas['ledgerEventSchema']>;
/** What somebody saw of a call that ended. */
export type ObservedEvent = SettledEvent | WitnessedEvent | FailedEvent;
/** What an importer reads from a log: a settled or failed call, not yet priced. */
export type Observation = SettledEvent | FailedEvent;
