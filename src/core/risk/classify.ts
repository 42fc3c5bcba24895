/** What an action does, and whether a person is asked about it. Pure: what it would like to know it asks for. */
import type { Action, EditAction, ToolAction } from './action.ts';
import { classifyShell } from './classifyShell.ts';
import { expectedLoss } from './expectedLoss.ts';
import { type FactQuestion, type Facts, factKey } from './facts.ts';
import { newScope } from './shell/evaluate.ts';
import { changed, overwritten } from './shell/files.ts';
import type { Effect, World } from './shell/scope.ts';
import type { ShellParser } from './shellTree.ts';
import type { Classification } from './verdict.ts';

export function classify(action: Action, facts: Facts, parse: ShellParser): Classification {
  switch (action.kind) {
    case 'shell':
      return classifyShell(action, facts, parse);
    case 'edit':
      return classifyEdit(action, facts);
    case 'tool':
      return classifyTool(action);
  }
}

function classifyEdit({ path, before, cwd }: EditAction, facts: Facts): Classification {
  const needs: FactQuestion[] = [];
  const world: World = {
    cwd,
    ask: (question) => {
      const answer = facts.get(factKey(question));
      if (!answer) needs.push(question);
      return answer;
    },
    runText: () => undefined,
    runArgs: () => undefined,
    note: () => {},
  };
  const judge = before === undefined ? overwritten : changed;
  return { verdict: single(judge({ text: path }, { scope: newScope(), world }), path), needs };
}

/** A server's own hints: what it says of harm is believed, what it says of harmlessness only for reading. */
function classifyTool({ name, server, annotations }: ToolAction): Classification {
  const told = server === undefined ? name : `${server}: ${name}`;
  const effect: Effect = annotations?.readOnlyHint
    ? { class: 'read', reason: `${told} says that it only reads` }
    : annotations?.destructiveHint
      ? { class: 'irreversible', reason: `${told} says that it may destroy`, targets: [told] }
      : { class: 'commit', reason: `calls ${told}`, targets: [told] };
  return { verdict: single(effect, told), needs: [] };
}

function single(effect: Effect, text: string): Classification['verdict'] {
  const { class: kind, reason, targets = [], safetyCopy } = effect;
  const ask = kind !== 'read' && kind !== 'draft' && effect.ask !== false;
  const part = { text, class: kind, ask, targets, reason, ...(safetyCopy && { safetyCopy }) };
  return { ...part, expectedLossNanoCredits: expectedLoss([kind]), parts: [part] };
}
