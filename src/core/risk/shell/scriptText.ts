/** The text of a script that is about to run, as it will be by then. */
import { joinPath } from '../place.ts';
import { where } from './files.ts';
import { type Arg, type Scope, UNKNOWN, type World } from './scope.ts';

export type ScriptText =
  | { readonly kind: 'text'; readonly text: string }
  /** What it will hold is decided by this very line, and can't be told. */
  | { readonly kind: 'changed' }
  /** It isn't there, or can't be read. */
  | { readonly kind: 'unread' };

/** Copies of copies are followed so far. */
const MOST_COPIES = 4;

export function scriptText(file: Arg, { scope, world }: { readonly scope: Scope; readonly world: World }): ScriptText {
  let path = joinPath(scope.cwd, file.text);
  let asked = file.text;
  let added = '';
  for (let step = 0; ; step++) {
    const own = scope.written.get(path);
    if (own !== undefined) return { kind: 'text', text: `${own}\n${added}` };
    const change = scope.rewritten.get(path);
    if (change === undefined) break;
    if (change.kind === 'unknown' || step >= MOST_COPIES) return { kind: 'changed' };
    if (change.kind === 'added') {
      added = change.text;
      break;
    }
    path = change.path;
    asked = scope.cwd === '.' ? path : joinPath(world.cwd ?? '.', path);
  }
  const answer = scope.remote ? undefined : world.ask({ kind: 'script', path: asked, ...where(scope, world) });
  if (answer?.kind !== 'text' || answer.text === undefined) return { kind: 'unread' };
  return { kind: 'text', text: added === '' ? answer.text : `${answer.text}\n${added}` };
}

/** Notes that the file will have the text of another. */
export function noteCopy(source: Arg, target: Arg, scope: Scope): void {
  const to = joinPath(scope.cwd, target.text.replace(/(?<=.)\/+$/, ''));
  const from = joinPath(scope.cwd, source.text);
  const rewritten =
    source.text.includes(UNKNOWN) || source.glob
      ? ({ kind: 'unknown' } as const)
      : ({ kind: 'copy', path: from } as const);
  const text = scope.written.get(from);
  // Where the target is a folder, it is in there.
  for (const path of [to, `${to}/${from.split('/').at(-1)}`]) {
    if (text === undefined) {
      scope.rewritten.set(path, rewritten);
      scope.written.delete(path);
    } else scope.written.set(path, text);
  }
}

/** Notes that the file will have a text that nobody knows. */
export function noteUnknown(target: Arg, scope: Scope): void {
  const path = joinPath(scope.cwd, target.text);
  scope.rewritten.set(path, { kind: 'unknown' });
  scope.written.delete(path);
}

/** Notes that lines come into a file: those that `sed -i` puts in. */
export function noteSed(script: string, files: readonly Arg[], scope: Scope): void {
  const texts: string[] = [];
  for (const [, , , replacement = ''] of script.matchAll(/s([^\w\s])((?:\\.|(?!\1).)*)\1((?:\\.|(?!\1).)*)\1/gs))
    texts.push(replacement.replaceAll('\\n', '\n').replace(/\\(.)/gs, '$1'));
  for (const [, text = ''] of script.matchAll(/(?:^|[\s;{}\d$/])[aic]\\?\s*(\S.*)/g)) texts.push(text);
  for (const { text } of files) {
    const path = joinPath(scope.cwd, text);
    const own = scope.written.get(path);
    if (own !== undefined) scope.written.set(path, [own, ...texts].join('\n'));
    else if (scope.rewritten.get(path)?.kind !== undefined) scope.rewritten.set(path, { kind: 'unknown' });
    else scope.rewritten.set(path, { kind: 'added', text: texts.join('\n') });
  }
}
