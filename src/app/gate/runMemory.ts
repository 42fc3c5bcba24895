/** What the gate remembers of agents' runs while they go on: approvals, what the developer answered, files that a run made. */
import { type ApprovalEvent, type Approvals, changeApprovals, NO_APPROVALS } from '../../core/gate/approvals.ts';
import type { HookCall } from '../../core/hooks/hookCall.ts';

export interface RunMemory {
  approvals(): Approvals;
  /** Another number with each new beginning. */
  epoch(): number;
  change(event: ApprovalEvent): void;
  /** What the developer has said of its actions. */
  readonly answers: { approved: number; denied: number };
  /** The folder that it was first told of: an agent may change its own later. */
  readonly folder: string | undefined;
  /** When its session was first heard of, epoch ms; undefined: it tells none. */
  readonly since: number | undefined;
  made(path: string): boolean;
  /** Before a tool is used: files that aren't there yet, and that it may make. */
  willMake(useId: string, paths: readonly string[]): void;
  /** After it: those paths; they are no longer waited for. */
  maybeMade(useId: string): readonly string[];
  keepMade(path: string): void;
  /** A new prompt, or no trust any more: approvals end, what it made stays its own. */
  begin(): void;
}

const MOST_RUNS = 200;
const MOST_FILES = 5_000;
const MOST_WAITING = 200;

/** By agent and session; a call that tells no session is remembered by nothing. */
export function createRunMemory(now: () => number): (call: HookCall) => RunMemory {
  const runs = new Map<string, RunMemory>();
  return (call) => {
    if (call.sessionId === undefined) return oneRun(call.cwd, undefined);
    const key = `${call.agent}\0${call.sessionId}`;
    const run = runs.get(key) ?? oneRun(call.cwd, now());
    runs.delete(key);
    runs.set(key, run);
    for (const oldest of runs.keys()) {
      if (runs.size <= MOST_RUNS) break;
      runs.delete(oldest);
    }
    return run;
  };
}

function oneRun(folder: string | undefined, since: number | undefined): RunMemory {
  let approvals = NO_APPROVALS;
  let epoch = 0;
  const answers = { approved: 0, denied: 0 };
  const made = new Set<string>();
  const waiting = new Map<string, readonly string[]>();
  return {
    answers,
    folder,
    since,
    approvals: () => approvals,
    epoch: () => epoch,
    change(event) {
      approvals = changeApprovals(approvals, event);
    },
    made: (path) => made.has(path),
    willMake(useId, paths) {
      if (paths.length === 0) return;
      waiting.set(useId, paths);
      for (const oldest of waiting.keys()) {
        if (waiting.size <= MOST_WAITING) break;
        waiting.delete(oldest);
      }
    },
    maybeMade(useId) {
      const paths = waiting.get(useId) ?? [];
      waiting.delete(useId);
      return paths;
    },
    keepMade(path) {
      if (made.size < MOST_FILES) made.add(path);
    },
    begin() {
      epoch += 1;
      approvals = changeApprovals(approvals, { kind: 'prompt' });
      answers.approved = 0;
      answers.denied = 0;
    },
  };
}
