/**
 * From what is observed around runs to labels of their work. A pure fold: the same signals give the same labels. What is
 * no label (docs/economics.md, section 3): what an agent says, commits and checks of its own, and a passing check whose
 * tests it weakened or deleted.
 */

import type { OutcomeEvent } from '../ledger/event.ts';
import { isWithin } from '../ledger/folders.ts';
import { type Outcome, WEIGHTS } from './outcome.ts';
import type {
  AskedSignal,
  CancelledSignal,
  CheckSignal,
  CommittedSignal,
  EditedSignal,
  OutcomeSignal,
  Remains,
} from './outcomeSignal.ts';
import { asksTheSame, type PromptSketch } from './promptSketch.ts';

/** Runs that are remembered, and for how long after they were last active: past the last survival check. */
export const MOST_WORKS = 100;
export const WORK_LIFE_MS = 3 * 60 * 60 * 1000;
/** A check says nothing about edits that are older than this. */
const CHECK_AFTER_MS = 2 * 60 * 60 * 1000;
/** The same request within this time is the same task. */
const ASKED_AGAIN_MS = 30 * 60 * 1000;
/** A run over the same files within this time of one that had failed is the same task. */
const RETRY_MS = 15 * 60 * 1000;
const SIMILAR_FILES = 0.5;
/** A run that was stopped is abandoned once no other has followed in its folder for this long. */
const ABANDONED_AFTER_MS = 30 * 60 * 1000;
const MOST_CHECKS = 200;

/** Of a passing check: it failed before the work, nothing is known, it passed before too. */
const PASSED = { failed: 1, unknown: 0.85, passed: 0.6 } as const;
/** Of a failing check; one that failed before says least. */
const FAILED = { passed: 1, unknown: 0.85, failed: 0.5 } as const;
const STRENGTH = { test: 1, build: 0.6, lint: 0.4 } as const;
/** The developer typed since: it is no longer the run's work alone. */
const MIXED = 0.5;
/** The run added tests of its own to what was checked. */
const OWN_TESTS = 0.5;

/** What is remembered of a run's work. */
export interface Work {
  readonly runId: string;
  /** The first run of its task. */
  readonly taskId: string;
  readonly folder: string;
  readonly startedAt: number;
  /** undefined: nothing was edited (yet). */
  readonly editedAt: number | undefined;
  readonly files: ReadonlySet<number>;
  readonly sketch: PromptSketch | undefined;
  /** It edited tests; it took lines from them, or what it did to them isn't known. */
  readonly touchedTests: boolean;
  readonly weakenedTests: boolean;
  /** The developer typed in its folder at this time. */
  readonly typedAt: number | undefined;
  /** What each check said last before the first edit, and since. */
  readonly before: ReadonlyMap<number, boolean>;
  readonly since: ReadonlyMap<number, { readonly passed: boolean; readonly at: number }>;
  readonly failed: boolean;
  readonly cancelledAt: number | undefined;
}

export interface OutcomeState {
  /** By run, the one that was active last at the end. */
  readonly works: ReadonlyMap<string, Work>;
  /** What each check said last. */
  readonly checks: ReadonlyMap<number, boolean>;
}

export const NO_OUTCOMES: OutcomeState = { works: new Map(), checks: new Map() };

export interface Folded {
  readonly state: OutcomeState;
  readonly events: readonly OutcomeEvent[];
}

export function foldSignal(state: OutcomeState, signal: OutcomeSignal): Folded {
  switch (signal.kind) {
    case 'asked':
      return asked(state, signal);
    case 'edited':
      return edited(state, signal);
    case 'typed':
      return {
        state: mapWorks(state, (work) =>
          related(work.folder, signal.folder) && work.editedAt !== undefined ? { ...work, typedAt: signal.at } : work,
        ),
        events: [],
      };
    case 'check':
      return checked(state, signal);
    case 'committed':
      return committed(state, signal);
    case 'survival':
      return remained(state, signal.at, `survived${signal.minutes}`, signal, '');
    case 'undone':
    case 'reverted': {
      const folded = remained(state, signal.at, signal.kind, signal, `:${Math.round(signal.at)}`);
      return { ...folded, state: patch(folded.state, signal.runId, { failed: true }) };
    }
    case 'vote': {
      const work = state.works.get(signal.runId) ?? newWork(signal.runId, '', signal.at);
      // A second vote takes the place of the first.
      const events = [label(work, 'vote', signal.at, { success: signal.up ? 1 : 0 })];
      return { state: signal.up ? state : patch(state, signal.runId, { failed: true }), events };
    }
    case 'cancelled':
      return { state: cancelled(state, signal), events: [] };
    case 'tick':
      return ticked(state, signal.at);
  }
}

function asked(state: OutcomeState, { at, runId, folder, sketch }: AskedSignal): Folded {
  if (state.works.has(runId)) return { state, events: [] };
  const earlier = [...state.works.values()].findLast(
    (work) =>
      sketch !== undefined &&
      work.sketch !== undefined &&
      work.folder === folder &&
      at - (work.editedAt ?? work.startedAt) <= ASKED_AGAIN_MS &&
      asksTheSame(work.sketch, sketch),
  );
  const work = { ...newWork(runId, folder, at), ...(earlier ? { taskId: earlier.taskId } : {}), sketch };
  const followed = mapWorks(state, (each) => (each.folder === folder ? { ...each, cancelledAt: undefined } : each));
  const next = put(followed, work);
  if (!earlier) return { state: next, events: [] };
  return {
    state: patch(next, earlier.runId, { failed: true }),
    events: [label(earlier, 'askedAgain', at, { success: 0 })],
  };
}

function edited(state: OutcomeState, signal: EditedSignal): Folded {
  const { at, runId, folder, file, isTest, added, removed } = signal;
  const known = state.works.get(runId) ?? newWork(runId, folder, at);
  const files = new Set([...known.files, file]);
  // Lines that go from a test weaken it unless more than as many come: a rewrite can't be told from a weakening.
  const weakens = isTest && (removed === undefined || added === undefined || removed > 0);
  const work: Work = {
    ...known,
    folder: known.folder === '' ? folder : known.folder,
    editedAt: Math.max(at, known.editedAt ?? at),
    files,
    before: known.editedAt === undefined ? state.checks : known.before,
    typedAt: known.editedAt === undefined ? undefined : known.typedAt,
    touchedTests: known.touchedTests || isTest,
    weakenedTests: known.weakenedTests || weakens,
  };
  const isAlone = work.taskId === runId;
  const earlier = isAlone ? [...state.works.values()].findLast((other) => isRetried(other, work, at)) : undefined;
  return { state: put(state, earlier ? { ...work, taskId: earlier.taskId } : work), events: [] };
}

function isRetried(earlier: Work, work: Work, at: number): boolean {
  if (earlier.runId === work.runId || !earlier.failed || earlier.folder !== work.folder) return false;
  if (earlier.editedAt === undefined || at - earlier.editedAt > RETRY_MS) return false;
  const common = [...work.files].filter((file) => earlier.files.has(file)).length;
  return common / new Set([...work.files, ...earlier.files]).size >= SIMILAR_FILES;
}

function checked(state: OutcomeState, signal: CheckSignal): Folded {
  if (signal.byAgent) return { state, events: [] };
  const { at, key, passed, startedAt, folder } = signal;
  const about = [...state.works.values()].filter(
    (work) =>
      work.editedAt !== undefined &&
      work.editedAt <= startedAt &&
      startedAt - work.editedAt <= CHECK_AFTER_MS &&
      related(work.folder, folder) &&
      !isSettled(work, signal),
  );
  const events = about.flatMap((work) => checkLabel(work, signal, about.length));
  let next: OutcomeState = { ...state, checks: lastOf(new Map([...state.checks]), key, passed) };
  for (const { runId, since, failed } of about) {
    next = patch(next, runId, { since: new Map([...since, [key, { passed, at }]]), failed: failed || !passed });
    if (passed) next = patch(next, runId, { failed: false });
  }
  return { state: next, events };
}

/** The check has already said what it has to say of this work: nothing but the developer has changed anything since. */
function isSettled(work: Work, { key }: CheckSignal): boolean {
  const last = work.since.get(key);
  if (!last || (work.editedAt !== undefined && work.editedAt > last.at)) return false;
  return work.typedAt !== undefined && work.typedAt > last.at;
}

function checkLabel(work: Work, signal: CheckSignal, works: number): readonly OutcomeEvent[] {
  const { at, key, passed, check, startedAt } = signal;
  if (passed && work.weakenedTests) return [];
  const before = work.before.get(key);
  const was = before === undefined ? 'unknown' : before ? 'passed' : 'failed';
  const isMixed = work.typedAt !== undefined && work.typedAt > (work.editedAt ?? 0);
  const weight =
    WEIGHTS.checkPassed *
    STRENGTH[check] *
    (passed ? PASSED[was] : FAILED[was] / works) *
    (isMixed ? MIXED : 1) *
    (passed && work.touchedTests ? OWN_TESTS : 1);
  const evidence = { runs: works, seconds: Math.round((at - startedAt) / 1000) };
  const outcome = passed ? 'checkPassed' : 'checkFailed';
  return [label(work, outcome, at, { success: passed ? 1 : 0, weight, evidence }, `:${key.toString(36)}`)];
}

function committed(state: OutcomeState, { at, byAgent, key, works }: CommittedSignal): Folded {
  if (byAgent) return { state, events: [] };
  const folded = works.map((remains) => remained(state, at, 'committed', remains, `:${key.toString(36)}`));
  return { state, events: folded.flatMap(({ events }) => events) };
}

/** A label whose success is the share of the edited lines that are there. */
function remained(state: OutcomeState, at: number, outcome: Outcome, remains: Remains, suffix: string): Folded {
  const work = state.works.get(remains.runId);
  if (!work || !(remains.of > 0)) return { state, events: [] };
  const share = Math.min(1, Math.max(0, remains.kept / remains.of));
  const isTakenBack = outcome === 'undone' || outcome === 'reverted';
  const evidence = { kept: remains.kept, lines: remains.of, files: remains.files };
  // What was taken back in part speaks against the work by that part only.
  const weight = WEIGHTS[outcome] * (isTakenBack ? 1 - share : 1);
  const success = isTakenBack ? 0 : share;
  return { state, events: [label(work, outcome, at, { success, weight, evidence }, suffix)] };
}

function cancelled(state: OutcomeState, { at, runId, folder }: CancelledSignal): OutcomeState {
  const known = state.works.get(runId) ?? newWork(runId, folder, at);
  return put(state, { ...known, cancelledAt: at });
}

function ticked(state: OutcomeState, at: number): Folded {
  const abandoned = [...state.works.values()].filter(
    (work) => work.cancelledAt !== undefined && at - work.cancelledAt >= ABANDONED_AFTER_MS,
  );
  const events = abandoned.map((work) => label(work, 'abandoned', work.cancelledAt ?? at, { success: 0 }));
  const works = new Map([...state.works].filter(([, work]) => at - (work.editedAt ?? work.startedAt) < WORK_LIFE_MS));
  return {
    state: mapWorks({ ...state, works }, (work) =>
      abandoned.some(({ runId }) => runId === work.runId) ? { ...work, cancelledAt: undefined } : work,
    ),
    events,
  };
}

function label(
  work: Work,
  outcome: Outcome,
  at: number,
  said: Pick<OutcomeEvent, 'success' | 'weight' | 'evidence'>,
  suffix = '',
): OutcomeEvent {
  return {
    kind: 'outcome',
    callId: `outcome:${work.runId}:${outcome}${suffix}`,
    at: Math.round(at),
    source: 'workspace',
    taskId: work.taskId,
    outcome,
    runId: work.runId,
    weight: WEIGHTS[outcome],
    ...said,
    ...(work.editedAt === undefined ? {} : { delayMs: Math.max(0, Math.round(at - work.editedAt)) }),
  };
}

function newWork(runId: string, folder: string, at: number): Work {
  return {
    runId,
    taskId: runId,
    folder,
    startedAt: at,
    editedAt: undefined,
    files: new Set(),
    sketch: undefined,
    touchedTests: false,
    weakenedTests: false,
    typedAt: undefined,
    before: new Map(),
    since: new Map(),
    failed: false,
    cancelledAt: undefined,
  };
}

/** Puts a work last, and forgets the one that was last active longest ago. */
function put(state: OutcomeState, work: Work): OutcomeState {
  const works = new Map(state.works);
  works.delete(work.runId);
  works.set(work.runId, work);
  for (const runId of works.keys()) {
    if (works.size <= MOST_WORKS) break;
    works.delete(runId);
  }
  return { ...state, works };
}

/** Changes a work where it stands. */
function patch(state: OutcomeState, runId: string, change: Partial<Work>): OutcomeState {
  return mapWorks(state, (work) => (work.runId === runId ? { ...work, ...change } : work));
}

function mapWorks(state: OutcomeState, change: (work: Work) => Work): OutcomeState {
  return { ...state, works: new Map([...state.works].map(([runId, work]) => [runId, change(work)])) };
}

function lastOf(checks: Map<number, boolean>, key: number, passed: boolean): ReadonlyMap<number, boolean> {
  checks.delete(key);
  checks.set(key, passed);
  const [oldest] = checks.keys();
  if (checks.size > MOST_CHECKS && oldest !== undefined) checks.delete(oldest);
  return checks;
}

/** One folder lies in the other. */
function related(a: string, b: string): boolean {
  return isWithin(a, b) || isWithin(b, a);
}
