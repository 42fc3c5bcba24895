/** What is kept of a decision: class, reason, targets, digest; never the text of a command or an edit. */
import type { GateRecord } from '../../core/gate/gateRecord.ts';
import type { HookCall } from '../../core/hooks/hookCall.ts';
import type { GateEvent } from '../../core/ledger/event.ts';
import type { Judged } from './judging.ts';

/** What was stopped or asked about because of what it costs. */
export interface Spending {
  readonly kind: 'spending';
  readonly sentence: string;
  readonly digest: string;
}

export interface Recorded {
  readonly id: string;
  readonly judged: Judged | Spending;
  readonly decision: GateRecord['decision'];
  readonly by: GateRecord['by'];
  readonly more?: Partial<GateRecord>;
}

const MOST_TARGETS = 50;
const MOST_CHARS = 300;

export function gateEvents(
  call: HookCall,
  tool: string | undefined,
  at: number,
  recorded: readonly Recorded[],
): readonly GateEvent[] {
  return recorded.map(({ id, judged, decision, by, more }) => ({
    kind: 'gate',
    callId: id,
    at,
    source: 'gate',
    facts: callFacts(call),
    gate: {
      ...told(judged),
      ...(tool !== undefined && { tool: tool.slice(0, MOST_CHARS) }),
      decision,
      by,
      digest: judged.digest,
      ...more,
    },
  }));
}

function told(judged: Judged | Spending): Pick<GateRecord, 'class' | 'reason' | 'targets' | 'expectedLossNanoCredits'> {
  if (judged.kind === 'fault')
    return { class: 'irreversible', reason: 'could not be judged', targets: [], expectedLossNanoCredits: 0 };
  if (judged.kind === 'spending') {
    const reason = judged.sentence.replace(/\.$/, '').slice(0, 4 * MOST_CHARS);
    return { class: 'commit', reason, targets: [], expectedLossNanoCredits: 0 };
  }
  const { verdict } = judged;
  return {
    class: verdict.class,
    reason: verdict.reason.slice(0, 4 * MOST_CHARS),
    targets: verdict.targets.slice(0, MOST_TARGETS).map((target) => target.slice(0, MOST_CHARS)),
    expectedLossNanoCredits: verdict.expectedLossNanoCredits,
  };
}

/** Who acts, as the ledger tells it. */
export function callFacts({ agent, sessionId, subagentId, cwd, model }: HookCall): GateEvent['facts'] {
  return {
    agent,
    ...(sessionId !== undefined && { sessionId }),
    ...(subagentId !== undefined && { subagentId }),
    ...(model !== undefined && { model }),
    ...(cwd !== undefined && { folder: cwd }),
  };
}
