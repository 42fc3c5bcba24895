/** One leader among the windows: it holds a lease in the ledger, and another takes over when the lease ends. */
import type { Clock, LedgerStore } from '../ports.ts';

const LEASE = 'leader';
const LIFE_MS = 9_000;
const RENEW_MS = 3_000;

export interface Leadership {
  readonly leads: boolean;
  /** Tries at once instead of at the next round. */
  check(): void;
  /** Gives the lease up. */
  dispose(): void;
}

/** Calls `onChange` whenever this window begins or ceases to lead. */
export function followLeadership(
  ledger: () => Pick<LedgerStore, 'lease'> | undefined,
  holder: string,
  clock: Clock,
  onChange: (leads: boolean) => void,
): Leadership {
  let leads = false;
  function check(): void {
    let held = false;
    try {
      held = ledger()?.lease(LEASE, holder, clock.now(), LIFE_MS) ?? false;
    } catch {
      // A ledger that can't be written has no leader; the trouble is told by whoever appends.
    }
    if (held === leads) return;
    leads = held;
    onChange(held);
  }
  const timer = setInterval(check, RENEW_MS);
  check();
  return {
    get leads() {
      return leads;
    },
    check,
    dispose() {
      clearInterval(timer);
      try {
        // The next window needn't wait for the lease to end.
        if (leads) ledger()?.lease(LEASE, holder, clock.now(), 0);
      } catch {
        // then it waits
      }
    },
  };
}
