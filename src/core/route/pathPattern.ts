/** Which folders a setting means: a path, or a glob with `*`, `**` and `?`. */
import { isWithin } from '../ledger/folders.ts';

/**
 * Whether a path is what the pattern names, or lies below it. A pattern without a root is looked for at any depth:
 * `clients/acme` is also `/src/clients/acme`. `~`: the home folder. Never throws.
 */
export function matchesPattern(pattern: string, path: string, home: string | undefined): boolean {
  const wanted = withSlashes(fromHome(pattern, home));
  if (wanted === '') return false;
  const rooted = /^(\/|[a-z]:|\*\*(\/|$))/i.test(wanted) ? wanted : `**/${wanted}`;
  const whole = fromHome(path, home);
  if (!/[*?]/.test(rooted)) return isWithin(whole, rooted);
  const fold = /^[a-z]:/i.test(whole) ? (text: string) => text.toLowerCase() : (text: string) => text;
  return matchesParts(partsOf(fold(rooted)), partsOf(fold(whole)));
}

// A function: `$` would mean something in a replacement.
const fromHome = (path: string, home: string | undefined) =>
  home === undefined ? path : path.replace(/^~(?=[\\/]|$)/, () => home);
const withSlashes = (path: string) => path.trim().replaceAll('\\', '/');
const partsOf = (path: string) =>
  withSlashes(path)
    .split('/')
    .filter((part) => part !== '');

/** Whether the globs fit the first of the names: what comes after lies below. `**` is any number of names. */
export function matchesParts(globs: readonly string[], names: readonly string[]): boolean {
  // Which of the globs may come next: all ways at once, so that no pattern takes long.
  let states = new Set([0]);
  for (let at = 0; ; at += 1) {
    for (const state of states) if (globs[state] === '**') states.add(state + 1);
    if (states.has(globs.length)) return true;
    const name = names[at];
    if (name === undefined) return false;
    const next = new Set<number>();
    for (const state of states) {
      const glob = globs[state];
      if (glob === '**') next.add(state);
      else if (glob !== undefined && matchesName(glob, name)) next.add(state + 1);
    }
    states = next;
  }
}

/** The same for one name, by its characters. */
function matchesName(glob: string, name: string): boolean {
  let [inGlob, inName, star, retry] = [0, 0, -1, 0];
  while (inName < name.length) {
    if (inGlob < glob.length && glob[inGlob] === '*') {
      star = inGlob;
      retry = inName;
      inGlob += 1;
    } else if (inGlob < glob.length && (glob[inGlob] === '?' || glob[inGlob] === name[inName])) {
      inGlob += 1;
      inName += 1;
    } else if (star >= 0) {
      inGlob = star + 1;
      retry += 1;
      inName = retry;
    } else return false;
  }
  return /^\**$/.test(glob.slice(inGlob));
}
