/** The questions that actions lead to, and what becomes of their answers. */
import { type KindsOfAction, kindsOf } from '../../core/gate/actionKind.ts';
import { shownAction } from '../../core/gate/actionText.ts';
import { stricter } from '../../core/gate/applyPolicy.ts';
import type { Refusal } from '../../core/gate/denial.ts';
import type { GateRecord } from '../../core/gate/gateRecord.ts';
import type { ActionQuestion, PeopleNeeded } from '../../core/gate/question.ts';
import type { HookCall } from '../../core/hooks/hookCall.ts';
import { type ActionClass, worse } from '../../core/risk/action.ts';
import type { GateParts, RunWorth } from './gateParts.ts';
import type { Judged } from './judging.ts';

export type Asked = Extract<Judged, { kind: 'judged' }>;

export interface Confirmation {
  readonly by: GateRecord['by'];
  /** undefined: it may be done. */
  readonly refusal?: Refusal;
  /** It was allowed for the rest of the run, with all of its kind. */
  readonly kinds?: KindsOfAction | undefined;
  readonly signers?: readonly string[];
}

export interface ConfirmingSituation {
  readonly call: HookCall;
  /** Epoch ms: all questions of one call end then, before its agent stops waiting for the hook. */
  readonly deadline: number;
  readonly sessionFolder: string | undefined;
  /** When the session was first heard of, epoch ms; undefined: it isn't told. */
  readonly since: number | undefined;
  readonly worth: () => Promise<RunWorth | undefined>;
  readonly suspicion: string | undefined;
}

type Parts = Pick<GateParts, 'ask' | 'newId' | 'settings' | 'people' | 'places' | 'digest'>;

/** A signature that doesn't count is most often a wrong paste: so many may be tried while the question waits. */
const SIGNATURES = 3;

/** One question for all of them. Rejects only where a part fails. */
export async function confirm(
  parts: Parts,
  asked: readonly Asked[],
  situation: ConfirmingSituation,
  signal: AbortSignal,
): Promise<Confirmation> {
  const { answerSeconds } = parts.settings();
  const { deadline } = situation;
  const base = questionOf(asked, situation, await situation.worth());
  const outcome = asked.map(({ ruling }) => ruling.outcome).reduce(stricter, 'ask');
  if (outcome === 'twoPeople')
    return withPeople(parts, asked, { ...base, id: parts.newId(), deadline }, situation.since, signal);
  const kinds = await kindsOfAll(parts, asked, situation.call.cwd, situation.sessionFolder);
  const question: ActionQuestion = {
    ...base,
    id: parts.newId(),
    deadline,
    ...(kinds && { kindLabel: kinds.label }),
  };
  const choice = await parts.ask(question, signal);
  switch (choice?.kind) {
    case 'once':
      return { by: 'developer' };
    case 'kind':
      return { by: 'developer', ...(kinds && { kinds }) };
    case 'deny':
      return { by: 'developer', refusal: { kind: 'developer', why: choice.why } };
    case undefined:
      return { by: 'timeout', refusal: { kind: 'unanswered', seconds: answerSeconds } };
    default:
      // A name or a signature answers another question.
      return { by: 'developer', refusal: { kind: 'developer' } };
  }
}

/** Something that was to come before it could not be done, `trouble`: whether to go on all the same. */
export async function confirmDespite(
  parts: Parts,
  asked: readonly Asked[],
  situation: ConfirmingSituation,
  trouble: string,
  signal: AbortSignal,
): Promise<'yes' | 'no' | 'unanswered'> {
  const base = questionOf(asked, situation, await situation.worth());
  const choice = await parts.ask(
    {
      ...base,
      id: parts.newId(),
      deadline: situation.deadline,
      reason: `${base.reason}; ${trouble.replace(/\.$/, '')}`,
    },
    signal,
  );
  if (!choice) return 'unanswered';
  return choice.kind === 'once' || choice.kind === 'kind' ? 'yes' : 'no';
}

async function withPeople(
  { ask, newId, people, settings, digest }: Parts,
  asked: readonly Asked[],
  base: ActionQuestion,
  since: number | undefined,
  signal: AbortSignal,
): Promise<Confirmation> {
  const cwd = base.folder;
  const request = await people.request({
    action: base.action,
    digest: asked.length === 1 ? (asked[0]?.digest ?? '') : digest(asked.map((each) => each.digest).join('\n')),
    targets: base.targets,
    cwd,
    expires: base.deadline,
    agent: base.agent,
    ...(since !== undefined && { since }),
  });
  const needed: PeopleNeeded = request
    ? { kind: 'two', ...request }
    : { kind: 'one', typed: base.targets[0]?.trim() || 'deploy' };
  let choice = await ask({ ...base, people: needed }, signal);
  for (let tried = 1; needed.kind === 'two' && choice?.kind === 'signed'; tried++) {
    try {
      return { by: 'twoPeople', signers: [await people.verify(needed.request, choice.signature, cwd)] };
    } catch (error) {
      const sentence = error instanceof Error ? error.message : String(error);
      if (tried >= SIGNATURES) return { by: 'twoPeople', refusal: { kind: 'people', sentence } };
      choice = await ask({ ...base, id: newId(), people: needed, note: sentence }, signal);
    }
  }
  if (choice === undefined)
    return { by: 'timeout', refusal: { kind: 'unanswered', seconds: settings().answerSeconds } };
  if (choice.kind === 'deny') return { by: 'developer', refusal: { kind: 'developer', why: choice.why } };
  if (needed.kind === 'one') {
    if (choice.kind === 'typed' && choice.text.trim() === needed.typed) return { by: 'onePerson' };
    return { by: 'onePerson', refusal: { kind: 'people', sentence: 'The name that was typed is not the target’s.' } };
  }
  return { by: 'twoPeople', refusal: { kind: 'people', sentence: 'It needs the signature of another person.' } };
}

/** What this kind would allow, of all of them together; undefined: they can only be allowed by themselves. */
export async function kindsOfAll(
  { places }: Pick<GateParts, 'places'>,
  asked: readonly Asked[],
  cwd: string | undefined,
  sessionFolder: string | undefined,
): Promise<KindsOfAction | undefined> {
  if (asked.some(({ ruling }) => ruling.outcome === 'twoPeople')) return undefined;
  const each = asked.map(({ action, ruling }) => kindsOf(action, ruling.asked, cwd));
  const all = each.filter((kinds) => kinds !== undefined);
  if (all.length < each.length || all.length === 0) return undefined;
  const paths = [...new Set(all.flatMap((kinds) => kinds.paths))];
  const inside = await Promise.all(paths.map((path) => places.inside(path, sessionFolder)));
  if (!inside.every(Boolean)) return undefined;
  return {
    kinds: all.flatMap(({ kinds }) => kinds),
    paths,
    label: [...new Set(all.map(({ label }) => label))].join(' and '),
  };
}

function questionOf(
  asked: readonly Asked[],
  { call, suspicion }: ConfirmingSituation,
  worth: RunWorth | undefined,
): Omit<ActionQuestion, 'id' | 'deadline'> {
  const { agent, sessionId, subagentId, cwd } = call;
  const rules = asked.flatMap(({ ruling }) => (ruling.rule === undefined ? [] : [ruling.rule]));
  const reasons = [...new Set(asked.map(({ verdict }) => verdict.reason)), ...new Set(rules)];
  return {
    kind: 'action',
    agent,
    ...(sessionId !== undefined && { sessionId }),
    ...(subagentId !== undefined && { subagentId }),
    ...(cwd !== undefined && { folder: cwd }),
    ...(worth?.step !== undefined && { step: worth.step }),
    action: asked.map(({ action }) => shownAction(action)).join('\n\n'),
    class: asked.map(({ verdict }) => verdict.class).reduce<ActionClass>(worse, 'read'),
    targets: [...new Set(asked.flatMap(({ verdict }) => verdict.targets))],
    reason: reasons.join('; '),
    expectedLossNanoCredits: asked.reduce((sum, { verdict }) => sum + verdict.expectedLossNanoCredits, 0),
    ...(worth?.gainNanoCredits !== undefined && { expectedGainNanoCredits: worth.gainNanoCredits }),
    ...(suspicion !== undefined && { suspicion }),
  };
}
