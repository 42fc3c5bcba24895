import { NANO_PER_CREDIT } from '../money.ts';
import { PLAN_OFFERS, planOffer } from './catalogue.ts';
import type { Plan, PlanOffer } from './plan.ts';

/** An entry of the setting `marginal.plans`. */
export interface PlanSetting {
  /** A plan of the catalogue. */
  readonly plan: string;
  readonly label?: string;
  readonly agents?: readonly string[];
  /** Credits of the whole pool and month. */
  readonly entitlementCredits?: number;
  readonly seats?: number;
  readonly resetDay?: number;
}

/** The plans of the setting's value, and a sentence for each entry that was left out; none loses another. */
export function readPlans(value: unknown): { readonly plans: readonly Plan[]; readonly problems: readonly string[] } {
  const problems: string[] = [];
  if (value === undefined || value === null) return { plans: [], problems };
  if (!Array.isArray(value)) return { plans: [], problems: ['marginal.plans: write a list of plans.'] };
  const taken = new Map<string, string>();
  const plans = value.flatMap((item: unknown, index) => {
    const read = readPlan(item);
    if (typeof read === 'string') {
      problems.push(`marginal.plans, entry ${index + 1}: ${read}`);
      return [];
    }
    const twice = read.agents.find((agent) => taken.has(agent));
    if (twice !== undefined) {
      problems.push(
        `marginal.plans, entry ${index + 1} (${read.label}): ${twice} draws from ${taken.get(twice)} already; give each agent one plan.`,
      );
      return [];
    }
    for (const agent of read.agents) taken.set(agent, read.label);
    return [read];
  });
  return { plans, problems };
}

/** A plan, or a sentence that says how to mend the entry. */
function readPlan(item: unknown): Plan | string {
  if (typeof item !== 'object' || item === null) return 'write { "plan": "copilot-business" } or the like.';
  const { plan, label, agents, entitlementCredits, seats, resetDay } = item as Record<string, unknown>;
  const offer = typeof plan === 'string' ? planOffer(plan) : undefined;
  if (!offer) return `plan is one of ${PLAN_OFFERS.map(({ id }) => id).join(', ')}.`;
  if (seats !== undefined && !isWhole(seats, 1, 1_000_000)) return 'seats is a whole number from 1 on.';
  if (resetDay !== undefined && !isWhole(resetDay, 1, 31)) return 'resetDay is a day of the month, 1 to 31.';
  if (entitlementCredits !== undefined && !isCredits(entitlementCredits))
    return 'entitlementCredits is the number of credits a month, above 0.';
  if (agents !== undefined && !isNames(agents)) return 'agents is a list of agents, such as ["copilot"].';
  const drawing = [...new Set(agents ?? offer.agents)];
  if (drawing.length === 0) return 'name the agents that draw from it: "agents": ["claude-code"].';
  if (offer.id === 'own' && entitlementCredits === undefined)
    return 'give entitlementCredits, the number of credits a month.';
  return {
    offer,
    label: typeof label === 'string' && label.trim() !== '' ? label.trim() : offer.label,
    agents: drawing,
    seats: seats ?? 1,
    entitlementNanoCredits: entitlementOf(offer, entitlementCredits, seats ?? 1),
    resetDay: resetDay ?? 1,
  };
}

function entitlementOf(offer: PlanOffer, own: number | undefined, seats: number): number | undefined {
  if (offer.kind !== 'pool') return undefined;
  const credits = own ?? (offer.creditsPerSeat === undefined ? undefined : offer.creditsPerSeat * seats);
  return credits === undefined ? undefined : Math.round(credits * NANO_PER_CREDIT);
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

/** Up to what nano-credits can be counted in exactly. */
function isCredits(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= 9_000_000;
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string' && name !== '');
}
