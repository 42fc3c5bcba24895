import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importReport } from '../../../src/core/report/importReport.ts';

const NOW = new Date(2026, 10, 26, 10, 58).getTime();
const SINCE = new Date(2026, 9, 27, 10, 58).getTime();

test('the report tells where was looked, what was read, what was left out and what is switched off', () => {
  const report = importReport({
    now: NOW,
    ledgerSince: SINCE,
    imports: [
      {
        source: 'claude-code-log',
        agent: 'claude-code',
        roots: ['~/.claude/projects', '~/.config/claude/projects'],
        files: 1_204,
        observations: 1,
        problems: [
          {
            sentence: 'A line of a Claude Code log is not valid JSON and was skipped.',
            count: 1_003,
            example: '~/.claude/projects/a`b/c.jsonl',
          },
        ],
      },
      { source: 'copilot-store', agent: 'copilot', roots: ['~/.copilot'], files: 0, observations: 0, problems: [] },
      {
        source: 'gemini-cli-log',
        agent: 'gemini-cli',
        roots: ['~/.gemini/tmp'],
        files: 0,
        observations: 0,
        problems: [],
      },
      { source: 'cline-task', agent: 'cline', roots: [], files: 0, observations: 0, problems: [] },
    ],
    ledger: [
      { source: 'claude-code-log', agent: 'claude-code', confidence: 'priced', calls: 4_210, lastAt: NOW - 60_000 },
      { source: 'claude-code-log', agent: 'claude-code', confidence: 'unknown', calls: 2, lastAt: NOW - 90_000 },
      { source: 'copilot-store', agent: 'copilot', confidence: 'billed', calls: 1, lastAt: SINCE },
      { source: 'provider', agent: 'vscode-chat', confidence: 'estimated', calls: 7, lastAt: SINCE },
    ],
    off: ['codex'],
  });
  assert.equal(
    report,
    `# Marginal’s import report

2026-11-26 10:58. 1,003 things had to be left out or tried again; each is named below, and nothing beside it was lost.

Agents’ records are only ever read, and no text of prompts or replies is kept. What was read counts from the start of this reading; \`Marginal: Rescan\` reads all of it anew, which changes no total.

## Claude Code log

Looked in \`~/.claude/projects\`, \`~/.config/claude/projects\`: 1,204 files, 1 observation of model calls read.

In the ledger since 2026-10-27, with this source in front: ◐ 4,210 priced, ? 2 unknown; the last 2026-11-26 10:57.

- 1,003 × A line of a Claude Code log is not valid JSON and was skipped. For example: \`~/.claude/projects/aˋb/c.jsonl\`

## Copilot store

Looked in \`~/.copilot\`: nothing there.

In the ledger since 2026-10-27, with this source in front: ● 1 billed; the last 2026-10-27 10:58.

## Marginal’s models

Not read from records.

In the ledger since 2026-10-27, with this source in front: ○ 7 estimated; the last 2026-10-27 10:58.

## Nothing there

- Gemini CLI log: \`~/.gemini/tmp\`
- Cline task: no place on this machine

## Switched off

Codex: not read, since the setting \`marginal.meters\` says so. What the ledger has of them stays.
`,
  );
});

test('with nothing left out it says so', () => {
  const report = importReport({ now: NOW, ledgerSince: SINCE, imports: [], ledger: [], off: [] });
  assert.match(report, /^# .*\n\n2026-11-26 10:58\. Nothing had to be left out\.\n/);
  assert.doesNotMatch(report, /Switched off/);
});
