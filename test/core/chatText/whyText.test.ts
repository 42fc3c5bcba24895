import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose } from '../../../src/core/allocate/choose.ts';
import { decisionRecord } from '../../../src/core/allocate/decisionRecord.ts';
import type { Prediction } from '../../../src/core/allocate/objective.ts';
import type { LastDecision, RunOutlook } from '../../../src/core/allocate/outlook.ts';
import { runWhyText, whyText } from '../../../src/core/chatText/whyText.ts';

const cr = (credits: number) => credits * 1e9;
const prices = { kappa: 1, beta: 0.5, lambda: 0.1, rho: 1 };
const range = (credits: number) => ({ p10: cr(credits), p50: cr(credits), p90: cr(credits) });
const answer = (model: string, quality: number, credits: number): Prediction => ({
  use: { kind: 'answer', model },
  quality,
  cost: range(credits),
  waitSeconds: 10,
  riskNanoCredits: 0,
});
const decision = choose(
  [answer('small', 0.5, 2), answer('large*', 0.6, 40), { ...answer('off', 1, 1), barred: 'it is down' }],
  {
    valueNanoCredits: cr(300),
    prices,
  },
);
const now = 1_795_000_000_000;

test('the last choice is told with its terms, the runner-up and the price that tipped it', () => {
  const { choice, reason, candidates } = decisionRecord(decision);
  const last: LastDecision = {
    at: now - 120_000,
    facts: { agent: 'vscode-chat', taskKind: 'fix', taskSize: 'simple' },
    choice,
    reason,
    candidates,
    situation: { valueNanoCredits: cr(300), prices },
  };
  const text = whyText(last, now);
  assert.match(text, /^\*\*small\*\*, 2 min ago, for Chat through Marginal \(fix, simple\)\./);
  assert.match(text, /^- answer small: \*\*\\\+146\*\* = 150 V·ΔQ − 3\.0 cost − 1\.0 wait$/m);
  assert.match(text, /^- answer large\\\*: \*\*\\\+119\*\* = 180 V·ΔQ − 60 cost − 1\.0 wait$/m);
  assert.match(text, /answer off: not possible, it is down/);
  assert.match(text, /V was 300 cr; κ 1, β 0\.5, λ 0\.1 cr\/s, ρ 1\./);
  assert.doesNotMatch(text, /value \?/);
  const seen = (outcomes: number, settled: boolean) =>
    whyText({ ...last, situation: { valueNanoCredits: cr(300), prices, evidence: { outcomes, settled } } }, now);
  assert.match(seen(3, false), /`value \?`: with 3 outcomes here so far/);
  assert.doesNotMatch(seen(60, true), /value \?/);
});

test('a choice by an older rule has no terms, and says so', () => {
  const last: LastDecision = {
    at: now,
    facts: { agent: 'vscode-chat' },
    choice: 'scripted/cheap',
    reason: 'Cheapest that fits.',
    candidates: [],
    situation: undefined,
  };
  assert.match(whyText(last, now), /made by a rule/);
});

test('what is advised of a run is told with what is foretold', () => {
  const outlook: RunOutlook = {
    runId: 'r',
    agent: 'claude-code',
    model: 'sonnet',
    at: now,
    steps: 6,
    next: { p10: cr(1), p50: cr(2), p90: cr(4) },
    remaining: undefined,
    success: 0.4,
    decision,
    evidence: { outcomes: 3, settled: false },
    stuck: { reason: 'repeats', why: 'The same call was made 4 times.' },
    advice: undefined,
    quoted: undefined,
    leftQuote: false,
  };
  const text = runWhyText(outlook);
  assert.match(text, /Before step 7 of Claude Code’s run: \*\*Answer with small\*\*/);
  assert.match(text, /Next step 2\.0 \\\(1\.0–4\.0\\\) cr, to its end \? cr/);
  assert.match(text, /value \? \\\(guess 40 %, 3 outcomes\\\)/);
  assert.match(text, /made 4 times/);
});
