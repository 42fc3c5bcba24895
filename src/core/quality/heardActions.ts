/** A tool call as an agent's hook tells of it, as what a run's predictors and its breaker take: hashes and kinds, no text. */
import type { HookMoment } from '../hooks/hookCall.ts';
import type { Action } from '../risk/action.ts';
import { toolKind } from './runLedgerStep.ts';
import { runShellAction } from './runShellAction.ts';
import { type RunAction, textKey } from './runStep.ts';

export type HeardResult = Extract<HookMoment, { readonly kind: 'afterTool' }>;

/** Tools that wait for something to end: to ask again and again is what they are for. */
const WAITS = /^(?:bash_?output|task_?output|get_?terminal_?output|await_?terminal|write_stdin|read_bash|wait)/i;

export function isWaiting(tool: string): boolean {
  return WAITS.test(tool);
}

/** One call, also where it does several things: what it was called with is told once. */
export function heardAction({ tool, input, actions, failed }: HeardResult): RunAction {
  const key = textKey(`${tool}\n${jsonOf(input)}`);
  const all = actions.map((action) => actionOf(action, failed));
  const changes = all.find(({ kind }) => kind === 'edit' || kind === 'create');
  const kind = (changes ?? all.find((each) => each.kind === 'test') ?? all[0])?.kind ?? toolKind(tool);
  const files = all.flatMap((each) => each.files ?? []);
  return { kind, key, failed, ...(files.length > 0 ? { files } : {}) };
}

function actionOf(action: Action, failed: boolean | undefined): RunAction {
  switch (action.kind) {
    case 'shell':
      return runShellAction(action.command, failed);
    case 'edit':
      return { kind: action.before === undefined ? 'create' : 'edit', failed, files: [textKey(action.path)] };
    case 'tool':
      return { kind: toolKind(action.name), failed };
  }
}

/** Input comes from JSON, so it can be written as such; what can't is told apart by nothing. */
function jsonOf(input: unknown): string {
  try {
    return JSON.stringify(input) ?? '';
  } catch {
    return '';
  }
}
