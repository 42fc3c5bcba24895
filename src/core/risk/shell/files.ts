/** What deleting, overwriting or changing one path costs, by facts where there are some and by its words where not. */
import { reachesFurther } from '../action.ts';
import type { PathFact } from '../facts.ts';
import {
  actsLater,
  isCache,
  isHandmade,
  isIrreplaceable,
  isKept,
  isPrecious,
  isRegenerable,
  isScratch,
  joinPath,
  placeOf,
} from '../place.ts';
import { guarded } from './guarded.ts';
import { type Arg, type Effect, READ, type Scope, type World } from './scope.ts';

interface Where {
  readonly scope: Scope;
  readonly world: World;
}

/** `recursive`: a folder with all that is in it. `leavesFolders`: one that it is given it refuses. */
export function deleted(arg: Arg, at: Where, recursive: boolean, leavesFolders = false): Effect {
  const effect = deletedHere(arg, at, recursive, leavesFolders);
  return worstOf(effect, arg, at, movedTo(arg, at), (from, there) => deletedHere(from, there, true, false));
}

function deletedHere(arg: Arg, { scope, world }: Where, recursive: boolean, leavesFolders: boolean): Effect {
  const path = joinPath(scope.cwd, arg.text);
  const target = shown(arg, path);
  const place = placeOf(path, world.cwd);
  const lost = (why: string, safetyCopy = true): Effect => ({
    class: 'irreversible',
    reason: `deletes ${target}${why}`,
    targets: [target],
    ...(safetyCopy && !scope.remote && place !== 'unknown' && { safetyCopy: [path] }),
  });
  const kept = (why: string): Effect => ({ class: 'draft', reason: `deletes ${target}${why}`, targets: [target] });

  const guard = guarded(arg, { scope, world }, 'deletes');
  if (guard) return guard;
  if (scope.remote) return place === 'temporary' ? kept(', a temporary file') : lost(' on another machine');
  if (place === 'nothing') return READ;
  if (place === 'root') return lost(', everything in it', !/^([/~]|\.\.|[a-z]:)/i.test(path));
  if (place === 'device' || place === 'system') return lost(', which belongs to the system', false);
  if (place === 'temporary') return kept(', a temporary file');
  if (scope.made.has(path)) return kept(', which this command made itself');
  if (place === 'unknown') {
    const last = path.split('/').at(-1) ?? '';
    return isRegenerable(last)
      ? kept(', which is made again')
      : lost(', a path that isn’t known before it runs', false);
  }

  const fact = world.ask({ kind: 'path', path: arg.text, ...where(scope, world) });
  if (fact?.kind === 'path') {
    if (leavesFolders && fact.exists && fact.type === 'folder') return kept(': a folder, which it leaves as it is');
    return deletedByFact(fact, path, lost, kept);
  }
  if (isPrecious(path)) return lost(', which is seldom under version control');
  if (place === 'home' || place === 'outside') {
    return isCache(path) ? kept(', which is made again') : lost(', outside the workspace');
  }
  if (isRegenerable(path)) return kept(', which is made again');
  if (isScratch(path)) return kept(', by its name made for the moment');
  if (!recursive && isKept(path) && !arg.glob) return kept(', by its name under version control');
  return lost(', which may not be in version control');
}

type Moved = { readonly arg: Arg; readonly cwd: string };

/** What this very line moved to the path, or to somewhere in it. */
function movedTo(arg: Arg, { scope }: Where): readonly Moved[] {
  const path = joinPath(scope.cwd, arg.text);
  const inside = `${path.replace(/\/?\*+$/, '')}/`;
  return [...scope.moved].flatMap(([to, from]) =>
    to === path || to.startsWith(inside) || path.startsWith(`${to}/`) ? [from] : [],
  );
}

/** The worst of what holds of a path, and of what was there before it was moved. */
function worstOf(
  effect: Effect,
  arg: Arg,
  { scope, world }: Where,
  origins: readonly Moved[],
  judge: (from: Arg, there: Where) => Effect,
): Effect {
  let worst = effect;
  for (const { arg: from, cwd } of origins) {
    const before = judge(from, { scope: { ...scope, cwd, made: new Set() }, world });
    if (reachesFurther(before.class, worst.class))
      worst = { ...before, reason: `${before.reason} (this very line moves it to ${arg.text})` };
  }
  return worst;
}

function deletedByFact(
  fact: PathFact,
  path: string,
  lost: (why: string) => Effect,
  kept: (why: string) => Effect,
): Effect {
  const { exists, madeByRun, ignored, insideWorkspace, tracked, untrackedFiles = 0, modifiedFiles = 0, clean } = fact;
  if (!exists) return kept(', which doesn’t exist');
  if (madeByRun) return kept(', which this run made');
  if (fact.linkTarget !== undefined && !path.endsWith('/')) return kept(', a link');
  if (insideWorkspace === false) return lost(', outside the workspace');
  if (untrackedFiles > 0) {
    return lost(`, ${untrackedFiles} untracked ${untrackedFiles === 1 ? 'file' : 'files'}, not in version control`);
  }
  if (modifiedFiles > 0 || (tracked && clean === false)) return lost(', with changes that no commit has');
  if (ignored) return isHandmade(path) ? lost(', which git ignores and can’t bring back') : kept(', which git ignores');
  if (tracked) return kept(', which git can bring back');
  return lost(', not in version control');
}

/** All that was in the file is replaced. A file that doesn't exist is made. */
export function overwritten(arg: Arg, at: Where, how = 'overwrites'): Effect {
  const moved = at.scope.moved.get(joinPath(at.scope.cwd, arg.text));
  const effect = overwrittenHere(arg, at, how);
  return worstOf(effect, arg, at, moved ? [moved] : [], (from, there) => overwrittenHere(from, there, how));
}

function overwrittenHere(arg: Arg, { scope, world }: Where, how: string): Effect {
  const path = joinPath(scope.cwd, arg.text);
  const target = shown(arg, path);
  const place = placeOf(path, world.cwd);
  const lost = (why: string, copy = true): Effect => ({
    class: 'irreversible',
    reason: `${how} ${target}${why}`,
    targets: [target],
    ...(copy && !scope.remote && { safetyCopy: [path] }),
  });
  const made = (why: string): Effect => ({ class: 'draft', reason: `writes ${target}${why}`, targets: [target] });

  const guard = guarded(arg, { scope, world }, how);
  if (guard) return guard;
  if (place === 'nothing') return READ;
  if (place === 'device') return lost(', a device', false);
  if (place === 'temporary') return made(', a temporary file');
  if (scope.remote) return { class: 'commit', reason: `writes ${target} on another machine`, targets: [target] };
  if (place === 'unknown') {
    return { class: 'commit', reason: `writes a file whose name isn’t known before it runs`, targets: [target] };
  }
  if (place === 'system') return lost(', which belongs to the system');
  if (scope.made.has(path)) return made(', which this command made itself');

  const fact = world.ask({ kind: 'path', path: arg.text, ...where(scope, world) });
  if (fact?.kind === 'path') return overwrittenByFact(fact, path, target, lost, made);
  if (actsLater(path)) {
    return place === 'home' ? lost(', which acts on later sessions') : later(target);
  }
  if (isIrreplaceable(path)) return lost(', which is seldom under version control');
  if (place === 'home' || place === 'outside') return lost(', outside the workspace');
  // By its words a new file, or one under version control.
  scope.made.add(path);
  return made('');
}

function overwrittenByFact(
  fact: PathFact,
  path: string,
  target: string,
  lost: (why: string) => Effect,
  made: (why: string) => Effect,
): Effect {
  const { exists, type, madeByRun, tracked, clean, insideWorkspace, ignored } = fact;
  if (insideWorkspace === false && fact.linkTarget !== undefined) return lost(`, a link to ${fact.linkTarget}`);
  if (type === 'folder') return made('');
  if (exists && !madeByRun) {
    if (insideWorkspace === false) return lost(', outside the workspace');
    if (tracked && clean === false) return lost(', whose changes no commit has');
    if (!tracked && !(ignored && !isHandmade(path))) return lost(', not in version control');
  }
  if (actsLater(path) || leadsToLater(fact)) return later(target);
  if (insideWorkspace === false) {
    return { class: 'commit', reason: `writes ${target} outside the workspace`, targets: [target] };
  }
  return made('');
}

/** Nothing is left in the file, which is only done to one that has content. */
export function emptied(arg: Arg, { scope, world }: Where, how = 'empties'): Effect {
  const path = joinPath(scope.cwd, arg.text);
  const known =
    scope.made.has(path) ||
    isRegenerable(path) ||
    isScratch(path) ||
    placeOf(path, world.cwd) !== 'inside' ||
    world.ask({ kind: 'path', path: arg.text, ...where(scope, world) })?.kind === 'path';
  const effect = overwritten(arg, { scope, world }, how);
  if (effect.class !== 'draft' || known) return effect;
  return { class: 'irreversible', reason: `${how} ${arg.text}`, targets: [arg.text], safetyCopy: [path] };
}

/** Some of the file changes, or lines are added: `sed -i`, `>>`. */
export function changed(arg: Arg, { scope, world }: Where): Effect {
  const path = joinPath(scope.cwd, arg.text);
  const target = shown(arg, path);
  const place = placeOf(path, world.cwd);
  const guard = guarded(arg, { scope, world }, 'changes');
  if (guard) return guard;
  if (place === 'nothing') return READ;
  if (place === 'device') {
    return { class: 'irreversible', reason: `writes to ${target}, a device`, targets: [target] };
  }
  if (place === 'temporary')
    return { class: 'draft', reason: `changes ${target}, a temporary file`, targets: [target] };
  if (place !== 'inside' && place !== 'root') {
    return { class: 'commit', reason: `changes ${target}, outside version control`, targets: [target] };
  }
  if (actsLater(path)) return later(target);
  const fact = world.ask({ kind: 'path', path: arg.text, ...where(scope, world) });
  if (fact?.kind === 'path') {
    if (leadsToLater(fact)) return later(target);
    if (fact.insideWorkspace === false) {
      return { class: 'commit', reason: `changes ${target}, outside the workspace`, targets: [target] };
    }
    if (fact.exists && fact.tracked === false && !fact.madeByRun && !fact.ignored) {
      return {
        class: 'commit',
        reason: `changes ${target}, not in version control`,
        targets: [target],
        safetyCopy: [path],
      };
    }
  }
  return { class: 'draft', reason: `changes ${target}`, targets: [target] };
}

/** Under another name, through a link. */
function leadsToLater({ linkTarget, realPath }: PathFact): boolean {
  return [linkTarget, realPath].some((path) => path !== undefined && actsLater(path));
}

/** Each of the sources under its own name in a folder: `cp pre-commit .git/hooks/`. */
export function laterInto(folder: Arg, sources: readonly Arg[], { scope }: Where): readonly Effect[] {
  if (scope.remote) return [];
  return sources.flatMap(({ text }) => {
    const name = text.replace(/\/+$/, '').split('/').at(-1) ?? '';
    const path = joinPath(scope.cwd, `${folder.text}/${name}`);
    return actsLater(path) ? [later(`${folder.text.replace(/\/+$/, '')}/${name}`)] : [];
  });
}

function later(target: string): Effect {
  return { class: 'commit', reason: `changes ${target}, which acts on later sessions`, targets: [target] };
}

/** The folder that a question's path is relative to. */
export function where(scope: Scope, world: World): { readonly cwd?: string } {
  if (scope.cwd === '.') return world.cwd === undefined ? {} : { cwd: world.cwd };
  return { cwd: joinPath(world.cwd ?? '.', scope.cwd) };
}

function shown(arg: Arg, path: string): string {
  return path.includes('\uFFFC') ? arg.text.replaceAll('\uFFFC', '…') : arg.text;
}
