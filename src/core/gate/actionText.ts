/** An action as a person is shown it, and as a text that is the same for the same action. Pure. */
import { inOrder } from '../inOrder.ts';
import type { Action } from '../risk/action.ts';

/** Exactly what would be done, whole and as it is: who shows it makes visible what hides in it. */
export function shownAction(action: Action): string {
  switch (action.kind) {
    case 'shell':
      return action.command;
    case 'edit': {
      if (action.after === undefined && action.before !== undefined) return `Delete ${action.path}`;
      const removed = action.before === undefined ? '' : `\n${marked('-', action.before)}`;
      const added = action.after === undefined ? '' : `\n${marked('+', action.after)}`;
      return `${action.before === undefined ? 'Write' : 'Edit'} ${action.path}${removed}${added}`;
    }
    case 'tool': {
      const name = action.server === undefined ? action.name : `${action.server}/${action.name}`;
      return `${name} ${JSON.stringify(action.input, undefined, 1) ?? ''}`.trim();
    }
  }
}

/** Keys in order at every depth: the text that an action's digest is made of. */
export function canonicalAction(action: Action, cwd: string | undefined): string {
  return JSON.stringify(inOrder({ ...action, cwd: action.cwd ?? cwd }));
}

const marked = (mark: string, text: string) =>
  text
    .split('\n')
    .map((line) => `${mark} ${line}`)
    .join('\n');
