import type { SettledEvent } from '../../src/core/ledger/event.ts';

const MODELS = ['claude-sonnet-4-5', 'claude-opus-4-5', 'gpt-5.1', 'gpt-5-mini', 'qwen3-coder'];

/** The `index`th of an endless history of realistic calls, twenty to a run; every field as a true source fills it. */
export function madeEvent(index: number, at: number): SettledEvent {
  const run = Math.floor(index / 20);
  const chat = run % 5 === 0;
  const id = `${((index * 2654435761) >>> 0).toString(36)}${index}`;
  return {
    kind: 'settled',
    callId: chat ? `marginal:${id}` : `claude-code:msg_01${id}:req_011${id}`,
    at: Math.floor(at),
    source: chat ? 'provider' : 'claude-code-log',
    identities: chat ? [`response:${id}`] : [`anthropic-message:msg_01${id}`, `anthropic-request:req_011${id}`],
    facts: {
      agent: chat ? 'vscode-chat' : 'claude-code',
      agentVersion: '2.0.1',
      sessionId: `4f1c2a${Math.floor(run / 10)}-8d1e-4b8e-9d8e-1f2e3d4c5b6a`,
      runId: `run-${run}-8d1e-4b8e-9d8e-1f2e3d4c5b6a`,
      model: MODELS[run % MODELS.length],
      provider: 'anthropic',
      folder: `/home/someone/projects/app${run % 7}`,
    },
    usage: { fresh: 12, cacheRead: 40_000 + (index % 1000), cacheWrite: 1200, text: 300 + (index % 200) },
    usageBasis: 'reported',
    cost: {
      nanoCredits: 1_234_567_890 + index,
      confidence: chat ? 'estimated' : 'priced',
      priceBook: '2026-11-22.1',
      priceSource: 'genai-prices 0.1.8',
    },
    latency: { queueMs: 12, firstTokenMs: 812, totalMs: 9120 },
    tools: ['Read', 'Edit'],
    finish: 'toolCalls',
  };
}
