/**
 * Two sources may tell of the same run, one of its steps and one of its total, without an id in common. Where both name
 * the session, the steps that lie within a total's time are its steps. The aligner gives the total the run id of its
 * steps, so that it gives way to them.
 *
 * A sub-agent's calls are logged as a run of their own. They are part of the run in whose time they lie, and of its total;
 * where that is known, they are told again with it.
 *
 * The run's own steps are never changed. A total that was told before its steps is told again once they are there; of the two the
 * ledger prefers the later revision, and where figures are equal the greater run id, which is why run ids of steps
 * begin `root-`, `run-` or `turn-` and those of totals `request-` (see `byRevision` in fold.ts). Where two sources tell
 * of the same steps, the run of the greater word is the one that the ledger shows, and the total follows it.
 *
 * A total without a run is its whole session's. It gives way to any step of the session: it is then told again as a part
 * of that step's run that nobody pays for, which counts nothing and is not shown.
 */
import type { Json } from '../chat.ts';
import { eventSchemas, type Observation } from './event.ts';

export interface RunAligner {
  /** The observations in their order, totals with the run ids of their steps, and earlier totals that are told again. */
  align(observations: readonly Observation[]): readonly Observation[];
  /** What must be kept to go on after a restart: the latest totals, steps' times, and sub-agents' calls without a run. */
  state(): Json;
}

interface Span {
  from: number;
  /** undefined: still going on. */
  to: number | undefined;
}

interface Total extends Span {
  observation: Observation;
  /** The run id of its steps, once they are known. */
  runId: string | undefined;
}

interface SessionRuns {
  /** By call id. */
  readonly totals: Map<string, Total>;
  /** By run id. */
  readonly steps: Map<string, Span>;
  /** Sub-agents' calls whose run isn't known yet, by call id. */
  readonly lone: Map<string, Observation>;
  /** Totals of the session that count, since no step of it is known, by call id. */
  readonly whole: Map<string, Observation>;
  /** The run of some step of the session; the call's id where its source knows no run. undefined: no step is known. */
  stepOf: string | undefined;
}

/** The word of runs in the source that gives sub-agents runs of their own. */
const OWN_RUN = 'run';

/** Bounds of memory; a session further back is no longer written to. */
const SESSIONS = 2_000;
const RUNS_OF_SESSION = 200;
const SAVED_SESSIONS = 12;
const SAVED_RUNS = 6;
const SAVED_CALLS = 24;

/** Only observations of `agents` are looked at: those that have totals at all. */
export function runAligner(agents: ReadonlySet<string>, saved?: Json): RunAligner {
  const sessions = savedSessions(saved);

  return {
    align: (observations) => observations.flatMap(aligned),
    state: () =>
      [...sessions]
        .slice(-SAVED_SESSIONS)
        .map(([key, { totals, steps, lone, whole, stepOf }]) => [
          key,
          [...totals.values()].slice(-SAVED_RUNS).map(({ observation, runId }) => [observation as Json, runId ?? null]),
          [...steps].slice(-SAVED_RUNS).map(([runId, { from, to }]) => [runId, from, to ?? null]),
          [...lone.values()].slice(-SAVED_CALLS) as Json,
          [...whole.values()].slice(-SAVED_RUNS) as Json,
          stepOf ?? null,
        ]),
  };

  function aligned(observation: Observation): Observation | readonly Observation[] {
    const { agent, sessionId, runId } = observation.facts;
    if (!agents.has(agent) || sessionId === undefined) return observation;
    const isWhole = observation.scope === 'run' && runId === undefined;
    const runs = sessionOf(`${agent} ${sessionId}`);
    if (isWhole) return seenWhole(runs, observation);
    const gaveWay = observation.scope === 'run' ? [] : seenStepOf(runs, runId ?? observation.callId);
    const aligned = runId === undefined ? [observation] : alignedInRun(runs, runId, observation);
    return gaveWay.length === 0 ? aligned : [...aligned, ...gaveWay];
  }

  function alignedInRun(runs: SessionRuns, runId: string, observation: Observation): readonly Observation[] {
    const { subagentId } = observation.facts;
    if (observation.scope === 'run') return [seenTotal(runs, observation), ...foundCalls(runs)];
    if (subagentId !== undefined) return [seenSubagentCall(runs, observation)];
    return [observation, ...seenStep(runs, runId, observation), ...foundCalls(runs)];
  }

  function sessionOf(key: string): SessionRuns {
    const runs = sessions.get(key) ?? noRuns();
    // Set anew, so that the map is ordered by last use.
    sessions.delete(key);
    sessions.set(key, runs);
    dropOldest(sessions, SESSIONS);
    return runs;
  }
}

function noRuns(): SessionRuns {
  return { totals: new Map(), steps: new Map(), lone: new Map(), whole: new Map(), stepOf: undefined };
}

function seenWhole(runs: SessionRuns, observation: Observation): Observation {
  if (runs.stepOf !== undefined) return uncounted(observation, runs.stepOf);
  runs.whole.set(observation.callId, observation);
  dropOldest(runs.whole, RUNS_OF_SESSION);
  return observation;
}

/** The session's totals that its first step makes superfluous, to be told again. */
function seenStepOf(runs: SessionRuns, runId: string): readonly Observation[] {
  if (runs.stepOf !== undefined) return [];
  runs.stepOf = runId;
  const totals = [...runs.whole.values()];
  runs.whole.clear();
  return totals.map((total) => uncounted(total, runId));
}

function uncounted(total: Observation, runId: string): Observation {
  return { ...total, facts: { ...total.facts, runId, billable: false } };
}

function seenTotal(runs: SessionRuns, observation: Observation): Observation {
  const total = totalOf(observation, runs.totals.get(observation.callId)?.runId);
  runs.totals.set(observation.callId, total);
  dropOldest(runs.totals, RUNS_OF_SESSION);
  if (total.runId === undefined) {
    total.runId = firstOfGreatestWord([...runs.steps].filter(([, span]) => totalAround(runs, span) === total));
  }
  return told(total);
}

/** The total that this step makes known the steps of, to be told again. */
function seenStep(runs: SessionRuns, runId: string, observation: Observation): readonly Observation[] {
  const span = spanOf(observation);
  const known = runs.steps.get(runId);
  runs.steps.set(runId, {
    from: Math.min(known?.from ?? span.from, span.from),
    to: Math.max(known?.to ?? 0, span.to ?? 0),
  });
  dropOldest(runs.steps, RUNS_OF_SESSION);
  const total = totalAround(runs, span);
  if (!total || (total.runId !== undefined && wordOf(runId) <= wordOf(total.runId))) return [];
  total.runId = runId;
  return [told(total)];
}

function seenSubagentCall(runs: SessionRuns, observation: Observation): Observation {
  // Other sources name the run that the sub-agent was called in.
  if (wordOf(observation.facts.runId ?? '') !== OWN_RUN) return observation;
  const parentRunId = runAround(runs, spanOf(observation));
  if (parentRunId !== undefined) return within(observation, parentRunId);
  runs.lone.set(observation.callId, observation);
  dropOldest(runs.lone, RUNS_OF_SESSION);
  return observation;
}

/** Sub-agents' calls whose run has become known, to be told again. */
function foundCalls(runs: SessionRuns): readonly Observation[] {
  return [...runs.lone.values()].flatMap((observation) => {
    const parentRunId = runAround(runs, spanOf(observation));
    if (parentRunId === undefined) return [];
    runs.lone.delete(observation.callId);
    return [within(observation, parentRunId)];
  });
}

function within(observation: Observation, parentRunId: string): Observation {
  return { ...observation, facts: { ...observation.facts, parentRunId } };
}

/** The run in whose time a call lies, as its steps before and after the call tell, or its total. */
function runAround(runs: SessionRuns, call: Span): string | undefined {
  const middle = middleOf(call);
  for (const [runId, { from, to = from }] of runs.steps) {
    if (wordOf(runId) === OWN_RUN && from <= middle && middle <= to) return runId;
  }
  const runId = totalAround(runs, call)?.runId;
  return runId !== undefined && wordOf(runId) === OWN_RUN ? runId : undefined;
}

/** Two sources may name the same run; the one whose name has the greater word stands in front. */
function firstOfGreatestWord(runs: readonly (readonly [runId: string, span: Span])[]): string | undefined {
  let best: string | undefined;
  for (const [runId] of runs) if (best === undefined || wordOf(runId) > wordOf(best)) best = runId;
  return best;
}

/** `run` of `copilot:<session>:run-1`. */
function wordOf(runId: string): string {
  return /(?:^|:)([a-z]+)-[^:]*$/.exec(runId)?.[1] ?? '';
}

function told({ observation, runId }: Total): Observation {
  return runId === undefined ? observation : { ...observation, facts: { ...observation.facts, runId } };
}

/** The total whose time a step lies in: the one that began last before the step's middle. */
function totalAround(runs: SessionRuns, step: Span): Total | undefined {
  const middle = middleOf(step);
  let latest: Total | undefined;
  for (const total of runs.totals.values()) {
    if (total.from <= middle && (latest === undefined || total.from > latest.from)) latest = total;
  }
  return latest && middle <= (latest.to ?? Number.POSITIVE_INFINITY) ? latest : undefined;
}

function middleOf({ from, to = from }: Span): number {
  return (from + to) / 2;
}

function totalOf(observation: Observation, runId: string | undefined): Total {
  const ended = observation.kind === 'failed' || observation.finish !== undefined;
  const { from, to } = spanOf(observation);
  return { observation, runId, from, to: ended ? to : undefined };
}

function spanOf({ at, latency }: Observation): Span {
  return { from: at - (latency?.totalMs ?? 0), to: at };
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}

function savedSessions(saved: Json | undefined): Map<string, SessionRuns> {
  const sessions = new Map<string, SessionRuns>();
  for (const session of listOf(saved)) {
    const [key, totals, steps, lone, whole, stepOf] = listOf(session);
    if (typeof key !== 'string') continue;
    const runs = noRuns();
    for (const total of listOf(totals)) {
      const [event, runId] = listOf(total);
      const observation = readObservation(event);
      if (!observation) continue;
      runs.totals.set(observation.callId, totalOf(observation, typeof runId === 'string' ? runId : undefined));
    }
    for (const call of listOf(lone)) {
      const observation = readObservation(call);
      if (observation) runs.lone.set(observation.callId, observation);
    }
    for (const total of listOf(whole)) {
      const observation = readObservation(total);
      if (observation) runs.whole.set(observation.callId, observation);
    }
    if (typeof stepOf === 'string') runs.stepOf = stepOf;
    for (const step of listOf(steps)) {
      const [runId, from, to] = listOf(step);
      if (typeof runId !== 'string' || typeof from !== 'number') continue;
      runs.steps.set(runId, { from, to: typeof to === 'number' ? to : undefined });
    }
    sessions.set(key, runs);
  }
  return sessions;
}

function readObservation(saved: Json | undefined): Observation | undefined {
  const { data } = eventSchemas().ledgerEventSchema.safeParse(saved);
  return data?.kind === 'settled' || data?.kind === 'failed' ? data : undefined;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
