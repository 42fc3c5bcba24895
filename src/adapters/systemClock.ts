import type { Clock } from '../ports.ts';

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  // `performance` loads a module of its own into each thread.
  elapsed() {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1_000 + nanoseconds / 1_000_000;
  },
};
