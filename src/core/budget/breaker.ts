/**
 * The breaker of a run that spends without progress (docs/economics, section 7): the same calls again and again, tools that
 * keep failing, or many steps without a new edit. A reducer over the run's steps; its state is plain data.
 */
import { formatCredits, type NanoCredits } from '../money.ts';

export interface BreakerStep {
  /** Its tool calls: a hash of name and input (never their text), and whether the result was a failure. */
  readonly calls: readonly { readonly signature: string; readonly failed?: boolean | undefined }[];
  /** Files were changed in it in a way that wasn't there before. */
  readonly edited: boolean;
  /** Tests or builds passed in it that hadn't. */
  readonly passed?: boolean | undefined;
  /** undefined: unknown. */
  readonly nanoCredits: NanoCredits | undefined;
}

export interface BreakerState {
  /** The latest calls, oldest first. */
  readonly recent: BreakerStep['calls'];
  readonly steps: number;
  /** Since the last progress: an edit, or tests that pass. */
  readonly idleSteps: number;
  readonly idleNanoCredits: NanoCredits;
  /** Calls since then whose cost nobody knows. */
  readonly idleUnknown: number;
  /** undefined: closed. */
  readonly open: BreakerOpen | undefined;
}

export interface BreakerOpen {
  readonly reason: 'repeats' | 'failures' | 'noEdits';
  /** For a person. */
  readonly why: string;
}

export const CLOSED_BREAKER: BreakerState = {
  recent: [],
  steps: 0,
  idleSteps: 0,
  idleNanoCredits: 0,
  idleUnknown: 0,
  open: undefined,
};

export interface BreakerLimits {
  /** The same call this often among the last {@link WINDOW}. */
  readonly repeats: number;
  /** This share of the last {@link WINDOW} calls failed. */
  readonly failingShare: number;
  /** Steps without a new edit, that together cost at least {@link idleNanoCredits}. */
  readonly idleSteps: number;
  readonly idleNanoCredits: NanoCredits;
}

/**
 * Looser than what a run that comes to something does: reading a repository takes dozens of calls without an edit, and a
 * test that fails thrice before it passes is how work goes.
 */
export const DEFAULT_BREAKER_LIMITS: BreakerLimits = {
  repeats: 4,
  failingShare: 0.8,
  idleSteps: 30,
  idleNanoCredits: 20_000_000_000,
};

const WINDOW = 10;

export type BreakerEvent =
  | { readonly kind: 'step'; readonly step: BreakerStep }
  /** The developer lets it go on: counted anew. */
  | { readonly kind: 'resumed' };

export function applyBreaker(
  state: BreakerState,
  event: BreakerEvent,
  limits: BreakerLimits = DEFAULT_BREAKER_LIMITS,
): BreakerState {
  if (event.kind === 'resumed') return { ...CLOSED_BREAKER, steps: state.steps };
  const { step } = event;
  const isProgress = step.edited || step.passed === true;
  // An edit makes the same call a new question: tests are run again after each.
  const recent = [...(isProgress ? [] : state.recent), ...step.calls].slice(-WINDOW);
  const counted = {
    recent,
    steps: state.steps + 1,
    idleSteps: isProgress ? 0 : state.idleSteps + 1,
    idleNanoCredits: isProgress ? 0 : state.idleNanoCredits + (step.nanoCredits ?? 0),
    idleUnknown: isProgress ? 0 : state.idleUnknown + (step.nanoCredits === undefined ? 1 : 0),
  };
  return { ...counted, open: isProgress ? undefined : (openingOf(counted, limits) ?? state.open) };
}

function openingOf(state: Omit<BreakerState, 'open'>, limits: BreakerLimits): BreakerOpen | undefined {
  const { recent, idleSteps, idleNanoCredits, idleUnknown } = state;
  const spent = `${formatCredits(idleNanoCredits)}${idleUnknown > 0 ? ' + ?' : ''} credits since anything new`;
  const [repeated = []] = [...Map.groupBy(recent, ({ signature }) => signature).values()].sort(
    (a, b) => b.length - a.length,
  );
  if (repeated.length >= limits.repeats) {
    const made = `The same call was made ${repeated.length} times among the last ${recent.length}`;
    const how = repeated.every((call) => call.failed === true) ? ', failed each time' : '';
    return { reason: 'repeats', why: `${made}${how}, without an edit in between (${spent}).` };
  }
  const failed = recent.filter((call) => call.failed === true).length;
  if (recent.length >= WINDOW && failed >= limits.failingShare * recent.length) {
    return { reason: 'failures', why: `${failed} of the last ${recent.length} tool calls failed (${spent}).` };
  }
  if (idleSteps >= limits.idleSteps && idleNanoCredits >= limits.idleNanoCredits) {
    return { reason: 'noEdits', why: `${idleSteps} steps without a new edit or a test that passes (${spent}).` };
  }
  return undefined;
}
