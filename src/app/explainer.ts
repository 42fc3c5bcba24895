/** Why runs cost what they did, from the ledger's usage and the price book. Other calls of the worker go between its parts. */
import { explainRun, type RunExplanation } from '../core/explain/explainRun.ts';
import type { SeriesStep } from '../core/explain/series.ts';
import { joinToolCosts, type ToolCost, toolCosts } from '../core/explain/toolCosts.ts';
import type { Breakdown } from '../core/ledger/breakdown.ts';
import type { CallFacts } from '../core/ledger/event.ts';
import { startOfDay } from '../core/ledger/localDay.ts';
import { sessionTree } from '../core/ledger/sessionTree.ts';
import type { Price } from '../core/prices/price.ts';
import type { Clock, ExplainedRun, LedgerBreakdown, RunAccount, RunSeries, StoredStep } from '../ports.ts';
import { othersTurn } from './othersTurn.ts';

export interface Explainer {
  /** What some days went to. */
  breakdown(...asked: Parameters<LedgerBreakdown['breakdown']>): Promise<Breakdown>;
  /** The dearest runs of some days with their reasons. */
  dearest(fromDay: string, toDay: string, limit: number): Promise<readonly ExplainedRun[]>;
  /** undefined: no such run. */
  account(runId: string): Promise<RunAccount | undefined>;
  /** What tools cost in some days; asked again meanwhile, it is the same answer. */
  toolCosts(fromDay: string, toDay: string): Promise<readonly ToolCost[]>;
}

export interface ExplainerPorts {
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly ledger: Pick<
    LedgerBreakdown,
    'breakdown' | 'dearest' | 'series' | 'sessionParts' | 'seriesPlaces' | 'seriesAt'
  >;
  /** The dated price of a call; undefined: unknown. */
  readonly priceOf: (call: { readonly facts: CallFacts; readonly at: number }) => Price | undefined;
}

/** How long it holds the thread before others have their turn. */
const TURN_MS = 15;

export function createExplainer({ clock, ledger, priceOf }: ExplainerPorts): Explainer {
  /** Questions about tools that are being answered. */
  const underWay = new Map<string, Promise<readonly ToolCost[]>>();

  function withRate(step: StoredStep): SeriesStep {
    const rate = priceOf({ facts: step.facts, at: step.at })?.rate;
    return { ...step, rate: rate?.kind === 'tokens' ? rate : undefined, bySecond: rate?.kind === 'seconds' };
  }

  function explain({ steps, earlier }: RunSeries): RunExplanation {
    return explainRun(steps.map(withRate), earlier.map(withRate));
  }

  return {
    async breakdown(...asked) {
      const turns = ledger.breakdown(...asked);
      for (;;) {
        const turn = turns.next();
        if (turn.done) return turn.value;
        await othersTurn();
      }
    },

    async dearest(fromDay, toDay, limit) {
      const runs: ExplainedRun[] = [];
      for (const run of ledger.dearest(fromDay, toDay, limit)) {
        await othersTurn();
        const series = ledger.series(run.runId);
        if (series) runs.push({ ...run, explanation: explain(series) });
      }
      return runs;
    },

    async account(runId) {
      const series = ledger.series(runId);
      if (!series) return undefined;
      const explanation = explain(series);
      const { sessionId } = series;
      if (sessionId === undefined) return { explanation, session: undefined };
      await othersTurn();
      return { explanation, session: sessionTree(sessionId, ledger.sessionParts(sessionId)) };
    },

    toolCosts(fromDay, toDay) {
      const key = `${fromDay} ${toDay}`;
      const answer = underWay.get(key) ?? costsOfTools(fromDay, toDay).finally(() => underWay.delete(key));
      underWay.set(key, answer);
      return answer;
    },
  };

  async function costsOfTools(fromDay: string, toDay: string): Promise<readonly ToolCost[]> {
    const [from, to] = [startOfDay(fromDay), startOfDay(toDay, 1)];
    let costs: readonly ToolCost[] = [];
    let turnBegan = clock.elapsed();
    for (const place of ledger.seriesPlaces(fromDay, toDay)) {
      if (clock.elapsed() - turnBegan > TURN_MS) {
        await othersTurn();
        turnBegan = clock.elapsed();
      }
      const steps = ledger.seriesAt(place).map(withRate);
      costs = joinToolCosts(
        costs,
        toolCosts(steps, ({ at }) => at >= from && at < to),
      );
    }
    return costs;
  }
}
