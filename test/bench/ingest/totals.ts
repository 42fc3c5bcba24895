import { openLedger } from '../../../src/storage/ledger.ts';

/** Tokens by model, in the peer's kinds: both lives of the cache together, thinking with the rest of the output. */
export type Totals = ReadonlyMap<string, Kinds>;

interface Kinds {
  input: number;
  cacheRead: number;
  cacheWrite: number;
  output: number;
}

export function ledgerTotals(path: string): Totals {
  const ledger = openLedger(path, { clock: Date });
  const totals = new Map<string, Kinds>();
  for (const { model, usage } of ledger.burn('2020-01-01', '2039-12-31')) {
    add(totals, model, {
      input: usage.fresh ?? 0,
      cacheRead: usage.cacheRead ?? 0,
      cacheWrite: (usage.cacheWrite ?? 0) + (usage.cacheWriteHour ?? 0),
      output: (usage.text ?? 0) + (usage.reasoning ?? 0),
    });
  }
  ledger.close();
  return totals;
}

interface PeerReport {
  readonly daily: readonly {
    readonly modelBreakdowns: readonly {
      readonly modelName: string;
      readonly inputTokens: number;
      readonly cacheReadTokens: number;
      readonly cacheCreationTokens: number;
      readonly outputTokens: number;
    }[];
  }[];
}

/** `report`: what `ccusage daily --json` prints. */
export function peerTotals(report: string): Totals {
  const totals = new Map<string, Kinds>();
  for (const { modelBreakdowns } of (JSON.parse(report) as PeerReport).daily) {
    for (const each of modelBreakdowns) {
      add(totals, each.modelName, {
        input: each.inputTokens,
        cacheRead: each.cacheReadTokens,
        cacheWrite: each.cacheCreationTokens,
        output: each.outputTokens,
      });
    }
  }
  return totals;
}

/** `model kind: ours, theirs` of each figure that differs. */
export function differing(ours: Totals, theirs: Totals): readonly string[] {
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((model) =>
    (['input', 'cacheRead', 'cacheWrite', 'output'] as const).flatMap((kind) => {
      const [a, b] = [ours.get(model)?.[kind] ?? 0, theirs.get(model)?.[kind] ?? 0];
      return a === b ? [] : [`${model} ${kind}: ${a} here, ${b} there`];
    }),
  );
}

function add(totals: Map<string, Kinds>, model: string, part: Kinds): void {
  const sum = totals.get(model) ?? { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 };
  for (const kind of Object.keys(part) as (keyof Kinds)[]) sum[kind] += part[kind];
  totals.set(model, sum);
}
