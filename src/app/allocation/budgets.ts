/**
 * Budgets hold over all windows (docs/economics, section 7): p90 of a request is reserved before it is sent and given back
 * when it ended, by when the ledger knows its cost. What other windows hold is read from the ledger.
 */

import { accountOf, type Draw, type Limit } from '../../core/budget/limits.ts';
import { readReservations } from '../../core/budget/readReservations.ts';
import {
  type BudgetState,
  judge,
  type Reservation,
  type ReserveRequest,
  tightestLeft,
  type Verdict,
} from '../../core/budget/reservations.ts';
import { dayOf } from '../../core/ledger/localDay.ts';
import type { NanoCredits } from '../../core/money.ts';
import type { Clock, Cursor, LedgerStore } from '../../ports.ts';

export interface BudgetPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly ledger: Pick<LedgerStore, 'cursor' | 'lease'>;
  readonly keep: (events: readonly [], cursors: Readonly<Record<string, Cursor>>) => Promise<void>;
  /** Names this window. */
  readonly holder: string;
  readonly limits: () => readonly Limit[];
  /** What runs, sessions, projects and models have spent. */
  readonly spent: () => BudgetState['spent'];
  /** What the ledger's own sums say of today and of this month. */
  readonly summed: () => { readonly today: NanoCredits; readonly month: NanoCredits };
  readonly onTrouble: (error: unknown) => void;
}

export interface Budgets {
  /** Judges a request, and reserves for it where it may go: for `allow` and `warn`, which is also said where it was agreed to. */
  reserve(request: ReserveRequest): Promise<Verdict>;
  /** It ended, however it did. */
  release(id: string): Promise<void>;
  /** What the tightest limit that refuses leaves for a request; undefined: there is none. */
  left(request: Omit<Draw, 'day'>): NanoCredits | undefined;
}

/** Windows that hold something at the same time: each has a place of its own. */
const PLACES = 16;
const PLACE_LIFE_MS = 3_600_000;
/** A request that takes longer has lost its window. */
const HELD_MS = 15 * 60_000;
const ALLOWED: Verdict = { verdict: 'allow', limit: undefined, why: '' };

const placeName = (place: number) => `reservations-${place}`;

/** Scopes whose spend the ledger's own sums tell; what others have spent is summed call by call. */
export function isSummed({ scope, of }: Limit): boolean {
  return (scope === 'day' || scope === 'month') && of === undefined;
}

export function createBudgets(ports: BudgetPorts): Budgets {
  const { clock, ledger, keep, holder, limits, spent, summed, onTrouble } = ports;
  const held = new Map<string, Reservation>();
  let place: number | undefined;

  /** Tells the other windows. Never rejects: this window's own requests are held to the limits all the same. */
  async function publish(): Promise<void> {
    try {
      const now = clock.now();
      const mine = [...(place === undefined ? [] : [place]), ...Array.from({ length: PLACES }, (_, index) => index)];
      place = mine.find((index) => ledger.lease(placeName(index), holder, now, PLACE_LIFE_MS));
      if (place === undefined) return;
      await keep([], { [placeName(place)]: JSON.parse(JSON.stringify([...held.values()])) as Cursor });
    } catch (error) {
      onTrouble(error);
    }
  }

  function heldElsewhere(): readonly Reservation[] {
    const oldest = clock.now() - HELD_MS;
    return Array.from({ length: PLACES }, (_, index) => index)
      .filter((index) => index !== place)
      .flatMap((index) => readReservations(ledger.cursor(placeName(index))))
      .filter(({ at }) => at >= oldest);
  }

  function stateFor(draw: Draw, before?: Reservation): BudgetState {
    const { today, month } = limits().some(isSummed) ? summed() : { today: 0, month: 0 };
    const accounts = new Map(spent());
    const at = clock.now();
    for (const [scope, nanoCredits] of [
      ['day', today],
      ['month', month],
    ] as const) {
      const account = accountOf(scope, draw);
      if (account !== undefined) accounts.set(account, { nanoCredits, at });
    }
    const own: Reservation[] = [];
    for (const each of held.values()) {
      if (each === before) break;
      if (each.at >= at - HELD_MS) own.push(each);
    }
    return { spent: accounts, held: new Map([...heldElsewhere(), ...own].map((each) => [each.id, each])) };
  }

  return {
    async reserve({ id, nanoCredits, local, agreed, ...draw }) {
      const inForce = limits();
      if (inForce.length === 0 || local) return ALLOWED;
      const at = clock.now();
      const reservation: Reservation = { id, at, draw: { ...draw, day: dayOf(at) }, nanoCredits };
      // First told, then judged: of two windows that ask at once, each sees the other's.
      held.set(id, reservation);
      await publish();
      const verdict = judge(stateFor(reservation.draw, reservation), inForce, reservation);
      if (verdict.verdict === 'ask' && agreed) return { ...verdict, verdict: 'warn' };
      if (verdict.verdict === 'refuse' || verdict.verdict === 'ask') {
        held.delete(id);
        await publish();
      }
      return verdict;
    },
    async release(id) {
      if (held.delete(id)) await publish();
    },
    left(request) {
      const hard = limits().filter(({ mode }) => mode === 'hard');
      if (hard.length === 0) return undefined;
      const draw = { ...request, day: dayOf(clock.now()) };
      return tightestLeft(stateFor(draw), hard, draw);
    },
  };
}
