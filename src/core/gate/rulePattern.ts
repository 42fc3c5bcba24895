/** The patterns of rules: over the words of a command, the parts of a path, or one name. */
import { joinPath } from '../risk/place.ts';
import { matchesParts, matchesPattern } from '../route/pathPattern.ts';

/** No name and no word holds it. */
const END = '\n';

/** `whole`: every word must be named; else the pattern's words are the command's first ones. Never throws. */
export function matchesCommand(pattern: string, command: string, whole: boolean): boolean {
  const globs = wordsOf(pattern);
  const words = wordsOf(command);
  if (globs.length === 0 || words.length === 0) return false;
  if (whole) return matchesParts([...globs, END], [...words, END]);
  const plain = words.map((word) => word.replace(/["'\\]/g, ''));
  const [program = '', ...rest] = plain;
  // Whatever way a program is called, a rule against it holds.
  return [words, plain, [program.split('/').at(-1) ?? '', ...rest]].some((each) => matchesParts(globs, each));
}

/** `exact`: a pattern without a root is taken from `cwd`; else it is looked for at any depth. Never throws. */
export function matchesPath(pattern: string, path: string, cwd: string | undefined, exact: boolean): boolean {
  const full = joinPath(cwd ?? '.', path);
  if (!exact) return matchesPattern(pattern, full, undefined);
  const rooted = /^(\/|~|[a-z]:[\\/])/i.test(pattern.trim());
  if (!rooted && cwd === undefined) return false;
  return matchesPattern(rooted ? pattern : `${joinPath(cwd ?? '.', '.')}/${pattern.trim()}`, full, undefined);
}

/** One name as a whole. */
export function matchesName(pattern: string, name: string): boolean {
  return matchesParts([pattern, END], [name, END]);
}

/** Whether a pattern says anything of what it fits. */
export function namesSomething(pattern: string): boolean {
  return /[\p{L}\p{N}]/u.test(pattern);
}

const wordsOf = (text: string) => text.split(/\s+/).filter(Boolean);
