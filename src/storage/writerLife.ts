/**
 * Whether the process that started a call is gone, so that nobody will write the call's end. A name is `host:pid`. It
 * errs on the side of "still there": another host's process can't be seen, and a number may have been given anew; such
 * calls are given up by age (`LOST_AFTER_MS`).
 */
import { hostname } from 'node:os';

export function writerName(): string {
  return `${hostname()}:${process.pid}`;
}

export function isGone(writer: string): boolean {
  const [, host, pid] = /^(.*):(\d+)$/.exec(writer) ?? [];
  return host === hostname() && pid !== undefined && !isRunning(Number(pid));
}

/** Whether a process of this machine exists. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code !== 'ESRCH';
  }
}
