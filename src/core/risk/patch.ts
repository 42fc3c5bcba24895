/** Reads patches as agents write them into the edits that they make: `*** Begin Patch`, and unified diffs. */
import type { EditAction } from './action.ts';

export interface FilePatch {
  readonly path: string;
  /** Undefined: the file is new. */
  readonly before?: string;
  /** Undefined: the file is deleted. */
  readonly after?: string;
  readonly deletes: boolean;
}

/** One for each file that the patch names; empty: it isn't a patch. */
export function readPatch(text: string): readonly FilePatch[] {
  return /^\*\*\* (?:Begin Patch|(?:Add|Update|Delete) File:)/m.test(text) ? ownPatch(text) : unifiedDiff(text);
}

export function patchEdits(text: string, cwd: string | undefined): readonly EditAction[] {
  return readPatch(text).map(({ path, before, after, deletes }) => ({
    kind: 'edit',
    path,
    ...(cwd !== undefined && { cwd }),
    ...(before !== undefined && { before }),
    ...(after !== undefined && !deletes && { after }),
  }));
}

function ownPatch(text: string): FilePatch[] {
  const patches: FilePatch[] = [];
  let current: { path: string; verb: string; before: string[]; after: string[] } | undefined;
  const close = () => {
    if (!current) return;
    const { path, verb, before, after } = current;
    if (verb === 'Delete') patches.push({ path, deletes: true });
    else if (verb === 'Add') patches.push({ path, after: after.join('\n'), deletes: false });
    else patches.push({ path, before: before.join('\n'), after: after.join('\n'), deletes: false });
    current = undefined;
  };
  for (const line of text.split(/\r?\n/)) {
    const file = /^\*\*\* (Add|Update|Delete) File: (.+?)\s*$/.exec(line);
    if (file) {
      close();
      current = { verb: file[1] ?? '', path: file[2] ?? '', before: [], after: [] };
      continue;
    }
    const moved = /^\*\*\* Move to: (.+?)\s*$/.exec(line);
    if (moved) {
      // What is there already is overwritten.
      patches.push({ path: moved[1] ?? '', after: '', deletes: false });
      continue;
    }
    if (!current || line.startsWith('***')) continue;
    addLine(line, current);
  }
  close();
  return patches;
}

function unifiedDiff(text: string): FilePatch[] {
  const patches: FilePatch[] = [];
  let old = '';
  let current: { path: string; verb: string; before: string[]; after: string[] } | undefined;
  const close = () => {
    if (!current) return;
    const { path, verb, before, after } = current;
    if (verb === 'Delete') patches.push({ path, before: before.join('\n'), deletes: true });
    else if (verb === 'Add') patches.push({ path, after: after.join('\n'), deletes: false });
    else patches.push({ path, before: before.join('\n'), after: after.join('\n'), deletes: false });
    current = undefined;
  };
  for (const line of text.split(/\r?\n/)) {
    const from = /^--- (.+?)(?:\t.*)?$/.exec(line);
    if (from) {
      close();
      old = name(from[1] ?? '');
      continue;
    }
    const to = /^\+\+\+ (.+?)(?:\t.*)?$/.exec(line);
    if (to && !current) {
      const now = name(to[1] ?? '');
      const verb = now === '/dev/null' ? 'Delete' : old === '/dev/null' ? 'Add' : 'Update';
      current = { path: verb === 'Delete' ? old : now, verb, before: [], after: [] };
      continue;
    }
    if (/^diff --git /.test(line)) close();
    if (current && !line.startsWith('@@')) addLine(line, current);
  }
  close();
  return patches;
}

function addLine(line: string, { before, after }: { before: string[]; after: string[] }): void {
  const rest = line.slice(1);
  if (line.startsWith('-')) before.push(rest);
  else if (line.startsWith('+')) after.push(rest);
  else if (line.startsWith(' ')) {
    before.push(rest);
    after.push(rest);
  }
}

function name(path: string): string {
  return path
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replace(/^[ab]\//, '');
}
