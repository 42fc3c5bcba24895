/** A ledger entry as a run's step: usage, cost, the tools' names and faults are all that a ledger has. */
import type { Entry } from '../ledger/entry.ts';
import { NANO_PER_CREDIT } from '../money.ts';
import type { ActionKind, RunStep } from './runStep.ts';

/** Names that agents give their tools, by what they do; the first that matches. */
const KINDS: readonly (readonly [RegExp, ActionKind])[] = [
  [/test/i, 'test'],
  [/multi_?edit|str_?replace|appl(?:y|ied)_?(?:patch|diff)|^insert|^edit|^replace|update_?file/i, 'edit'],
  [/^write|create|new_?file/i, 'create'],
  [/grep|glob|search|find|^ls$|list/i, 'search'],
  [/read|view|open|^cat$|fetch/i, 'read'],
  [/bash|shell|terminal|exec|run|command/i, 'run'],
];

/** What a tool does, as far as its name tells. */
export function toolKind(tool: string): ActionKind {
  return KINDS.find(([name]) => name.test(tool))?.[1] ?? 'run';
}

/** undefined: the entry isn't one step that ended. What the tools returned isn't in a ledger, so it stays unknown. */
export function runLedgerStep(entry: Entry): RunStep | undefined {
  if (entry.scope !== 'step' || (entry.state !== 'settled' && entry.state !== 'failed')) return undefined;
  const nano = entry.cost.nanoCredits;
  return {
    usage: entry.usage,
    credits: nano === undefined ? undefined : nano / NANO_PER_CREDIT,
    actions: entry.tools.map((tool) => ({ kind: toolKind(tool) })),
    fault: entry.state === 'failed' || entry.finish === 'length',
  };
}
