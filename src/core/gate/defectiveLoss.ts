/** What text that gives orders to agents has cost in a period. */
import type { GateEvent } from '../ledger/event.ts';
import { addMoney, type MoneySum, NO_MONEY } from '../money.ts';
import { moneyText } from '../status/moneyText.ts';
import { counted, wholeNumber } from '../wholeNumber.ts';

export interface DefectiveLoss {
  /** Results of tools in which such text was found. */
  readonly results: number;
  /** By their length: an estimate. */
  readonly tokens: number;
  /** Of reading them once, estimated; what can't be priced is unknown in it. */
  readonly cost: MoneySum;
}

export function defectiveLoss(decisions: readonly GateEvent[]): DefectiveLoss {
  const found = decisions.flatMap(({ gate: { defective } }) => defective ?? []);
  return {
    results: found.length,
    tokens: found.reduce((sum, { tokens }) => sum + tokens, 0),
    cost: found.reduce((sum, { nanoCredits }) => addMoney(sum, nanoCredits, 'estimated'), NO_MONEY),
  };
}

/** In two parts of a line; undefined: nothing was found. */
export function defectiveLossText({
  results,
  tokens,
  cost,
}: DefectiveLoss): { readonly found: string; readonly lost: string } | undefined {
  if (results === 0) return undefined;
  const unknown = cost.unknown > 0 ? `, ${wholeNumber(cost.unknown)} of unknown cost` : '';
  return {
    found: `${counted(results, 'result')} of tools read like orders to the agent`,
    lost: `about ${counted(tokens, 'token')} lost, ${moneyText(cost)} for reading them once (estimated${unknown})`,
  };
}
