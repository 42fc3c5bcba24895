/** Plans as the catalogue offers them, and as the developer has chosen them. */
import type { NanoCredits } from '../money.ts';

/** Whose midnight ends a period. */
export type Zone = 'utc' | 'local';

/** A window in which a subscription counts its own units, which its vendor doesn't publish. */
export interface PlanWindow {
  /** As in a reading of it: `5h`, `week`. */
  readonly window: string;
  readonly label: string;
}

/** What can be had from a vendor; facts with their source. */
export interface PlanOffer {
  readonly id: string;
  readonly label: string;
  /**
   * `pool`: prepaid credits that expire unused. `windows`: a subscription that isn't billed by token. `metered`: paid by
   * what is used.
   */
  readonly kind: 'pool' | 'windows' | 'metered';
  /** Agents that draw from it unless the developer says otherwise. */
  readonly agents: readonly string[];
  /** Credits a seat and month; undefined: not published or not certain, so the developer says. */
  readonly creditsPerSeat?: number;
  /** Seats are counted together in one pool. */
  readonly pooled?: boolean;
  readonly windows?: readonly PlanWindow[];
  /** What happens once it is used up: sold at list price where the account allows it, or refused. */
  readonly overage: 'list' | 'none';
  readonly zone: Zone;
  readonly source: string;
  /** Day on which the source was read. */
  readonly date: string;
  /** One sentence on what is not certain. */
  readonly note?: string;
}

/** A plan that the developer has. */
export interface Plan {
  readonly offer: PlanOffer;
  readonly label: string;
  readonly agents: readonly string[];
  readonly seats: number;
  /** Of the whole pool and month; undefined: not known, or no pool. */
  readonly entitlementNanoCredits: NanoCredits | undefined;
  /** Day of the month on which it is filled again, 1 to 31; the last day where a month has no such day. */
  readonly resetDay: number;
}
