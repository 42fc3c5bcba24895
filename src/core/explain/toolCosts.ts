/**
 * What tools cost by what they return: the new input of the step after a call, and its share of the context each time
 * that is sent again. A step that answers several calls is shared equally between them. Always an estimate: how many
 * tokens each result has stands in no log.
 */
import { addMoney, joinMoney, type MoneySum, NO_MONEY } from '../money.ts';
import { type PlacedStep, placeSteps, type SeriesStep } from './series.ts';

export interface ToolCost {
  /** undefined: what no tool's results cost (output, instructions, messages), so that all add up to the whole. */
  readonly tool: string | undefined;
  /** How often it was called; of the rest: model calls. */
  readonly calls: number;
  readonly cost: MoneySum;
}

/**
 * The credits of the steps that `isWithin` takes in, by tool; the other steps only tell what these carry. Of one session,
 * in any order. A step of unknown cost is unknown to each tool that it carries new results of, and to the rest once.
 */
export function toolCosts(
  steps: readonly SeriesStep[],
  isWithin: (step: SeriesStep) => boolean = () => true,
): readonly ToolCost[] {
  const groups = new Map<string | undefined, ToolCost>();
  const add = (tool: string | undefined, calls: number, cost: MoneySum) => {
    const group = groups.get(tool) ?? { tool, calls: 0, cost: NO_MONEY };
    groups.set(tool, { tool, calls: group.calls + calls, cost: joinMoney(group.cost, cost) });
  };
  const held = new Map<string, Map<string, number>>();
  const isCounted = ({ state, billable }: SeriesStep) =>
    billable && (state === 'settled' || state === 'failed' || state === 'lost');
  const seen = new Set<string>();
  for (const each of placeSteps(steps)) {
    const { step } = each;
    seen.add(step.callId);
    const key = `${step.sessionId ?? step.callId}\n${step.subagentId ?? ''}`;
    const before = each.restarted ? new Map<string, number>() : (held.get(key) ?? new Map<string, number>());
    const shares = sharesOf(each, before);
    held.set(key, withNew(each, before));
    if (!isWithin(step)) continue;
    for (const tool of step.tools) add(tool, 1, NO_MONEY);
    if (!isCounted(step)) continue;
    const { nanoCredits, confidence } = step.cost;
    if (nanoCredits === undefined || confidence === 'unknown') {
      for (const tool of new Set(each.resultsOf)) add(tool, 0, addMoney(NO_MONEY, undefined, 'unknown'));
      add(undefined, 1, addMoney(NO_MONEY, undefined, 'unknown'));
      continue;
    }
    let rest = nanoCredits;
    for (const [tool, share] of shares) {
      const part = Math.min(rest, Math.floor(nanoCredits * share));
      rest -= part;
      add(tool, 0, addMoney(NO_MONEY, part, 'estimated'));
    }
    add(undefined, 1, addMoney(NO_MONEY, rest, shares.size > 0 ? 'estimated' : confidence));
  }
  // Totals of runs, which no step of this list tells apart.
  for (const step of steps) {
    if (seen.has(step.callId) || !isCounted(step) || !isWithin(step)) continue;
    add(undefined, 1, addMoney(NO_MONEY, step.cost.nanoCredits, step.cost.confidence));
  }
  return [...groups.values()].sort(byCost);
}

/** Joins what several sessions told. */
export function joinToolCosts(a: readonly ToolCost[], b: readonly ToolCost[]): readonly ToolCost[] {
  const groups = new Map(a.map((each) => [each.tool, each]));
  for (const { tool, calls, cost } of b) {
    const group = groups.get(tool) ?? { tool, calls: 0, cost: NO_MONEY };
    groups.set(tool, { tool, calls: group.calls + calls, cost: joinMoney(group.cost, cost) });
  }
  return [...groups.values()].sort(byCost);
}

/** Dearest first; what is no tool's comes last. */
function byCost(a: ToolCost, b: ToolCost): number {
  const [aRest, bRest] = [a.tool === undefined, b.tool === undefined];
  if (aRest !== bRest) return aRest ? 1 : -1;
  return b.cost.nanoCredits - a.cost.nanoCredits || ((a.tool ?? '') < (b.tool ?? '') ? -1 : 1);
}

/** Shares of the step's credits by tool, together at most 1. `held`: tokens of each tool's results in the context. */
function sharesOf(
  { charges = [], resultsOf }: PlacedStep,
  held: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  const all = charges.reduce((sum, { nanoCredits }) => sum + nanoCredits, 0);
  if (!(all > 0)) return shares;
  const give = (tool: string, nanoCredits: number) => shares.set(tool, (shares.get(tool) ?? 0) + nanoCredits / all);
  const fresh = sumOf(charges, 'new');
  for (const tool of resultsOf) give(tool, fresh.nanoCredits / resultsOf.length);
  const context = sumOf(charges, 'context');
  if (context.tokens > 0) {
    const heldTokens = [...held.values()].reduce((sum, tokens) => sum + tokens, 0);
    const scale = context.nanoCredits / Math.max(context.tokens, heldTokens);
    for (const [tool, tokens] of held) give(tool, tokens * scale);
  }
  return shares;
}

function withNew({ charges = [], resultsOf }: PlacedStep, held: ReadonlyMap<string, number>): Map<string, number> {
  const next = new Map(held);
  const { tokens } = sumOf(charges, 'new');
  for (const tool of resultsOf) next.set(tool, (next.get(tool) ?? 0) + tokens / resultsOf.length);
  return next;
}

function sumOf(charges: NonNullable<PlacedStep['charges']>, place: 'new' | 'context') {
  let [tokens, nanoCredits] = [0, 0];
  for (const each of charges) {
    if (each.place !== place) continue;
    tokens += each.tokens;
    nanoCredits += each.nanoCredits;
  }
  return { tokens, nanoCredits };
}
