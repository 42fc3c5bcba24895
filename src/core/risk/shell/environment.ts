/** Variables that make other programs run something: setting one of them is like typing the command. */
import { joinPath, placeOf } from '../place.ts';
import { type Arg, copyScope, type Effect, hidden, type Scope, UNKNOWN, type World } from './scope.ts';
import { scriptText } from './scriptText.ts';

/** Their value is a command. Sources: https://git-scm.com/docs/git#_environment_variables, the manuals of bash, man and less. */
const COMMANDS =
  /^(?:GIT_(?:PAGER|EDITOR|SEQUENCE_EDITOR|EXTERNAL_DIFF|SSH|SSH_COMMAND|ASKPASS|PROXY_COMMAND)|SSH_ASKPASS|PAGER|MANPAGER|BAT_PAGER|EDITOR|VISUAL|BROWSER|LESSOPEN|LESSCLOSE|PROMPT_COMMAND|RSYNC_RSH|CVS_RSH|npm_config_(?:script_shell|shell|editor|git)|MAKESHELL)$/i;
/** Programs that only show what they are given, and those that wait for a person. */
const SHOWS =
  /^(?:|:|-|true|false|echo|cat|less(?: [-\w]+)*|more|most|bat|delta|vim?|nvim|nano|emacs|code(?: --wait)?|ssh(?: (?!\S*(?:Command|command))[-\w.=~/@:]+)*|\/bin\/(?:cat|true|echo)|\/usr\/bin\/(?:cat|true|less|vim?))$/;
/** Their value is a file that a shell runs before anything else. */
const SHELL_FILES = /^(?:BASH_ENV|ENV)$/;
/** Code of their own goes into every program that is started. */
const LOADED = /^(?:LD_PRELOAD|LD_AUDIT|DYLD_INSERT_LIBRARIES|GIT_EXEC_PATH|GIT_CONFIG_PARAMETERS|GIT_TEMPLATE_DIR)$/;
/** Where agents look for their hooks. */
const AGENTS = /^(?:CLAUDE_CONFIG_DIR|CODEX_HOME|GEMINI_CLI_HOME|COPILOT_HOME|CURSOR_CONFIG_DIR)$/;
/** Options of interpreters, with what in them names code. */
const OPTIONS: ReadonlyMap<string, RegExp> = new Map([
  ['NODE_OPTIONS', /(?:^|\s)(?:-r|--require|--import|--loader|--experimental-loader)[\s=]/],
  ['PERL5OPT', /-[Mmd]/],
  ['PERL5DB', /\S/],
  ['RUBYOPT', /(?:^|\s)-?r/],
  ['PYTHONSTARTUP', /\S/],
  ['JAVA_TOOL_OPTIONS', /-(?:javaagent|agentpath|agentlib)/],
  ['_JAVA_OPTIONS', /-(?:javaagent|agentpath|agentlib)/],
  ['MAKEFLAGS', /--eval|SHELL=/],
]);
/** Modules that test and build tools load everywhere, by the names that people give them. */
const USUAL =
  /(?:^|[\s=])(?:--require|-r|--import|--loader|--experimental-loader)[\s=](?:ts-node|tsx|dotenv|@swc|@babel|source-map-support|esbuild|esm)[\w/@.-]*/g;

/** What setting it does; commands in it are judged as parts of their own. Empty: it is a value like others. */
export function environmentEffects(
  name: string,
  value: string | undefined,
  { scope, world }: { readonly scope: Scope; readonly world: World },
): readonly Effect[] {
  if (scope.remote) return [];
  const inner = copyScope(scope, { depth: scope.depth + 1 });
  if (COMMANDS.test(name)) {
    if (value === undefined || value.includes(UNKNOWN)) return [];
    if (!SHOWS.test(value.trim())) world.runText(value, inner);
    return [];
  }
  if (SHELL_FILES.test(name) && value) {
    world.runText(`. '${value.replaceAll("'", `'\\''`)}'`, inner);
    return [];
  }
  if (LOADED.test(name) && value) return [hidden(`sets ${name}, which puts code into the programs that follow`)];
  if (AGENTS.test(name) && value)
    return [
      {
        class: 'irreversible',
        reason: `sets ${name}, so that agents start without the hooks that ask`,
        targets: [name],
      },
    ];
  const settings = gitSetting(name, value, scope);
  if (settings) {
    world.runArgs([{ text: 'git' }, { text: '-c' }, { text: settings }, { text: 'status' }], inner);
    return [];
  }
  const naming = OPTIONS.get(name);
  const rest = value?.replaceAll(USUAL, '');
  if (naming && rest !== undefined && naming.test(rest))
    return [hidden(`sets ${name}, which loads code into the programs that follow`)];
  return [];
}

/** `GIT_CONFIG_KEY_0=alias.x GIT_CONFIG_VALUE_0='!rm'` is `-c alias.x=!rm`. */
function gitSetting(name: string, value: string | undefined, { variables }: Scope): string | undefined {
  const [, number] = /^GIT_CONFIG_VALUE_(\d+)$/.exec(name) ?? [];
  if (number === undefined) return undefined;
  return `${variables.get(`GIT_CONFIG_KEY_${number}`) ?? 'core.sshCommand'}=${value ?? UNKNOWN}`;
}

/** Folders that package managers fill. */
export const TOOL_FOLDER =
  /(?:^|\/)(?:node_modules\/\.bin|\.?v?env[\w.-]*\/(?:bin|Scripts)|vendor\/bin|\.(?:cargo|local|nvm|pyenv|rbenv|asdf|bun|deno|volta|sdkman|dotnet|tox|nox)\/.*)\/?$/;

/**
 * Where this very line has put folders of its own in front of where programs are looked for: the program of this name that is a
 * script there, which anyone could have written.
 */
export function shadowed(
  name: string,
  { scope, world }: { readonly scope: Scope; readonly world: World },
): Arg | undefined {
  const search = scope.variables.get('PATH');
  if (search === undefined || scope.remote || /[\\/]/.test(name)) return undefined;
  for (const folder of search.split(':').slice(0, 8)) {
    if (folder === '' || folder.includes(UNKNOWN) || TOOL_FOLDER.test(folder)) continue;
    const place = placeOf(joinPath(scope.cwd, folder), world.cwd);
    if (place !== 'inside' && place !== 'root' && place !== 'temporary') continue;
    const file = `${folder.replace(/\/+$/, '')}/${name}`;
    const path = file.includes('/') ? file : `./${file}`;
    if (scriptText({ text: path }, { scope, world }).kind !== 'unread') return { text: path };
  }
  return undefined;
}
