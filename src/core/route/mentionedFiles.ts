import type { ChatMessage } from '../chat.ts';

/** Whatever may be a path: `src/a.ts`, `/home/me/a.ts`, `C:\work\a.ts`, `~/notes`, `file:///home/me/a%20b.ts`. */
const WORD = /[\p{L}\p{N}_.@+~:%\\/-]+/gu;
/** A whole path with a space in it, as editors write what is attached: between quotes, or alone on its line. */
const SPACED = /(?:["`]|^- )((?:\/|~\/|[a-z]:[\\/]|file:)[^"`\n]{1,400}? [^"`\n]{1,400}?)(?=["`]|$)/gim;
const MOST_FILES = 5_000;
/** Read from the end of each text; so much takes some milliseconds. */
const MOST_CHARACTERS = 2_000_000;
/** What a tool is told in longer strings is a file's text, not the name of one. */
const MOST_NAME_CHARACTERS = 2_000;

/**
 * The files that a request names, as absolute paths; relative ones are taken to lie below each of the folders. Of texts and
 * tools' results only words with a slash in them; of what a tool was told every word, and the whole, since `cat key.pem` reads
 * a file. `isMeant`: which of them are of interest; without it all are.
 */
export function mentionedFiles(
  messages: readonly ChatMessage[],
  folders: readonly string[],
  isMeant: (path: string) => boolean = () => true,
): readonly string[] {
  const found = new Set<string>();
  const looked = new Set<string>();
  const look = (name: string): void => {
    if (looked.has(name)) return;
    looked.add(name);
    for (const path of absolute(name, folders)) if (!found.has(path) && isMeant(path)) found.add(path);
  };
  let left = MOST_CHARACTERS;
  for (const { text, isTold } of texts(messages)) {
    const read = text.slice(-left);
    left -= read.length;
    const isName = isTold && text.length <= MOST_NAME_CHARACTERS;
    if (isName) look(read.trim());
    for (const [, path = ''] of read.matchAll(SPACED)) look(path);
    for (const [word] of withHome(read).matchAll(WORD)) {
      const path = word.replace(/[.:]+$/, '');
      if (path !== '' && (isName || /[^\\/][\\/]|^[\\/][^\\/]/.test(path))) look(path);
      if (found.size >= MOST_FILES) return [...found];
    }
    if (left <= 0) break;
  }
  return [...found];
}

/** As shells write the home folder. */
function withHome(text: string): string {
  return text.replace(/\$\{?HOME\}?(?=[\\/])|%USERPROFILE%(?=[\\/])|\$env:USERPROFILE(?=[\\/])/gi, '~');
}

interface Told {
  readonly text: string;
  /** A tool's input. */
  readonly isTold: boolean;
}

/** The latest first. */
function* texts(messages: readonly ChatMessage[]): Generator<Told> {
  for (const { content } of messages.toReversed())
    for (const part of content) {
      if (part.kind === 'text') yield { text: part.text, isTold: false };
      else if (part.kind === 'toolCall') for (const text of strings(part.input)) yield { text, isTold: true };
      else if (part.kind === 'toolResult')
        for (const inner of part.content) if (inner.kind === 'text') yield { text: inner.text, isTold: false };
    }
}

function* strings(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) yield* strings(each);
}

function absolute(name: string, folders: readonly string[]): readonly string[] {
  const path = withoutScheme(name)
    .replaceAll('\\', '/')
    .replace(/\/{2,}/g, '/');
  if (/^(\/|[a-z]:\/|~)/i.test(path)) return [resolved(path)];
  return folders.flatMap((folder) => {
    const base = folder.replaceAll('\\', '/').replace(/\/+$/, '');
    // A shell may have gone to another folder before: what climbs is looked for above and below.
    const below = `${base}/${path.replace(/^(?:\.{1,2}\/)+/, '')}`;
    return /(^|\/)\.\.(\/|$)/.test(path) ? [resolved(`${base}/${path}`), resolved(below)] : [below];
  });
}

/** `file:///home/me/a%20b.ts` and `vscode-remote://host/home/me/a.ts` are files. */
function withoutScheme(name: string): string {
  const path = /^(?:file|vscode-[a-z]+):\/\/[^/]*(\/.*)$/i.exec(name)?.[1];
  if (path === undefined) return name;
  return decoded(path).replace(/^\/(?=[a-z]:)/i, '');
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a percent sign that stands for itself
  }
}

/** Without `.` and `..`. */
function resolved(path: string): string {
  if (!/(^|\/)\.{1,2}(\/|$)/.test(path)) return path;
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..' && names.length > 1) names.pop();
    else if (name !== '.' && name !== '..') names.push(name);
  }
  return names.join('/');
}
