/** The menu that the model picker shows: what each policy is expected to bring and cost for the latest request, or a typical one. */
import type { RequestOutlook } from '../core/allocate/outlook.ts';
import { type Contract, type ContractName, contractText } from '../core/route/menu.ts';

export interface PolicyMenu {
  /** A sentence for a policy's tooltip; undefined: nothing is known yet. */
  text(policy: ContractName): string | undefined;
  update(outlook: RequestOutlook, isTypical: boolean): void;
  /** Called when the texts have changed by more than the odd second or cent; returns how to stop. */
  onDidChange(listener: () => void): () => void;
}

/** What must change for a text to be written anew. */
const SUCCESS_POINTS = 0.05;
const COST_FACTOR = 1.25;
const WAIT_FACTOR = 1.5;

export function createPolicyMenu(): PolicyMenu {
  let shown: { readonly menu: readonly Contract[]; readonly settled: boolean; readonly isTypical: boolean } | undefined;
  const listeners = new Set<() => void>();
  return {
    text(policy) {
      const contract = shown?.menu.find(({ name }) => name === policy);
      if (!shown || !contract) return undefined;
      const whose = shown.isTypical ? 'For a usual request' : 'For a request like your latest';
      const evidence = shown.settled ? '' : ' Success is a prior from public benchmarks, not yet proven here.';
      return `${whose}: ${contractText(contract).replace(/^\w+: /, '')}${evidence}`;
    },
    update({ menu, evidence }, isTypical) {
      if (menu.length === 0 || (isTypical && shown?.isTypical === false)) return;
      const next = { menu, settled: evidence.settled, isTypical };
      const isSame =
        shown !== undefined &&
        shown.isTypical === isTypical &&
        shown.settled === next.settled &&
        menu.every((contract) => shown?.menu.some((before) => isAlike(before, contract)));
      if (isSame) return;
      shown = next;
      for (const listener of listeners) listener();
    },
    onDidChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function isAlike(a: Contract, b: Contract): boolean {
  return (
    a.name === b.name &&
    modelOf(a) === modelOf(b) &&
    Math.abs(a.success - b.success) < SUCCESS_POINTS &&
    isWithin(a.p50NanoCredits, b.p50NanoCredits, COST_FACTOR) &&
    isWithin(a.p90NanoCredits, b.p90NanoCredits, COST_FACTOR) &&
    isWithin(a.waitSeconds, b.waitSeconds, WAIT_FACTOR)
  );
}

const modelOf = ({ prediction: { use } }: Contract) => ('model' in use ? use.model : use.kind);

function isWithin(a: number, b: number, factor: number): boolean {
  return Math.max(a, b) <= factor * Math.min(a, b);
}
