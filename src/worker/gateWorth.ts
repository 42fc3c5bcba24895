import type { RunWorth } from '../app/gate/gateParts.ts';
import type { RunOutlook } from '../core/allocate/outlook.ts';
import { continuing } from '../core/allocate/runOutlook.ts';
import type { HookCall } from '../core/hooks/hookCall.ts';
import type { RunView } from '../core/ledger/entry.ts';

/** What going on is worth to the run that a call belongs to, where outcomes have proven it; undefined: nobody can tell. */
export function worthOfRun(
  { agent, sessionId }: HookCall,
  outlooks: readonly RunOutlook[],
  runOf: (runId: string) => RunView | undefined,
): RunWorth | undefined {
  if (sessionId === undefined) return undefined;
  const outlook = outlooks
    .filter((each) => each.agent === agent)
    .find(({ runId }) => runOf(runId)?.steps.some(({ facts }) => facts.sessionId === sessionId));
  if (!outlook) return undefined;
  const { decision, evidence, steps } = outlook;
  const gain = evidence.settled ? continuing(decision.candidates)?.net : undefined;
  return {
    rho: decision.prices.rho,
    ...(steps > 0 && { step: steps }),
    ...(gain !== undefined && { gainNanoCredits: gain }),
  };
}
