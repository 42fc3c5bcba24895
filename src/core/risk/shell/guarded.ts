/** Files that decide what agents may do: no command changes them unasked, whatever git could bring back. */
import { reachesFurther } from '../action.ts';
import { editTarget } from '../editTargets.ts';
import { joinPath, placeOf } from '../place.ts';
import type { Arg, Call, Effect, Judged, Scope, World } from './scope.ts';

const OWN_FOLDER = /(?:^|\/)\.marginal(?:\/|$)/;

/** `does`: "changes", "deletes". undefined: the file decides nothing. */
export function guarded(
  arg: Arg,
  { scope, world }: { readonly scope: Scope; readonly world: World },
  does: string,
): Effect | undefined {
  const path = joinPath(scope.cwd, arg.text);
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
export function awayFromOwnFolder(judged: Judged, { args, scope, world }: Call): Judged {
  if (scope.remote || judged.effects.every((effect) => effect.class === 'read')) return judged;
  // It is asked about already, with what it does in its words.
  if (judged.effects.some((effect) => reachesFurther(effect.class, 'commit'))) return judged;
  const here = joinPath(world.cwd ?? '.', scope.cwd);
  const named = args.find(({ text }) => OWN_FOLDER.test(text)) ?? (OWN_FOLDER.test(here) ? { text: here } : undefined);
  if (!named) return judged;
  const effect: Effect = {
    class: 'irreversible',
    reason: `acts on ${named.text}, which decides what agents may do without being asked`,
    targets: [named.text],
  };
  return { ...judged, effects: [...judged.effects, effect] };
}
