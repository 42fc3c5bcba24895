/** `POST /hooks/AGENT/EVENT`: an agent's hook asks the gate, and gets the answer in the agent's own words. */
import { dialectOf } from '../../core/hooks/dialects/index.ts';
import type { HookAnswer, HookCall, HookDialect, HookReply } from '../../core/hooks/hookCall.ts';
import { GATE_FAILED, UNREADABLE } from '../../core/hooks/nobodyAnswers.ts';
import { answerWithoutGate } from '../../core/hooks/withoutGate.ts';

export interface HookPorts {
  readonly answer: (call: HookCall, signal: AbortSignal) => Promise<HookAnswer>;
  /** An agent's hook was heard. */
  readonly onHeard: (agent: string) => void;
  /** Something failed; a sentence, without anything that an agent told. */
  readonly log: (sentence: string) => void;
}

/** undefined: no such agent. Never rejects. */
export async function answerHook(
  hook: { readonly agent: string; readonly event: string; readonly text: string },
  signal: AbortSignal,
  { answer, onHeard, log }: HookPorts,
): Promise<HookReply | undefined> {
  const { agent, event } = hook;
  const dialect = dialectOf(agent);
  if (!dialect) return undefined;
  const body = parsed(hook.text);
  try {
    onHeard(agent);
    const call = dialect.read(event, body);
    if (!call) {
      log(`${agent} told its hook ${event} something that can’t be read.`);
      // Tools that only read need no more than their name.
      return dialect.reply(event, answerWithoutGate(dialect, event, body, UNREADABLE));
    }
    return dialect.reply(event, await askable(dialect, call, await answer(call, signal)));
  } catch (error) {
    log(`The hook ${event} of ${agent} was answered without the gate: ${nameOf(error)}`);
    return dialect.reply(event, answerWithoutGate(dialect, event, body, GATE_FAILED));
  }
}

/** `ask` where the agent would approve by itself is a no. */
function askable(dialect: HookDialect, call: HookCall, answer: HookAnswer): HookAnswer {
  return answer.kind === 'ask' && !dialect.asks(call.permissionMode) ? { kind: 'deny', reason: answer.reason } : answer;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // as what can't be read
  }
}

/** Its kind and its place: its message may hold what an agent told. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown error';
  return [error.name, ...(error.stack ?? '').split('\n').filter((line) => /^ +at /.test(line))].slice(0, 4).join('\n');
}
