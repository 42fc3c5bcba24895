/**
 * One piece of work for all who want the same at the same time: hooks of several settings files tell one action twice. It is
 * given up once nobody waits for it any more.
 */
export type SharedWork<Result> = (
  key: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
) => Promise<Result>;

interface Shared<Result> {
  readonly result: Promise<Result>;
  readonly giveUp: AbortController;
  waiting: number;
}

export function createSharedWork<Result>(): SharedWork<Result> {
  const running = new Map<string, Shared<Result>>();
  return async (key, signal, work) => {
    let shared = running.get(key);
    if (!shared || shared.giveUp.signal.aborted) {
      const giveUp = new AbortController();
      const begun: Shared<Result> = { giveUp, waiting: 0, result: work(giveUp.signal).finally(() => end(key, begun)) };
      running.set(key, begun);
      shared = begun;
    }
    const mine = shared;
    mine.waiting += 1;
    const leave = () => {
      mine.waiting -= 1;
      if (mine.waiting === 0) mine.giveUp.abort();
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    try {
      return await mine.result;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  };

  function end(key: string, shared: Shared<Result>): void {
    if (running.get(key) === shared) running.delete(key);
  }
}
