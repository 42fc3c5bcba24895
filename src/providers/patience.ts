/** Ends a request when the user cancels it or when it takes too long. */
export interface Patience {
  readonly signal: AbortSignal;
  ranOut(): boolean;
  waitedMs(): number;
  /** Waits from now on, at most so long. Its owner may take any time between two waits. */
  start(ms: number): void;
  stop(): void;
  /** The answer is whole; the connection is left to `rest` and not closed at the end. */
  release(rest: Promise<void>): void;
  /** Closes the connection unless it was released. */
  end(): void;
}

/** Waits from the start, `firstMs` at most. */
export function createPatience(user: AbortSignal, firstMs: number): Patience {
  const controller = new AbortController();
  let limitMs = firstMs;
  let ranOut = false;
  let released = false;
  let timer: NodeJS.Timeout | undefined;
  const cancel = () => controller.abort();
  const stop = () => clearTimeout(timer);
  function start(ms: number): void {
    stop();
    limitMs = ms;
    timer = setTimeout(() => {
      ranOut = true;
      controller.abort();
    }, ms);
  }
  if (user.aborted) cancel();
  else user.addEventListener('abort', cancel, { once: true });
  start(firstMs);
  return {
    signal: controller.signal,
    ranOut: () => ranOut,
    waitedMs: () => limitMs,
    start,
    stop,
    release(rest) {
      released = true;
      void rest.finally(cancel);
    },
    end() {
      stop();
      user.removeEventListener('abort', cancel);
      if (!released) cancel();
    },
  };
}
