/** Files that decide what agents may do: no command changes them unasked, whatever git could bring back. */
import { reachesFurther } from '../action.ts';
import { editTarget } from '../editTargets.ts';
import { joinPath, placeOf } from '../place.ts';
import type { Arg, Call, Effect, Judged, Scope, World } from './scope.ts';

const OWN_FOLDER = /(?:^|\/)\.marginal(?:\/|$)/;
/** What windows are asked with: whoever has read it can speak as an agent's hook. */
const KEYS = /(?:^|\/)\.marginal\/(?:windows|[^/]*[*?[][^/]*)(?:\/|$)/;

const HOME_FOLDER = /^(?:~|\/(?:home|Users)\/[^/]+|\/root)\/\.marginal\/?$/;
/** These tell names, and nothing that is in a file. */
const LISTS = /^(?:ls|ll|dir|stat|test|\[|\[\[|file|du|cd|pushd|echo|realpath|readlink|basename|dirname|tree)$/;

/** `~/.m*` is that folder too, as soon as the shell has put names in its place. */
function spelledOut({ text, glob }: Arg): string {
  if (!glob || !/[*?[]/.test(text)) return text;
  return text
    .split('/')
    .map((part) => (isPatternOfOurs(part) ? '.marginal' : part))
    .join('/');
}

function isPatternOfOurs(part: string): boolean {
  if (!/[*?[]/.test(part) || !/^\.?\S*[a-z]/i.test(part.replaceAll(/\[[^\]]*\]/g, '')) || part.length > 40)
    return false;
  const pattern = part
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  try {
    return new RegExp(`^${pattern}$`).test('.marginal');
  } catch {
    return false; // no pattern of a shell either
  }
}

/** Whether the path is among those that name where windows are asked, and with which secret. */
export function holdsKeys(path: string): boolean {
  return KEYS.test(path);
}

/** `does`: "changes", "deletes". undefined: the file decides nothing. */
export function guarded(
  arg: Arg,
  { scope, world }: { readonly scope: Scope; readonly world: World },
  does: string,
): Effect | undefined {
  const path = joinPath(scope.cwd, spelledOut(arg));
  // A copy that nobody reads decides nothing.
  const isRead = !scope.remote && placeOf(path, world.cwd) !== 'temporary';
  const target = isRead ? editTarget(joinPath(world.cwd ?? '.', path)) : undefined;
  if (target?.kind !== 'guard') return undefined;
  return {
    class: 'irreversible',
    reason: `${does} ${arg.text}, ${target.why}`,
    targets: [arg.text],
    safetyCopy: [path],
  };
}

/** Each of the sources under its own name in a folder. */
export function guardedInto(folder: Arg, sources: readonly Arg[], where: Call): readonly Effect[] {
  return sources.flatMap(({ text }) => {
    const name = text.replace(/\/+$/, '').split('/').at(-1) ?? '';
    return guarded({ text: `${folder.text.replace(/\/+$/, '')}/${name}` }, where, 'writes') ?? [];
  });
}

/** Marginal's own folder is no command's business: one that names it, or works in it, and does more than read is asked about. */
export function awayFromOwnFolder(judged: Judged, { name, args, scope, world }: Call): Judged {
  if (scope.remote) return judged;
  // It is asked about already, with what it does in its words.
  if (judged.effects.some((effect) => reachesFurther(effect.class, 'commit'))) return judged;
  const here = joinPath(world.cwd ?? '.', scope.cwd);
  const only = judged.effects.every((effect) => effect.class === 'read');
  const concerns = only
    ? (text: string) => !LISTS.test(name) && (KEYS.test(text) || HOME_FOLDER.test(text))
    : (text: string) => OWN_FOLDER.test(text);
  const named =
    args.find((arg) => concerns(spelledOut(arg)) || concerns(joinPath(scope.cwd, spelledOut(arg)))) ??
    (concerns(here) ? { text: here } : undefined);
  if (!named) return judged;
  if (only) {
    const effect: Effect = {
      class: 'irreversible',
      reason: `reads ${named.text}, with which anyone can speak as an agent’s hook`,
      targets: [named.text],
    };
    return { ...judged, effects: [...judged.effects, effect] };
  }
  const effect: Effect = {
    class: 'irreversible',
    reason: `acts on ${named.text}, which decides what agents may do without being asked`,
    targets: [named.text],
  };
  return { ...judged, effects: [...judged.effects, effect] };
}
