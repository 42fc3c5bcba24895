import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { creditAccounts } from '../../../src/core/allocate/creditAccounts.ts';
import { DEFAULT_VALUE_SETTINGS } from '../../../src/core/allocate/taskValue.ts';
import type { Limit } from '../../../src/core/budget/limits.ts';
import type { Entry } from '../../../src/core/ledger/entry.ts';
import { startOfMonth } from '../../../src/core/ledger/localDay.ts';
import { planStandings } from '../../../src/core/plans/planStandings.ts';
import { readPlans } from '../../../src/core/plans/readPlans.ts';
import { CREDIT } from './predictions.ts';

const AT = Date.UTC(2026, 10, 26, 10);

function accounts(limits: readonly Limit[], plans: unknown, spentCredits = 0) {
  const read = readPlans(plans).plans;
  const spent = { nanoCredits: spentCredits * CREDIT, confidence: 'billed', unknown: 0 } as const;
  const standings = planStandings(read, [], AT, () => spent);
  return creditAccounts({ value: DEFAULT_VALUE_SETTINGS, limits }, read, standings);
}

const entry = (facts: Partial<Entry['facts']>) => ({ facts: { agent: 'vscode-chat', ...facts } }) as Entry;

describe('creditAccounts', () => {
  it('without a budget credits are paid as they are used', () => {
    const { own, front, plans } = accounts([], []);
    assert.equal(front, own);
    assert.deepEqual([own.setting.constraints.kappa, own.setting.periodAt(AT), plans], [1, undefined, []]);
  });

  it('the tightest limit of the month paces it; only one that refuses makes a credit worth more than its price', () => {
    const month = (credits: number, mode: Limit['mode']): Limit => ({
      scope: 'month',
      nanoCredits: credits * CREDIT,
      mode,
    });
    const { own, front } = accounts(
      [month(900, 'hard'), month(300, 'hard'), { ...month(1, 'hard'), scope: 'day' }],
      [],
    );
    assert.equal(front, own);
    assert.deepEqual(own.setting.periodAt(AT), {
      start: startOfMonth(AT),
      end: startOfMonth(AT, 1),
      nanoCredits: 300 * CREDIT,
    });
    assert.equal(own.setting.constraints.mostCreditPrice, undefined);
    assert.equal(accounts([month(300, 'soft')], []).own.setting.constraints.mostCreditPrice, 1);
  });

  it('a prepaid pool is in front where there is no limit of one’s own; it pays for its agents and VS Code’s own models', () => {
    const { front, plans, own } = accounts([], [{ plan: 'copilot-pro' }]);
    const [pool] = plans;
    assert.ok(pool);
    assert.equal(front, pool);
    assert.equal(pool.setting.constraints.kappa, 0);
    assert.match(pool.kappaText, /prepaid/);
    assert.equal(pool.setting.periodAt(AT)?.nanoCredits, 1_500 * CREDIT);
    assert.equal(pool.pays({ provider: 'github-copilot' }, 'vscode-chat'), true);
    assert.equal(pool.pays({ provider: 'openai' }, 'vscode-chat'), false);
    assert.deepEqual(
      [{ agent: 'copilot' }, { provider: 'github-copilot' }, { provider: 'openai' }].map((facts) =>
        pool.setting.draws(entry(facts)),
      ),
      [true, true, false],
    );
    assert.equal(own.setting.draws(entry({ provider: 'openai' })), true);
  });

  it('a pool that is used up is paid in cash where more is sold, and has nothing left where it isn’t', () => {
    const [sold] = accounts([], [{ plan: 'copilot-pro' }], 2_000).plans;
    assert.deepEqual([sold?.setting.constraints.kappa, sold?.leftNanoCredits], [1, undefined]);
    const [none] = accounts([], [{ plan: 'copilot-free', entitlementCredits: 50 }], 60).plans;
    assert.deepEqual([none?.setting.constraints.kappa, none?.leftNanoCredits], [undefined, 0]);
    assert.match(none?.kappaText ?? '', /no more is sold/);
  });

  it('a subscription that counts no credits is paid beforehand, and has no credits to pace', () => {
    const { front, own, plans } = accounts([], [{ plan: 'claude-pro' }]);
    assert.equal(front, own);
    assert.deepEqual(
      plans.map(({ setting }) => [setting.constraints.kappa, setting.periodAt(AT)]),
      [[0, undefined]],
    );
    assert.equal(plans[0]?.pays({ provider: undefined }, 'claude-code'), true);
  });
});
