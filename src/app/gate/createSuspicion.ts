/** Text from tools that tries to give orders: it makes harm by the session's later actions likelier, and is counted as loss. */
import { defectiveText } from '../../core/gate/defectiveText.ts';
import { defectiveReason, suspicionText } from '../../core/gate/defectiveTexts.ts';
import type { HookCall } from '../../core/hooks/hookCall.ts';
import type { GateEvent, LedgerEvent } from '../../core/ledger/event.ts';
import type { NanoCredits } from '../../core/money.ts';
import type { Action } from '../../core/risk/action.ts';
import type { Clock } from '../../ports.ts';
import { callFacts } from './gateEvents.ts';
import type { Suspicion } from './gateParts.ts';

export interface SuspicionPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: () => string;
  /** SHA-256, hexadecimal. */
  readonly digest: (text: string) => string;
  /** What a token of input costs in the call's session; undefined: unknown. */
  readonly tokenPrice: (call: HookCall) => NanoCredits | undefined;
  /** Never throws. */
  readonly record: (events: readonly LedgerEvent[]) => void;
}

/** What was found in a session, and how much of it still counts. */
interface Found {
  /** P(harm) is multiplied by one more than this. */
  readonly excess: number;
  readonly sentence: string;
}

/** P(harm) is four times as likely right after it: a guess, as the class's own P(harm) is. */
const EXCESS = 3;
/** It counts less with each further result that is read: 10 later half of it. */
const DECAY = 0.93;
const LEAST_EXCESS = 0.1;
const MOST_SESSIONS = 64;
/** Of English and code; only an estimate. */
const CHARS_PER_TOKEN = 4;

export function createSuspicion(ports: SuspicionPorts): Suspicion {
  const sessions = new Map<string, Found>();

  /** Of the whole session: a sub-agent hands on what it has read. */
  const keyOf = ({ agent, sessionId, cwd }: HookCall) => `${agent} ${sessionId ?? cwd ?? ''}`;

  function fade(key: string): void {
    const found = sessions.get(key);
    if (!found) return;
    const excess = found.excess * DECAY;
    if (excess < LEAST_EXCESS) sessions.delete(key);
    else sessions.set(key, { ...found, excess });
  }

  function lost(call: HookCall, tool: string, result: string): GateEvent {
    const tokens = Math.ceil(result.length / CHARS_PER_TOKEN);
    const price = ports.tokenPrice(call);
    const nanoCredits = price === undefined ? undefined : Math.round(price * tokens);
    return {
      kind: 'gate',
      callId: `gate-${ports.newId()}`,
      at: ports.clock.now(),
      source: 'gate',
      facts: callFacts(call),
      gate: {
        class: 'read',
        tool,
        reason: defectiveReason(tokens, nanoCredits),
        targets: [],
        expectedLossNanoCredits: 0,
        decision: 'allowed',
        by: 'agent',
        digest: ports.digest(result),
        defective: { tokens, ...(nanoCredits !== undefined && { nanoCredits }) },
      },
    };
  }

  return {
    observe(call) {
      const { moment } = call;
      if (moment.kind !== 'afterTool' || bringsNothing(moment.actions)) return undefined;
      const key = keyOf(call);
      fade(key);
      const found = defectiveText(moment.result);
      if (!found) return undefined;
      const sentence = suspicionText(moment.tool, found.signs);
      sessions.delete(key);
      sessions.set(key, { excess: EXCESS, sentence });
      for (const old of [...sessions.keys()].slice(0, Math.max(0, sessions.size - MOST_SESSIONS))) sessions.delete(old);
      ports.record([lost(call, moment.tool, moment.result)]);
      return sentence;
    },
    of(call) {
      const found = sessions.get(keyOf(call));
      return found ? { factor: 1 + found.excess, sentence: found.sentence } : { factor: 1 };
    },
  };
}

/** What the agent itself has written comes back from these. */
function bringsNothing(actions: readonly Action[]): boolean {
  return actions.length > 0 && actions.every(({ kind }) => kind === 'edit');
}
