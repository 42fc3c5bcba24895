import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Words that stay as they are when source is renamed. */
const KEYWORDS = new Set(
  'async await boolean break case catch class const continue declare default delete else enum export extends false finally from function import implements interface keyof module namespace never null number object override private protected public readonly require return static string super switch symbol this throw true type typeof undefined unknown void while with yield'.split(
    ' ',
  ),
);

/** TypeScript of the given folders, in order of path, `bytes` long in UTF-8 (or all there is). */
export function typescriptSource(folders: readonly string[], bytes: number): string {
  const texts: string[] = [];
  let length = 0;
  for (const folder of folders) {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /(?<!\.d)\.ts$/.test(file) || file.endsWith('.d.ts'))
      .sort();
    for (const file of files) {
      if (length >= bytes) break;
      const text = readFileSync(path.join(folder, file), 'utf8');
      texts.push(text);
      length += Buffer.byteLength(text);
    }
  }
  return Buffer.from(texts.join('')).subarray(0, bytes).toString('utf8');
}

/**
 * The same source with every word of four letters and more, keywords aside, given an ending of this run's own, so that
 * none of these pieces was met before. Deterministic.
 */
export function renamed(source: string, run: number): string {
  const ending = String.fromCharCode(97 + ((run * 7) % 26), 97 + ((run * 11 + 3) % 26));
  return source.replace(/[A-Za-z][a-z]{3,}/g, (word) => (KEYWORDS.has(word) ? word : word + ending));
}
