/** The traffic with one open dashboard: first the whole state, then what changed, at most four times a second. */
import {
  type DashboardState,
  type FromDashboard,
  parseFromDashboard,
  type ToDashboard,
} from '../protocol/dashboard.ts';
import type { DashboardAnswer, DashboardQuestion } from '../protocol/dashboardReasons.ts';
import { type DashboardView, dashboardPatch, FIRST_VIEW } from '../protocol/dashboardState.ts';

/** Where a dashboard's figures come from. */
export interface DashboardSource {
  snapshot(view: DashboardView): Promise<DashboardState>;
  /** Fires whenever a snapshot may have become another; as often as it likes. */
  readonly onDidChange: (listener: () => void) => { dispose(): void };
}

/** What a dashboard may ask for beyond its own view; each is one command or one dialog. */
export type DashboardRequest = Exclude<
  FromDashboard,
  { type: 'ready' | 'selectRun' | 'showSteps' | DashboardQuestion['type'] }
>;

export interface DashboardSessionPorts {
  readonly source: DashboardSource;
  readonly post: (message: ToDashboard) => void;
  readonly visible: () => boolean;
  /** Rejects with a sentence for the user. */
  readonly perform: (request: DashboardRequest) => Promise<void>;
  /** Rejects with a sentence for the user. */
  readonly answer: (question: DashboardQuestion) => Promise<DashboardAnswer>;
  readonly log: (sentence: string) => void;
  /** Runs `action` once after `delayMs`; returns its cancellation. */
  readonly later: (action: () => void, delayMs: number) => () => void;
}

export interface DashboardSession {
  receive(message: unknown): void;
  /** The page was shown or hidden. A hidden one gets nothing; shown again it is brought up to date. */
  visibilityChanged(): void;
  dispose(): void;
}

const LEAST_INTERVAL_MS = 250;
const MOST_STEPS = 5_000;

export function dashboardSession(ports: DashboardSessionPorts): DashboardSession {
  const { source, post } = ports;
  let view: DashboardView = FIRST_VIEW;
  /** What the page has; undefined: it isn't ready, so nothing is sent. */
  let sent: DashboardState | 'nothing yet' | undefined;
  let reading = false;
  let waiting: (() => void) | undefined;
  let stale = false;
  let disposed = false;

  const subscription = source.onDidChange(() => changed());

  function changed(): void {
    stale = true;
    if (sent === undefined || disposed || reading || waiting || !ports.visible()) return;
    void push();
  }

  async function push(): Promise<void> {
    reading = true;
    stale = false;
    const asked = view;
    try {
      const state = await source.snapshot(asked);
      if (disposed || sent === undefined) return;
      const message = sent === 'nothing yet' ? { type: 'snapshot' as const, state } : dashboardPatch(sent, state);
      sent = state;
      if (message) post(message);
    } catch (error) {
      if (!disposed) post({ type: 'failure', sentence: sentenceOf(error) });
    } finally {
      reading = false;
    }
    if (disposed) return;
    if (view !== asked) {
      void push();
      return;
    }
    waiting = ports.later(() => {
      waiting = undefined;
      if (stale) changed();
    }, LEAST_INTERVAL_MS);
  }

  /** The user asked for another view: answered at once. */
  function look(next: DashboardView): void {
    view = next;
    if (sent === undefined || reading) return;
    waiting?.();
    waiting = undefined;
    void push();
  }

  function failed(error: unknown): void {
    if (!disposed) post({ type: 'failure', sentence: sentenceOf(error) });
  }

  function receive(message: unknown): void {
    const request = parseFromDashboard(message);
    if (!request) {
      ports.log('The dashboard sent a message that is not in its protocol; it was ignored.');
      return;
    }
    switch (request.type) {
      case 'ready':
        sent = 'nothing yet';
        look({ runId: request.view?.runId, stepLimit: stepLimit(request.view?.stepLimit) });
        return;
      case 'selectRun':
        look({ runId: request.runId, stepLimit: FIRST_VIEW.stepLimit });
        return;
      case 'showSteps':
        look({ ...view, stepLimit: stepLimit(request.limit) });
        return;
      case 'breakdown':
      case 'dearest':
      case 'why':
      case 'successes':
      case 'prices':
      case 'scores':
      case 'outlook':
        ports.answer(request).then((answer) => {
          if (!disposed) post(answer);
        }, failed);
        return;
      default:
        ports.perform(request).catch(failed);
    }
  }

  return {
    receive,
    visibilityChanged: () => {
      if (stale) changed();
    },
    dispose: () => {
      disposed = true;
      waiting?.();
      subscription.dispose();
    },
  };
}

function stepLimit(asked: number | undefined): number {
  if (asked === undefined || !(asked >= 1)) return FIRST_VIEW.stepLimit;
  return Math.min(MOST_STEPS, Math.max(FIRST_VIEW.stepLimit, Math.floor(asked)));
}

function sentenceOf(error: unknown): string {
  return error instanceof Error && error.message !== ''
    ? error.message
    : 'The dashboard could not be brought up to date; see the log (Marginal: Show Log).';
}
