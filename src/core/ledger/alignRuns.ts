/**
 * Two sources may tell of the same run, one of its steps and one of its total, without an id in common. Where both name
 * the session, the steps that lie within a total's time are its steps. The aligner gives both the same `runId`, whichever
 * of them comes first, so that the total gives way to its steps.
 */
import type { Json } from '../chat.ts';
import type { Observation } from './event.ts';

export interface RunAligner {
  /** The observations in their order, with the run ids that they share. */
  align(observations: readonly Observation[]): readonly Observation[];
  /** What must be kept to go on after a restart: the latest sessions. */
  state(): Json;
}

interface Span {
  readonly runId: string;
  from: number;
  /** undefined: still going on. */
  to: number | undefined;
}

interface SessionRuns {
  readonly totals: Map<string, Span>;
  readonly steps: Map<string, Span>;
  /** A run's id in its source -> the id that it has in the ledger. */
  readonly known: Map<string, string>;
}

/** Bounds of memory; a session further back is no longer written to. */
const SESSIONS = 2_000;
const RUNS_OF_SESSION = 200;
const SAVED_SESSIONS = 30;
const SAVED_RUNS = 12;

/** Only observations of `agents` are looked at: those that have totals at all. */
export function runAligner(agents: ReadonlySet<string>, saved?: Json): RunAligner {
  const sessions = new Map<string, SessionRuns>(savedSessions(saved));

  return {
    align: (observations) => observations.map(aligned),
    state: () =>
      [...sessions]
        .slice(-SAVED_SESSIONS)
        .map(([key, runs]) => [
          key,
          [...runs.totals.values()].slice(-SAVED_RUNS).map(spanJson),
          [...runs.steps.values()].slice(-SAVED_RUNS).map(spanJson),
          [...runs.known].slice(-2 * SAVED_RUNS),
        ]),
  };

  function aligned(observation: Observation): Observation {
    const { agent, sessionId, runId } = observation.facts;
    if (!agents.has(agent) || sessionId === undefined || runId === undefined) return observation;
    const runs = sessionOf(`${agent} ${sessionId}`);
    const total = observation.scope === 'run';
    const span = spanOf(observation, runId);
    remember(total ? runs.totals : runs.steps, span);
    let shared = runs.known.get(runId);
    if (shared === undefined) {
      const partner = total ? stepsWithin(runs, span) : totalAround(runs, span);
      shared = partner === undefined ? runId : (runs.known.get(partner.runId) ?? partner.runId);
      runs.known.set(runId, shared);
    }
    return shared === runId ? observation : { ...observation, facts: { ...observation.facts, runId: shared } };
  }

  function sessionOf(key: string): SessionRuns {
    const runs = sessions.get(key) ?? { totals: new Map(), steps: new Map(), known: new Map() };
    // Set anew, so that the map is ordered by last use.
    sessions.delete(key);
    sessions.set(key, runs);
    dropOldest(sessions, SESSIONS);
    return runs;
  }
}

function spanOf(observation: Observation, runId: string): Span {
  const from = observation.at - (observation.latency?.totalMs ?? 0);
  const ended = observation.kind === 'failed' || observation.finish !== undefined || observation.scope !== 'run';
  return { runId, from, to: ended ? observation.at : undefined };
}

function remember(spans: Map<string, Span>, span: Span): void {
  const before = spans.get(span.runId);
  if (before) {
    before.from = Math.min(before.from, span.from);
    before.to = span.to === undefined ? before.to : Math.max(before.to ?? 0, span.to);
    return;
  }
  spans.set(span.runId, { ...span });
  dropOldest(spans, RUNS_OF_SESSION);
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}

/** The total whose time a step lies in: the one that began last before the step's middle. */
function totalAround(runs: SessionRuns, step: Span): Span | undefined {
  const middle = (step.from + (step.to ?? step.from)) / 2;
  let latest: Span | undefined;
  for (const total of runs.totals.values()) {
    if (total.from <= middle && (latest === undefined || total.from > latest.from)) latest = total;
  }
  return latest && middle <= (latest.to ?? Number.POSITIVE_INFINITY) ? latest : undefined;
}

/** The steps whose time lies within a total's; none where a later total has begun before them. */
function stepsWithin(runs: SessionRuns, total: Span): Span | undefined {
  for (const steps of runs.steps.values()) if (totalAround(runs, steps)?.runId === total.runId) return steps;
  return undefined;
}

function spanJson({ runId, from, to }: Span): Json {
  return [runId, from, to ?? null];
}

function savedSessions(saved: Json | undefined): [string, SessionRuns][] {
  if (!Array.isArray(saved)) return [];
  return saved.flatMap((session): [string, SessionRuns][] => {
    if (!Array.isArray(session) || typeof session[0] !== 'string') return [];
    const [key, totals, steps, known] = session;
    const pairs = (Array.isArray(known) ? known : []).filter(
      (pair): pair is [string, string] => Array.isArray(pair) && pair.every((name) => typeof name === 'string'),
    );
    return [[key, { totals: savedSpans(totals), steps: savedSpans(steps), known: new Map(pairs) }]];
  });
}

function savedSpans(saved: Json | undefined): Map<string, Span> {
  const spans = (Array.isArray(saved) ? saved : []).flatMap((span): [string, Span][] => {
    const [runId, from, to] = Array.isArray(span) ? span : [];
    if (typeof runId !== 'string' || typeof from !== 'number') return [];
    return [[runId, { runId, from, to: typeof to === 'number' ? to : undefined }]];
  });
  return new Map(spans);
}
