// What is learned stays within 2 MB (bench.md), however much there is to learn: every bound at its worst at the same time.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type AllocatorSetting, learnEntry, startAllocator } from '../../../src/core/allocate/allocatorState.ts';
import { learnFact, newRequestMemory } from '../../../src/core/allocate/requestMemory.ts';
import { runLearning } from '../../../src/core/allocate/runLearning.ts';
import type { Entry } from '../../../src/core/ledger/entry.ts';
import { OUTCOMES } from '../../../src/core/quality/outcome.ts';
import { DENSE_FEATURES } from '../../../src/core/quality/requestFeatures.ts';
import { TASK_KINDS } from '../../../src/core/quality/taskClass.ts';

const MOST_BYTES = 2 * 1024 * 1024;
const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 0, 5);
const RUNS = 400;
const LONG_RUNS = 40;
/** As Claude Code's own ids, and longer. */
const idOf = (index: number) => `3f0c1a52-7b1e-4c1c-9d1f-${String(index).padStart(12, '0')}`;

const SETTING: AllocatorSetting = {
  constraints: { kappa: 1, lambdaFloor: 0.1, waitTargetSeconds: 30 },
  periodAt: () => ({ start: START, end: START + 60 * 24 * HOUR_MS, nanoCredits: 1e13 }),
  draws: () => true,
  charges: ({ paidBy }) => paidBy !== 'local',
};

it('holds at most 2 MB with more models, runs, labels and steps than are kept', () => {
  const memory = newRequestMemory(() => ({ passRate: 60 }));
  const runs = runLearning();
  let accounts = [startAllocator(SETTING), startAllocator(SETTING)];
  for (let index = 0; index < RUNS; index += 1) {
    const at = START + index * HOUR_MS;
    const runId = `${idOf(index)}/${idOf(index)}`;
    const model = `a-vendor/a-model-with-a-long-name-${index % 50}-2026-01-05`;
    const taskKind = TASK_KINDS[index % TASK_KINDS.length];
    const facts = { agent: 'vscode-chat', runId, taskId: runId, endpointId: 'endpoint', model, taskKind };
    learnFact(memory, {
      kind: 'decision',
      event: {
        kind: 'decision',
        callId: `decision:${idOf(index)}`,
        at,
        source: 'provider',
        facts,
        choice: model,
        candidates: [{ use: { kind: 'answer', model }, quality: 0.512345, nanoCredits: 1_234_567_891 }],
        features: {
          dense: DENSE_FEATURES.map(() => 0.1234),
          words: Array.from({ length: 400 }, (_, word) => word * 10),
          length: 4_000,
          requestClass: 'complex',
        },
      },
    });
    const entry: Entry = {
      callId: idOf(index),
      at,
      endedAt: at + 12_345,
      source: 'provider',
      state: 'settled',
      scope: 'step',
      facts,
      usage: { fresh: 12_345, text: 1_234 + index },
      usageBasis: 'reported',
      cost: { nanoCredits: 1_234_567_891, confidence: 'priced' },
      latency: { firstTokenMs: 1_234, totalMs: 12_345 },
      tools: ['read_file'],
      finish: 'stop',
      fault: undefined,
      witnesses: [],
    };
    learnFact(memory, { kind: 'entry', entry });
    accounts = accounts.map((account) => learnEntry(account, entry, SETTING));
    for (const outcome of OUTCOMES)
      learnFact(memory, {
        kind: 'outcome',
        event: {
          kind: 'outcome',
          callId: `${outcome}:${idOf(index)}`,
          taskId: runId,
          runId,
          at: at + 20_000,
          source: 'outcomes',
          outcome,
          weight: 0.5123456,
          success: 0.8123456,
        },
      });
    if (index < LONG_RUNS) learnLongRun(runs, { index, runId, model, taskKind, at });
  }
  const bytes = [memory, runs.state(), accounts].map(bytesOf);
  const total = bytes.reduce((sum, each) => sum + each, 0);
  assert.ok(total <= MOST_BYTES, `${total} bytes: ${bytes.join(', ')}`);
});

function learnLongRun(
  runs: ReturnType<typeof runLearning>,
  run: { index: number; runId: string; model: string; taskKind: string | undefined; at: number },
): void {
  const steps = Array.from({ length: 100 }, (_, step) => ({
    callId: `claude-code-log:${idOf(step)}`,
    at: run.at + step,
    endedAt: run.at + step + 1,
    answered: false,
    model: run.model,
    breaker: { calls: [], edited: false, nanoCredits: undefined },
    mark: '',
    step: {
      usage: { fresh: 1_234 + step, cacheRead: 3_000 + 900 * step, text: 321 + 17 * (step % 7) },
      credits: 0.2123456 + step / 7,
      actions: [
        {
          kind: (['read', 'edit', 'test'] as const)[step % 3] ?? 'read',
          key: step * 7_919,
          files: [step],
          failed: step % 5 === 0,
        },
      ],
      appendedChars: 3_000,
      doubts: 0,
      checks: 1,
      namesError: false,
    },
  }));
  for (const _ of runs.learn({ ...run, steps, tokenPrice: undefined }));
}

/** Typed arrays as they are (what is shared once), the rest as text. */
function bytesOf(state: unknown): number {
  const seen = new Set<ArrayBufferView>();
  const text = JSON.stringify(state, (_, value: unknown) => {
    if (value instanceof Map) return [...value];
    if (!ArrayBuffer.isView(value)) return value;
    seen.add(value);
    return undefined;
  });
  return text.length + [...seen].reduce((sum, { byteLength }) => sum + byteLength, 0);
}
