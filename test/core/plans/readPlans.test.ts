import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { PLAN_OFFERS } from '../../../src/core/plans/catalogue.ts';
import { readPlans } from '../../../src/core/plans/readPlans.ts';

test('a plan of the list has its vendor’s numbers, times the seats', () => {
  const { plans, problems } = readPlans([
    { plan: 'copilot-business', seats: 12, resetDay: 15 },
    { plan: 'claude-max-5x' },
    { plan: 'own', label: 'Team', agents: ['vscode-chat'], entitlementCredits: 2_500 },
  ]);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    plans.map(({ label, agents, entitlementNanoCredits, resetDay }) => [
      label,
      agents[0],
      entitlementNanoCredits,
      resetDay,
    ]),
    [
      ['GitHub Copilot Business', 'copilot', 22_800e9, 15],
      ['Claude Max (5×)', 'claude-code', undefined, 1],
      ['Team', 'vscode-chat', 2_500e9, 1],
    ],
  );
});

test('own numbers go before the list’s, and what isn’t published stays unknown', () => {
  const entitlement = (entry: object) => readPlans([entry]).plans[0]?.entitlementNanoCredits;
  assert.equal(entitlement({ plan: 'copilot-pro', entitlementCredits: 1_000 }), 1_000e9);
  assert.equal(entitlement({ plan: 'copilot-free' }), undefined);
  assert.equal(entitlement({ plan: 'chatgpt-plus', entitlementCredits: 5 }), undefined);
});

test('an entry with a mistake says how to mend it and loses none beside it', () => {
  const cases: readonly (readonly [unknown, RegExp])[] = [
    ['copilot-pro', /write \{ "plan"/],
    [{ plan: 'gold' }, /plan is one of copilot-free, /],
    [{ plan: 'copilot-pro', seats: 0.5 }, /seats is a whole number/],
    [{ plan: 'copilot-pro', resetDay: 32 }, /resetDay is a day of the month/],
    [{ plan: 'copilot-pro', entitlementCredits: -1 }, /entitlementCredits is the number/],
    [{ plan: 'copilot-pro', agents: 'copilot' }, /agents is a list/],
    [{ plan: 'pay-as-you-go' }, /name the agents/],
    [{ plan: 'own', agents: ['codex'] }, /give entitlementCredits/],
    [{ plan: 'own', agents: ['claude-code'], entitlementCredits: 9 }, /claude-code draws from Claude Pro already/],
  ];
  for (const [entry, sentence] of cases) {
    const { plans, problems } = readPlans([{ plan: 'claude-pro' }, entry, { plan: 'copilot-pro' }]);
    assert.deepEqual(
      plans.map(({ offer }) => offer.id),
      ['claude-pro', 'copilot-pro'],
    );
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /^marginal\.plans, entry 2/);
    assert.match(problems[0] ?? '', sentence);
  }
  assert.match(readPlans({ plan: 'copilot-pro' }).problems[0] ?? '', /write a list/);
});

test('whatever stands in the setting, reading it never throws, and every agent has one plan at most', () => {
  const entry = fc.oneof(
    fc.anything(),
    fc.record(
      {
        plan: fc.constantFrom(...PLAN_OFFERS.map(({ id }) => id)),
        agents: fc.oneof(fc.anything(), fc.array(fc.constantFrom('copilot', 'codex', 'a'))),
        seats: fc.oneof(fc.anything(), fc.nat()),
        entitlementCredits: fc.oneof(fc.anything(), fc.double()),
        resetDay: fc.oneof(fc.anything(), fc.nat({ max: 40 })),
      },
      { requiredKeys: ['plan'] },
    ),
  );
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.array(entry)), (value) => {
      const { plans, problems } = readPlans(value);
      const agents = plans.flatMap((plan) => plan.agents);
      assert.equal(new Set(agents).size, agents.length);
      if (Array.isArray(value)) assert.equal(plans.length + problems.length, value.length);
    }),
  );
});

test('every plan of the list has its source and the day on which it was read, and package.json offers it', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const [setting] = manifest.contributes.configuration.flatMap((group: { properties: Record<string, unknown> }) =>
    'marginal.plans' in group.properties ? [group.properties['marginal.plans']] : [],
  );
  assert.deepEqual(
    setting.items.properties.plan.enum,
    PLAN_OFFERS.map(({ id }) => id),
  );
  for (const { id, source, date, kind, creditsPerSeat, windows } of PLAN_OFFERS) {
    assert.match(date, /^2026-\d\d-\d\d$/, id);
    assert(source.length > 3, id);
    // What a subscription holds isn't published, so nothing is said of it.
    if (kind === 'windows') assert(creditsPerSeat === undefined && windows?.length === 2, id);
  }
});
