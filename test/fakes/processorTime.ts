/**
 * Milliseconds of this thread's own processor time that some work takes, the best of some rounds: what else the machine does
 * takes none of it. Some machines count in steps of 4 to 16 ms: what is quicker than that has to be done many times.
 */
export function processorMs(work: () => unknown, rounds = 3): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const before = process.threadCpuUsage();
    work();
    best = Math.min(best, millisecondsSince(before));
  }
  return best;
}

/**
 * Watches how long this thread works between two turns of its loop, in milliseconds of its own processor time. Waiting for its
 * turn on a busy machine counts as nothing; work that doesn't let others in counts whole.
 */
export function watchTurns(): { longestMs(): number; stop(): void } {
  let longest = 0;
  let last = process.threadCpuUsage();
  const timer = setInterval(() => {
    longest = Math.max(longest, millisecondsSince(last));
    last = process.threadCpuUsage();
  }, 1);
  return { longestMs: () => longest, stop: () => clearInterval(timer) };
}

function millisecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
