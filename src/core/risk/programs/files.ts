/** Programs whose arguments are files: what they delete, overwrite or change. */

import { isHandmade, isRegenerable, isScratch, joinPath, placeOf } from '../place.ts';
import { changed, deleted, emptied, laterInto, overwritten, where } from '../shell/files.ts';
import { guarded, guardedInto } from '../shell/guarded.ts';
import { names, readOptions } from '../shell/options.ts';
import {
  type Arg,
  type Call,
  DRAFT,
  type Effect,
  HARMLESS,
  hidden,
  isKnown,
  type Judge,
  type Judged,
  judged,
  READ,
  UNKNOWN,
} from '../shell/scope.ts';
import { noteCopy, noteSed, noteUnknown } from '../shell/scriptText.ts';
import { readSedScript } from '../shell/sedScript.ts';
import { namesProduction } from './rule.ts';

// Sources: https://www.gnu.org/software/coreutils/manual/ for what has no other beside it.
export const FILE_PROGRAMS: Readonly<Record<string, Judge>> = {
  rm: remove,
  rmdir: (call) =>
    call.args.some((arg) => /^\/s$/i.test(arg.text))
      ? remove({ ...call, name: 'rd' })
      : made(call, readOptions(call.args).operands, (arg) => ({
          class: 'draft',
          reason: `removes the empty folder ${arg.text}`,
          targets: [arg.text],
        })),
  unlink: remove,
  del: remove,
  erase: remove,
  rd: remove,
  'remove-item': remove,
  trash: (call) =>
    judged({ class: 'draft', reason: 'moves files to the trash', targets: names(readOptions(call.args).operands) }),
  'trash-put': (call) =>
    judged({ class: 'draft', reason: 'moves files to the trash', targets: names(readOptions(call.args).operands) }),
  rimraf: (call) => remove({ ...call, args: [{ text: '-rf' }, ...call.args] }),
  'del-cli': (call) => remove({ ...call, args: [{ text: '-rf' }, ...call.args] }),
  shred: ({ args }) => {
    const { operands } = readOptions(args, {
      values: new Set(['-n', '-s', '--iterations', '--size', '--random-source']),
    });
    return operands.length === 0
      ? HARMLESS
      : judged({
          class: 'irreversible',
          reason: `overwrites ${names(operands).join(', ')} so that nothing can bring it back`,
          targets: names(operands),
        });
  },
  srm: (call) => FILE_PROGRAMS.shred?.(call) ?? HARMLESS,
  wipe: (call) => FILE_PROGRAMS.shred?.(call) ?? HARMLESS,
  mv: move,
  move: move,
  rename: ({ args }) => (readOptions(args).has('-n', '--nono', '--no-act') ? HARMLESS : judged(DRAFT)),
  cp: copy,
  copy: copy,
  install: copy,
  ln: (call) => {
    const options = readOptions(call.args, { values: new Set(['-t', '-S']) });
    const target = options.operands.at(-1);
    if (!target || options.operands.length < 2) return judged(DRAFT);
    const [source] = options.operands;
    if (source) noteCopy(source, target, call.scope);
    // What reads or writes it from then on finds nothing.
    if (options.has('-f', '--force') && joinPath(call.scope.cwd, options.operands[0]?.text ?? '') === '/dev/null')
      return judged(emptied(target, call));
    return options.has('-f', '--force')
      ? judged(softer(overwritten(target, call, 'replaces'), call, target))
      : judged(guarded(target, call, 'writes') ?? within(target, call));
  },
  tee: (call) => {
    const options = readOptions(call.args);
    if (options.operands.length === 0) return { effects: [READ], ...(call.stdin && { output: call.stdin }) };
    const judge = options.has('-a', '--append') ? changed : overwritten;
    for (const arg of options.operands) {
      if (call.stdin?.text !== undefined) call.scope.written.set(joinPath(call.scope.cwd, arg.text), call.stdin.text);
      else noteUnknown(arg, call.scope);
    }
    const effects = options.operands
      .filter((arg) => !call.scope.processes.has(arg.text))
      .map((arg) => judge(arg, call));
    return { effects: effects.length > 0 ? effects : [READ], ...(call.stdin && { output: call.stdin }) };
  },
  sponge: (call) => FILE_PROGRAMS.tee?.(call) ?? HARMLESS,
  dd: (call) => {
    const to = call.args.find((arg) => arg.text.startsWith('of='));
    if (!to) return { effects: [READ], output: { from: 'program' } };
    const file = { text: to.text.slice(3) };
    const effect = overwritten(file, call);
    noteUnknown(file, call.scope);
    return judged(effect.class === 'commit' ? { ...effect, class: 'irreversible' } : effect);
  },
  truncate: (call) => {
    const { operands, value } = readOptions(call.args, { values: new Set(['-s', '-r', '--size', '--reference']) });
    if (value('-s', '--size')?.startsWith('+')) return judged(...operands.map((arg) => changed(arg, call)));
    return judged(...operands.map((arg) => emptied(arg, call)));
  },
  fallocate: (call) =>
    judged(...readOptions(call.args, { values: new Set(['-l', '-o']) }).operands.map((arg) => changed(arg, call))),
  sed: (call) => {
    const options = readOptions(call.args, { values: new Set(['-e', '-f', '-l', '--expression', '--file']) });
    const inPlace = [...options.given.keys()].some(
      (each) => each.startsWith('-i') || each === '--in-place' || /^-[nErsuz]+i/.test(each),
    );
    const script = options.value('-e', '--expression') ?? options.operands[0]?.text ?? '';
    const effects: Effect[] = [];
    const { runs, writes } = readSedScript(script);
    for (const command of runs) {
      if (command === '') effects.push(hidden('runs lines of its input as commands'));
      else call.world.runText(command, call.scope);
    }
    effects.push(...writes.map((file) => overwritten({ text: file }, call)));
    if (!inPlace) return { effects: effects.length > 0 ? effects : [READ], output: { from: 'program' } };
    const files = options.operands
      .slice(options.has('-e', '-f', '--expression', '--file') ? 0 : 1)
      .filter((arg) => arg.text !== '');
    // A script that only deletes, and every line, leaves nothing.
    const silent = [...options.given.keys()].some((each) => /^-[iErsuz]*n|^--quiet$|^--silent$/.test(each));
    const empties = /^\s*(?:1,\$\s*)?d\s*;?\s*$/.test(script) || (silent && !/[pPiac]/.test(script));
    const judge = empties ? emptied : changed;
    if (options.has('-f', '--file')) for (const file of files) noteUnknown(file, call.scope);
    else noteSed(script, files, call.scope);
    return judged(...effects, ...files.map((arg) => judge(arg, call)), ...(files.length === 0 ? [DRAFT] : []));
  },
  awk: awk,
  gawk: awk,
  mawk: awk,
  nawk: awk,
  touch: (call) =>
    made(
      call,
      readOptions(call.args, { values: new Set(['-d', '-t', '-r', '--date', '--reference']) }).operands,
      (arg) => within(arg, call),
    ),
  mkdir: (call) =>
    made(call, readOptions(call.args, { values: new Set(['-m', '--mode']) }).operands, (arg) => within(arg, call)),
  md: (call) => made(call, readOptions(call.args).operands, (arg) => within(arg, call)),
  mkfifo: () => judged(DRAFT),
  mktemp: ({ scope }) => {
    scope.made.add('/tmp/mktemp.made');
    return { effects: [DRAFT], output: { text: '/tmp/mktemp.made', from: 'line' } };
  },
  chmod: mode,
  chown: mode,
  chgrp: mode,
  chflags: mode,
  setfacl: mode,
  chcon: mode,
  xattr: mode,
  icacls: mode,
  takeown: mode,
  split: () => judged(DRAFT),
  csplit: () => judged(DRAFT),
  sort: (call) => {
    const to = readOptions(call.args, { values: new Set(['-o', '--output', '-k', '-t', '-S', '-T']) }).value(
      '-o',
      '--output',
    );
    return to === undefined
      ? { effects: [READ], output: call.stdin?.text === undefined ? { from: 'program' } : { from: call.stdin.from } }
      : judged(overwritten({ text: to }, call));
  },
  basename: ({ args }) => ({
    effects: [READ],
    output: { text: args[0] && isKnown(args[0]) ? (args[0].text.split('/').at(-1) ?? '') : UNKNOWN, from: 'line' },
  }),
  dirname: ({ args }) => ({
    effects: [READ],
    output: { text: args[0] && isKnown(args[0]) ? joinPath('.', `${args[0].text}/..`) : UNKNOWN, from: 'line' },
  }),
  realpath: pathOf,
  readlink: pathOf,
  which: ({ args }) => ({ effects: [READ], output: { text: args.at(-1)?.text ?? UNKNOWN, from: 'line' } }),
  date: (call) => {
    const to = readOptions(call.args, { values: new Set(['-d', '-r', '-f', '--date', '--reference']) });
    if (to.has('-s', '--set')) return judged({ class: 'irreversible', reason: 'sets the system’s clock' });
    return { effects: [READ], output: { text: '2026-01-01', from: 'line' } };
  },
  rsync: rsync,
  scp: (call) => {
    const { operands } = readOptions(call.args, {
      values: new Set(['-c', '-D', '-F', '-i', '-J', '-l', '-o', '-P', '-S', '-X']),
    });
    return sent(call, operands);
  },
  tar: tar,
  bsdtar: tar,
  unzip: (call) => {
    const options = readOptions(call.args, { values: new Set(['-d', '-x', '-P']) });
    if (options.has('-l', '-t', '-p', '-v', '-Z')) return { effects: [READ], output: { from: 'program' } };
    if (!options.has('-o')) return judged(DRAFT);
    const folder = options.value('-d');
    const place = folder === undefined ? 'inside' : placeOf(joinPath(call.scope.cwd, folder), call.world.cwd);
    if (folder !== undefined && /^(?:home|outside|system)$/.test(place))
      return judged({
        class: 'irreversible',
        reason: `overwrites what has the same names in ${folder}`,
        targets: [folder],
      });
    return judged(extraction(call, folder));
  },
  patch: (call) => {
    const options = readOptions(call.args, { values: new Set(['-p', '-i', '-d', '-o', '-F', '-D', '-r', '-B', '-z']) });
    return options.has('--dry-run')
      ? HARMLESS
      : judged(...options.operands.slice(0, 1).map((arg) => changed(arg, call)), DRAFT);
  },
  mkfs: disk,
  wipefs: (call) => (readOptions(call.args).has('-a', '--all', '-o', '--offset') ? disk(call) : HARMLESS),
  fdisk: (call) => (readOptions(call.args).has('-l', '--list', '-x', '-s') ? HARMLESS : disk(call)),
  gdisk: (call) => (readOptions(call.args).has('-l', '--list') ? HARMLESS : disk(call)),
  sgdisk: (call) => (readOptions(call.args).has('-p', '--print', '-i', '-v') ? HARMLESS : disk(call)),
  cfdisk: disk,
  sfdisk: (call) =>
    readOptions(call.args).has('-l', '--list', '-d', '--dump', '-J', '--json', '-V') ? HARMLESS : disk(call),
  parted: (call) =>
    readOptions(call.args).has('-l', '--list') || call.args.some((arg) => arg.text === 'print') ? HARMLESS : disk(call),
  blkdiscard: disk,
  hdparm: (call) =>
    call.args.some((arg) => /security-erase|trim-sector|--write-sector|--make-bad-sector/.test(arg.text))
      ? disk(call)
      : judged(DRAFT),
  mkswap: disk,
  badblocks: (call) => (readOptions(call.args).has('-w') ? disk(call) : HARMLESS),
  tune2fs: (call) => (readOptions(call.args).has('-l') ? HARMLESS : disk(call)),
  e2fsck: (call) => (readOptions(call.args).has('-n') ? HARMLESS : disk(call)),
  fsck: (call) => (readOptions(call.args).has('-N', '-n') ? HARMLESS : disk(call)),
  resize2fs: disk,
  debugfs: (call) => (readOptions(call.args).has('-w') ? disk(call) : HARMLESS),
  format: disk,
  diskpart: disk,
};

/**
 * rm leaves `.` and `..` alone (POSIX, Shell and Utilities, rm). Where nothing can be looked up, they are asked about all the
 * same: whoever writes this means everything that is there.
 */
function refuses(arg: Arg, { name, scope, world }: Call): boolean {
  if (name !== 'rm' || arg.glob || !/(?:^|\/)\.\.?\/*$/.test(arg.text)) return false;
  return world.ask({ kind: 'path', path: arg.text, ...where(scope, world) })?.kind === 'path';
}

function remove(call: Call): Judged {
  const { args, scope } = call;
  const windows = args.filter((arg) => !/^\/[a-z]$/i.test(arg.text));
  const options = readOptions(call.name === 'del' || call.name === 'rd' || call.name === 'erase' ? windows : args);
  if (options.has('--help', '--version')) return HARMLESS;
  const recursive = options.has('-r', '-R', '--recursive', '-Recurse') || call.name === 'rd' || call.name === 'del-cli';
  if (options.operands.length === 0) return HARMLESS;
  const leavesFolders = !recursive && (call.name === 'rm' || call.name === 'unlink');
  // With -i it asks, and where nobody answers it leaves all as it is.
  const given = [...options.given.keys()];
  const asks = Math.max(given.lastIndexOf('-i'), given.lastIndexOf('-I')) > given.lastIndexOf('-f');
  if (call.name === 'rm' && asks && !call.stdin) return judged({ class: 'draft', reason: 'asks before it deletes' });
  const effects = options.operands.map((arg) =>
    refuses(arg, call) ? READ : deleted(arg, call, recursive, leavesFolders),
  );
  for (const { text } of options.operands) scope.made.delete(joinPath(scope.cwd, text));
  return judged(...effects);
}

/** A new file or folder, or one that only gets a new time. */
function within(arg: Arg, { scope, world }: Call): Effect {
  const place = placeOf(joinPath(scope.cwd, arg.text), world.cwd);
  if (place === 'system' || place === 'device')
    return { class: 'commit', reason: `makes ${arg.text}, which belongs to the system`, targets: [arg.text] };
  return { class: 'draft', reason: `makes ${names([arg])[0]}`, targets: names([arg]) };
}

function made(call: Call, operands: readonly Arg[], judge: (arg: Arg) => Effect): Judged {
  if (operands.length === 0) return HARMLESS;
  const effects = operands.map(judge);
  if (call.name !== 'touch' && call.name !== 'rmdir')
    for (const { text } of operands) call.scope.made.add(joinPath(call.scope.cwd, text));
  return judged(...effects);
}

/** Where the target may be a folder or not exist, words alone don't make an overwrite: facts do. */
function softer(effect: Effect, { scope, world }: Call, arg: Arg): Effect {
  if (effect.class !== 'irreversible' || guarded(arg, { scope, world }, '')) return effect;
  const place = placeOf(joinPath(scope.cwd, arg.text), world.cwd);
  if (place === 'device') return effect;
  if (place === 'system')
    return { ...effect, class: 'commit', reason: `writes ${arg.text}, which belongs to the system` };
  const fact = world.ask({ kind: 'path', path: arg.text, ...(world.cwd !== undefined && { cwd: world.cwd }) });
  if (fact?.kind === 'path') return effect;
  return place === 'inside' || place === 'root'
    ? { class: 'draft', reason: `writes ${arg.text}`, targets: [arg.text] }
    : { class: 'commit', reason: `writes ${arg.text} outside the workspace`, targets: [arg.text] };
}

/** In one line. */
const MOST_MOVED = 400;

/** What is lost with what was moved is what was there before. */
function noteMoves(sources: readonly Arg[], target: Arg, { scope, world }: Call): void {
  if (scope.moved.size + sources.length > MOST_MOVED) {
    world.note(hidden('moves more files than can be followed'));
    return;
  }
  for (const source of sources) {
    const from = joinPath(scope.cwd, source.text);
    if (!isKnown(source) || !isKnown(target) || scope.made.has(from)) continue;
    const place = placeOf(from, world.cwd);
    const before = scope.moved.get(from) ?? { arg: source, cwd: scope.cwd };
    if (!scope.moved.has(from) && (place === 'temporary' || place === 'nothing')) continue;
    // `mv a b`: b, or b/a where b is a folder.
    const to = joinPath(scope.cwd, target.text);
    const fact = world.ask({ kind: 'path', path: target.text, ...where(scope, world) });
    const type = fact?.kind === 'path' ? (fact.exists ? fact.type : 'none') : undefined;
    const isFolder = sources.length > 1 || /\/\.?$/.test(target.text) || type === 'folder';
    if (!isFolder) scope.moved.set(to, before);
    if (isFolder || type === undefined) scope.moved.set(`${to}/${from.split('/').at(-1)}`, before);
  }
}

function move(call: Call): Judged {
  const options = readOptions(call.args, { values: new Set(['-t', '-S', '--target-directory', '--suffix']) });
  const folder = options.value('-t', '--target-directory');
  const sources = folder === undefined ? options.operands.slice(0, -1) : options.operands;
  const target = folder === undefined ? options.operands.at(-1) : { text: folder };
  if (!target || sources.length === 0) return HARMLESS;
  if (joinPath(call.scope.cwd, target.text) === '/dev/null') {
    return judged(...sources.map((arg) => deleted(arg, call, true)));
  }
  const effects =
    options.has('-n', '--no-clobber') || options.has('-b', '--backup')
      ? [DRAFT]
      : [softer(overwritten(target, call), call, target)];
  effects.push(...guardedInto(target, sources, call), ...laterInto(target, sources, call));
  noteMoves(sources, target, call);
  for (const source of sources) noteCopy(source, target, call.scope);
  for (const source of sources) {
    const guard = guarded(source, call, 'moves');
    if (guard) effects.push(guard);
    const place = placeOf(joinPath(call.scope.cwd, source.text), call.world.cwd);
    if (place === 'system' || place === 'root')
      effects.push({
        class: 'irreversible',
        reason: `moves ${source.text} away, which belongs to the system`,
        targets: [source.text],
      });
    else if (call.scope.remote)
      effects.push({ class: 'commit', reason: `moves ${names([source])[0]} on another machine` });
    else if (place === 'home' || place === 'outside')
      effects.push({ class: 'commit', reason: `moves ${source.text}, outside the workspace`, targets: [source.text] });
    else if (place === 'inside' && placeOf(joinPath(call.scope.cwd, target.text), call.world.cwd) === 'temporary')
      effects.push(...leaves(source, target, call));
  }
  return judged(...effects);
}

/** Work that no commit has, in a folder that is emptied now and then, where deleting isn't asked about. */
function leaves(source: Arg, target: Arg, { scope, world }: Call): readonly Effect[] {
  const path = joinPath(scope.cwd, source.text);
  if (scope.made.has(path) || isRegenerable(path) || isScratch(path)) return [];
  const fact = world.ask({ kind: 'path', path: source.text, ...where(scope, world) });
  if (fact?.kind !== 'path' || !fact.exists || fact.madeByRun) return [];
  const unsaved = (fact.untrackedFiles ?? 0) > 0 || (fact.modifiedFiles ?? 0) > 0 || fact.clean === false;
  if (!unsaved || (fact.ignored && !isHandmade(path))) return [];
  return [
    {
      class: 'commit',
      reason: `moves ${names([source])[0]}, not in version control, to ${target.text}, which is emptied now and then`,
      targets: [source.text],
      safetyCopy: [path],
    },
  ];
}

function copy(call: Call): Judged {
  const options = readOptions(call.args, {
    values: new Set(['-t', '-S', '-m', '-o', '-g', '--target-directory', '--suffix', '--mode', '--owner', '--group']),
  });
  const folder = options.value('-t', '--target-directory');
  const target = folder === undefined ? options.operands.at(-1) : { text: folder };
  if (call.name === 'install' && options.has('-d', '--directory')) return judged(DRAFT);
  if (!target || (folder === undefined && options.operands.length < 2)) return HARMLESS;
  if (options.has('-n', '--no-clobber', '-b', '--backup')) return judged(DRAFT);
  const effect = softer(overwritten(target, call), call, target);
  const sources = folder === undefined ? options.operands.slice(0, -1) : options.operands;
  for (const source of sources) noteCopy(source, target, call.scope);
  const guards = [...guardedInto(target, sources, call), ...laterInto(target, sources, call)];
  if (guards.length > 0) return judged(effect, ...guards);
  const [source] = options.operands;
  if (source && joinPath(call.scope.cwd, source.text) === '/dev/null') return judged(emptied(target, call));
  if (effect.class === 'draft') call.scope.made.add(joinPath(call.scope.cwd, target.text));
  return judged(effect);
}

/** Source: https://www.gnu.org/software/gawk/manual/html_node/I_002fO-Functions.html */
function awk(call: Call): Judged {
  const options = readOptions(call.args, {
    values: new Set(['-F', '-v', '-f', '-i', '-e', '--source', '--file', '--assign']),
    stopAtOperand: true,
  });
  const script = options.has('-f', '--file')
    ? ''
    : (options.value('-e', '--source') ?? options.operands[0]?.text ?? '');
  if (script.length > 10_000) return judged(hidden('runs a program that is longer than can be read'));
  const effects: Effect[] = [];
  for (const match of script.matchAll(/system\s*\(\s*"((?:[^"\\]|\\.)*)"/g))
    call.world.runText((match[1] ?? '').replace(/\\(.)/g, '$1'), call.scope);
  if (/system\s*\(\s*[^"\s)]/.test(script) || /\|\s*(?:getline|"(?:ba|z|da)?sh\b)/.test(script)) {
    effects.push({ class: 'irreversible', reason: 'runs commands from within awk, which can’t be told' });
  }
  for (const match of script.matchAll(/print[^;}|>]{0,300}>>?\s*"([^"]+)"/g))
    effects.push(overwritten({ text: match[1] ?? '' }, call));
  if (options.given.get('-i') === 'inplace')
    effects.push(...options.operands.slice(1).map((arg) => changed(arg, call)));
  return { effects: effects.length > 0 ? effects : [READ], output: { from: 'program' } };
}

function mode(call: Call): Judged {
  // `chmod -x file` takes a right away: that is no option.
  const args =
    call.name === 'chmod'
      ? call.args.map((arg) => (/^-[rwxXst]+$/.test(arg.text) ? { ...arg, text: `a${arg.text}` } : arg))
      : call.args;
  const options = readOptions(args, {
    values: new Set(['--reference', '--from', '-m', '-x', '-M', '-X', '-t', '-u', '-r']),
  });
  const all = names(options.operands);
  const paths = call.name === 'xattr' || call.name === 'setfacl' ? options.operands : options.operands.slice(1);
  if (paths.length === 0) return HARMLESS;
  if (options.has('-R', '--recursive', '-r') && call.name !== 'xattr') {
    const temporary = paths.every((arg) => placeOf(joinPath(call.scope.cwd, arg.text), call.world.cwd) === 'temporary');
    const own = paths.every((arg) => call.scope.made.has(joinPath(call.scope.cwd, arg.text)));
    if (temporary || own) return judged(DRAFT);
    const facts = paths.map((arg) =>
      call.world.ask({ kind: 'path', path: arg.text, ...where(call.scope, call.world) }),
    );
    // Git brings back the rights that matter of its own files.
    if (call.name === 'chmod' && facts.every((fact) => fact?.kind === 'path' && fact.tracked && !fact.untrackedFiles)) {
      return judged({
        class: 'draft',
        reason: `changes the permissions of ${names(paths).join(', ')}`,
        targets: names(paths),
      });
    }
    return judged({
      class: 'irreversible',
      reason: `replaces the permissions of everything in ${names(paths).join(', ')}`,
      targets: names(paths),
    });
  }
  const outside = paths.some(
    (arg) =>
      !['inside', 'temporary', 'root', 'unknown'].includes(placeOf(joinPath(call.scope.cwd, arg.text), call.world.cwd)),
  );
  if (outside)
    return judged({
      class: 'commit',
      reason: `changes the permissions of ${all.slice(1).join(', ')}, outside version control`,
      targets: all.slice(1),
    });
  return judged({
    class: 'draft',
    reason: `changes the permissions of ${all.slice(1).join(', ')}`,
    targets: all.slice(1),
  });
}

function pathOf({ args }: Call): Judged {
  const { operands } = readOptions(args);
  const [first] = operands;
  return { effects: [READ], output: { text: first && isKnown(first) ? first.text : UNKNOWN, from: 'line' } };
}

const RSYNC_VALUES = new Set([
  '-e',
  '-f',
  '-B',
  '-T',
  '-M',
  '--rsh',
  '--exclude',
  '--include',
  '--filter',
  '--exclude-from',
  '--include-from',
  '--files-from',
  '--log-file',
  '--bwlimit',
  '--port',
  '--timeout',
  '--password-file',
  '--backup-dir',
  '--compare-dest',
  '--copy-dest',
  '--link-dest',
  '--max-size',
  '--min-size',
  '--chmod',
  '--chown',
  '--partial-dir',
  '--temp-dir',
  '--suffix',
  '--info',
  '--out-format',
  '--rsync-path',
  '--max-delete',
]);

/** Source: https://download.samba.org/pub/rsync/rsync.1 */
function rsync(call: Call): Judged {
  const options = readOptions(call.args, { values: RSYNC_VALUES });
  if (options.has('-n', '--dry-run', '--list-only') || options.operands.length < 2) return HARMLESS;
  const target = options.operands.at(-1);
  const deletes = [...options.given.keys()].some((name) => /^--(del|delete(-\w+)*)$/.test(name));
  const [shown = ''] = target ? names([target]) : [];
  if (deletes) {
    const place = target && placeOf(joinPath(call.scope.cwd, target.text), call.world.cwd);
    if (place === 'temporary') return judged(DRAFT);
    return judged({
      class: 'irreversible',
      reason: `deletes in ${shown} all that the source doesn’t have`,
      targets: [shown],
    });
  }
  if (options.has('--remove-source-files')) {
    return judged({
      class: 'irreversible',
      reason: `deletes the source files once they are sent`,
      targets: names(options.operands.slice(0, -1)),
    });
  }
  return sent(call, options.operands);
}

/** Copies to or from another machine. */
function sent(call: Call, operands: readonly Arg[]): Judged {
  const target = operands.at(-1);
  if (!target || operands.length < 2) return HARMLESS;
  if (isRemote(target.text)) {
    return judged({
      class: namesProduction([target]) ? 'deploy' : 'commit',
      reason: `sends ${names(operands.slice(0, -1)).join(', ')} to ${names([target])[0]}`,
      targets: names([target]),
    });
  }
  return judged(softer(overwritten(target, call), call, target));
}

function isRemote(text: string): boolean {
  return /^(?:[\w.-]+@)?[\w.-]+:(?!\\)|^(?:rsync|scp|ssh|sftp):\/\//.test(text) && !/^[a-z]:[\\/]/i.test(text);
}

/** Source: https://www.gnu.org/software/tar/manual/ */
function tar(call: Call): Judged {
  const [first, ...rest] = call.args;
  // The first word may be a cluster of options without its dash.
  const args = first && /^[a-zA-Z]+$/.test(first.text) ? [{ text: `-${first.text}` }, ...rest] : call.args;
  const options = readOptions(args, {
    values: new Set([
      '-f',
      '-C',
      '-T',
      '-X',
      '--file',
      '--directory',
      '--exclude',
      '--files-from',
      '-I',
      '--use-compress-program',
      '--transform',
    ]),
  });
  const program = options.value(
    '--to-command',
    '--use-compress-program',
    '-I',
    '--checkpoint-action',
    '--rsh-command',
    '-F',
    '--info-script',
  );
  if (program !== undefined && (options.has('--to-command') || /^exec=|^(?:sh|bash)\b/.test(program))) {
    call.world.runText(program.replace(/^exec=/, ''), call.scope);
  }
  if (options.has('--remove-files'))
    return judged({
      class: 'irreversible',
      reason: 'deletes the files once they are in the archive',
      targets: names(options.operands),
    });
  if (options.has('-t', '--list', '-d', '--diff')) return { effects: [READ], output: { from: 'program' } };
  if (options.has('-x', '--extract', '--get'))
    return options.has('-O', '--to-stdout')
      ? { effects: [READ], output: { from: 'program' } }
      : judged(extraction(call, options.value('-C', '--directory')));
  const file = options.value('-f', '--file');
  if (file === undefined || file === '-') return { effects: [READ], output: { from: 'program' } };
  return judged(softer(overwritten({ text: file }, call), call, { text: file }));
}

/** Files of an archive land in a folder, over those that have their names. */
function extraction({ scope, world }: Call, folder: string | undefined): Effect {
  const place = placeOf(joinPath(scope.cwd, folder ?? '.'), world.cwd);
  if (place === 'system' || place === 'device' || (place === 'root' && folder !== undefined && /^[/~]/.test(folder))) {
    return { class: 'commit', reason: `unpacks into ${folder}, outside version control`, targets: [folder ?? '.'] };
  }
  return { class: 'draft', reason: 'unpacks an archive' };
}

/** Sources: the programs' pages at https://man7.org/linux/man-pages/dir_section_8.html */
function disk({ args, name }: Call): Judged {
  const { operands } = readOptions(args);
  return judged({
    class: 'irreversible',
    reason: `${name} rewrites ${names(operands).join(', ') || 'a disk'}, with all that is on it`,
    targets: names(operands),
  });
}
