import type { HookAnswer, HookDialect, HookMoment, HookReply } from '../../hookCall.ts';
import { plainEvent } from '../hookFields.ts';

/** What the hook's own process needs of a dialect: all but reading, which takes the risk rules along. */
export type ReplyDialect = Omit<HookDialect, 'read'>;

export type Denial = Extract<HookAnswer, { kind: 'deny' }>;

/** An event's place in a run, by its name without case and marks. */
export type Moments = Readonly<Record<string, HookMoment['kind']>>;

/** undefined: an event that isn't known. */
export function momentOf(event: string, moments: Moments): HookMoment['kind'] | undefined {
  const plain = plainEvent(event);
  return Object.hasOwn(moments, plain) ? moments[plain] : undefined;
}

/** Events that nobody told of, but whose name says that they come first, are as careful as the known ones. */
export function comesBeforeTools(event: string, moments: Moments): boolean {
  const moment = momentOf(event, moments);
  return moment === undefined ? /^(?:pre|before|permission)/.test(plainEvent(event)) : moment === 'beforeTool';
}

export function says(json: object): HookReply {
  return { stdout: `${JSON.stringify(json)}\n`, exitCode: 0 };
}

export const silence: HookReply = { stdout: '', exitCode: 0 };

/** Exit code 2 blocks in every agent, whatever the event is. */
export function blocks(reason: string): HookReply {
  return { stdout: '', stderr: `${reason}\n`, exitCode: 2 };
}

/** Why, with words in any case: several agents take a denial without a reason for none. */
export function reasonOf({ reason }: Denial): string {
  return reason.trim() === '' ? 'Marginal denied this.' : reason;
}

/** What passes with words: the note is shown to the developer, the context to the model. Silence where there is neither. */
export function passes(
  event: string,
  { note, context }: Extract<HookAnswer, { kind: 'pass' }>,
  takesContext: boolean,
): HookReply {
  const nested =
    takesContext && context !== undefined ? { hookEventName: event, additionalContext: context } : undefined;
  if (note === undefined && nested === undefined) return silence;
  return says({ ...(note !== undefined && { systemMessage: note }), ...(nested && { hookSpecificOutput: nested }) });
}
