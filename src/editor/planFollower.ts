/** Keeps at hand how the plans stand and what is forecast, asked of the worker now and then. */
import { type Outlook, type OutlookPorts, outlook } from '../app/outlook.ts';
import type { NanoCredits } from '../core/money.ts';
import type { Clock } from '../ports.ts';

export interface PlanFollower {
  outlook(): Outlook;
  /** Something changed: asks again soon, at most every {@link LEAST_INTERVAL_MS}. */
  soon(): void;
  /** Asks again where what is at hand is old: windows end and periods begin by themselves. */
  keepFresh(): void;
}

const LEAST_INTERVAL_MS = 2_000;
const OLD_MS = 60_000;

export function followPlans(ports: {
  readonly clock: Pick<Clock, 'now'>;
  readonly worker: OutlookPorts;
  /** What is meant to be spent in the month; undefined: no budget. */
  readonly monthBudget: () => NanoCredits | undefined;
  readonly onChange: () => void;
}): PlanFollower {
  const { clock, worker, monthBudget, onChange } = ports;
  let known: Outlook = { plans: [], month: undefined };
  let told = JSON.stringify(known);
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking = false;
  let again = false;
  let waiting = false;

  async function ask(): Promise<void> {
    waiting = false;
    asking = true;
    again = false;
    askedAt = clock.now();
    try {
      known = await outlook(worker, clock.now(), monthBudget());
      const text = JSON.stringify(known);
      if (text !== told) onChange();
      told = text;
    } catch {
      // A ledger that can't be read is told of by whoever writes; what was known stays.
    } finally {
      asking = false;
      if (again) soon();
    }
  }

  function soon(): void {
    if (asking) again = true;
    if (asking || waiting) return;
    waiting = true;
    const waitMs = Math.min(LEAST_INTERVAL_MS, askedAt + LEAST_INTERVAL_MS - clock.now());
    setTimeout(() => void ask(), Math.max(0, waitMs));
  }

  return {
    outlook: () => known,
    soon,
    keepFresh() {
      if (Math.abs(clock.now() - askedAt) > OLD_MS) soon();
    },
  };
}
