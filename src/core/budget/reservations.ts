/**
 * Budgets hold (docs/economics, section 7): p90 of a request's cost is reserved before it is sent, settled after it, released
 * when it fails. One reducer for all windows and agents, so that requests at the same time can't overdraw together: what is
 * reserved counts as spent until it is settled. Only a request that costs more than its p90 can pass a limit, by so much;
 * the next one is then refused.
 */
import { formatCredits, type NanoCredits } from '../money.ts';
import { accountOf, accountsOf, appliesTo, type Draw, type Limit } from './limits.ts';

export interface Reservation {
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly draw: Draw;
  /** p90 of the cost; undefined: unknown. */
  readonly nanoCredits: NanoCredits | undefined;
  /** On own hardware: it draws on no money budget. */
  readonly local?: boolean | undefined;
}

/** What is asked before a request is sent. */
export interface ReserveRequest extends Omit<Draw, 'day'> {
  /** Unique among what is reserved. */
  readonly id: string;
  /** p90 of its cost; undefined: unknown. */
  readonly nanoCredits: NanoCredits | undefined;
  /** On own hardware: it draws on no money budget. */
  readonly local?: boolean | undefined;
  /** The developer was asked, and lets it go on. */
  readonly agreed?: boolean | undefined;
}

export interface BudgetState {
  /** What was spent, by account. */
  readonly spent: ReadonlyMap<string, { readonly nanoCredits: NanoCredits; readonly at: number }>;
  /** What is reserved, by id. */
  readonly held: ReadonlyMap<string, Reservation>;
}

export const EMPTY_BUDGET: BudgetState = { spent: new Map(), held: new Map() };

export type BudgetEvent =
  | { readonly kind: 'reserved'; readonly reservation: Reservation }
  /** `nanoCredits` undefined: unknown, so what was reserved counts. */
  | {
      readonly kind: 'settled';
      readonly id: string;
      readonly at: number;
      readonly nanoCredits: NanoCredits | undefined;
    }
  | { readonly kind: 'released'; readonly id: string }
  /** A call that nobody reserved for: of an agent that doesn't ask. */
  | { readonly kind: 'spent'; readonly at: number; readonly draw: Draw; readonly nanoCredits: NanoCredits }
  /** Reservations whose window is gone come back. */
  | { readonly kind: 'expired'; readonly before: number };

export interface Verdict {
  /** `warn`: it goes through and the developer is told. */
  readonly verdict: 'allow' | 'warn' | 'ask' | 'refuse';
  /** The limit that decided; undefined: none. */
  readonly limit: Limit | undefined;
  /** One sentence; empty for `allow`. */
  readonly why: string;
}

const ALLOWED: Verdict = { verdict: 'allow', limit: undefined, why: '' };
const SEVERITY = { allow: 0, warn: 1, ask: 2, refuse: 3 } as const;

/** What the limits say to a request, before it is reserved. The strictest decides. */
export function judge(state: BudgetState, limits: readonly Limit[], reservation: Reservation): Verdict {
  let worst = ALLOWED;
  for (const limit of limits) {
    const verdict = judgeLimit(state, limit, reservation);
    if (SEVERITY[verdict.verdict] > SEVERITY[worst.verdict]) worst = verdict;
  }
  return worst;
}

function judgeLimit(state: BudgetState, limit: Limit, { draw, nanoCredits, local }: Reservation): Verdict {
  if (local || nanoCredits === 0 || !appliesTo(limit, draw)) return ALLOWED;
  const left = leftOf(state, limit, draw);
  const whose = `${SCOPE_TEXTS[limit.scope]} of ${formatCredits(limit.nanoCredits)} credits`;
  if (nanoCredits === undefined) {
    if (limit.mode === 'soft')
      return { verdict: 'warn', limit, why: `The price is unknown, so it can’t be told whether it fits ${whose}.` };
    const verdict = left <= 0 && limit.mode === 'hard' ? 'refuse' : 'ask';
    return {
      verdict,
      limit,
      why:
        left <= 0 ? `${capital(whose)} is used up.` : `The price is unknown, so it can’t be held to ${whose}: go on?`,
    };
  }
  if (nanoCredits <= left) return ALLOWED;
  const cost = `It may cost ${formatCredits(nanoCredits)} credits, and ${formatCredits(Math.max(0, left))} are left of ${whose}`;
  switch (limit.mode) {
    case 'soft':
      return { verdict: 'warn', limit, why: `${cost}.` };
    case 'ask':
      return { verdict: 'ask', limit, why: `${cost}: go on?` };
    case 'hard':
      return { verdict: 'refuse', limit, why: `${cost}: choose a cheaper model, or raise the limit.` };
  }
}

const SCOPE_TEXTS = {
  step: 'the limit for a step',
  run: 'this run’s limit',
  session: 'this session’s limit',
  day: 'the day’s limit',
  month: 'the month’s limit',
  project: 'this project’s limit for the month',
  model: 'this model’s limit for the month',
} as const;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** What a limit leaves for a request, reservations counted; negative where it is overdrawn. */
export function leftOf(state: BudgetState, limit: Limit, draw: Draw): NanoCredits {
  const account = accountOf(limit.scope, draw);
  if (account === undefined) return limit.nanoCredits;
  let used = state.spent.get(account)?.nanoCredits ?? 0;
  for (const held of state.held.values()) {
    if (!held.local && accountOf(limit.scope, held.draw) === account) used += held.nanoCredits ?? 0;
  }
  return limit.nanoCredits - used;
}

/** What the tightest hard limit leaves; undefined: there is none. For `choose`. */
export function tightestLeft(state: BudgetState, limits: readonly Limit[], draw: Draw): NanoCredits | undefined {
  const lefts = limits
    .filter((limit) => limit.mode === 'hard' && appliesTo(limit, draw))
    .map((limit) => Math.max(0, leftOf(state, limit, draw)));
  return lefts.length === 0 ? undefined : Math.min(...lefts);
}

/**
 * Judges and reserves in one step, so that nothing comes between. `refuse` reserves nothing; `ask` neither, unless the
 * developer `agreed`.
 */
export function reserve(
  state: BudgetState,
  limits: readonly Limit[],
  reservation: Reservation,
  agreed = false,
): { readonly state: BudgetState; readonly verdict: Verdict } {
  const verdict = judge(state, limits, reservation);
  const goes = verdict.verdict === 'allow' || verdict.verdict === 'warn' || (verdict.verdict === 'ask' && agreed);
  return { state: goes ? applyBudget(state, { kind: 'reserved', reservation }) : state, verdict };
}

/** The state after an event. An id that isn't held, or is held already, changes nothing: events may come twice. */
export function applyBudget(state: BudgetState, event: BudgetEvent): BudgetState {
  switch (event.kind) {
    case 'reserved': {
      if (state.held.has(event.reservation.id)) return state;
      return { ...state, held: new Map(state.held).set(event.reservation.id, event.reservation) };
    }
    case 'settled': {
      const held = state.held.get(event.id);
      if (!held) return state;
      const nanoCredits = held.local ? 0 : (event.nanoCredits ?? held.nanoCredits ?? 0);
      return { spent: withSpent(state.spent, held.draw, nanoCredits, event.at), held: without(state.held, event.id) };
    }
    case 'released':
      return state.held.has(event.id) ? { ...state, held: without(state.held, event.id) } : state;
    case 'spent':
      return { ...state, spent: withSpent(state.spent, event.draw, event.nanoCredits, event.at) };
    case 'expired': {
      const held = new Map([...state.held].filter(([, each]) => each.at >= event.before));
      return held.size === state.held.size ? state : { ...state, held };
    }
  }
}

/** The state that events lead to, from the beginning. */
export function replayBudget(events: Iterable<BudgetEvent>): BudgetState {
  let state = EMPTY_BUDGET;
  for (const event of events) state = applyBudget(state, event);
  return state;
}

function without(held: BudgetState['held'], id: string): BudgetState['held'] {
  const rest = new Map(held);
  rest.delete(id);
  return rest;
}

/** More than so many accounts: those that were drawn on longest ago are forgotten. They are runs and sessions long ended. */
const MOST_ACCOUNTS = 400;
const KEPT_ACCOUNTS = 300;

function withSpent(
  spent: BudgetState['spent'],
  draw: Draw,
  nanoCredits: NanoCredits,
  at: number,
): BudgetState['spent'] {
  if (nanoCredits === 0) return spent;
  const next = new Map(spent);
  for (const account of accountsOf(draw)) {
    const before = next.get(account);
    next.set(account, { nanoCredits: (before?.nanoCredits ?? 0) + nanoCredits, at: Math.max(before?.at ?? 0, at) });
  }
  if (next.size <= MOST_ACCOUNTS) return next;
  return new Map([...next].sort((a, b) => b[1].at - a[1].at).slice(0, KEPT_ACCOUNTS));
}
