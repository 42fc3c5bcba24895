import type { RunView } from '../ledger/entry.ts';
import { isWithin } from '../ledger/folders.ts';

/** How long after its last step a run may still be editing: it applies what it said, or its tools are at work. */
const AFTER_LAST_MS = 10_000;
const AFTER_TOOLS_MS = 120_000;

/**
 * The run that was at work where and when a file changed. undefined: none was, or more than one, so that nobody can say
 * whose edit it is. `path`: of the file or its folder. `runs`: the latest, each with its last step at least.
 */
export function runAtWork(path: string, at: number, runs: readonly RunView[]): RunView | undefined {
  const candidates = runs.filter((run) => run.folder !== undefined && isWithin(path, run.folder) && isAtWork(run, at));
  // A run in the folder itself goes before one above it.
  const deepest = Math.max(...candidates.map(({ folder }) => folder?.length ?? 0));
  const nearest = candidates.filter(({ folder }) => folder?.length === deepest);
  return nearest.length === 1 ? nearest[0] : undefined;
}

/**
 * Whether any agent may have been at work in a folder at an instant: what was started then may be its doing. After its
 * last word, which calls no tools, an agent starts nothing more.
 */
export function isAgentAtWork(folder: string, at: number, runs: readonly RunView[]): boolean {
  return runs.some(
    (run) =>
      (run.folder === undefined || isWithin(folder, run.folder) || isWithin(run.folder, folder)) &&
      isAtWork(run, at, 0),
  );
}

function isAtWork(run: RunView, at: number, afterLastMs = AFTER_LAST_MS): boolean {
  const first = run.steps[0];
  const last = run.steps.at(-1);
  if (!first || !last) return false;
  const startedAt = run.omitted?.startedAt ?? beginOf(first);
  if (at < startedAt) return false;
  if (last.state === 'open') return true;
  const endedAt = last.endedAt ?? last.at;
  return at <= endedAt + (last.finish === 'toolCalls' || last.tools.length > 0 ? AFTER_TOOLS_MS : afterLastMs);
}

/** Logs tell of a step when it has ended: how long it took says when it began. */
function beginOf({ at, endedAt, latency }: RunView['steps'][number]): number {
  return Math.min(at, (endedAt ?? at) - (latency.totalMs ?? 0));
}
