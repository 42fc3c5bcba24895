/**
 * Two sources may tell of the same run, one of its steps and one of its total, without an id in common. Where both name
 * the session, the steps that lie within a total's time are its steps. The aligner gives the total the run id of its
 * steps, so that it gives way to them.
 *
 * Steps are never changed. A total that was told before its steps is told again once they are there; of the two the
 * ledger prefers the later revision, and where figures are equal the greater run id, which is why run ids of steps
 * begin `run-` and those of totals `request-` (see `byRevision` in fold.ts).
 */
import type { Json } from '../chat.ts';
import { ledgerEventSchema, type Observation } from './event.ts';

export interface RunAligner {
  /** The observations in their order, totals with the run ids of their steps, and earlier totals that are told again. */
  align(observations: readonly Observation[]): readonly Observation[];
  /** What must be kept to go on after a restart: the latest totals without steps, and the latest steps' times. */
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
}

/** Bounds of memory; a session further back is no longer written to. */
const SESSIONS = 2_000;
const RUNS_OF_SESSION = 200;
const SAVED_SESSIONS = 12;
const SAVED_RUNS = 6;

/** Only observations of `agents` are looked at: those that have totals at all. */
export function runAligner(agents: ReadonlySet<string>, saved?: Json): RunAligner {
  const sessions = savedSessions(saved);

  return {
    align: (observations) => observations.flatMap(aligned),
    state: () =>
      [...sessions]
        .slice(-SAVED_SESSIONS)
        .map(([key, { totals, steps }]) => [
          key,
          [...totals.values()].slice(-SAVED_RUNS).map(({ observation, runId }) => [observation as Json, runId ?? null]),
          [...steps].slice(-SAVED_RUNS).map(([runId, { from, to }]) => [runId, from, to ?? null]),
        ]),
  };

  function aligned(observation: Observation): Observation | readonly Observation[] {
    const { agent, sessionId, runId, subagentId } = observation.facts;
    if (!agents.has(agent) || sessionId === undefined || runId === undefined) return observation;
    const runs = sessionOf(`${agent} ${sessionId}`);
    if (observation.scope === 'run') return seenTotal(runs, observation);
    // A sub-agent's calls are a run of their own within the run of its parent.
    if (subagentId !== undefined) return observation;
    return [observation, ...seenStep(runs, runId, observation)];
  }

  function sessionOf(key: string): SessionRuns {
    const runs = sessions.get(key) ?? { totals: new Map(), steps: new Map() };
    // Set anew, so that the map is ordered by last use.
    sessions.delete(key);
    sessions.set(key, runs);
    dropOldest(sessions, SESSIONS);
    return runs;
  }
}

function seenTotal(runs: SessionRuns, observation: Observation): Observation {
  const total = totalOf(observation, runs.totals.get(observation.callId)?.runId);
  runs.totals.set(observation.callId, total);
  dropOldest(runs.totals, RUNS_OF_SESSION);
  if (total.runId === undefined) {
    for (const [runId, span] of runs.steps) {
      if (totalAround(runs, span) !== total) continue;
      total.runId = runId;
      break;
    }
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
  if (!total || total.runId !== undefined) return [];
  total.runId = runId;
  return [told(total)];
}

function told({ observation, runId }: Total): Observation {
  return runId === undefined ? observation : { ...observation, facts: { ...observation.facts, runId } };
}

/** The total whose time a step lies in: the one that began last before the step's middle. */
function totalAround(runs: SessionRuns, step: Span): Total | undefined {
  const middle = (step.from + (step.to ?? step.from)) / 2;
  let latest: Total | undefined;
  for (const total of runs.totals.values()) {
    if (total.from <= middle && (latest === undefined || total.from > latest.from)) latest = total;
  }
  return latest && middle <= (latest.to ?? Number.POSITIVE_INFINITY) ? latest : undefined;
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
    const [key, totals, steps] = listOf(session);
    if (typeof key !== 'string') continue;
    const runs: SessionRuns = { totals: new Map(), steps: new Map() };
    for (const total of listOf(totals)) {
      const [event, runId] = listOf(total);
      const { data } = ledgerEventSchema.safeParse(event);
      if (data?.kind !== 'settled' && data?.kind !== 'failed') continue;
      runs.totals.set(data.callId, totalOf(data, typeof runId === 'string' ? runId : undefined));
    }
    for (const step of listOf(steps)) {
      const [runId, from, to] = listOf(step);
      if (typeof runId !== 'string' || typeof from !== 'number') continue;
      runs.steps.set(runId, { from, to: typeof to === 'number' ? to : undefined });
    }
    sessions.set(key, runs);
  }
  return sessions;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
