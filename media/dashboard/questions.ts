/** What the page asks for when it shows it: each question once, and again when what it is about has changed and some time has passed. */
import type { DashboardAnswer, DashboardQuestion } from '../../src/protocol/dashboardReasons.ts';

export interface Questions {
  /**
   * Says that the page shows the answer to this question. `basis`: anything that differs when the answer may; `leastMs`:
   * until then the last answer will do.
   */
  want(question: DashboardQuestion, basis: string, leastMs: number): void;
  took(answer: DashboardAnswer): void;
  /** Something failed: what is still open may be asked again. */
  failed(): void;
}

interface Asked {
  readonly basis: string;
  readonly at: number;
  readonly open: boolean;
}

/** Answers that never came are asked for again. */
const LOST_AFTER_MS = 60_000;
const AGAIN_AFTER_FAILURE_MS = 5_000;

export function questions(ask: (question: DashboardQuestion) => void, now: () => number): Questions {
  const asked = new Map<string, Asked>();
  return {
    want(question, basis, leastMs) {
      const key = questionKey(question);
      const last = asked.get(key);
      if (last) {
        const since = now() - last.at;
        if (last.open && since < LOST_AFTER_MS) return;
        if (!last.open && (last.basis === basis || since < leastMs)) return;
      }
      asked.set(key, { basis, at: now(), open: true });
      ask(question);
    },
    took(answer) {
      const key = questionKey(answer);
      const last = asked.get(key);
      if (last) asked.set(key, { ...last, open: false });
    },
    failed() {
      for (const [key, last] of asked) {
        if (last.open) asked.set(key, { ...last, at: now() - LOST_AFTER_MS + AGAIN_AFTER_FAILURE_MS });
      }
    },
  };
}

/** The same for a question and its answer. */
export function questionKey(message: DashboardQuestion | DashboardAnswer): string {
  switch (message.type) {
    case 'breakdown':
      return `breakdown ${message.by} ${message.fromDay} ${message.toDay}`;
    case 'dearest':
      return `dearest ${message.fromDay} ${message.toDay} ${message.limit}`;
    case 'successes':
      return `successes ${message.fromDay} ${message.toDay}`;
    case 'outlook':
      return `outlook ${message.runId}`;
    case 'why':
      return `why ${message.runId}`;
    case 'prices':
      return 'prices';
    case 'scores':
      return 'scores';
  }
}
