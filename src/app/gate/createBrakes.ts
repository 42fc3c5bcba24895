/**
 * The brakes on agents whose requests don't pass through Marginal: a prompt is quoted, what has used up a cap is asked about
 * or stopped before its next tool call, and so is a run that makes no progress.
 */
import { applyBreaker, type BreakerState, CLOSED_BREAKER, DEFAULT_BREAKER_LIMITS } from '../../core/budget/breaker.ts';
import { type HeardCalls, hear, missingCalls, NONE_HEARD, tellCall } from '../../core/budget/heardCalls.ts';
import { accountOf, appliesTo, type Draw, type Limit } from '../../core/budget/limits.ts';
import { type PastCost, quotePrompt } from '../../core/forecast/promptQuote.ts';
import type { BrakeSettings } from '../../core/gate/brakeSettings.ts';
import {
  type CapScope,
  capQuestion,
  overCapText,
  overConfirmText,
  overPlanText,
  quoteText,
  refusedText,
  stopText,
  stuckQuestion,
  stuckStopText,
  unknownText,
} from '../../core/gate/brakeTexts.ts';
import type { HookCall } from '../../core/hooks/hookCall.ts';
import type { Entry } from '../../core/ledger/entry.ts';
import { dayOf, startOfDay } from '../../core/ledger/localDay.ts';
import { namedRunOf } from '../../core/ledger/runs.ts';
import { modelOf } from '../../core/ledger/sums.ts';
import { joinMoney, type MoneySum, type NanoCredits, NO_MONEY } from '../../core/money.ts';
import type { PlanStanding } from '../../core/plans/planStandings.ts';
import { usedShare } from '../../core/plans/usedShare.ts';
import { heardAction, isWaiting } from '../../core/quality/heardActions.ts';
import { type HeardTool, matchHeard, type StepTools } from '../../core/quality/heardSteps.ts';
import type { TaskKind } from '../../core/quality/taskClass.ts';
import type { ToldStep } from '../../core/quality/toldStep.ts';
import type { Clock, LedgerStore } from '../../ports.ts';
import { othersTurn } from '../othersTurn.ts';
import { patiently } from '../patiently.ts';
import type { Brakes, Braking } from './gateParts.ts';
import type { RunKinds } from './runKinds.ts';
import { createSpendBook, NOTHING_SPENT, type SpendLedger, type WatchedSession } from './spendBook.ts';

export interface BrakePorts {
  readonly clock: Clock;
  /** Throws a LedgerError where it can't be opened. */
  readonly ledger: () => SpendLedger & Pick<LedgerStore, 'dearest'>;
  readonly settings: () => BrakeSettings;
  /** What kind of task runs are for. */
  readonly kinds: Pick<RunKinds, 'read' | 'of' | 'note'>;
  /** How plans stand; asked for now and then. */
  readonly standings: () => readonly PlanStanding[];
  /** What is known of a run's step beyond the ledger. */
  readonly told: (runId: string, step: ToldStep) => void;
  /** The developer lets a run go on that makes no progress. */
  readonly resume: (runId: string) => void;
  /** Tells a trouble, or with undefined that it is over. */
  readonly onTrouble: (sentence: string | undefined) => void;
}

/** One session of an agent, with the sub-agents that draw on it. */
interface Session {
  readonly id: string;
  readonly watched: WatchedSession;
  heard: HeardCalls;
  /** The ledger's name of the run at work; undefined: none of its calls ended yet. */
  runId: string | undefined;
  /** What its latest prompt clearly asked for, until the ledger's name of its run is known. */
  asks: { readonly kind: TaskKind; readonly at: number } | undefined;
  /** The model that was used last; undefined: not known. */
  model: string | undefined;
  /** What its project is counted by; an agent's own folder changes as it works. */
  folder: string | undefined;
  /** By sub-agent; '' for the main one. */
  readonly progress: Map<string, Progress>;
  /** Up to what each cap was raised by the developer's yes; what is of the run is forgotten with it. */
  readonly raised: Map<string, NanoCredits>;
  /** Why the developer didn't let it go on. */
  refused: string | undefined;
  /** The latest prompt could not be quoted, and that was said. */
  isQuoteless: boolean;
  /** What was noted in this run; said once. */
  readonly noted: Set<string>;
}

interface Progress {
  breaker: BreakerState;
  /** What the session had cost at its last call. */
  spent: MoneySum;
  steps: readonly StepTools[];
  heard: readonly HeardTool[];
}

/** Something that a call goes over. `key`: what is released. */
interface Crossing {
  readonly key: string;
  readonly mode: Limit['mode'];
  readonly why: string;
}

const GO: Braking = { kind: 'go' };
/** An agent isn't held up longer; less than the second that the gate allows. */
const PATIENCE_MS = 800;
const STANDINGS_LIFE_MS = 20_000;
/** Who lets a run go on isn't asked again before it has cost a quarter more. */
const RAISE = 1.25;
const MOST_SESSIONS = 64;
/** Runs of so many days are what a quote rests on, read again so often. */
const QUOTED_DAYS = 30;
const MOST_RUNS_A_DAY = 100;
const QUOTES_LIFE_MS = 10 * 60_000;
/** A hook tells calls one by one, where a step may make several. */
const LIMITS = { ...DEFAULT_BREAKER_LIMITS, idleSteps: 2 * DEFAULT_BREAKER_LIMITS.idleSteps };

export function createBrakes(ports: BrakePorts): Brakes {
  const { clock } = ports;
  const book = createSpendBook(ports.ledger, clock);
  const sessions = new Map<string, Session>();
  /** Caps beyond one session that the developer raised, by account; the account's name holds its day or month. */
  const raised = new Map<string, NanoCredits>();
  /** Questions that wait for the developer. */
  const asked = new WeakMap<HookCall, string>();
  let past: { readonly costs: readonly PastCost[]; readonly elapsed: number } | undefined;
  let readingPast: Promise<void> | undefined;
  let isTroubled = false;
  let stood: { readonly standings: readonly PlanStanding[]; readonly elapsed: number } | undefined;

  function sessionOf({ sessionId: told, cwd }: HookCall): Session | undefined {
    if (told === undefined) return undefined;
    // Some agents tell a sub-agent's own id as its session.
    const sessionId = book.parentOf(told) ?? told;
    const known = sessions.get(sessionId);
    if (known) {
      sessions.delete(sessionId);
      sessions.set(sessionId, known);
      return known;
    }
    const made: Session = {
      id: sessionId,
      watched: book.watch(sessionId, (entry) => tell(made, entry)),
      heard: NONE_HEARD,
      runId: undefined,
      asks: undefined,
      model: undefined,
      folder: cwd,
      progress: new Map(),
      raised: new Map(),
      refused: undefined,
      isQuoteless: false,
      noted: new Set(),
    };
    // Of a run that is under way already the ledger may have the call that the first hook comes from.
    if (made.watched.run().calls > 0) made.heard = { ...NONE_HEARD, ahead: 1 };
    sessions.set(sessionId, made);
    for (const old of [...sessions.keys()].slice(0, Math.max(0, sessions.size - MOST_SESSIONS))) {
      sessions.delete(old);
      book.unwatch(old);
    }
    return made;
  }

  function knownSession({ sessionId }: HookCall): Session | undefined {
    return sessionId === undefined ? undefined : sessions.get(book.parentOf(sessionId) ?? sessionId);
  }

  function progressOf(session: Session, subagentId: string | undefined): Progress {
    const key = subagentId ?? '';
    const known = session.progress.get(key);
    if (known) return known;
    const made = { breaker: CLOSED_BREAKER, spent: session.watched.total().cost, steps: [], heard: [] };
    session.progress.set(key, made);
    return made;
  }

  /** The ledger has a call of the session. */
  function tell(session: Session, entry: Entry): void {
    if (entry.scope !== 'step' || entry.facts.billable === false) return;
    session.heard = tellCall(session.heard, entry.at, entry.tools.length);
    session.runId = namedRunOf(entry) ?? session.runId;
    // What was called before the prompt, and is told late, is another run's.
    if (session.asks && session.runId !== undefined && entry.at >= session.asks.at) {
      ports.kinds.note(session.runId, session.asks.kind);
      session.asks = undefined;
    }
    session.folder = entry.facts.folder ?? session.folder;
    if (entry.facts.subagentId === undefined) session.model = modelOf(entry);
    const progress = progressOf(session, entry.facts.subagentId);
    if (entry.tools.length > 0) progress.steps = [...progress.steps, { callId: entry.callId, tools: entry.tools }];
    tellRuns(session, progress);
  }

  function tellRuns({ runId }: Session, progress: Progress): void {
    const { told, steps, heard } = matchHeard(progress.steps, progress.heard);
    progress.steps = steps;
    progress.heard = heard;
    if (runId !== undefined) for (const step of told) ports.told(runId, step);
  }

  function drawOf({ cwd, model }: HookCall, session: Session | undefined): Draw {
    return {
      runId: session?.id,
      sessionId: session?.id,
      day: dayOf(clock.now()),
      folder: session?.folder ?? cwd,
      model: model ?? session?.model,
    };
  }

  /** With what its log hasn't told yet, at the usual cost of a call. */
  function withMissing(call: HookCall, session: Session, known: MoneySum, missing: number): MoneySum {
    if (missing === 0) return known;
    const run = session.watched.run();
    const priced = run.calls - run.cost.unknown;
    const usual = priced > 0 ? run.cost.nanoCredits / priced : book.usualCall(call.agent, call.model ?? session.model);
    return joinMoney(
      known,
      usual === undefined
        ? { ...NO_MONEY, unknown: missing }
        : { nanoCredits: Math.round(usual * missing), confidence: 'estimated', unknown: 0 },
    );
  }

  /** What a call goes over now, limits that the developer raised since at their raised height. */
  function crossings(call: HookCall, session: Session | undefined): readonly Crossing[] {
    const { limits, confirmRunNanoCredits } = ports.settings();
    const draw = drawOf(call, session);
    const run = session?.watched.run() ?? NOTHING_SPENT;
    const missing = session ? missingCalls(session.heard, clock.now(), run.calls > 0 ? run.tools / run.calls : 1) : 0;
    const found = limits.flatMap((limit): readonly Crossing[] => {
      const { scope } = limit;
      if (scope === 'step' || !appliesTo(limit, draw)) return [];
      const known =
        scope === 'run' ? run.cost : scope === 'session' ? session?.watched.total().cost : book.of(scope, draw);
      return over(scope, accountOf(scope, draw) ?? scope, known ?? NO_MONEY, limit);
    });
    const confirm =
      confirmRunNanoCredits === undefined
        ? []
        : over('confirm', 'confirm', run.cost, { nanoCredits: confirmRunNanoCredits, mode: 'ask' });
    return [...found, ...confirm, ...planCrossings(call)];

    function over(
      scope: CapScope,
      key: string,
      known: MoneySum,
      { nanoCredits, mode }: Pick<Limit, 'nanoCredits' | 'mode'>,
    ): readonly Crossing[] {
      const spent = session ? withMissing(call, session, known, missing) : known;
      const cap = Math.max(nanoCredits, session?.raised.get(key) ?? 0, raised.get(key) ?? 0);
      if (spent.nanoCredits < cap) return [];
      return [{ key, mode, why: overCapText(scope, spent, nanoCredits, missing) }];
    }
  }

  function planCrossings({ agent }: HookCall): readonly Crossing[] {
    const { planLimit } = ports.settings();
    if (!planLimit) return [];
    if (!stood || clock.elapsed() - stood.elapsed >= STANDINGS_LIFE_MS)
      stood = { standings: ports.standings(), elapsed: clock.elapsed() };
    return stood.standings
      .filter(({ agents }) => agents.includes(agent))
      .flatMap((standing) => usedShare(standing))
      .flatMap(({ label, share, estimated }): readonly Crossing[] => {
        const key = `plan ${label}`;
        const limit = Math.max(planLimit.share, raised.get(key) ?? 0);
        if (share < limit) return [];
        return [{ key, mode: planLimit.mode, why: overPlanText(label, share, planLimit.share, estimated) }];
      });
  }

  function judge(call: HookCall, session: Session | undefined, found: readonly Crossing[]): Braking | undefined {
    const hard = found.filter(({ mode }) => mode === 'hard');
    if (hard.length > 0) return { kind: 'stop', sentence: stopText(said(hard)) };
    const asks = found.filter(({ mode }) => mode === 'ask');
    if (asks.length === 0) return undefined;
    if (session) asked.set(call, said(asks));
    return { kind: 'ask', id: idOf(asks.map(({ key }) => key)), sentence: capQuestion(said(asks)) };
  }

  /** Each once in a run. */
  function notes(session: Session | undefined, found: readonly Crossing[]): readonly string[] {
    return found.flatMap(({ key, mode, why }) => {
      if (mode !== 'soft' || session?.noted.has(key)) return [];
      session?.noted.add(key);
      return [why];
    });
  }

  async function atPrompt(call: HookCall, session: Session | undefined): Promise<Braking> {
    const kind = call.moment.kind === 'prompt' ? ports.kinds.read(call.moment.prompt) : undefined;
    if (session && call.subagentId === undefined) beginRun(session, kind);
    const found = crossings(call, session);
    const judged = judge(call, session, found);
    if (judged) return judged;
    await patiently(pastCosts(), PATIENCE_MS / 2);
    const quote = quotePrompt(past?.costs ?? [], call.agent, call.model ?? session?.model, kind);
    const { confirmRunNanoCredits } = ports.settings();
    if (confirmRunNanoCredits !== undefined && quote.cost && quote.cost.p90 > confirmRunNanoCredits) {
      const sentence = `${quoteText(quote)} ${overConfirmText(quote.cost.p90, confirmRunNanoCredits)}`;
      if (session) asked.set(call, quoteText(quote));
      return { kind: 'ask', id: idOf([`quote ${quote.cost.p90}`]), sentence };
    }
    const unknown = session && ports.settings().limits.length > 0 ? session.watched.total().cost.unknown : 0;
    // That nothing is known yet is said once: agents show such words as a warning.
    const isNew = quote.cost !== undefined || session?.isQuoteless !== true;
    if (session) session.isQuoteless = quote.cost === undefined;
    const said = [
      ...(isNew ? [quoteText(quote)] : []),
      ...notes(session, found),
      ...(unknown > 0 ? [unknownText(unknown)] : []),
    ];
    return said.length === 0 ? GO : { kind: 'go', note: `Marginal: ${said.join(' ')}` };
  }

  function beginRun(session: Session, kind: TaskKind | undefined): void {
    session.watched.begin(clock.now());
    session.asks = kind && { kind, at: clock.now() };
    session.heard = NONE_HEARD;
    session.progress.clear();
    session.refused = undefined;
    session.noted.clear();
    session.raised.delete('confirm');
    session.raised.delete(`run ${session.id}`);
  }

  function beforeTool(call: HookCall, session: Session | undefined): Braking {
    if (session?.refused !== undefined) return { kind: 'stop', sentence: refusedText(session.refused) };
    if (session) session.heard = hear(session.heard, clock.now());
    const found = crossings(call, session);
    const stuck = session && progressOf(session, call.subagentId).breaker.open;
    const judged = judge(call, session, found);
    if (judged) return judged;
    const noted = [...notes(session, found)];
    if (session && stuck) {
      const { mode } = ports.settings();
      if (mode === 'act') return { kind: 'stop', sentence: stuckStopText(stuck.why) };
      if (mode === 'ask') {
        asked.set(call, stuck.why);
        return { kind: 'ask', id: idOf(['stuck']), sentence: stuckQuestion(stuck.why) };
      }
      if (!session.noted.has('stuck')) noted.push(`This run makes no progress. ${stuck.why}`);
      session.noted.add('stuck');
    }
    return noted.length === 0 ? GO : { kind: 'go', note: `Marginal: ${noted.join(' ')}` };
  }

  async function decide(call: HookCall): Promise<Braking> {
    const { kind } = call.moment;
    if (kind !== 'prompt' && kind !== 'beforeTool') return GO;
    await book.follow();
    const session = sessionOf(call);
    const braking = kind === 'prompt' ? await atPrompt(call, session) : beforeTool(call, session);
    if (isTroubled) ports.onTrouble(undefined);
    isTroubled = false;
    return braking;
  }

  /** What runs cost lately, read day by day so that others have their turn. */
  function pastCosts(): Promise<void> {
    const isFresh = past && clock.elapsed() - past.elapsed < QUOTES_LIFE_MS;
    if (!isFresh)
      readingPast ??= readPast()
        .catch(troubled)
        .finally(() => {
          readingPast = undefined;
        });
    // Once something is known, reading anew goes on behind the answer.
    return past ? Promise.resolve() : (readingPast ?? Promise.resolve());
  }

  async function readPast(): Promise<void> {
    const today = dayOf(clock.now());
    const runs = new Map<string, PastCost>();
    for (let offset = -QUOTED_DAYS; offset <= 0; offset += 1) {
      const day = dayOf(startOfDay(today, offset));
      for (const { runId, agent, models, startedAt, cost } of ports.ledger().dearest(day, day, MOST_RUNS_A_DAY)) {
        // What is known in part says less than it cost.
        if (cost.unknown === 0)
          runs.set(runId, {
            agent,
            models,
            startedAt,
            nanoCredits: cost.nanoCredits,
            kind: ports.kinds.of(runId),
          });
      }
      await othersTurn();
    }
    past = { costs: [...runs.values()], elapsed: clock.elapsed() };
  }

  function troubled(error: unknown): void {
    isTroubled = true;
    const why = error instanceof Error ? error.message : String(error);
    ports.onTrouble(`What agents spend can’t be held to its caps now; they go on: ${why}`);
  }

  function observeResult(call: HookCall, session: Session): void {
    if (call.moment.kind !== 'afterTool') return;
    const action = heardAction(call.moment);
    const progress = progressOf(session, call.subagentId);
    progress.heard = [...progress.heard, { tool: call.moment.tool, action, resultChars: call.moment.result.length }];
    tellRuns(session, progress);
    const { cost: spent, calls } = session.watched.total();
    const step = {
      // To wait for the same thing again is no circle.
      calls: isWaiting(call.moment.tool) ? [] : [{ signature: String(action.key), failed: action.failed }],
      edited: (action.kind === 'edit' || action.kind === 'create') && action.failed !== true,
      passed: action.kind === 'test' && action.failed === false,
      // An agent whose log nobody reads.
      nanoCredits: calls === 0 ? undefined : Math.max(0, spent.nanoCredits - progress.spent.nanoCredits),
    };
    progress.spent = spent;
    progress.breaker = applyBreaker(progress.breaker, { kind: 'step', step }, LIMITS);
  }

  function raise(call: HookCall, session: Session | undefined, key: string): void {
    const draw = drawOf(call, session);
    if (key.startsWith('plan ')) {
      const share = stood?.standings.flatMap(usedShare).find(({ label }) => key === `plan ${label}`)?.share ?? 1;
      raised.set(key, share * RAISE);
    } else if (key === 'confirm' || key.startsWith('run ')) {
      const limit = key === 'confirm' ? ports.settings().confirmRunNanoCredits : limitOf('run', draw);
      session?.raised.set(key, RAISE * Math.max(limit ?? 0, spentWithMissing(session.watched.run().cost)));
    } else if (key.startsWith('session ')) {
      session?.raised.set(
        key,
        RAISE * Math.max(limitOf('session', draw) ?? 0, spentWithMissing(session.watched.total().cost)),
      );
    } else {
      const scope = SCOPES.find((each) => key.startsWith(`${each} `));
      if (scope) raised.set(key, RAISE * Math.max(limitOf(scope, draw) ?? 0, spentWithMissing(book.of(scope, draw))));
    }

    function spentWithMissing(known: MoneySum): NanoCredits {
      if (!session) return known.nanoCredits;
      const run = session.watched.run();
      const missing = missingCalls(session.heard, clock.now(), run.calls > 0 ? run.tools / run.calls : 1);
      return withMissing(call, session, known, missing).nanoCredits;
    }
  }

  function limitOf(scope: Limit['scope'], draw: Draw): NanoCredits | undefined {
    const fitting = ports.settings().limits.filter((limit) => limit.scope === scope && appliesTo(limit, draw));
    return fitting.length === 0 ? undefined : Math.min(...fitting.map(({ nanoCredits }) => nanoCredits));
  }

  return {
    async before(call) {
      try {
        return (await patiently(decide(call), PATIENCE_MS)) ?? GO;
      } catch (error) {
        troubled(error);
        return GO;
      }
    },
    observe(call, answer) {
      try {
        const session = knownSession(call);
        if (!session) return;
        const question = asked.get(call);
        asked.delete(call);
        if (question !== undefined && answer.kind === 'deny') session.refused ??= question;
        observeResult(call, session);
      } catch (error) {
        troubled(error);
      }
    },
    release(call, question) {
      asked.delete(call);
      const session = knownSession(call);
      if (session) session.refused = undefined;
      for (const key of keysOf(question)) {
        if (key === 'stuck') {
          if (!session) continue;
          const progress = progressOf(session, call.subagentId);
          progress.breaker = applyBreaker(progress.breaker, { kind: 'resumed' });
          if (session.runId !== undefined) ports.resume(session.runId);
        } else if (key.startsWith('quote ')) session?.raised.set('confirm', Number(key.slice('quote '.length)));
        else raise(call, session, key);
      }
    },
  };
}

const SCOPES = ['day', 'month', 'project', 'model'] as const;

const said = (found: readonly Crossing[]) => found.map(({ why }) => why).join(' ');

/** A question's id holds what it is about. */
const idOf = (keys: readonly string[]): string => JSON.stringify(keys);

function keysOf(id: string): readonly string[] {
  try {
    const keys: unknown = JSON.parse(id);
    return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];
  } catch {
    return [];
  }
}
