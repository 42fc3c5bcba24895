/**
 * What is learned of requests from the ledger's facts: chances of success by model, how long answers and runs are, what
 * trying things out has cost. A reducer: the same facts in the same order give the same memory, live or by replay.
 */

import { type IntervalScore, NO_INTERVAL_SCORE, scoreInterval } from '../diagnose/intervalScore.ts';
import {
  NO_PROBABILITY_SCORE,
  type ProbabilityScore,
  probabilityReport,
  scoreProbability,
} from '../diagnose/probabilityScore.ts';
import { trialCost } from '../diagnose/trials.ts';
import { learnQuote } from '../forecast/quoteRange.ts';
import { type Tails, TENTHS } from '../forecast/runConformal.ts';
import { learnSample, type SamplesByClass } from '../forecast/samplesByClass.ts';
import type { Entry } from '../ledger/entry.ts';
import type { DecisionEvent, OutcomeEvent } from '../ledger/event.ts';
import { type LedgerFact, timeOf } from '../ledger/fact.ts';
import { dayOf } from '../ledger/localDay.ts';
import { runIdOf } from '../ledger/runs.ts';
import { NANO_PER_CREDIT, type NanoCredits } from '../money.ts';
import { type Label, runOutcome, withLabel } from '../quality/outcome.ts';
import { DENSE_FEATURES, type RequestClass, type RequestFeatures } from '../quality/requestFeatures.ts';
import {
  learnOutcome,
  type ModelPrior,
  newRequestLearner,
  predictSuccess,
  type RequestLearner,
} from '../quality/requestLearner.ts';
import { outputTokens } from '../usage.ts';
import { type RecordedCandidate, readCandidates } from './decisionRecord.ts';
import type { Evidence } from './outlook.ts';
import { type RunMode, runClasses, stepClasses } from './requestCost.ts';
import { dayNumber, modelKey, offersTools } from './requestKeys.ts';

/** Changed in place by {@link learnFact} alone. */
export interface RequestMemory {
  readonly learner: RequestLearner;
  readonly outputs: SamplesByClass;
  readonly steps: SamplesByClass;
  /** What runs have cost over what was foretold of them: factors by which {@link requestCost} is corrected. */
  costFactors: Readonly<Record<RunMode, number>>;
  /** How what was foretold of requests has done. */
  scores: ProbabilityScore;
  /** How the ranges of whole runs have done that were foretold at their first request, and the tails that they have now. */
  quotes: IntervalScore;
  quoteTails: Readonly<Record<RunMode, Tails>>;
  /** In the order in which they were first heard of; at most {@link MOST_RUNS}. */
  readonly runs: Map<string, RunMemory>;
  /** Of the local month in progress. */
  learning: LearningSpend;
  /** Epoch ms of the latest fact, and of the last look at runs that wait. */
  at: number;
  sweptAt: number;
}

interface LearningSpend {
  /** `2026-11` */
  readonly month: string;
  readonly spentNanoCredits: NanoCredits;
  /** What trials cost beyond what would have been chosen. */
  readonly triedNanoCredits: NanoCredits;
}

interface RunMemory {
  agent: string | undefined;
  /** Runs that ask the same again have the first one's. */
  taskId: string | undefined;
  taskKind: string | undefined;
  /** undefined: no choice of Marginal's began it. */
  features: PackedFeatures | undefined;
  /** Of the model that was chosen first. */
  foretold:
    | {
        readonly model: string;
        readonly success: number;
        readonly nanoCredits: NanoCredits | undefined;
        readonly range: RecordedCandidate['range'];
      }
    | undefined;
  /** Steps by model. */
  readonly models: Map<string, number>;
  steps: number;
  nanoCredits: NanoCredits;
  unknown: number;
  tools: boolean;
  /** Epoch ms of its latest step. */
  at: number;
  /** Its length was learned. */
  ended: boolean;
  /** Of each kind the latest. */
  labels: readonly Label[];
  /** Epoch ms of the label that came last; undefined: none has. */
  heardAt: number | undefined;
  /** What was learned of it. */
  learned: boolean | undefined;
}

/** Several hundred of them are kept. */
interface PackedFeatures {
  readonly dense: Float32Array;
  readonly words: Uint16Array;
  readonly length: number;
  readonly requestClass: RequestClass;
}

export const MOST_RUNS = 200;
const MINUTE_MS = 60_000;
/** Runs that wait are looked at so often. */
const SWEEP_MS = 5 * MINUTE_MS;
/** Without a step for so long a run is over. */
const QUIET_MS = 30 * MINUTE_MS;
/** Labels that together tell so much are learned at once; others when no more have come for so long. */
const ENOUGH_EVIDENCE = 0.8;
const PATIENCE_MS = 180 * MINUTE_MS;
/** What a run that Marginal didn't route tells of its model: another agent, another context. */
const OTHERS_WEIGHT = 0.5;

export function newRequestMemory(priorOf: (model: string) => ModelPrior): RequestMemory {
  return {
    learner: newRequestLearner({ priorOf }),
    outputs: {},
    steps: {},
    costFactors: { chat: 1, agent: 1 },
    scores: NO_PROBABILITY_SCORE,
    quotes: NO_INTERVAL_SCORE,
    quoteTails: { chat: TENTHS, agent: TENTHS },
    runs: new Map(),
    learning: { month: '', spentNanoCredits: 0, triedNanoCredits: 0 },
    at: 0,
    sweptAt: 0,
  };
}

export function learnFact(memory: RequestMemory, fact: LedgerFact): void {
  const at = timeOf(fact);
  memory.at = Math.max(memory.at, at);
  if (memory.at - memory.sweptAt >= SWEEP_MS) sweep(memory);
  if (fact.kind === 'decision') learnDecision(memory, fact.event);
  else if (fact.kind === 'entry') learnEntry(memory, fact.entry, at);
  else if (fact.kind === 'outcome') learnLabel(memory, fact.event);
}

/** Outcomes so far, and whether what is foretold is better than the rate alone. */
export function evidenceOf({ scores }: RequestMemory): Evidence {
  const { outcomes, skillLowerBound } = probabilityReport(scores);
  return { outcomes, settled: skillLowerBound !== undefined && skillLowerBound > 0 };
}

export function stepsOf({ runs }: RequestMemory, runId: string): number {
  return runs.get(runId)?.steps ?? 0;
}

/** What trying things out may still cost this month, beyond what would have been chosen. */
export function learningLeft({ learning }: RequestMemory, at: number): NanoCredits {
  const { month, spentNanoCredits, triedNanoCredits } = learning;
  if (month !== monthOf(at)) return learningAllowance(0);
  return Math.max(0, learningAllowance(spentNanoCredits) - triedNanoCredits);
}

/** Of all that is spent (docs/economics, section 4). */
export const LEARNING_SHARE = 0.02;
/** A month's: where little is spent, a share of it would buy no trial at all. */
const LEAST_LEARNING = 300 * NANO_PER_CREDIT;

/** What trials may cost in a month in which so much was spent. */
export function learningAllowance(spent: NanoCredits): NanoCredits {
  return Math.max(LEAST_LEARNING, LEARNING_SHARE * spent);
}

const monthOf = (at: number) => dayOf(at).slice(0, 7);

function learnDecision(memory: RequestMemory, event: DecisionEvent): void {
  const { at, facts, features, choice } = event;
  const candidates = readCandidates(event.candidates);
  const taken = candidates.find(({ use }) => use.model === choice);
  const tried = trialCost(event);
  if (tried !== undefined) spend(memory, at, 0, tried);
  const run = runOf(memory, facts.runId ?? event.callId);
  run.agent ??= facts.agent;
  run.taskKind ??= facts.taskKind;
  if (!features || run.features) return;
  run.features = packed(features);
  run.tools ||= offersTools(features);
  if (!taken) return;
  const { quality: success, nanoCredits, range } = taken;
  run.foretold = { model: modelKey(choice), success, nanoCredits, range };
}

function learnEntry(memory: RequestMemory, entry: Entry, at: number): void {
  const { facts, state, cost } = entry;
  if ((state !== 'settled' && state !== 'failed') || entry.scope !== 'step' || facts.billable === false) return;
  const run = runOf(memory, runIdOf(entry));
  const model = facts.model === undefined ? undefined : modelKey(facts.model);
  run.agent ??= facts.agent;
  run.taskKind ??= facts.taskKind;
  run.at = at;
  run.steps += 1;
  run.nanoCredits += cost.nanoCredits ?? 0;
  run.unknown += cost.nanoCredits === undefined ? 1 : 0;
  run.tools ||= entry.tools.length > 0;
  if (model !== undefined) run.models.set(model, (run.models.get(model) ?? 0) + 1);
  spend(memory, at, facts.local === true ? 0 : (cost.nanoCredits ?? 0), 0);
  const tokens = outputTokens(entry.usage);
  if (state === 'settled' && tokens !== undefined && model !== undefined)
    learnSample(memory.outputs, stepClasses(model, run.taskKind), tokens);
}

function learnLabel(
  memory: RequestMemory,
  { runId, taskId, at, outcome, callId, success, weight }: OutcomeEvent,
): void {
  const run = runOf(memory, runId ?? taskId);
  run.taskId = taskId;
  run.labels = withLabel(run.labels, { at, outcome, callId, success, weight });
  run.heardAt = at;
  judge(memory, run, at, ENOUGH_EVIDENCE);
}

/** Learns what a run's labels say together: once, and again where they turn. */
function judge(memory: RequestMemory, run: RunMemory, at: number, least: number): void {
  const said = runOutcome(run.labels);
  if (said?.accepted === undefined || said.evidence < least || said.accepted === run.learned) return;
  const isFirst = run.learned === undefined;
  const model = modelOf(run);
  if (model === undefined) return;
  run.learned = said.accepted;
  const { learner } = memory;
  const features = run.features ? unpacked(run.features) : plainFeatures(learner);
  const day = dayNumber(at);
  if (isFirst && run.features) {
    const foretold =
      run.foretold?.model === model ? run.foretold.success : predictSuccess(learner, features, model, { day }).mean;
    memory.scores = scoreProbability(memory.scores, foretold, said.accepted);
  }
  learnOutcome(learner, {
    features,
    model,
    success: said.accepted,
    failed: failedBefore(memory, run),
    weight: said.evidence * (run.features ? 1 : OTHERS_WEIGHT),
    credits:
      isFirst && run.features && run.steps > 0 && run.unknown === 0 ? run.nanoCredits / NANO_PER_CREDIT : undefined,
    day,
  });
}

/** That made most of its steps; undefined: nobody says. */
function modelOf({ models, foretold }: RunMemory): string | undefined {
  return [...models].reduce<readonly [string | undefined, number]>(
    (most, [name, steps]) => (steps > most[1] ? [name, steps] : most),
    [foretold?.model, 0],
  )[0];
}

/** The models of earlier runs of the same task that were judged to have failed. */
function failedBefore({ runs }: RequestMemory, run: RunMemory): readonly string[] {
  const failed = new Set<string>();
  for (const other of runs.values()) {
    if (other === run) break;
    const model = other.taskId === run.taskId && other.learned === false ? modelOf(other) : undefined;
    if (model !== undefined) failed.add(model);
  }
  return [...failed];
}

/** Runs that are over tell how long runs are; those of whom no more is heard are judged by what there is. */
function sweep(memory: RequestMemory): void {
  memory.sweptAt = memory.at;
  for (const run of memory.runs.values()) {
    if (!run.ended && run.steps > 0 && memory.at - run.at >= QUIET_MS) {
      run.ended = true;
      learnSample(memory.steps, runClasses(run.tools, run.taskKind), run.steps);
      learnCost(memory, run);
    }
    if (run.heardAt !== undefined && run.learned === undefined && memory.at - run.heardAt >= PATIENCE_MS)
      judge(memory, run, memory.at, 0);
  }
}

/** A step of stochastic approximation (Robbins & Monro 1951) towards cost ÷ foretold = 1 on average. */
function learnCost(memory: RequestMemory, { foretold, models, unknown, nanoCredits, tools }: RunMemory): void {
  // A run that another model went on with says nothing of what was foretold of the first.
  const isWhole = foretold !== undefined && models.size === 1 && models.has(foretold.model) && unknown === 0;
  const mode = tools ? 'agent' : 'chat';
  if (isWhole && foretold.range) scoreQuote(memory, mode, foretold.range, nanoCredits);
  if (!isWhole || foretold.nanoCredits === undefined || foretold.nanoCredits <= 0) return;
  const excess = Math.min(MOST_EXCESS, nanoCredits / foretold.nanoCredits - 1);
  const factor = memory.costFactors[mode] * Math.exp(COST_RATE * excess);
  const bounded = Math.min(MOST_COST_FACTOR, Math.max(1 / MOST_COST_FACTOR, factor));
  memory.costFactors = { ...memory.costFactors, [mode]: bounded };
}

function scoreQuote(
  memory: RequestMemory,
  mode: RunMode,
  range: { p10: number; p90: number },
  cost: NanoCredits,
): void {
  const credits = { p10: range.p10 / NANO_PER_CREDIT, p90: range.p90 / NANO_PER_CREDIT };
  memory.quotes = scoreInterval(memory.quotes, credits, cost / NANO_PER_CREDIT);
  memory.quoteTails = { ...memory.quoteTails, [mode]: learnQuote(memory.quoteTails[mode], range, cost) };
}

const COST_RATE = 0.05;
const MOST_EXCESS = 3;
const MOST_COST_FACTOR = 8;

function runOf({ runs }: RequestMemory, runId: string): RunMemory {
  const known = runs.get(runId);
  if (known) return known;
  const run: RunMemory = {
    agent: undefined,
    taskId: undefined,
    taskKind: undefined,
    features: undefined,
    foretold: undefined,
    models: new Map(),
    steps: 0,
    nanoCredits: 0,
    unknown: 0,
    tools: false,
    at: 0,
    ended: false,
    labels: [],
    heardAt: undefined,
    learned: undefined,
  };
  runs.set(runId, run);
  for (const old of [...runs.keys()].slice(0, Math.max(0, runs.size - MOST_RUNS))) runs.delete(old);
  return run;
}

function spend(memory: RequestMemory, at: number, spent: NanoCredits, tried: NanoCredits): void {
  const month = monthOf(at);
  if (month < memory.learning.month) return;
  const before = month === memory.learning.month ? memory.learning : { spentNanoCredits: 0, triedNanoCredits: 0 };
  memory.learning = {
    month,
    spentNanoCredits: before.spentNanoCredits + spent,
    triedNanoCredits: before.triedNanoCredits + tried,
  };
}

/** Of a request of which nothing is known but that it was made: it tells of its model's level alone. */
export function plainFeatures({ logLength }: RequestLearner): RequestFeatures {
  return {
    dense: DENSE_FEATURES.map(() => 0),
    words: [],
    length: Math.round(Math.exp(logLength)),
    requestClass: 'medium',
  };
}

function packed({ dense, words, length, requestClass }: RequestFeatures): PackedFeatures {
  return { dense: Float32Array.from(dense), words: Uint16Array.from(words), length, requestClass };
}

function unpacked({ dense, words, length, requestClass }: PackedFeatures): RequestFeatures {
  return { dense: [...dense], words: [...words], length, requestClass };
}
