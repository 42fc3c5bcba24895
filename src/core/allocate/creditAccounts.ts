/**
 * What pays for a request, and at which price: the developer's own month, and each plan that is paid beforehand. One of them is in front, the
 * one whose prices are shown; what another pays for is charged that one's.
 */
import type { Limit } from '../budget/limits.ts';
import type { Entry } from '../ledger/entry.ts';
import { startOfMonth } from '../ledger/localDay.ts';
import type { NanoCredits } from '../money.ts';
import { monthPeriod } from '../plans/period.ts';
import type { Plan } from '../plans/plan.ts';
import type { PlanStanding } from '../plans/planStandings.ts';
import type { PoolStanding } from '../plans/poolStanding.ts';
import type { SubscriptionStanding } from '../plans/subscriptionStanding.ts';
import type { AllocationSettings } from './allocationSettings.ts';
import type { AllocatorSetting, BudgetPeriod } from './allocatorState.ts';
import { constraintsOf, planLeft } from './constraints.ts';
import type { RequestOption } from './outlook.ts';
import { lambdaFloor } from './taskValue.ts';

export interface CreditAccount {
  /** For a person. */
  readonly label: string;
  /** What a credit of it costs in cash, for a person. */
  readonly kappaText: string;
  readonly setting: AllocatorSetting;
  /** Whether an option's requests are paid by it; all draw on the developer's own month. */
  readonly pays: (option: Pick<RequestOption, 'provider'>, agent: string) => boolean;
  /** What is left of it, where nothing is sold beyond; undefined: no such limit. */
  readonly leftNanoCredits: NanoCredits | undefined;
}

export interface CreditAccounts {
  /** The developer's own month: credits are paid as they are used. */
  readonly own: CreditAccount;
  /** Prepaid pools and subscriptions, in the order of the plans. */
  readonly plans: readonly CreditAccount[];
  /** Whose prices are shown. */
  readonly front: CreditAccount;
}

/** GitHub's plans pay for what passes through VS Code's own models too. */
const COPILOT = { provider: 'github-copilot', agent: 'copilot' } as const;

/** `plans` and `standings` are in the same order. */
export function creditAccounts(
  settings: AllocationSettings,
  plans: readonly Plan[],
  standings: readonly PlanStanding[],
): CreditAccounts {
  const shared = {
    lambdaFloor: lambdaFloor(settings.value),
    waitTargetSeconds: settings.waitTargetSeconds,
    riskLimitPerHour: settings.riskLimitPerHour,
  };
  const month = monthLimit(settings.limits);
  const own: CreditAccount = {
    label: 'your month',
    kappaText: 'credits are paid as they are used',
    setting: {
      constraints: constraintsOf(undefined, { ...shared, hasHardBudget: month?.mode === 'hard' }),
      periodAt: (at) => month && { start: startOfMonth(at), end: startOfMonth(at, 1), nanoCredits: month.nanoCredits },
      draws: () => true,
      charges: ({ paidBy }) => paidBy !== 'local',
    },
    pays: () => true,
    leftNanoCredits: undefined,
  };
  const paidBefore = plans.flatMap((plan, index): readonly CreditAccount[] => {
    const standing = standings[index];
    return standing === undefined || standing.kind === 'metered' ? [] : [planAccount(plan, standing, shared)];
  });
  const pool = paidBefore.find(({ setting }) => setting.periodAt !== NO_PERIOD);
  return { own, plans: paidBefore, front: month ? own : (pool ?? own) };
}

const NO_PERIOD = () => undefined;

function planAccount(
  plan: Plan,
  standing: PoolStanding | SubscriptionStanding,
  shared: Parameters<typeof constraintsOf>[1],
): CreditAccount {
  const { agents, label } = plan;
  const paysFor = (agent: string, provider: string | undefined) =>
    agents.includes(agent) || (provider === COPILOT.provider && agents.includes(COPILOT.agent));
  const constraints = constraintsOf(standing, shared);
  return {
    label,
    kappaText: kappaText(label, standing, constraints.kappa),
    setting: {
      constraints,
      periodAt: standing.kind === 'pool' ? periodOf(plan, standing) : NO_PERIOD,
      draws: ({ facts }: Entry) => paysFor(facts.agent, facts.provider),
      // Whose prices are in force is the only plan that a decision names.
      charges: ({ paidBy = 'front' }) => paidBy === 'front',
    },
    pays: ({ provider }, agent) => paysFor(agent, provider),
    leftNanoCredits: planLeft(standing),
  };
}

function periodOf(plan: Plan, standing: PoolStanding): AllocatorSetting['periodAt'] {
  const { entitlementNanoCredits: nanoCredits, period, elsewhere } = standing;
  if (nanoCredits === undefined) return NO_PERIOD;
  return (at): BudgetPeriod => {
    const isNow = at >= period.start && at < period.end;
    return {
      ...(isNow ? period : monthPeriod(at, plan.resetDay, plan.offer.zone)),
      nanoCredits,
      elsewhereNanoCredits: isNow ? elsewhere.nanoCredits : undefined,
    };
  };
}

function kappaText(label: string, { kind }: PlanStanding, kappa: number | undefined): string {
  if (kind === 'windows') return `${label} isn’t billed by credits`;
  if (kappa === 0) return `credits of ${label} are prepaid and expire unused`;
  return kappa === undefined
    ? `${label} is used up, and no more is sold`
    : `${label} is used up; more is sold at list price`;
}

/** The tightest for the whole month. */
export function monthLimit(limits: readonly Limit[]): Limit | undefined {
  return limits
    .filter(({ scope, of }) => scope === 'month' && of === undefined)
    .reduce<Limit | undefined>(
      (least, each) => (least && least.nanoCredits <= each.nanoCredits ? least : each),
      undefined,
    );
}
