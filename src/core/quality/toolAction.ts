/** A tool call as an action of a run, whichever agent made it: what it did, and by which it is known again. Hashes, no text. */
import { toolKind } from './runLedgerStep.ts';
import { runShellAction } from './runShellAction.ts';
import { type RunAction, textKey } from './runStep.ts';

/** A result is looked into this far for an exit code, from both ends. */
const LOOKED_AT = 2000;
const EXIT_CODE = /\bexit(?:ed with(?: exit)?)? code:? (-?\d+)\b/i;
/** A program that edits beyond what {@link runShellAction} knows: Codex’s own, and scripts that write files. */
const SCRIPT_EDITS = /\bapply_patch\b|\bwrite_text\(|\bwriteFile(?:Sync)?\(|\bopen\([^)\n]*,\s*['"][wa]/;
/** The files that a patch in Codex’s form names. */
const PATCHED = /^\*\*\* (?:Update|Add|Delete) File: (.+)$/gm;
const PATCH_CHARS = 20_000;
const MOST_FILES = 20;

/** `input`: its arguments, as an object or as the agent wrote them. `failed` undefined: nobody says. */
export function toolAction(name: string, input: unknown, failed: boolean | undefined): RunAction {
  const fields = typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>) : {};
  const command = commandIn(fields);
  if (command !== undefined) {
    const action = runShellAction(command, failed);
    return action.kind === 'run' && SCRIPT_EDITS.test(command.slice(0, PATCH_CHARS))
      ? { ...action, kind: 'edit' }
      : action;
  }
  const key = textKey(`${name}\n${JSON.stringify(input) ?? ''}`);
  const kind = toolKind(name);
  if (kind !== 'edit' && kind !== 'create') return { kind, key, failed };
  const files = filesIn(input, fields);
  return { kind, key, failed, ...(files.length > 0 ? { files: files.map(textKey) } : {}) };
}

/** Of a command's output; undefined: it tells none. */
export function exitCodeIn(text: string): number | undefined {
  const found = EXIT_CODE.exec(text.slice(0, LOOKED_AT)) ?? EXIT_CODE.exec(text.slice(-LOOKED_AT));
  return found ? Number(found[1]) : undefined;
}

function commandIn({ command, cmd }: Readonly<Record<string, unknown>>): string | undefined {
  const said = command ?? cmd;
  if (typeof said === 'string') return said;
  // As a program gets it: `["bash", "-lc", "npm test"]`.
  return Array.isArray(said) ? String(said.length > 2 ? said.at(-1) : said.join(' ')) : undefined;
}

function filesIn(input: unknown, fields: Readonly<Record<string, unknown>>): readonly string[] {
  const { filePath, file_path, path, absolute_path, patch, input: inner } = fields;
  const file = filePath ?? file_path ?? path ?? absolute_path;
  if (typeof file === 'string') return [file];
  const text = typeof input === 'string' ? input : (patch ?? inner);
  if (typeof text !== 'string') return [];
  return [...text.slice(0, PATCH_CHARS).matchAll(PATCHED)].slice(0, MOST_FILES).map(([, name = '']) => name);
}
