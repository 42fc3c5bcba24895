/** Keeps at hand how the plans stand and what is forecast, asked of the worker now and then. */
import { type PlanWorker, planGlances } from '../app/planGlances.ts';
import type { PlanGlance } from '../core/status/planGlance.ts';
import type { Clock } from '../ports.ts';

export interface PlanFollower {
  glances(): readonly PlanGlance[];
  /** Something changed: asks again soon, at most every {@link LEAST_INTERVAL_MS}. */
  soon(): void;
  /** Asks again where what is at hand is old: windows end and periods begin by themselves. */
  keepFresh(): void;
}

const LEAST_INTERVAL_MS = 2_000;
const OLD_MS = 60_000;

export function followPlans(ports: {
  readonly clock: Pick<Clock, 'now'>;
  readonly worker: PlanWorker;
  readonly onChange: () => void;
}): PlanFollower {
  const { clock, worker, onChange } = ports;
  let glances: readonly PlanGlance[] = [];
  let told = '[]';
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
      glances = await planGlances(worker, () => clock.now());
      const text = JSON.stringify(glances);
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
    glances: () => glances,
    soon,
    keepFresh() {
      if (Math.abs(clock.now() - askedAt) > OLD_MS) soon();
    },
  };
}
