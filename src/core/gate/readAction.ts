import type { Action } from '../risk/action.ts';

export type WrittenAction = Action['kind'];

/** An action as a person writes it; a sentence that says how to mend it. */
export function readAction(kind: WrittenAction, written: string, cwd: string | undefined): Action | string {
  const text = written.trim();
  const at = cwd === undefined ? {} : { cwd };
  switch (kind) {
    case 'shell':
      return { kind, command: written, ...at };
    case 'edit':
      return { kind, path: text, ...at };
    case 'tool': {
      const [, called = '', input = ''] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
      const slash = called.indexOf('/');
      const named = { name: called.slice(slash + 1), ...(slash > 0 && { server: called.slice(0, slash) }) };
      if (named.name === '') return 'Write the tool as server/tool.';
      if (input === '') return { kind, ...named, input: {}, ...at };
      try {
        return { kind, ...named, input: JSON.parse(input) as unknown, ...at };
      } catch {
        return 'Write the input as JSON, such as {"repo": "app"}.';
      }
    }
  }
}
