/** V where the developer named it for a chat (`/value 300`): it goes before what the task's class is worth. */
import type { NanoCredits } from '../core/money.ts';

export interface TaskValues {
  /** `next`: of the next chat that sends a request through Marginal. undefined: by the task's class again. */
  setTaskValue(session: string | 'next', nanoCredits: NanoCredits | undefined): void;
  /** Of a session that sends a request now; takes up what was set for the next one. */
  take(sessionId: string): NanoCredits | undefined;
  /** Looks only. */
  of(sessionId: string): NanoCredits | undefined;
}

const MOST_SESSIONS = 64;

export function createTaskValues(): TaskValues {
  const values = new Map<string, NanoCredits>();
  let next: NanoCredits | undefined;

  function set(sessionId: string, nanoCredits: NanoCredits | undefined): void {
    values.delete(sessionId);
    if (nanoCredits !== undefined) values.set(sessionId, nanoCredits);
    const [oldest] = values.keys();
    if (values.size > MOST_SESSIONS && oldest !== undefined) values.delete(oldest);
  }

  return {
    setTaskValue(session, nanoCredits) {
      if (session === 'next') next = nanoCredits;
      else set(session, nanoCredits);
    },
    take(sessionId) {
      if (next !== undefined) set(sessionId, next);
      next = undefined;
      return values.get(sessionId);
    },
    of: (sessionId) => values.get(sessionId),
  };
}
