/** An action as a person is shown it, and as a text that is the same for the same action. Pure. */
import type { Action } from '../risk/action.ts';

const MOST_CHARS = 6_000;
const END_CHARS = 1_500;

/** Exactly what would be done. Marks that would change how it looks are written out; of a very long text the middle is left out. */
export function shownAction(action: Action): string {
  return shortened(visible(plainText(action)));
}

/** Keys in order at every depth: the text that an action's digest is made of. */
export function canonicalAction(action: Action, cwd: string | undefined): string {
  return JSON.stringify(inOrder({ ...action, cwd: action.cwd ?? cwd }));
}

function plainText(action: Action): string {
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

const marked = (mark: string, text: string) =>
  text
    .split('\n')
    .map((line) => `${mark} ${line}`)
    .join('\n');

/** Control characters, marks of direction and what has no width. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\u2028\u2029]/gu, (mark) =>
    mark === '\n' || mark === '\t' ? mark : `\\u{${mark.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}

function shortened(text: string): string {
  if (text.length <= MOST_CHARS + END_CHARS) return text;
  const left = text.length - MOST_CHARS - END_CHARS;
  return `${text.slice(0, MOST_CHARS)}\n… ${left} characters left out …\n${text.slice(-END_CHARS)}`;
}

function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, inOrder(each)]),
  );
}
