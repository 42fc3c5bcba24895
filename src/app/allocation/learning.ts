import {
  type AllocatorState,
  learnChoice,
  learnEntry,
  learnRisk,
  startAllocator,
} from '../../core/allocate/allocatorState.ts';
import type { CreditAccount, CreditAccounts } from '../../core/allocate/creditAccounts.ts';
import { learnFact, newRequestMemory, type RequestMemory } from '../../core/allocate/requestMemory.ts';
import { spentEvents } from '../../core/budget/ledgerSpend.ts';
import { applyBudget, type BudgetState, EMPTY_BUDGET } from '../../core/budget/reservations.ts';
import type { LedgerFact } from '../../core/ledger/fact.ts';
import type { ModelPrior } from '../../core/quality/requestLearner.ts';

/** All that the allocator has learned of requests and prices; the same facts in the same order give the same. */
export interface Learning {
  readonly accounts: CreditAccounts;
  readonly memory: RequestMemory;
  readonly budget: () => BudgetState;
  stateOf(account: CreditAccount): AllocatorState;
  learn(fact: LedgerFact): void;
}

/** Knows only the priors. `countsSpend`: some limit needs to know what runs, sessions, projects or models have spent. */
export function newLearning(
  accounts: CreditAccounts,
  priorOf: (model: string) => ModelPrior,
  countsSpend: boolean,
): Learning {
  const memory = newRequestMemory(remembered(priorOf));
  const states = new Map(
    [accounts.own, ...accounts.plans].map((account) => [account, startAllocator(account.setting)]),
  );
  let budget = EMPTY_BUDGET;
  return {
    accounts,
    memory,
    budget: () => budget,
    stateOf: (account) => states.get(account) ?? startAllocator(account.setting),
    learn(fact) {
      learnFact(memory, fact);
      if (fact.kind === 'gate') {
        for (const [account, state] of states) states.set(account, learnRisk(state, fact.event, account.setting));
      }
      if (fact.kind === 'decision')
        for (const account of new Set([accounts.own, accounts.front])) {
          const state = states.get(account);
          if (state) states.set(account, learnChoice(state, fact.event, account.setting));
        }
      if (fact.kind !== 'entry') return;
      for (const [account, state] of states) states.set(account, learnEntry(state, fact.entry, account.setting));
      if (countsSpend) for (const event of spentEvents([fact.entry])) budget = applyBudget(budget, event);
    },
  };
}

/** Models that are asked for in one window are few; a public list takes longer to search than all else in a decision. */
const MOST_PRIORS = 200;

function remembered(priorOf: (model: string) => ModelPrior): (model: string) => ModelPrior {
  const known = new Map<string, ModelPrior>();
  return (model) => {
    const prior = known.get(model) ?? priorOf(model);
    if (known.size >= MOST_PRIORS) known.clear();
    known.set(model, prior);
    return prior;
  };
}
