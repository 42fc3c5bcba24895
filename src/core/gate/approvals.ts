/** What the developer has approved in a run: plain data, changed by what happens. It ends with the run, and after 8 hours. */
import { type ActionClass, reachesFurther } from '../risk/action.ts';
import type { ApprovedKind } from './actionKind.ts';
import { coversKind } from './actionKind.ts';

export interface Approvals {
  /** By the action's digest, epoch ms. */
  readonly actions: ReadonlyMap<string, number>;
  readonly kinds: readonly { readonly kind: ApprovedKind; readonly at: number }[];
}

export const NO_APPROVALS: Approvals = { actions: new Map(), kinds: [] };

export type ApprovalEvent =
  /** A new prompt: another run. */
  | { readonly kind: 'prompt' }
  | { readonly kind: 'action'; readonly digest: string; readonly class: ActionClass; readonly at: number }
  | { readonly kind: 'kinds'; readonly kinds: readonly ApprovedKind[]; readonly at: number };

const LIFE_MS = 8 * 3_600_000;
const MOST = 1_000;

export function changeApprovals(approvals: Approvals, event: ApprovalEvent): Approvals {
  switch (event.kind) {
    case 'prompt':
      return NO_APPROVALS;
    case 'action': {
      // What can't be undone is asked about again, also when it is the same: what it would destroy isn't.
      if (reachesFurther(event.class, 'commit') || approvals.actions.size >= MOST) return approvals;
      return { ...approvals, actions: new Map(approvals.actions).set(event.digest, event.at) };
    }
    case 'kinds': {
      const added = event.kinds
        .filter(({ class: reach }) => reach !== 'deploy')
        .map((kind) => ({ kind, at: event.at }));
      return { ...approvals, kinds: [...approvals.kinds, ...added].slice(-MOST) };
    }
  }
}

/** Whether this very action was approved. */
export function holdsAction({ actions }: Approvals, digest: string, now: number): boolean {
  return isFresh(actions.get(digest), now);
}

/** Whether each of these is of an approved kind. */
export function holdsKinds({ kinds }: Approvals, wanted: readonly ApprovedKind[], now: number): boolean {
  const fresh = kinds.filter(({ at }) => isFresh(at, now));
  return wanted.length > 0 && wanted.every((each) => fresh.some(({ kind }) => coversKind(kind, each)));
}

function isFresh(at: number | undefined, now: number): boolean {
  return at !== undefined && now - at < LIFE_MS && now >= at;
}
