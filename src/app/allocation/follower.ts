/** Keeps what was learned in step with the ledger: by a replay when it is first needed, then by what is written. */

import { nameOf } from '../../core/ledger/fact.ts';
import type { Clock, LedgerStore } from '../../ports.ts';
import { othersTurn } from '../othersTurn.ts';
import type { Learning } from './learning.ts';
import { type ReplayLedger, replay } from './replay.ts';

export interface FollowerPorts {
  readonly ledger: ReplayLedger & Pick<LedgerStore, 'changes'>;
  readonly clock: Pick<Clock, 'now' | 'elapsed'>;
  /** A learning that knows only the priors, under the settings of now. */
  readonly fresh: () => Learning;
  /** The ledger can't be read: what was learned stays as it is. undefined: it can again. */
  readonly onTrouble: (error: unknown) => void;
}

export interface Follower {
  /** What is known by now; before the first replay the priors. */
  readonly current: () => Learning;
  /** Begins the replay, once, and resolves when it is done; it never rejects. */
  ready(): Promise<void>;
  /** The ledger has been replayed. */
  isReady(): boolean;
  /** Takes in what was written since; nothing before the first replay. It never rejects. */
  follow(): Promise<void>;
  /** Settings changed, or much was written late: the next need replays anew, and goes on with what is known meanwhile. */
  renew(): void;
  dispose(): void;
}

/** Changes that are taken in at once. */
const CHANGES_AT_ONCE = 40;
/** A call that is told so much later than the latest fact says nothing of now; the next replay puts it in its place. */
const LATE_MS = 3_600_000;
/** So many of them, and the ledger is replayed anew, at most so often. */
const MANY_LATE = 20;
const REPLAY_EVERY_MS = 10 * 60_000;

export function follower({ ledger, clock, fresh, onTrouble }: FollowerPorts): Follower {
  let learning: Learning | undefined;
  const known = (): Learning => {
    learning ??= fresh();
    return learning;
  };
  let place: number | undefined;
  let learned: ReadonlySet<string> = new Set();
  let late = 0;
  let wanted = true;
  let replayedAt = Number.NEGATIVE_INFINITY;
  let replaying: Promise<void> | undefined;
  let following: Promise<void> | undefined;
  const ending = new AbortController();

  async function replayOnce(): Promise<void> {
    wanted = false;
    late = 0;
    const next = fresh();
    try {
      const replayed = await replay(ledger, next, clock, ending.signal);
      if (!replayed) return;
      learning = next;
      ({ place, learned } = replayed);
      replayedAt = clock.elapsed();
      onTrouble(undefined);
    } catch (error) {
      wanted = true;
      onTrouble(error);
    }
  }

  async function followOnce(): Promise<void> {
    try {
      for (let more = true; more && place !== undefined && !replaying && !ending.signal.aborted; ) {
        if (ledger.lastChange() < place) {
          // Another file has taken the ledger's place.
          renew();
          return;
        }
        const { memory, learn } = known();
        const changes = ledger.changes(place, CHANGES_AT_ONCE, memory.at - LATE_MS);
        for (const fact of changes.facts) if (!learned.has(nameOf(fact))) learn(fact);
        place = changes.next;
        late += changes.passed;
        ({ more } = changes);
        if (more) await othersTurn();
      }
      if (late >= MANY_LATE) wanted = true;
      onTrouble(undefined);
    } catch (error) {
      onTrouble(error);
    }
  }

  function renew(): void {
    wanted = true;
    replayedAt = Number.NEGATIVE_INFINITY;
  }

  return {
    current: known,
    async ready() {
      if (wanted && clock.elapsed() - replayedAt >= REPLAY_EVERY_MS && !ending.signal.aborted) {
        replaying ??= replayOnce().finally(() => {
          replaying = undefined;
        });
      }
      // Once something is known, a new replay goes on behind it.
      if (place === undefined) await replaying;
    },
    isReady: () => place !== undefined,
    async follow() {
      if (place === undefined || replaying) return;
      following ??= followOnce().finally(() => {
        following = undefined;
      });
      await following;
    },
    renew,
    dispose: () => ending.abort(),
  };
}
