/** Hooks in an agent's settings file, as edits of its text: what the developer wrote there stays as it is, comments too. */
import {
  applyEdits,
  createScanner,
  type Edit,
  findNodeAtLocation,
  getNodeValue,
  type JSONPath,
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
    if (edited.find([name]) === undefined) edited.add([], name, value);
  }
  for (const [event, entry] of Object.entries(entries)) {
    if (edited.find(['hooks']) === undefined) edited.add([], 'hooks', {});
    if (edited.find(['hooks', event]) === undefined) edited.add(['hooks'], event, [entry]);
    else if (edited.find(['hooks', event])?.type === 'array') edited.add(['hooks', event], undefined, entry);
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

/** Whether nothing is there but these fields. */
export function isBare(text: string, fields: Readonly<Record<string, unknown>> = {}): boolean {
  if (text.trim() === '') return true;
  const value: unknown = parse(text.replace(BOM, ''), [], LENIENT);
  return (
    !/\/[/*]/.test(text) &&
    isRecord(value) &&
    Object.entries(value).every(([name, each]) => name in fields && fields[name] === each)
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
      `${file} is not valid JSON (${place}: ${inWords(printParseErrorCode(error.error))}): correct it, then try again. Nothing was changed.`,
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
  /** Puts a property at the end of an object, or an entry at the end of a list. */
  readonly add: (container: JSONPath, name: string | undefined, value: unknown) => void;
  readonly remove: (path: JSONPath) => void;
  readonly done: (hadBom: boolean) => Rewritten;
}

/** A text under edit that remembers the way back. Nothing but what is put in or taken out is touched, blanks neither. */
function editing(content: string): Editing {
  let text = content;
  const undo: Edit[] = [];

  /** From the last place to the first, so that no edit moves another; each way back goes before those of earlier edits. */
  function apply(edits: readonly Edit[]): void {
    for (const edit of [...edits].sort((a, b) => b.offset - a.offset)) {
      const { offset, length } = edit;
      const replaced = text.slice(offset, offset + length);
      text = applyEdits(text, [edit]);
      undo.unshift({ offset, length: edit.content.length, content: replaced });
    }
  }

  function find(path: JSONPath): Node | undefined {
    const root = parseTree(text, [], LENIENT);
    return root && (path.length === 0 ? root : findNodeAtLocation(root, path));
  }

  return {
    text: () => text,
    find,
    add(container, name, value) {
      const node = find(container);
      if (node) apply(insertion(text, node, name, value));
    },
    remove: (path) => apply(removal(text, path)),
    done: (hadBom) => ({
      text: hadBom ? BOM + text : text,
      undo: undo.map((edit) => ({ ...edit, offset: edit.offset + (hadBom ? 1 : 0) })),
    }),
  };
}

/** Only inserts. What stands on one line stays so; comments stay with what they are beside. */
function insertion(text: string, container: Node, name: string | undefined, value: unknown): readonly Edit[] {
  const children = container.children ?? [];
  const last = children.at(-1);
  const end = container.offset + container.length - 1;
  const inner = text.slice(container.offset + 1, end);
  const isOneLine = !text.trim().includes('\n') || (last !== undefined && !inner.includes('\n'));
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const [unit = '  '] = /^[ \t]+(?=\S)/m.exec(text) ?? [];
  const base = indentAt(text, container.offset);
  const first =
    children[0] && isFirstOnLine(text, children[0].offset) ? indentAt(text, children[0].offset) : base + unit;
  const key = name === undefined ? '' : `${JSON.stringify(name)}: `;
  const written = isOneLine
    ? key + JSON.stringify(value)
    : key + JSON.stringify(value, undefined, unit).replaceAll('\n', eol + first);

  if (!last)
    return [
      {
        offset: container.offset + 1,
        length: 0,
        content: isOneLine ? written : `${eol}${first}${written}${inner.includes('\n') ? '' : eol + base}`,
      },
    ];
  const lastEnd = last.offset + last.length;
  const hasComma = commaAt(text, lastEnd) !== undefined;
  const at = container.offset + 1 + inner.trimEnd().length;
  const content = `${isOneLine ? ' ' : eol + first}${written}${hasComma ? ',' : ''}`;
  if (hasComma) return [{ offset: at, length: 0, content }];
  return at === lastEnd
    ? [{ offset: at, length: 0, content: `,${content}` }]
    : [
        { offset: lastEnd, length: 0, content: ',' },
        { offset: at, length: 0, content },
      ];
}

function indentAt(text: string, offset: number): string {
  const [indent = ''] = /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1)) ?? [];
  return indent;
}

function isFirstOnLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === '';
}

/**
 * Removes an entry or a property, one comma beside it, and the line that it leaves empty. jsonc-parser's own `modify` takes the
 * comments before it along, leaves the comma after the last of all, and lays out anew what stands around.
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

/** `ValueExpected` -> `value expected` */
function inWords(code: string): string {
  return code.replace(/(?<=.)(?=[A-Z])/g, ' ').toLowerCase();
}
