/** Invented data for the dashboard's preview: as much as a ledger of 100,000 entries sends. */

import { intervalReport } from '../../src/core/diagnose/intervalScore.ts';
import { NO_PROBABILITY_SCORE, probabilityReport } from '../../src/core/diagnose/probabilityScore.ts';
import { explainRun } from '../../src/core/explain/explainRun.ts';
import type { SeriesStep } from '../../src/core/explain/series.ts';
import { toolCosts } from '../../src/core/explain/toolCosts.ts';
import { type BreakdownKind, breakdownBy } from '../../src/core/ledger/breakdown.ts';
import { costPerSuccess } from '../../src/core/ledger/costPerSuccess.ts';
import type { BurnRow, BurnSummary, Entry, RunView } from '../../src/core/ledger/entry.ts';
import { sessionParts, sessionTree } from '../../src/core/ledger/sessionTree.ts';
import { METERS } from '../../src/core/meters.ts';
import { addMoney, type Confidence, joinMoney, type MoneySum, NO_MONEY } from '../../src/core/money.ts';
import type { DashboardState } from '../../src/protocol/dashboard.ts';
import {
  breakdownAnswer,
  dearestAnswer,
  successAnswer,
  toolsAnswer,
  whyAnswer,
} from '../../src/protocol/dashboardAnswers.ts';
import { pricesAnswer } from '../../src/protocol/dashboardPrices.ts';
import type { DashboardAnswer, DashboardQuestion } from '../../src/protocol/dashboardReasons.ts';
import { scoresAnswer } from '../../src/protocol/dashboardScores.ts';
import { type DashboardFacts, dashboardState, FIRST_VIEW } from '../../src/protocol/dashboardState.ts';
import { sampleOutlook } from './sampleOutlook.ts';
import { sampleMonth, samplePlans } from './samplePlans.ts';

const NOW = Date.parse('2026-11-22T14:05:00Z');
const DAY = '2026-11-22';
const AGENTS = [
  { agent: 'claude-code', models: ['claude-opus-4-8', 'claude-sonnet-4-6'], confidence: 'priced', share: 5 },
  { agent: 'copilot', models: ['gpt-5.5', 'claude-sonnet-4-6', 'gpt-5.5-mini'], confidence: 'billed', share: 3 },
  { agent: 'vscode-chat', models: ['qwen3:8b', 'gpt-5.5'], confidence: 'estimated', share: 1 },
] as const;

/** A repeatable stream of numbers from 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

function money(credits: number, confidence: Confidence, unknown = 0): MoneySum {
  return { ...addMoney(NO_MONEY, Math.round(credits * 1e9), confidence), unknown };
}

function burnRows(): BurnRow[] {
  const next = numbers(7);
  const rows: BurnRow[] = [];
  for (let back = 29; back >= 0; back--) {
    const day = new Date(Date.parse(`${DAY}T00:00:00Z`) - back * 86_400_000).toISOString().slice(0, 10);
    const weekend = [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay()) && back > 0;
    for (const { agent, models, confidence, share } of AGENTS) {
      for (const [index, model] of models.entries()) {
        const size = (next() * share * (weekend ? 0.1 : 1)) / (index + 1);
        if (size < 0.08) continue;
        const calls = Math.round(size * 600);
        rows.push({
          day,
          agent,
          model,
          calls,
          usage: {
            fresh: calls * 900,
            cacheRead: agent === 'vscode-chat' ? undefined : calls * 41_000,
            cacheWrite: calls * 1_200,
            text: calls * 420,
            reasoning: agent === 'copilot' ? undefined : calls * 130,
          },
          cost: money(size * 260, confidence, agent === 'vscode-chat' && back % 9 === 4 ? 3 : 0),
        });
      }
    }
  }
  return rows;
}

function entry(index: number, at: number, part: Partial<Entry>): Entry {
  return {
    callId: `call-${index}`,
    state: 'settled',
    at,
    facts: { agent: 'claude-code', model: 'claude-opus-4-8', runId: 'run-1', sessionId: 'session-1' },
    scope: 'step',
    usage: {},
    usageBasis: 'reported',
    cost: { confidence: 'unknown' },
    latency: {},
    tools: [],
    finish: undefined,
    fault: undefined,
    source: 'claude-code-log',
    witnesses: [],
    ...part,
  };
}

function claudeRun(steps: number): RunView {
  const next = numbers(3);
  const tools = [['Read', 'Read', 'Grep'], ['Edit'], ['Bash'], ['Read'], ['TodoWrite'], ['Bash', 'Read']];
  const entries: Entry[] = [];
  let cached = 17_900;
  let at = NOW - steps * 14_000;
  for (let index = 0; index < steps; index++) {
    const seconds = 2 + next() * 12;
    at += seconds * 1000;
    const fresh = Math.round(3 + next() * 40);
    const written = Math.round(300 + next() * 4_000);
    const output = Math.round(60 + next() * 900);
    const reasoning = Math.round(next() * 400);
    const credits = (fresh * 5 + written * 6.25 + cached * 0.5 + (output + reasoning) * 25) / 10_000;
    const base = {
      usage: { fresh, cacheRead: cached, cacheWrite: written, text: output, reasoning },
      cost: {
        nanoCredits: Math.round(credits * 1e9),
        confidence: 'priced' as const,
        priceSource: 'genai-prices 0.1.8',
        atListPrice: true,
      },
      latency: { queueMs: 120, firstTokenMs: 900 + next() * 900, totalMs: seconds * 1000 },
      tools: tools[index % tools.length] ?? [],
      finish: 'toolCalls',
    };
    if (index === steps - 6)
      entries.push(entry(index, at, { state: 'failed', fault: 'quota', usage: {}, latency: { totalMs: 400 } }));
    else if (index === steps - 9) entries.push(entry(index, at, { state: 'lost' }));
    else if (index === steps - 4) {
      entries.push(
        entry(index, at, {
          ...base,
          facts: {
            agent: 'claude-code',
            model: 'claude-haiku-4-5',
            runId: 'run-1',
            sessionId: 'session-1',
            subagentId: 'a1c0ffee',
          },
          cost: { nanoCredits: 41_000_000, confidence: 'priced', atListPrice: true },
        }),
      );
    } else entries.push(entry(index, at, index % 11 === 3 ? { ...base, tools: [], finish: 'stop' } : base));
    cached = cached > 150_000 ? 21_000 : cached + written + fresh;
  }
  entries.push(entry(steps, NOW - 6_400, { state: 'open' }));
  return {
    runId: 'run-1',
    agent: 'claude-code',
    folder: '/home/dev/projects/billing-service',
    live: true,
    cost: sum(entries),
    steps: entries,
  };
}

function chatRun(index: number): RunView {
  const steps = [0, 1, 2].map((step) =>
    entry(1000 + index * 10 + step, NOW - (index + 1) * 3_000_000 + step * 9_000, {
      facts: { agent: 'vscode-chat', model: 'qwen3:8b', runId: `chat-${index}`, local: true, policy: 'frugal' },
      source: 'provider',
      usageBasis: step === 1 ? 'counted' : 'reported',
      usage: { fresh: 1_204 + step * 310, cacheRead: step * 1_100, text: 212 },
      cost: {
        nanoCredits: 31_000_000 + step * 9_000_000,
        confidence: 'estimated',
        priceSource: 'electricity and hardware',
      },
      latency: { firstTokenMs: 310, totalMs: 4_100 },
      finish: 'stop',
    }),
  );
  return {
    runId: `chat-${index}`,
    agent: 'vscode-chat',
    folder: '/home/dev/projects/site',
    live: false,
    cost: sum(steps),
    steps,
  };
}

function sum(entries: readonly Entry[]): MoneySum {
  return entries
    .filter(({ state }) => state !== 'open')
    .reduce((total, { cost }) => addMoney(total, cost.nanoCredits, cost.confidence), NO_MONEY);
}

function facts(): DashboardFacts {
  const burn = burnRows();
  const total = (rows: readonly BurnRow[]): MoneySum =>
    rows.reduce((before, { cost }) => joinMoney(before, cost), NO_MONEY);
  const run = claudeRun(240);
  const summary: BurnSummary = {
    revision: 100_000,
    at: NOW,
    today: total(burn.filter(({ day }) => day === DAY)),
    month: total(burn.filter(({ day }) => day.startsWith('2026-11'))),
    todayByAgent: [],
    run: {
      runId: run.runId,
      agent: run.agent,
      live: true,
      steps: run.steps.length,
      cost: run.cost,
      lastModel: 'claude-opus-4-8',
    },
    session: { steps: 302, cost: joinMoney(run.cost, money(31, 'priced')) },
  };
  return {
    now: NOW,
    day: DAY,
    view: FIRST_VIEW,
    summary,
    live: [],
    runs: [run, ...Array.from({ length: 19 }, (_, index) => chatRun(index))],
    fromDay: burn[0]?.day ?? DAY,
    burn,
    sources: [
      { source: 'claude-code-log', agent: 'claude-code', confidence: 'priced', calls: 61_204, lastAt: NOW - 2_000 },
      { source: 'copilot-store', agent: 'copilot', confidence: 'billed', calls: 32_117, lastAt: NOW - 190_000 },
      { source: 'provider', agent: 'vscode-chat', confidence: 'estimated', calls: 6_640, lastAt: NOW - 3_000_000 },
      { source: 'provider', agent: 'vscode-chat', confidence: 'unknown', calls: 39, lastAt: NOW - 86_400_000 * 4 },
    ],
    imports: [
      {
        source: 'claude-code-log',
        agent: 'claude-code',
        files: 312,
        observations: 61_204,
        problems: [
          {
            sentence: 'A line is longer than 16 MB and was left out.',
            count: 3,
            example: '~/.claude/projects/x/1.jsonl',
          },
        ],
      },
      { source: 'copilot-store', agent: 'copilot', files: 1, observations: 32_117, problems: [] },
      ...METERS.flatMap(({ agent, sources }) => sources.map((source) => ({ source, agent })))
        .filter(({ source }) => source !== 'claude-code-log' && source !== 'copilot-store')
        .map((each) => ({ ...each, files: 0, observations: 0, problems: [] })),
    ],
    endpoints: [
      {
        id: 'ollama',
        label: 'Ollama at 127.0.0.1:11434',
        kind: 'ollama',
        local: true,
        state: 'ok',
        models: 3,
        latencyMs: 4,
        checkedAt: NOW - 20_000,
      },
      {
        id: 'openrouter',
        label: 'OpenRouter',
        kind: 'openai',
        local: false,
        state: 'ok',
        models: 312,
        latencyMs: 212,
        checkedAt: NOW - 20_000,
      },
      {
        id: 'lab',
        label: 'vLLM in the lab',
        kind: 'openai',
        local: true,
        state: 'down',
        checkedAt: NOW - 20_000,
        sentence:
          'Nothing answers at http://10.0.0.7:8000: start the server there, or change its address in the settings.',
      },
      {
        id: 'vscode',
        label: 'VS Code’s own models',
        kind: 'vscode',
        local: false,
        state: 'unknown',
        sentence: 'Asked for when you first pick one.',
      },
    ],
    reconciliation: [
      {
        model: 'gpt-5.5',
        source: 'copilot-store',
        confidence: 'priced',
        calls: 412,
        uncomputed: 0,
        medianError: 0.0004,
        p90Error: 0.021,
        bias: 0.0062,
      },
      {
        model: 'claude-opus-5',
        source: 'copilot-debug-log',
        confidence: 'priced',
        calls: 96,
        uncomputed: 2,
        medianError: 0.031,
        p90Error: 0.18,
        bias: -0.094,
      },
      {
        model: 'gpt-5-mini',
        source: 'copilot-chat-session',
        confidence: 'estimated',
        calls: 4,
        uncomputed: 31,
        medianError: 0.22,
        p90Error: 0.61,
        bias: 0.35,
      },
    ],
    budget: { dayNanoCredits: 2_400e9, monthNanoCredits: 40_000e9 },
    plans: samplePlans(NOW),
    month: sampleMonth(NOW),
    settings: { meters: { claudeCode: true, copilot: true }, ollamaDiscover: true, vscodeModels: true },
    troubles: [],
  };
}

export function sampleState(): DashboardState {
  const suggestion = {
    sentence: 'Some of Copilot’s figures are estimates. Copilot can write down what each call was billed.',
    action: 'Exact figures…',
  };
  return dashboardState({ ...facts(), suggestion });
}

/** A first step that streams through Marginal, and a trouble. */
export function streamingSampleState(): DashboardState {
  const base = facts();
  return dashboardState({
    ...base,
    live: [
      {
        callId: 'live-1',
        runId: 'live-run',
        agent: 'vscode-chat',
        model: 'gpt-5.5',
        startedAt: NOW - 3_200,
        inputTokens: 8_420,
        outputTokens: 212,
        nanoCredits: 1.4e9,
      },
    ],
    troubles: [
      {
        id: 'disk',
        sentence: 'The disk is full: calls go on, but are not kept. Free some space and Marginal goes on by itself.',
      },
    ],
  });
}

export function emptySampleState(): DashboardState {
  const base = facts();
  return dashboardState({
    ...base,
    summary: {
      revision: 0,
      at: NOW,
      today: NO_MONEY,
      month: NO_MONEY,
      todayByAgent: [],
      run: undefined,
      session: undefined,
    },
    runs: [],
    burn: [],
    sources: [],
    imports: base.imports.map((status) => ({ ...status, observations: 0, problems: [] })),
    endpoints: base.endpoints.filter(({ id }) => id === 'ollama'),
    budget: {},
    plans: [],
    settings: { ...base.settings, vscodeModels: false },
  });
}

/** Opus's list price, in nano-credits per token. */
const OPUS = { fresh: 500_000, cacheRead: 50_000, cacheWrite: 625_000, text: 2_500_000 };

function series(entries: readonly Entry[]): readonly SeriesStep[] {
  return entries.map(({ callId, at, endedAt, state, scope, facts, usage, cost, tools }) => ({
    callId,
    at,
    endedAt: endedAt ?? at,
    state,
    scope,
    billable: facts.billable !== false,
    sessionId: facts.sessionId,
    subagentId: facts.subagentId,
    model: facts.model ?? '',
    usage,
    cost,
    tools,
    rate: facts.local ? undefined : { kind: 'tokens', tiers: [{ inputTokensAbove: 0, price: OPUS }] },
    bySecond: facts.local === true,
  }));
}

/** What the extension would answer from this data. */
export function sampleAnswer(question: DashboardQuestion): DashboardAnswer {
  const { runs } = facts();
  switch (question.type) {
    case 'why': {
      const run = runs.find(({ runId }) => runId === question.runId);
      if (!run) return whyAnswer(question, undefined);
      const session = run.runId === 'run-1' ? sessionTree('session-1', sessionParts(run.steps)) : undefined;
      return whyAnswer(question, { explanation: explainRun(series(run.steps)), session });
    }
    case 'outlook':
      return sampleOutlook(question.runId, runs.find(({ runId }) => runId === question.runId)?.steps ?? []);
    case 'successes': {
      const models = ['claude-opus-4-5', 'gpt-5.1', 'qwen3-coder:30b'];
      const attempts = Array.from({ length: 24 }, (_, index) => ({
        runId: `judged-${index}`,
        model: models[index % 3] ?? 'unknown',
        taskKind: ['fix', 'feature', undefined][index % 4],
        taskSize: ['simple', 'medium', 'complex'][index % 5],
        calls: 4 + (index % 7),
        cost: {
          nanoCredits: ((index % 3) * 30 + 2) * 1e9,
          confidence: 'priced' as const,
          unknown: index % 12 === 5 ? 1 : 0,
        },
        outcome: { share: 0.8, evidence: 0.9, labels: 2, accepted: index % 8 === 7 ? undefined : index % 5 !== 0 },
      }));
      return successAnswer(question, { ...costPerSuccess(attempts), runs: 61 });
    }
    case 'scores':
      return scoresAnswer([
        {
          name: 'a run’s success',
          probability: probabilityReport({
            ...NO_PROBABILITY_SCORE,
            outcomes: 61,
            squares: 11,
            baseSquares: 13,
            gainSquares: 2,
          }),
        },
        { name: 'a step’s cost', interval: intervalReport(HELD), unit: 'cr' },
        {
          name: 'a request’s run, quoted beforehand',
          interval: intervalReport({ ...HELD, outcomes: 48, inside: 37 }),
          unit: 'cr',
        },
      ]);
    case 'prices':
      return pricesAnswer({
        at: NOW,
        prices: { kappa: 0, beta: 0.64, lambda: 0.17, rho: 1 },
        constraints: {
          kappa: 'a prepaid pool: its credits cost nothing until it is used up',
          beta: '612 credits for 61 working hours',
          lambda: 'your time; no latency target is set',
          rho: 'no risk limit is set',
        },
        history: Array.from({ length: 200 }, (_, hour) => ({
          at: NOW - (200 - hour) * 3_600_000,
          beta: Math.max(0, 0.4 + 0.3 * Math.sin(hour / 17) + hour / 1500),
          lambda: 0.17,
          rho: 1,
        })),
        leftNanoCredits: 612e9,
      });
    case 'dearest':
      return dearestAnswer(
        question,
        runs.slice(0, question.limit).map((run) => ({
          runId: run.runId,
          agent: run.agent,
          folder: run.folder,
          models: [...new Set(run.steps.map(({ facts: { model = '' } }) => model))],
          startedAt: run.steps[0]?.at ?? NOW,
          steps: run.steps.length,
          cost: run.cost,
          explanation: explainRun(series(run.steps)),
        })),
      );
    case 'breakdown': {
      const entries = runs.flatMap(({ steps, folder }) =>
        steps.map((step) => ({ ...step, facts: { ...step.facts, folder } })),
      );
      if (question.by === 'tool') return toolsAnswer(question, toolCosts(series(entries)));
      const kind: BreakdownKind = question.by;
      return breakdownAnswer(question, {
        groups: breakdownBy(kind, entries).map((group) => ({
          ...group,
          firstAt: NOW - 3_600_000,
          lastAt: NOW,
          runId: 'run-1',
          agent: 'claude-code',
          folder: '/home/dev/projects/billing-service',
        })),
        rest: undefined,
      });
    }
  }
}

/** As ranges that hold what came. */
const HELD = { outcomes: 1_204, inside: 969, below: 110, widths: 2_900, winkler: 4_300 };
