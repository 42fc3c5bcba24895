import type { GateEvent } from '../ledger/event.ts';
import type { NanoCredits } from '../money.ts';

/** Expected loss of what a session's agent and its sub-agents were let do; suspicion is in it. What was denied harms nobody. */
export function lossOfSession(decisions: readonly GateEvent[], sessionId: string): NanoCredits {
  return decisions
    .filter(({ facts, gate }) => facts.sessionId === sessionId && gate.decision === 'allowed')
    .reduce((sum, { gate }) => sum + gate.expectedLossNanoCredits, 0);
}
