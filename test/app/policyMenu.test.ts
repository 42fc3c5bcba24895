import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPolicyMenu } from '../../src/app/policyMenu.ts';
import { choose } from '../../src/core/allocate/choose.ts';
import type { RequestOutlook } from '../../src/core/allocate/outlook.ts';
import { menuOf } from '../../src/core/route/menu.ts';
import { answer, CREDIT, FREE } from '../core/allocate/predictions.ts';

/** The outlook of a request that costs so much more than usual. */
function outlook(factor = 1, settled = true): RequestOutlook {
  const answers = [answer('small', 0.4, factor), answer('large', 0.7, 100 * factor)];
  const situation = { valueNanoCredits: 200 * CREDIT, prices: { ...FREE, kappa: 1 } };
  const decision = choose(answers, situation);
  return {
    decision,
    taken: decision.choice.use,
    takenId: undefined,
    step: undefined,
    explored: false,
    note: undefined,
    propensities: [],
    menu: menuOf(answers, situation),
    task: { kind: 'fix', size: 'simple', sureness: 1 },
    evidence: { outcomes: 20, settled },
    leftNanoCredits: undefined,
  };
}

function setUp() {
  const menu = createPolicyMenu();
  const changes: (string | undefined)[] = [];
  menu.onDidChange(() => changes.push(menu.text('frugal')));
  return { menu, changes };
}

test('each policy has its contract; until something is known there is none', () => {
  const { menu } = setUp();
  assert.equal(menu.text('best'), undefined);
  menu.update(outlook(), true);
  assert.equal(
    menu.text('frugal'),
    'For a usual request: small, success 40 %, 1.0 credits (9 in 10 below 2.0), 0 s.'.replace(', 0 s', ', 1 s'),
  );
  assert.match(menu.text('best') ?? '', /^For a usual request: large, success 70 %/);
});

test('the texts change only where what they tell has changed by more than a little', () => {
  const { menu, changes } = setUp();
  menu.update(outlook(), false);
  menu.update(outlook(1.1), false);
  assert.equal(changes.length, 1);
  menu.update(outlook(1.5), false);
  assert.equal(changes.length, 2);
  assert.match(changes[1] ?? '', /1\.5 credits/);
});

test('a usual request gives way to the latest, and never takes its place', () => {
  const { menu, changes } = setUp();
  menu.update(outlook(), true);
  menu.update(outlook(), false);
  assert.match(menu.text('frugal') ?? '', /^For a request like your latest/);
  menu.update(outlook(9), true);
  assert.equal(changes.length, 2);
});

test('what isn’t proven yet says so', () => {
  const { menu } = setUp();
  menu.update(outlook(1, false), false);
  assert.match(menu.text('frugal') ?? '', /a prior from public benchmarks, not yet proven here/);
});
