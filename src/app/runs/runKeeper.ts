/**
 * Looks ahead for the runs at work, of whichever agent: what their next step will cost, what going on is worth, what is advised.
 * Nothing is read of the past before the first run is at work or one is asked for.
 */
import type { RunOutlook } from '../../core/allocate/outlook.ts';
import type { ForetoldStep, PredictorScores } from '../../core/allocate/runLearning.ts';
import { costRange } from '../../core/allocate/runOutlook.ts';
import type { RunView } from '../../core/ledger/entry.ts';
import { namedRunOf } from '../../core/ledger/runs.ts';
import type { ToldStep } from '../../core/quality/toldStep.ts';
import type { Clock, LedgerStore, RunReport } from '../../ports.ts';
import { createLiveRun, type Heard, type LiveRun, type LiveRunPorts } from './liveRun.ts';
import { createRunHistory } from './runHistory.ts';

export interface RunKeeper {
  /** The ledger has changed. */
  soon(): void;
  /** undefined: it isn't at work. */
  outlook(runId: string): Promise<RunOutlook | undefined>;
  /** undefined: nothing was foretold of it. */
  report(runId: string): Promise<RunReport | undefined>;
  /** A request of a run tells how the calls of an earlier step went. */
  told(runId: string, step: ToldStep): void;
  /** A run begins with so many characters. */
  toldTask(runId: string, chars: number): void;
  /** The developer lets a run go on. */
  resume(runId: string): void;
  scores(): Promise<PredictorScores>;
  dispose(): void;
}

export interface RunKeeperPorts extends Omit<LiveRunPorts, 'ledger' | 'learning' | 'clock'> {
  readonly clock: Pick<Clock, 'now' | 'elapsed'>;
  readonly ledger: Pick<LedgerStore, 'run' | 'runs' | 'entries' | 'burn' | 'outcomes'>;
  readonly notify: (outlooks: readonly RunOutlook[]) => void;
  readonly later: (work: () => void, delayMs: number) => () => void;
  /** Tells a trouble, or with undefined that it is over. */
  readonly onTrouble: (sentence: string | undefined) => void;
}

/** A run is at work for so long after its last step. */
export const AT_WORK_MS = 5 * 60_000;
/** Runs that are looked at: more than are at work at once. */
const RUNS_ASKED = 8;
const LEAST_INTERVAL_MS = 800;
/** While runs are at work it looks by itself: a run that falls silent is over without an event. */
const LOOK_AGAIN_MS = 20_000;
/** Runs of which is known what their requests told. */
const MOST_HEARD = 32;

export function createRunKeeper(ports: RunKeeperPorts): RunKeeper {
  const { clock, ledger } = ports;
  const history = createRunHistory(ports);
  const live = new Map<string, LiveRun>();
  const heard = new Map<string, Heard>();
  let sent = '[]';
  /** The next look, and for when it is set (epoch ms). */
  let pending: { readonly at: number; readonly cancel: () => void } | undefined;
  let looking: Promise<void> | undefined;
  let again = false;
  let disposed = false;

  function schedule(delayMs: number): void {
    const at = clock.now() + delayMs;
    if (disposed || (pending && pending.at <= at)) return;
    pending?.cancel();
    const cancel = ports.later(() => {
      pending = undefined;
      void look();
    }, delayMs);
    pending = { at, cancel };
  }

  /** One at a time; what changes meanwhile is looked at next. */
  function look(): Promise<void> {
    looking ??= lookNow()
      .then(
        () => ports.onTrouble(undefined),
        (error: unknown) => ports.onTrouble(`What runs are worth can’t be told: ${messageOf(error)}`),
      )
      .finally(() => {
        looking = undefined;
        if (again) {
          again = false;
          schedule(LEAST_INTERVAL_MS);
        } else if (live.size > 0) schedule(LOOK_AGAIN_MS);
      });
    return looking;
  }

  async function lookNow(): Promise<void> {
    const runs = ledger.runs(RUNS_ASKED, 1);
    const atWork = runs.filter((run) => isAtWork(run, clock.now()));
    if (atWork.length === 0 && live.size === 0) return;
    await history.ready(clock.now());
    if (disposed) return;
    await history.advance(clock.now(), runs);
    if (disposed) return;
    ports.calls?.refresh();
    const working = new Set(atWork.map(({ runId }) => runId));
    for (const runId of live.keys()) if (!working.has(runId)) live.delete(runId);
    const outlooks: RunOutlook[] = [];
    for (const { runId } of atWork) {
      const run = liveRun(runId);
      await run.look();
      const outlook = run.outlook();
      if (outlook) outlooks.push(outlook);
    }
    if (disposed) return;
    const text = JSON.stringify(outlooks);
    if (text === sent) return;
    sent = text;
    ports.notify(outlooks);
  }

  function liveRun(runId: string): LiveRun {
    const known = live.get(runId);
    if (known) return known;
    const made = createLiveRun(runId, heardOf(runId), { ...ports, learning: history.learning });
    live.set(runId, made);
    return made;
  }

  function heardOf(runId: string): Heard {
    const known = heard.get(runId);
    if (known) return known;
    const made: Heard = { taskChars: undefined, steps: new Map(), resumedAfter: new Set() };
    heard.set(runId, made);
    for (const old of [...heard.keys()].slice(0, Math.max(0, heard.size - MOST_HEARD))) heard.delete(old);
    return made;
  }

  /** The run as it is now, where it is at work. */
  async function current(runId: string): Promise<LiveRun | undefined> {
    const view = ledger.run(runId, 1);
    if (!view || !isAtWork(view, clock.now())) return undefined;
    await history.ready(clock.now());
    ports.calls?.refresh();
    const run = liveRun(runId);
    await run.look();
    return run;
  }

  return {
    soon() {
      if (looking) again = true;
      else schedule(LEAST_INTERVAL_MS);
    },
    outlook: async (runId) => (await current(runId))?.outlook(),
    async report(runId) {
      await history.ready(clock.now());
      const run = await current(runId);
      const steps = run?.foretold() ?? history.learning.foretold(runId)?.steps;
      return steps && steps.length > 0 ? { runId, outlook: run?.outlook(), steps: steps.map(foretoldCost) } : undefined;
    },
    told(runId, step) {
      heardOf(runId).steps.set(step.callId, step);
      schedule(0);
    },
    toldTask(runId, chars) {
      heardOf(runId).taskChars ??= chars;
    },
    resume(runId) {
      const last = ledger.run(runId, 1)?.steps.at(-1);
      if (last) heardOf(runId).resumedAfter.add(last.callId);
      schedule(0);
    },
    async scores() {
      await history.ready(clock.now());
      await history.advance(clock.now(), ledger.runs(RUNS_ASKED, 1));
      return history.learning.scores();
    },
    dispose() {
      disposed = true;
      pending?.cancel();
    },
  };
}

/** Whether a run's latest step runs or ended just now. */
function isAtWork({ live, steps }: RunView, now: number): boolean {
  const last = steps.at(-1);
  if (!last || namedRunOf(last) === undefined) return false;
  return live || now - (last.endedAt ?? last.at) < AT_WORK_MS;
}

const foretoldCost = ({ callId, credits, success }: ForetoldStep) => ({ callId, cost: costRange(credits), success });
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
