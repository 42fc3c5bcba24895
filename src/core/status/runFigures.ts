import type { BurnSummary, RunView } from '../ledger/entry.ts';
import { joinMoney, type MoneySum, NO_MONEY } from '../money.ts';
import { type LiveStep, liveMoney } from './liveStep.ts';

export interface RunFigures {
  /** undefined: its source knows no run. */
  readonly runId: string | undefined;
  readonly agent: string;
  readonly live: boolean;
  readonly steps: number;
  readonly cost: MoneySum;
  readonly model: string | undefined;
  /** What its task is taken for; undefined: nobody knows. */
  readonly task: RunView['task'];
}

/** The run to speak of: the one that streams in this window, else the ledger's latest. */
export function runFigures(summary: BurnSummary | undefined, live: readonly LiveStep[]): RunFigures | undefined {
  const latest = live.at(-1);
  const known = summary?.run;
  if (!latest) {
    return (
      known && {
        runId: known.runId,
        agent: known.agent,
        live: known.live,
        steps: known.steps,
        cost: known.cost,
        model: known.lastModel,
        task: known.task,
      }
    );
  }
  const sameRun = known !== undefined && latest.runId !== undefined && latest.runId === known.runId;
  const streaming = liveMoney(live.filter(({ runId }) => runId === latest.runId));
  return {
    runId: latest.runId,
    agent: latest.agent,
    live: true,
    steps: sameRun ? Math.max(1, known.steps) : 1,
    cost: joinMoney(sameRun ? known.cost : NO_MONEY, streaming),
    model: latest.model ?? (sameRun ? known.lastModel : undefined),
    task: sameRun ? known.task : undefined,
  };
}
