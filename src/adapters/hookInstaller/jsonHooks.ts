/** Hooks in an agent's settings file, as edits of its text: what the developer wrote there stays as it is, comments too. */
import {
  applyEdits,
  createScanner,
  type Edit,
  findNodeAtLocation,
  getNodeValue,
  type JSONPath,
  modify,
  type Node,
  type ParseError,
  parse,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { isOurCommand } from '../../core/hooks/install/hookCommand.ts';
import type { HookEntries } from '../../core/hooks/install/hookEntries.ts';

export interface Rewritten {
  readonly text: string;
  /** Applied in this order, they give the text back from which this was made. */
  readonly undo: readonly Edit[];
}

/** `SyntaxKind.CommaToken`, which is a constant that only the compiler knows. */
const COMMA = 5;
const BOM = '\uFEFF';
const LENIENT = { allowTrailingComma: true, allowEmptyContent: true } as const;

/**
 * The text with our entries, and without older ones of ours. undefined: there is no file yet. `fields`: what the file needs at its
 * top beside the hooks, where it isn't there. `file` is for the sentences of the errors that it throws.
 */
export function withEntries(
  text: string | undefined,
  entries: HookEntries,
  { file, fields = {} }: { readonly file: string; readonly fields?: Readonly<Record<string, unknown>> },
): Rewritten {
  const content = text === undefined ? '' : text.startsWith(BOM) ? text.slice(1) : text;
  if (content.trim() === '') {
    const lists = Object.fromEntries(Object.entries(entries).map(([event, entry]) => [event, [entry]]));
    const whole = `${JSON.stringify({ ...fields, hooks: lists }, undefined, 2)}\n`;
    const before = text ?? '';
    return { text: whole, undo: [{ offset: 0, length: whole.length, content: before }] };
  }
  check(content, file);
  if (hasEntries(content, entries)) return { text: text ?? '', undo: [] };
  const edited = editing(content);
  removeOurs(edited);
  for (const [name, value] of Object.entries(fields)) {
    if (edited.find([name]) === undefined) edited.set([name], value);
  }
  for (const [event, entry] of Object.entries(entries)) {
    if (edited.find(['hooks']) === undefined) edited.set(['hooks'], {});
    if (edited.find(['hooks', event]) === undefined) edited.set(['hooks', event], [entry]);
    else if (edited.find(['hooks', event])?.type === 'array') edited.append(['hooks', event], entry);
    else
      throw new Error(
        `\`hooks.${event}\` in ${file} should be a list: correct it, then try again. Nothing was changed.`,
      );
  }
  if (!hasEntries(edited.text(), entries))
    throw new Error(`${file} names \`hooks\` or one of its events twice: leave one of them, then try again.`);
  return edited.done(text?.startsWith(BOM) ?? false);
}

/** The text without our entries and the lists that only they were in. Throws as {@link withEntries}. */
export function withoutEntries(text: string, file: string): Rewritten {
  const content = text.startsWith(BOM) ? text.slice(1) : text;
  if (content.trim() === '') return { text, undo: [] };
  check(content, file);
  const edited = editing(content);
  removeOurs(edited);
  return edited.done(text.startsWith(BOM));
}

/** How many commands of ours there are. Throws as {@link withEntries}. */
export function ourCommands(text: string, file: string): number {
  const content = text.startsWith(BOM) ? text.slice(1) : text;
  if (content.trim() === '') return 0;
  check(content, file);
  return places(content).reduce((sum, { ours }) => sum + ours, 0);
}

/** Whether exactly these entries of ours are there. */
export function hasEntries(text: string, entries: HookEntries): boolean {
  const value: unknown = parse(text.startsWith(BOM) ? text.slice(1) : text, [], LENIENT);
  const hooks = isRecord(value) ? value.hooks : undefined;
  const wanted = Object.entries(entries);
  return (
    isRecord(hooks) &&
    places(text.startsWith(BOM) ? text.slice(1) : text).length === wanted.length &&
    wanted.every(([event, entry]) => {
      const list = hooks[event];
      return Array.isArray(list) && list.some((each) => JSON.stringify(each) === JSON.stringify(entry));
    })
  );
}

function check(content: string, file: string): void {
  const errors: ParseError[] = [];
  const value: unknown = parse(content, errors, LENIENT);
  const [error] = errors;
  if (error) {
    const before = content.slice(0, error.offset).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
    throw new Error(
      `${file} is not valid JSON (${place}: ${printParseErrorCode(error.error)}): correct it, then try again. Nothing was changed.`,
    );
  }
  if (!isRecord(value))
    throw new Error(`${file} should hold an object: correct it, then try again. Nothing was changed.`);
  if (value.hooks === undefined) return;
  if (!isRecord(value.hooks))
    throw new Error(`\`hooks\` in ${file} should be an object: correct it, then try again. Nothing was changed.`);
}

interface Place {
  readonly path: JSONPath;
  readonly ours: number;
}

/** Where our commands are: whole entries, or single hooks of an entry that others are in too. In document order. */
function places(content: string): readonly Place[] {
  const root = parseTree(content, [], LENIENT);
  const hooks = root && findNodeAtLocation(root, ['hooks']);
  const found: Place[] = [];
  for (const property of hooks?.children ?? []) {
    const [key, list] = property.children ?? [];
    if (list?.type !== 'array') continue;
    const event = String(key?.value);
    for (const [index, entry] of (list.children ?? []).entries()) {
      const inner = findNodeAtLocation(entry, ['hooks']);
      if (inner?.type !== 'array') {
        if (isOurs(entry)) found.push({ path: ['hooks', event, index], ours: 1 });
        continue;
      }
      const mine = (inner.children ?? []).map(isOurs);
      const ours = mine.filter(Boolean).length;
      if (ours > 0 && ours === mine.length) found.push({ path: ['hooks', event, index], ours });
      else
        for (const [at, isMine] of mine.entries())
          if (isMine) found.push({ path: ['hooks', event, index, 'hooks', at], ours: 1 });
    }
  }
  return found;
}

function isOurs(node: Node): boolean {
  const value: unknown = getNodeValue(node);
  return (
    isRecord(value) &&
    Object.entries(value).some(([name, text]) => name !== 'hooks' && typeof text === 'string' && isOurCommand(text))
  );
}

function removeOurs(edited: Editing): void {
  const touched = new Set<string>();
  for (let place = places(edited.text()).at(-1); place; place = places(edited.text()).at(-1)) {
    edited.remove(place.path);
    touched.add(String(place.path[1]));
  }
  for (const event of touched)
    if (edited.find(['hooks', event])?.children?.length === 0) edited.remove(['hooks', event]);
  if (touched.size > 0 && edited.find(['hooks'])?.children?.length === 0) edited.remove(['hooks']);
}

interface Editing {
  readonly text: () => string;
  readonly find: (path: JSONPath) => Node | undefined;
  readonly set: (path: JSONPath, value: unknown) => void;
  readonly remove: (path: JSONPath) => void;
  readonly append: (path: JSONPath, value: unknown) => void;
  readonly done: (hadBom: boolean) => Rewritten;
}

/** A text under edit that remembers the way back. */
function editing(content: string): Editing {
  let text = content;
  const undo: Edit[] = [];
  const [, indent = '  '] = /^([ \t]+)\S/m.exec(content) ?? [];
  const formattingOptions = {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 4 : Math.min(indent.length, 8),
    eol: content.includes('\r\n') ? '\r\n' : '\n',
  };

  /** From the last place to the first, so that no edit moves another; each way back goes before those of earlier edits. */
  function apply(edits: readonly Edit[]): void {
    for (const edit of [...edits].sort((a, b) => b.offset - a.offset)) {
      const { offset, length } = edit;
      const replaced = text.slice(offset, offset + length);
      text = applyEdits(text, [edit]);
      undo.unshift({ offset, length: edit.content.length, content: replaced });
    }
  }

  return {
    text: () => text,
    find(path) {
      const root = parseTree(text, [], LENIENT);
      return root && findNodeAtLocation(root, path);
    },
    set: (path, value) => apply(modify(text, path, value, { formattingOptions })),
    remove: (path) => apply(removal(text, path)),
    append: (path, value) => apply(modify(text, [...path, -1], value, { formattingOptions, isArrayInsertion: true })),
    done: (hadBom) => ({
      text: hadBom ? BOM + text : text,
      undo: undo.map((edit) => ({ ...edit, offset: edit.offset + (hadBom ? 1 : 0) })),
    }),
  };
}

/**
 * Removes an entry or a property, one comma beside it, and the line that it leaves empty. jsonc-parser's own removal takes the
 * comments before it along, and leaves the comma after the last of all.
 */
function removal(text: string, path: JSONPath): readonly Edit[] {
  const root = parseTree(text, [], LENIENT);
  const found = root && findNodeAtLocation(root, path);
  const node = found?.parent?.type === 'property' ? found.parent : found;
  if (!node) return [];
  const siblings = node.parent?.children ?? [];
  const before = siblings[siblings.indexOf(node) - 1];
  const after = commaAt(text, node.offset + node.length);
  const comma = after === undefined && before ? commaAt(text, before.offset + before.length) : undefined;
  const own = wholeLines(text, node.offset, after === undefined ? node.offset + node.length : after + 1);
  return comma === undefined ? [own] : [{ offset: comma, length: 1, content: '' }, own];
}

/** Of the next comma behind blanks and comments; undefined: something else comes first. */
function commaAt(text: string, position: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(position);
  return scanner.scan() === COMMA ? scanner.getTokenOffset() : undefined;
}

function wholeLines(text: string, start: number, end: number): Edit {
  const [blanksBefore = ''] = /[ \t]*$/.exec(text.slice(0, start)) ?? [];
  const [blanksAfter = ''] = /^[ \t]*(?:\r?\n)?/.exec(text.slice(end)) ?? [];
  const from = start - blanksBefore.length;
  const alone = (from === 0 || text[from - 1] === '\n') && blanksAfter.endsWith('\n');
  return alone
    ? { offset: from, length: end + blanksAfter.length - from, content: '' }
    : { offset: start, length: end + blanksAfter.replace(/\r?\n$/, '').length - start, content: '' };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
