import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose } from '../../../src/core/allocate/choose.ts';
import type { Quote, RunOutlook } from '../../../src/core/allocate/outlook.ts';
import { costText, endText, foretoldOfRun, foretoldText, stepText } from '../../../src/core/chatText/doText.ts';
import type { Entry, RunView } from '../../../src/core/ledger/entry.ts';

const cr = (credits: number) => credits * 1e9;
const range = { p10: cr(3), p50: cr(5), p90: cr(9) };

function outlook(change: Partial<RunOutlook> = {}): RunOutlook {
  return {
    runId: 'r',
    agent: 'vscode-chat',
    model: 'cheap',
    at: 0,
    steps: 2,
    next: range,
    remaining: range,
    success: 0.5,
    decision: choose([{ use: { kind: 'continue' }, quality: 0.2, cost: range, waitSeconds: 0, riskNanoCredits: 0 }], {
      valueNanoCredits: cr(100),
      prices: { kappa: 1, beta: 0, lambda: 0, rho: 1 },
    }),
    evidence: { outcomes: 40, settled: true },
    stuck: undefined,
    advice: undefined,
    quoted: undefined,
    leftQuote: false,
    ...change,
  };
}

test('a step says what it will cost and what going on is worth, and whether that is to be trusted', () => {
  assert.equal(
    stepText({ number: 3, first: undefined }, foretoldOfRun(outlook())),
    '**Step 3** · next 5.0 \\(3.0–9.0\\) cr · worth \\+14 cr',
  );
  const unsettled = foretoldOfRun(outlook({ evidence: { outcomes: 1, settled: false }, next: undefined }));
  assert.equal(
    stepText({ number: 3, first: undefined }, unsettled),
    '**Step 3** · next ? cr · value ? \\(guess \\+14 cr\\)',
  );
  assert.equal(stepText({ number: 1, first: undefined }, undefined), '**Step 1** · nothing is foretold of it');
  assert.match(stepText({ number: 4, first: 'compact' }, undefined), /old results are cut first$/);
});

test('before it begins the whole is foretold', () => {
  const quote: Quote = {
    policy: 'balanced',
    model: 'a_b',
    endpointLabel: 'X',
    cost: range,
    seconds: { p50: 100, p90: 300 },
    steps: { p50: 1.2, p90: 4 },
    success: 0.5,
    evidence: { outcomes: 0, settled: false },
  };
  assert.equal(
    foretoldText(quote, cr(300), true),
    'Foretold: **5.0 \\(3.0–9.0\\) cr** in about 1 step and 2 min, begun with a\\_b; worth 300 cr as you said, chance of success value ? \\(guess 50 %, 0 outcomes\\). ○ estimated',
  );
  assert.match(foretoldText(undefined, cr(300), false), /can't be foretold/);
});

function entry(credits: number | undefined, state: Entry['state'] = 'settled'): Entry {
  return {
    callId: 'c',
    state,
    at: 0,
    facts: { agent: 'vscode-chat', model: 'cheap' },
    scope: 'step',
    usage: {},
    usageBasis: 'reported',
    cost: credits === undefined ? { confidence: 'unknown' } : { nanoCredits: cr(credits), confidence: 'priced' },
    latency: {},
    tools: [],
    finish: undefined,
    fault: undefined,
    source: 'provider',
    witnesses: [],
  };
}

const run = (credits: number, steps: readonly Entry[], unknown = 0): RunView => ({
  runId: 'r',
  agent: 'vscode-chat',
  folder: undefined,
  live: false,
  cost: { nanoCredits: cr(credits), confidence: 'priced', unknown },
  steps,
});
const foretold = foretoldOfRun(outlook());
const read = { tool: 'read', failed: false };

test('at the end each step’s cost stands beside what was foretold of it', () => {
  const text = costText(run(4, [entry(1), entry(undefined, 'failed'), entry(3)]), range, [
    { foretold: undefined, tools: [read, read, { tool: 'edit', failed: true }] },
    { foretold, tools: [] },
  ]);
  assert.deepEqual(text.split('\n'), [
    'It cost **4.0 cr** (priced); foretold were 5.0 \\(3.0–9.0\\) cr.',
    '',
    '1. ◐ 1.0 cr · nothing was foretold · cheap · 2 × read, edit failed',
    '1. ◐ 3.0 cr · foretold 5.0 \\(3.0–9.0\\), worth \\+14 cr · cheap',
    '',
    'Was it any good? The thumbs below teach Marginal.',
  ]);
});

test('what is unknown stays so, and a cost beyond the range is said', () => {
  assert.match(costText(undefined, range, []), /not known/);
  assert.match(
    costText(run(0, [entry(undefined)], 1), range, []),
    /\*\*\? cr\*\* \(1 call unknown\); foretold were [^:]*cr\./,
  );
  assert.match(costText(run(20, []), range, []), /more than nine in ten/);
  assert.match(costText(run(1, []), range, []), /less than nine in ten/);
  assert.match(costText(run(1, []), undefined, []), /nothing was foretold/);
});

test('each end says why, and what endpoints say is shown and never interpreted', () => {
  assert.equal(endText({ kind: 'answered' }), '');
  assert.match(endText({ kind: 'stopped', outlook: outlook() }), /not worth its cost/);
  assert.equal(endText({ kind: 'failed', sentence: '[x](command:y)' }), '\\[x\\]\\(command:y\\)');
});
