/**
 * What pays for a request, and at which price: the developer's own month, and each prepaid pool. One of them is in front, the
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
  readonly pools: readonly CreditAccount[];
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
    },
    pays: () => true,
    leftNanoCredits: undefined,
  };
  const pools = plans.flatMap((plan, index): readonly CreditAccount[] => {
    const standing = standings[index];
    return standing?.kind === 'pool' ? [poolAccount(plan, standing, shared)] : [];
  });
  return { own, pools, front: month ? own : (pools.find(({ setting }) => setting.periodAt !== NO_PERIOD) ?? own) };
}

const NO_PERIOD = () => undefined;

function poolAccount(plan: Plan, standing: PoolStanding, shared: Parameters<typeof constraintsOf>[1]): CreditAccount {
  const { agents } = plan;
  const paysFor = (agent: string, provider: string | undefined) =>
    agents.includes(agent) || (provider === COPILOT.provider && agents.includes(COPILOT.agent));
  const { entitlementNanoCredits, period, elsewhere } = standing;
  const periodAt = (at: number): BudgetPeriod | undefined => {
    if (entitlementNanoCredits === undefined) return undefined;
    const isNow = at >= period.start && at < period.end;
    return {
      ...(isNow ? period : monthPeriod(at, plan.resetDay, plan.offer.zone)),
      nanoCredits: entitlementNanoCredits,
      elsewhereNanoCredits: isNow ? elsewhere.nanoCredits : undefined,
    };
  };
  const constraints = constraintsOf(standing, shared);
  return {
    label: plan.label,
    kappaText:
      constraints.kappa === 0
        ? `credits of ${plan.label} are prepaid and expire unused`
        : constraints.kappa === 1
          ? `${plan.label} is used up; more is sold at list price`
          : `${plan.label} is used up, and no more is sold`,
    setting: {
      constraints,
      periodAt: entitlementNanoCredits === undefined ? NO_PERIOD : periodAt,
      draws: ({ facts }: Entry) => paysFor(facts.agent, facts.provider),
    },
    pays: ({ provider }, agent) => paysFor(agent, provider),
    leftNanoCredits: planLeft(standing),
  };
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
