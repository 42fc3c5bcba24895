/**
 * What the ledger's runs taught: those of some months when it is first needed, then each as it ends and as its outcome comes. Only
 * what is in the ledger is learned from, in the order in which it happened, so that a replay gives the live state.
 */
import { type RunLearning, runLearning } from '../../core/allocate/runLearning.ts';
import type { RunView } from '../../core/ledger/entry.ts';
import { namedRunOf } from '../../core/ledger/runs.ts';
import { judgement } from '../../core/quality/judgement.ts';
import { firstStretch, type LedgerStep, lastToEnd, ledgerSteps, overAt } from '../../core/quality/ledgerRun.ts';
import { MOST_RUNS } from '../../core/quality/runValue.ts';
import type { Clock, LedgerStore } from '../../ports.ts';
import { othersTurns } from '../othersTurn.ts';
import { type KnownRun, knownRun, type PriceOfEntry, pastRuns } from './pastRuns.ts';

export interface RunHistory {
  readonly learning: RunLearning;
  /** Learns the past, once. */
  ready(now: number): Promise<void>;
  /** Learns what happened until now; `latest`: the latest runs with a step each. */
  advance(now: number, latest: readonly RunView[]): Promise<void>;
}

export interface RunHistoryPorts {
  readonly ledger: Pick<LedgerStore, 'entries' | 'burn' | 'run' | 'outcomes'>;
  readonly priceOf: PriceOfEntry;
  readonly clock: Pick<Clock, 'elapsed'>;
}

/** A run that began and hasn't ended. */
interface OpenRun {
  readonly runId: string;
  readonly sessionId: string | undefined;
  readonly startedAt: number;
  /** The step that ended last; undefined: one is under way. */
  readonly last: Pick<LedgerStep, 'endedAt' | 'answered'> | undefined;
  /** When the next run of its session began; undefined: none has. */
  readonly next: number | undefined;
}

/** A run that ended and whose outcome isn't known. */
interface Waiting {
  readonly startedAt: number;
  readonly endedAt: number;
}

interface Happening {
  readonly at: number;
  readonly kind: 'ended' | 'judged';
  readonly runId: string;
  readonly happen: () => Iterable<undefined> | undefined;
}

/** As many as the valuer remembers. */
const MOST_WAITING = MOST_RUNS;
/** Runs that began and haven't ended: more than are at work at once. */
const MOST_OPEN = 64;
/** Far more than the latest runs that are looked at. */
const MOST_LEARNED = 512;

export function createRunHistory({ ledger, priceOf, clock }: RunHistoryPorts): RunHistory {
  const learning = runLearning();
  let reading: Promise<void> | undefined;
  const open = new Map<string, OpenRun>();
  /** The latest that were learned: whatever comes of them later is not learned again. */
  const learned = new Set<string>();
  const waiting = new Map<string, Waiting>();

  const turn = othersTurns(clock);

  async function replay(now: number): Promise<void> {
    const runs = await pastRuns(ledger, now, priceOf);
    const begun = withNext(runs.map(openRunOf));
    await learn(runs, (runId) => begun.get(runId)?.next, now);
  }

  /** Learns what happened until `now`, of these runs and of those that wait. */
  async function learn(
    runs: readonly KnownRun[],
    nextOf: (runId: string) => number | undefined,
    now: number,
  ): Promise<void> {
    const ended: { readonly run: KnownRun; readonly at: number }[] = [];
    for (const whole of runs) {
      const next = nextOf(whole.runId);
      const steps = firstStretch(whole.steps, next);
      const last = lastToEnd(steps);
      const at = last ? overAt(last, next) : Number.NEGATIVE_INFINITY;
      if (at > now) open.set(whole.runId, { ...openRunOf(whole), next });
      else open.delete(whole.runId);
      if (at <= now && steps.length > 0 && !learned.has(whole.runId)) ended.push({ run: { ...whole, steps }, at });
    }
    for (const { run, at } of ended.sort((a, b) => a.at - b.at)) {
      learned.add(run.runId);
      waiting.set(run.runId, { startedAt: run.steps[0]?.at ?? at, endedAt: at });
    }
    const ends = ended.map(
      ({ run, at }): Happening => ({ at, kind: 'ended', runId: run.runId, happen: () => learning.learn(run) }),
    );
    const happenings = [...ends, ...judgements(now)].sort(inOrder);
    for (const { happen } of happenings) {
      for (const _ of happen() ?? []) await turn();
      await turn();
    }
    for (const runId of [...learned].slice(0, Math.max(0, learned.size - MOST_LEARNED))) learned.delete(runId);
    for (const runId of [...waiting.keys()].slice(0, Math.max(0, waiting.size - MOST_WAITING))) waiting.delete(runId);
    for (const runId of [...open.keys()].slice(0, Math.max(0, open.size - MOST_OPEN))) open.delete(runId);
  }

  function judgements(now: number): readonly Happening[] {
    if (waiting.size === 0) return [];
    const from = Math.min(...[...waiting.values()].map(({ startedAt }) => startedAt));
    const labels = Map.groupBy(ledger.outcomes(from, now + 1), ({ runId, taskId }) => runId ?? taskId);
    return [...waiting].flatMap(([runId, { endedAt }]): readonly Happening[] => {
      const judged = judgement(labels.get(runId) ?? [], endedAt, now);
      if (!judged) return [];
      waiting.delete(runId);
      const { at, accepted, weight } = judged;
      const happen = () => void learning.judge(runId, accepted, at, weight);
      return [{ at, kind: 'judged', runId, happen }];
    });
  }

  return {
    learning,
    ready(now) {
      reading ??= replay(now).catch((error: unknown) => {
        reading = undefined;
        throw error;
      });
      return reading;
    },
    async advance(now, latest) {
      const seen = latest.flatMap((view) => openRunOfView(view) ?? []);
      const begun = withNext([...new Map([...open.values(), ...seen].map((run) => [run.runId, run])).values()], open);
      for (const run of begun.values()) {
        if (!learned.has(run.runId)) open.set(run.runId, run);
      }
      const due = [...open.values()].filter((run) => dueAt(run) <= now);
      const runs = due.flatMap(({ runId }) => {
        const view = ledger.run(runId);
        const first = view?.steps.find(({ scope }) => scope === 'step');
        if (view && first) return [knownRun(runId, first, ledgerSteps(view.steps), priceOf)];
        open.delete(runId);
        return [];
      });
      await learn(runs, (runId) => begun.get(runId)?.next, now);
    },
  };
}

function openRunOf({ runId, sessionId, steps }: KnownRun): OpenRun {
  return { runId, sessionId, startedAt: steps[0]?.at ?? 0, last: lastToEnd(steps), next: undefined };
}

/** undefined: a call of its own, which is no run. */
function openRunOfView({ runId, steps, omitted }: RunView): OpenRun | undefined {
  const [first, latest] = [steps[0], steps.at(-1)];
  if (!first || !latest || namedRunOf(first) === undefined) return undefined;
  const startedAt = omitted?.startedAt ?? first.at;
  const last = latest.state === 'open' ? undefined : ledgerSteps([latest])[0];
  return { runId, sessionId: first.facts.sessionId, startedAt, last, next: undefined };
}

function dueAt({ last, next }: OpenRun): number {
  return last ? overAt(last, next) : Number.POSITIVE_INFINITY;
}

/** Each with when the next run of its session began, as far as these and what was known `before` tell. */
function withNext(
  runs: readonly OpenRun[],
  before: ReadonlyMap<string, OpenRun> = new Map(),
): ReadonlyMap<string, OpenRun> {
  const bySession = Map.groupBy(runs, ({ sessionId }) => sessionId);
  return new Map(
    runs.map((run) => {
      const others = run.sessionId === undefined ? [] : (bySession.get(run.sessionId) ?? []);
      const later = others.filter(({ startedAt }) => startedAt > run.startedAt).map(({ startedAt }) => startedAt);
      const next = Math.min(before.get(run.runId)?.next ?? Number.POSITIVE_INFINITY, ...later);
      return [run.runId, { ...run, next: Number.isFinite(next) ? next : undefined }];
    }),
  );
}

/** A run ends before it is judged; else by name, so that it is the same order everywhere. */
function inOrder(a: Happening, b: Happening): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.kind !== b.kind) return a.kind === 'ended' ? -1 : 1;
  return a.runId < b.runId ? -1 : 1;
}
