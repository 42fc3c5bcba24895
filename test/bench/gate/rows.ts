/** The rows of the gate's own corpus, as actions with the facts that each tells of its file. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Action, ActionClass, ToolAction } from '../../../src/core/risk/action.ts';
import { type FactAnswer, type Facts, factKey, NO_FACTS, type PathFact } from '../../../src/core/risk/facts.ts';

interface OwnRow {
  readonly command?: string;
  readonly edit?: { readonly path: string; readonly before?: string; readonly after?: string };
  readonly tool?: Omit<ToolAction, 'kind'>;
  /** What the file of an edit is; `text`: what is in it. */
  readonly file?: keyof typeof FILES;
  readonly text?: string;
  readonly class: ActionClass;
  readonly source: string;
}

export interface GateRow {
  readonly action: Action;
  readonly facts: Facts;
  readonly class: ActionClass;
  readonly told: string;
}

const TRACKED: PathFact = {
  kind: 'path',
  exists: true,
  type: 'file',
  tracked: true,
  clean: true,
  ignored: false,
  insideWorkspace: true,
};
const UNTRACKED: PathFact = { ...TRACKED, tracked: false, clean: false, untrackedFiles: 1 };
const FILES = {
  tracked: TRACKED,
  modified: { ...TRACKED, clean: false, modifiedFiles: 1 },
  untracked: UNTRACKED,
  ignored: { ...UNTRACKED, ignored: true, untrackedFiles: 0 },
  secret: { ...UNTRACKED, ignored: true },
  made: { ...UNTRACKED, madeByRun: true },
  outside: { ...UNTRACKED, insideWorkspace: false },
  new: { kind: 'path', exists: false, insideWorkspace: true },
} as const satisfies Record<string, PathFact>;

/** Of every `.jsonl` directly in the folder but the commands that are run for real. */
export function ownRows(folder: string): readonly GateRow[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl') && name !== 'truth.jsonl')
    .sort()
    .flatMap((name) => readLines<OwnRow>(path.join(folder, name)).map(rowOf));
}

export function readLines<Row>(file: string): readonly Row[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);
}

function rowOf({ command, edit, tool, file, text, class: kind }: OwnRow): GateRow {
  if (tool) return { action: { kind: 'tool', ...tool }, facts: NO_FACTS, class: kind, told: JSON.stringify(tool) };
  if (!edit)
    return { action: { kind: 'shell', command: command ?? '' }, facts: NO_FACTS, class: kind, told: command ?? '' };
  const facts = new Map<string, FactAnswer>();
  if (file) facts.set(factKey({ kind: 'path', path: edit.path }), FILES[file]);
  facts.set(
    factKey({ kind: 'script', path: edit.path }),
    text === undefined ? { kind: 'unanswered' } : { kind: 'text', text },
  );
  return { action: { kind: 'edit', ...edit }, facts, class: kind, told: `${file} ${JSON.stringify(edit)}` };
}
