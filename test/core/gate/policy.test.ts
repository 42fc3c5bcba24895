import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import { parseShell } from '../../../src/adapters/shellParser.ts';
import { applyPolicy, type GateOutcome, type GatePolicies } from '../../../src/core/gate/applyPolicy.ts';
import type { GatePolicy, GateRule } from '../../../src/core/gate/policy.ts';
import { readGateRules, readPolicyFile, UNREADABLE_POLICY } from '../../../src/core/gate/readPolicy.ts';
import { matchesCommand, matchesPath } from '../../../src/core/gate/rulePattern.ts';
import type { Action } from '../../../src/core/risk/action.ts';
import { classify } from '../../../src/core/risk/classify.ts';
import { NO_FACTS } from '../../../src/core/risk/facts.ts';

const STRICTNESS: readonly GateOutcome[] = ['pass', 'ask', 'twoPeople', 'deny'];
const strictness = (outcome: GateOutcome) => STRICTNESS.indexOf(outcome);

function outcomeOf(action: Action, own: readonly GateRule[] = [], ...repositories: readonly GatePolicy[]): GateOutcome {
  const { verdict } = classify(action, NO_FACTS, parseShell);
  return applyPolicy({ action, verdict, tool: 'Bash', agent: 'codex' }, { own: { rules: own }, repositories }).outcome;
}
const sh = (command: string): Action => ({ kind: 'shell', command, cwd: '/w/app' });

describe('applyPolicy', () => {
  it('without rules follows the class', () => {
    assert.equal(outcomeOf(sh('ls')), 'pass');
    assert.equal(outcomeOf(sh('git commit -m x')), 'ask');
    assert.equal(outcomeOf(sh('git reset --hard')), 'ask');
    assert.equal(outcomeOf(sh('npm publish')), 'twoPeople');
    assert.equal(outcomeOf({ kind: 'edit', path: 'src/a.ts', before: 'a', after: 'b', cwd: '/w/app' }), 'pass');
  });

  it('takes the first of one’s own rules that fits, part by part', () => {
    const rules: readonly GateRule[] = [
      { decide: 'allow', command: 'git commit **' },
      { decide: 'deny', command: 'git' },
    ];
    assert.equal(outcomeOf(sh('git commit -m x'), rules), 'pass');
    assert.equal(outcomeOf(sh('git status'), rules), 'deny');
    assert.equal(outcomeOf(sh('git commit -m x && git push'), rules), 'deny');
    assert.equal(outcomeOf(sh('sudo /usr/bin/git push'), rules), 'deny');
    assert.equal(outcomeOf(sh('"git" push'), rules), 'deny');
  });

  it('takes the strictest of a repository’s, whatever their order; its allow means nothing', () => {
    const repository: GatePolicy = {
      rules: [
        { decide: 'allow', command: 'git push **' },
        { decide: 'ask', command: 'git push' },
        { decide: 'twoPeople', command: 'git push' },
      ],
    };
    assert.equal(outcomeOf(sh('git push'), [], repository), 'twoPeople');
    assert.equal(outcomeOf(sh('git commit -m x'), [], { rules: [{ decide: 'allow', class: 'read' }] }), 'ask');
    assert.equal(outcomeOf(sh('git push'), [{ decide: 'allow', command: 'git push' }], repository), 'twoPeople');
  });

  it('lowers what can’t be undone only where it is named', () => {
    const reset = sh('git reset --hard');
    for (const rule of [
      { decide: 'allow' },
      { decide: 'allow', class: 'irreversible' },
      { decide: 'allow', agent: 'codex' },
      { decide: 'allow', tool: 'Bash' },
      { decide: 'allow', command: '**' },
      { decide: 'allow', command: 'git reset' },
    ] as const)
      assert.equal(outcomeOf(reset, [rule]), 'ask', JSON.stringify(rule));
    assert.equal(outcomeOf(reset, [{ decide: 'allow', command: 'git reset --hard' }]), 'pass');
    assert.equal(outcomeOf(sh('npm publish'), [{ decide: 'allow', command: 'npm publish' }]), 'twoPeople');
    const drop: Action = { kind: 'tool', server: 'db', name: 'delete_row', input: {} };
    assert.equal(outcomeOf(drop, [{ decide: 'allow', server: 'db' }]), 'ask');
    assert.equal(outcomeOf(drop, [{ decide: 'allow', tool: 'delete_row', server: 'db' }]), 'pass');
  });

  it('takes a path that is allowed from the agent’s folder, and all paths of the part', () => {
    const rules: readonly GateRule[] = [{ decide: 'allow', path: 'scratch' }];
    assert.equal(outcomeOf(sh('rm -rf scratch/data'), rules), 'pass');
    for (const command of [
      'rm -rf scratch/data data',
      'rm -rf scratch/../data',
      'rm -rf /elsewhere/scratch/data',
      'cd / && rm -rf scratch/data',
      'rm -rf ~/scratch/data',
    ])
      assert.equal(outcomeOf(sh(command), rules), 'ask', command);
  });

  it('finds a path that is forbidden at any depth, also of edits', () => {
    const rules: readonly GateRule[] = [{ decide: 'deny', path: 'generated/**' }];
    assert.equal(outcomeOf({ kind: 'edit', path: 'src/generated/a.ts', before: 'a', after: 'b' }, rules), 'deny');
    assert.equal(outcomeOf(sh('touch src/generated/b.ts'), rules), 'deny');
    assert.equal(outcomeOf(sh('touch src/b.ts'), rules), 'pass');
  });

  it('says which rule decided, and why', () => {
    const action = sh('git push');
    const { verdict } = classify(action, NO_FACTS, parseShell);
    const own = { rules: [{ decide: 'deny', command: 'git push', because: 'CI pushes' }] } as const;
    assert.deepEqual(applyPolicy({ action, verdict }, { own, repositories: [] }), {
      outcome: 'deny',
      rule: 'your rule: deny command git push',
      because: 'CI pushes',
      asked: verdict.parts,
      lowered: false,
    });
  });

  it('asks about all but reading where a repository’s rules can’t be read', () => {
    assert.equal(outcomeOf(sh('cat a'), [], UNREADABLE_POLICY), 'pass');
    assert.equal(outcomeOf(sh('touch a'), [], UNREADABLE_POLICY), 'ask');
    assert.equal(outcomeOf(sh('touch a'), [{ decide: 'allow', command: 'touch a' }], UNREADABLE_POLICY), 'ask');
  });
});

const aRule: fc.Arbitrary<GateRule> = fc.record(
  {
    decide: fc.constantFrom('allow', 'ask', 'deny', 'twoPeople'),
    command: fc.constantFrom('git push', 'git **', '**', 'rm *', 'rm -rf data', 'npm publish', '*'),
    path: fc.constantFrom('data', 'src/**', '/w/app/**', '**', 'package.json'),
    tool: fc.constantFrom('Bash', '*', 'delete_*'),
    server: fc.constantFrom('db', '*'),
    class: fc.constantFrom('read', 'draft', 'commit', 'irreversible', 'deploy'),
    agent: fc.constantFrom('codex', 'claude-*'),
  },
  { requiredKeys: ['decide'] },
);
const aPolicy: fc.Arbitrary<GatePolicy> = fc.record({ rules: fc.array(aRule, { maxLength: 5 }) });
const anAction: fc.Arbitrary<Action> = fc.oneof(
  fc
    .array(
      fc.constantFrom('ls', 'rm -rf data', 'git push', 'git commit -m x', 'npm publish', 'touch a', 'sudo rm b', 'foo'),
      { minLength: 1, maxLength: 4 },
    )
    .map((commands) => sh(commands.join(' && '))),
  fc.constantFrom('src/a.ts', 'package.json', '.bashrc', '/etc/passwd').map((path): Action => ({ kind: 'edit', path })),
  fc
    .constantFrom('delete_row', 'get_row', 'frob')
    .map((name): Action => ({ kind: 'tool', server: 'db', name, input: {} })),
);

function ruled(action: Action, policies: GatePolicies) {
  const { verdict } = classify(action, NO_FACTS, parseShell);
  return strictness(applyPolicy({ action, verdict, tool: 'Bash', agent: 'codex' }, policies).outcome);
}

test('an added policy never loosens, nor does an added rule of a repository', () => {
  fc.assert(
    fc.property(
      anAction,
      aPolicy,
      fc.array(aPolicy, { maxLength: 3 }),
      aPolicy,
      aRule,
      (action, own, all, more, rule) => {
        const before = ruled(action, { own, repositories: all });
        assert.ok(ruled(action, { own, repositories: [...all, more] }) >= before);
        for (const rules of [
          (kept: readonly GateRule[]) => [rule, ...kept],
          (kept: readonly GateRule[]) => [...kept, rule],
        ]) {
          const [first = { rules: [] }, ...rest] = all;
          assert.ok(ruled(action, { own, repositories: [{ rules: rules(first.rules) }, ...rest] }) >= before);
        }
      },
    ),
    { numRuns: 400 },
  );
});

test('no rule of anybody lets a deployment pass, or lets a class alone lower what can’t be undone', () => {
  fc.assert(
    fc.property(anAction, aPolicy, (action, own) => {
      const { verdict } = classify(action, NO_FACTS, parseShell);
      if (verdict.class === 'deploy') assert.ok(ruled(action, { own, repositories: [] }) >= strictness('twoPeople'));
      const nameless = own.rules.map(({ command: _command, path: _path, tool: _tool, ...rest }) => rest);
      if (verdict.class === 'irreversible')
        assert.ok(ruled(action, { own: { rules: nameless }, repositories: [] }) >= strictness('ask'));
    }),
  );
});

test('no action and no pattern makes it throw', () => {
  const anything = fc.record(
    {
      decide: fc.constantFrom('allow', 'ask', 'deny', 'twoPeople'),
      command: fc.string(),
      path: fc.string(),
      tool: fc.string(),
    },
    { requiredKeys: ['decide'] },
  ) as fc.Arbitrary<GateRule>;
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(anything, { maxLength: 3 }), (text, rules) => {
      for (const action of [
        sh(text),
        { kind: 'edit', path: text } as const,
        { kind: 'tool', name: text, input: text } as const,
      ])
        outcomeOf(action, rules, { rules });
    }),
  );
});

test('patterns: a star is a part of a word, two are any number of words', () => {
  assert.ok(matchesCommand('git push **', 'git push origin main', true));
  assert.ok(!matchesCommand('git push *', 'git push origin main', true));
  assert.ok(matchesCommand('git pu*', 'git push', true));
  assert.ok(!matchesCommand('git push', 'git push origin', true));
  assert.ok(matchesCommand('git push', 'git push origin', false));
  assert.ok(matchesCommand('** --force', 'git push --force', false));
  assert.ok(!matchesCommand('', 'git push', false));
  assert.ok(matchesPath('build', 'build/a', '/w', true));
  assert.ok(!matchesPath('build', '../build/a', '/w', true));
  assert.ok(!matchesPath('build', 'build/a', undefined, true));
});

test('rules are read one by one, each mistake told with its remedy', () => {
  const { policy, problems } = readGateRules(
    [
      { decide: 'deny', command: 'git push' },
      { decide: 'forbid', command: 'x' },
      { decide: 'ask', comand: 'x' },
      { decide: 'ask', class: 'bad' },
      { decide: 'ask', path: '' },
      'deny',
    ],
    'marginal.gate.rules',
  );
  assert.deepEqual(policy.rules, [{ decide: 'deny', command: 'git push' }]);
  assert.deepEqual(problems, [
    'marginal.gate.rules, rule 2: decide is allow, ask, deny or twoPeople.',
    'marginal.gate.rules, rule 3: comand is no condition; they are command, path, tool, server, class, agent, because.',
    'marginal.gate.rules, rule 4: class is read, draft, commit, irreversible or deploy.',
    'marginal.gate.rules, rule 5: path is a pattern, such as "git push **".',
    'marginal.gate.rules, rule 6: write { "decide": "deny", "command": "git push --force" }.',
  ]);
  assert.match(readGateRules({}, 'marginal.gate.rules').problems[0] ?? '', /write a list of rules/);
});

test('a repository’s file is read as a whole or not at all', () => {
  assert.deepEqual(readPolicyFile('{"rules":[{"decide":"deny","path":"infra/**"}]}'), {
    policy: { rules: [{ decide: 'deny', path: 'infra/**' }] },
  });
  for (const text of ['', '[]', '{}', 'null', '{"rules":{}}', '{"rules":[{"decide":"deny"},{"decide":"no"}]}'])
    assert.equal(readPolicyFile(text).policy, undefined, text);
});
