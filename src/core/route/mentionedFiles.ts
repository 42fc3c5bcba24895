import type { ChatMessage } from '../chat.ts';

/** Whatever may be a path; it is one if a slash stands in it: `src/a.ts`, `/home/me/a.ts`, `C:\work\a.ts`, `~/notes`. */
const WORD = /[\p{L}\p{N}_.@+~:\\/-]+/gu;
const MOST_FILES = 5_000;
/** Read from the end of each text; so much takes some milliseconds. */
const MOST_CHARACTERS = 2_000_000;

/** The files that a request names, as absolute paths; relative ones are taken to lie below each of the folders. */
export function mentionedFiles(messages: readonly ChatMessage[], folders: readonly string[]): readonly string[] {
  const found = new Set<string>();
  let left = MOST_CHARACTERS;
  for (const text of texts(messages)) {
    const read = text.slice(-left);
    left -= read.length;
    for (const [word] of read.matchAll(WORD)) {
      const path = word.replace(/[.:]+$/, '');
      if (!/[^\\/][\\/]|^[\\/][^\\/]/.test(path)) continue;
      for (const each of absolute(path, folders)) found.add(each);
      if (found.size >= MOST_FILES) return [...found];
    }
    if (left <= 0) break;
  }
  return [...found];
}

/** The latest first. */
function* texts(messages: readonly ChatMessage[]): Generator<string> {
  for (const { content } of messages.toReversed())
    for (const part of content) {
      if (part.kind === 'text') yield part.text;
      else if (part.kind === 'toolCall') yield JSON.stringify(part.input) ?? '';
      else if (part.kind === 'toolResult')
        for (const inner of part.content) if (inner.kind === 'text') yield inner.text;
    }
}

function absolute(path: string, folders: readonly string[]): readonly string[] {
  const slashes = path.replaceAll('\\', '/').replace(/\/{2,}/g, '/');
  if (/^(\/|[a-z]:\/|~)/i.test(slashes)) return [slashes];
  const relative = slashes.replace(/^(?:\.{1,2}\/)+/, '');
  return folders.map((folder) => `${folder.replaceAll('\\', '/').replace(/\/+$/, '')}/${relative}`);
}
