import type { HookCall, HookMoment } from '../../../src/core/hooks/hookCall.ts';
import type { SettledEvent } from '../../../src/core/ledger/event.ts';
import { NANO_PER_CREDIT } from '../../../src/core/money.ts';

/** What Claude Code's hooks tell in one session. */
export function hookCall(moment: HookMoment, more: Partial<HookCall> = {}): HookCall {
  return { agent: 'claude-code', event: moment.kind, sessionId: 'session-1', cwd: '/code/app', moment, ...more };
}

export const promptCall = (more?: Partial<HookCall>): HookCall =>
  hookCall({ kind: 'prompt', prompt: 'Mend the parser' }, more);

export const before = (command = 'npm test', more?: Partial<HookCall>): HookCall =>
  hookCall({ kind: 'beforeTool', ...shell(command) }, more);

export const after = (command: string, failed: boolean, more?: Partial<HookCall>): HookCall =>
  hookCall({ kind: 'afterTool', ...shell(command), result: 'done', failed }, more);

const shell = (command: string) =>
  ({ tool: 'Bash', input: { command }, actions: [{ kind: 'shell', command }] }) as const;

let made = 0;

/** A call of the session as its log tells it, at an instant (epoch ms). */
export function loggedCall(
  at: number,
  credits: number | undefined,
  more: Partial<SettledEvent['facts']> = {},
): SettledEvent {
  made += 1;
  return {
    kind: 'settled',
    callId: `claude-code:msg_${made}`,
    at,
    source: 'claude-code-log',
    facts: {
      agent: 'claude-code',
      sessionId: 'session-1',
      runId: `claude-code:run-${Math.floor(at / 1000)}`,
      model: 'claude-sonnet-4-5',
      folder: '/code/app',
      ...more,
    },
    cost:
      credits === undefined
        ? { confidence: 'unknown' }
        : { nanoCredits: Math.round(credits * NANO_PER_CREDIT), confidence: 'priced' },
    tools: ['Bash'],
    finish: 'toolCalls',
  };
}
