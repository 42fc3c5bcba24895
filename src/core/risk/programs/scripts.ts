/** Scripts and targets that a file of the project names: package.json, Makefile and their like. */
import type { FactAnswer } from '../facts.ts';
import { where } from '../shell/files.ts';
import { names, readOptions } from '../shell/options.ts';
import { isCheck } from '../shell/runs.ts';
import {
  type Arg,
  type Call,
  copyScope,
  DRAFT,
  type Effect,
  HARMLESS,
  hidden,
  isKnown,
  type Judge,
  type Judged,
  judged,
} from '../shell/scope.ts';

const PUBLISHES = /(?:^|[:_.-])(?:deploy|publish|release|ship|prod(?:uction)?|promote|rollout|rollback)(?:[:_.-]|$)/i;
const DESTROYS =
  /(?:^|[:_.-])(?:drop|reset|destroy|wipe|nuke|purge|truncate|flush|teardown|distclean|mrproper|obliterate|uninstall)(?:[:_.-]|$)/i;
const INSTALLS =
  /(?:^|[:_.-])(?:install|migrate|migration|seed|push|upload|login|link|setup|bootstrap|provision)(?:[:_.-]|$)/i;

/** By its name alone, where nobody can read what it runs. */
export function namedTarget(tool: string, target: string): Effect {
  const told = `${tool} ${target}`.trim();
  if (PUBLISHES.test(target) && !/dry|check|preview|notes|build/i.test(target))
    return { class: 'deploy', reason: `runs ${told}, which by its name publishes`, targets: [target] };
  if (DESTROYS.test(target))
    return { class: 'irreversible', reason: `runs ${told}, which by its name deletes`, targets: [target] };
  if (INSTALLS.test(target)) return { class: 'commit', reason: `runs ${told}`, targets: [target] };
  return { class: 'draft', reason: `runs ${told}`, targets: [target] };
}

/** `npm run NAME` and its short forms. Undefined: the call runs no script. */
export function packageScript(call: Call, name: string, extra: readonly Arg[] = []): Judged {
  const { scope, world } = call;
  const answer =
    scope.remote || name.includes('\uFFFC')
      ? undefined
      : world.ask({ kind: 'packageScript', name, ...where(scope, world) });
  if (answer?.kind === 'text') {
    if (answer.text === undefined) return judged({ class: 'read', reason: `${name} isn’t a script of package.json` });
    world.runText(
      [answer.text, ...extra.map((arg) => `'${arg.text.replaceAll("'", `'\\''`)}'`)].join(' '),
      copyScope(scope, { depth: scope.depth + 1 }),
    );
    return { effects: [] };
  }
  return judged(namedTarget(`${call.name} run`, name));
}

const MAKE_VALUES = new Set([
  '-f',
  '-C',
  '-I',
  '-j',
  '-l',
  '-o',
  '-W',
  '--file',
  '--makefile',
  '--directory',
  '--jobs',
  '--eval',
  '-E',
]);

/** Source: https://www.gnu.org/software/make/manual/html_node/Options-Summary.html */
export const make: Judge = (call) => {
  const { scope, world } = call;
  const options = readOptions(call.args, { values: MAKE_VALUES });
  if (options.has('-n', '--dry-run', '--just-print', '-p', '-q', '--version', '-v', '--help')) return HARMLESS;
  const assignments = options.operands.filter((arg) => arg.text.includes('='));
  const targets = options.operands.filter((arg) => !arg.text.includes('='));
  const inner = copyScope(scope, { depth: scope.depth + 1, cwd: options.value('-C', '--directory') ?? scope.cwd });
  for (const { text } of assignments)
    inner.variables.set(text.split(/[:?+]?=/)[0] ?? '', text.slice(text.indexOf('=') + 1));
  const effects: Effect[] = [];
  for (const { text } of assignments) {
    const [, shellOf] = /^(?:SHELL|MAKESHELL)[:?+]?=(.*)$/s.exec(text) ?? [];
    if (shellOf !== undefined && !/^(?:\/usr)?(?:\/bin\/)?(?:ba|da|z|k)?sh$/.test(shellOf))
      world.runArgs([{ text: shellOf }, { text: '-c' }, { text: ':' }], copyScope(inner));
  }
  const typed = options.value('--eval', '-E');
  if (typed !== undefined) effects.push(hidden('runs rules that are typed'));
  for (const target of targets.length > 0 ? targets : [{ text: '' }]) {
    const file = options.value('-f', '--file', '--makefile');
    const answer =
      scope.remote || !isKnown(target)
        ? undefined
        : world.ask({
            kind: 'makeTarget',
            name: target.text,
            ...(file !== undefined && { file }),
            ...where(inner, world),
          });
    if (answer?.kind === 'text' && answer.text !== undefined) world.runText(recipe(answer.text), inner);
    else effects.push(unreadTarget(namedTarget(call.name, names([target])[0] ?? ''), target.text, answer));
  }
  return { effects };
};

/** A file that could not be read whole may say anything, except under the name of a test or a build. */
function unreadTarget(effect: Effect, target: string, answer: FactAnswer | undefined): Effect {
  if (answer?.kind !== 'unanswered' || effect.class !== 'draft' || target === '' || isCheck(target)) return effect;
  return { ...effect, class: 'commit', reason: `${effect.reason}, whose recipe wasn’t read` };
}

/** A recipe's `@`, `-` and `$(VAR)` in a shell's spelling. */
function recipe(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line
        .replace(/^\s*[@+-]+/, '')
        .replace(/\$\((\w+)\)/g, (_, name: string) => `\${${name}}`)
        .replaceAll('$$', '$'),
    )
    .join('\n');
}

/** just, task, rake, gradle and others: targets by name. */
export const target: Judge = (call) => {
  const { operands, has } = readOptions(call.args);
  if (has('--list', '-l', '--dry-run', '-n', '-T', '--tasks', '--help', '--version', '-m')) return HARMLESS;
  if (operands.length === 0) return judged(DRAFT);
  return judged(...operands.slice(0, 6).map((arg) => namedTarget(call.name, names([arg])[0] ?? '')));
};
