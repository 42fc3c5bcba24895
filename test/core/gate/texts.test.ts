import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseShell } from '../../../src/adapters/shellParser.ts';
import { denial } from '../../../src/core/gate/denial.ts';
import { explanationReport } from '../../../src/core/gate/explanationReport.ts';
import { DEFAULT_GATE_SETTINGS } from '../../../src/core/gate/gateSettings.ts';
import { readAction } from '../../../src/core/gate/readAction.ts';
import { readGateSettings } from '../../../src/core/gate/readGateSettings.ts';
import type { Action } from '../../../src/core/risk/action.ts';
import { classify } from '../../../src/core/risk/classify.ts';
import { NO_FACTS } from '../../../src/core/risk/facts.ts';

const judged = (action: Action) => classify(action, NO_FACTS, parseShell).verdict;

test('a denial says what, why and what instead', () => {
  const { reason, parts } = judged({ kind: 'shell', command: 'sudo git clean -fdx' });
  const text = denial({ kind: 'unanswered', seconds: 120 }, reason, parts);
  assert.match(text, /^Marginal did not let this happen: it \S.*\. Your developer was asked and did not answer/);
  assert.match(text, /“git clean -n” only lists the files/);
  const rule = denial({ kind: 'rule', rule: 'your rule: deny class deploy', because: 'CI deploys' }, 'publishes', []);
  assert.match(rule, /forbidden by your rule: deny class deploy \(CI deploys\)/);
  assert.match(denial({ kind: 'developer', why: 'not today' }, 'pushes', []), /said no: not today\. Do not try/);
});

test('an explanation names class, targets, reason, loss, rule and outcome', () => {
  const action: Action = { kind: 'shell', command: 'ls && rm -rf data | cat' };
  const page = explanationReport(action, {
    verdict: judged(action),
    outcome: 'deny',
    rule: 'your rule: deny path data',
  });
  assert.match(page, /```\nls && rm -rf data \| cat\n```/);
  assert.match(page, /It is \*\*denied\*\*/);
  assert.match(page, /\| What it does \| deletes data/);
  assert.match(page, /\| Class \| irreversible/);
  assert.match(page, /\| Expected loss \| 1,2\d\d credits/);
  assert.match(page, /\| Decided by \| your rule: deny path data \|/);
  assert.match(page, /\| Copied before it runs \| data \|/);
  assert.match(page, /## Its 3 parts/);
});

test('whatever is explained stays in its fence and its cells', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('`', '|', '\n', '#', '<', 'a', ' ', ';', '>') }), (command) => {
      const action: Action = { kind: 'shell', command };
      const page = explanationReport(action, { verdict: judged(action), outcome: 'ask' });
      const [, fence = '', ...rest] = page.split('\n').slice(1);
      assert.match(fence, /^`{3,}$/);
      assert.equal(rest.filter((line) => line.startsWith(fence)).length, 1);
      for (const line of page.split('\n').filter((each) => /^\| (?:What|Acts)/.test(each)))
        assert.equal(line.replace(/\\./g, '').split('|').length, 4, line);
    }),
  );
});

test('an action is read as a person writes it', () => {
  assert.deepEqual(readAction('shell', 'rm x', '/w'), { kind: 'shell', command: 'rm x', cwd: '/w' });
  assert.deepEqual(readAction('edit', ' a.ts ', undefined), { kind: 'edit', path: 'a.ts' });
  const call = { kind: 'tool', server: 'github', name: 'delete_repository', input: { repo: 'app' } };
  assert.deepEqual(readAction('tool', 'github/delete_repository {"repo": "app"}', undefined), call);
  assert.deepEqual(readAction('tool', 'get_time', undefined), { kind: 'tool', name: 'get_time', input: {} });
  assert.match(String(readAction('tool', 'a/b {repo}', undefined)), /Write the input as JSON/);
});

test('each bad setting of the gate is told and loses nothing beside it', () => {
  const none = { answerSeconds: undefined, rules: undefined, trustedServers: undefined, days: undefined };
  const nothing = { ...none, maxMegabytes: undefined };
  assert.deepEqual(readGateSettings(nothing), { settings: DEFAULT_GATE_SETTINGS, problems: [] });
  const { settings, problems } = readGateSettings({
    answerSeconds: 900,
    rules: [{ decide: 'deny', command: 'git push' }, { decide: 'no' }],
    trustedServers: ['github', 3],
    days: -1,
    maxMegabytes: 10,
  });
  assert.deepEqual(settings, {
    answerSeconds: 120,
    policy: { rules: [{ decide: 'deny', command: 'git push' }] },
    trustedServers: ['github'],
    safetyCopies: { days: 7, maxMegabytes: 10 },
  });
  assert.equal(problems.length, 4);
  for (const problem of problems) assert.match(problem, /^marginal\.gate\.[\w.]+.*: .+\.$/);
});
