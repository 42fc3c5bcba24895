/** What kind of place a path names, by its words alone. */

export type Place =
  | 'nothing' // /dev/null and the terminal
  | 'device'
  | 'temporary'
  | 'root' // the file system's, a home folder's or the workspace's own root
  | 'system'
  | 'home'
  | 'outside'
  | 'inside'
  | 'unknown';

const NOTHING =
  /^\/dev\/(null|zero|full|random|urandom|tty|stdin|stdout|stderr|fd\/\d+|console|ptmx)$|^\/proc\/self\/fd\//;
const TEMPORARY =
  /^(\/private)?(\/var)?\/tmp\/(?!\*?$)|^\/var\/folders\/|^\/dev\/shm\/|^[a-z]:\/(users\/[^/]+\/appdata\/local|windows)\/temp\/./i;
const SYSTEM =
  /^\/(etc|usr|bin|sbin|lib|lib32|lib64|boot|var|opt|sys|proc|dev|run|srv|System|Library|Applications|private|nix|snap)(\/|$)|^[a-z]:\/(windows|program files)/i;
const HOME = /^~|^\/(home|Users)\/[^/]+(\/|$)|^\/root(\/|$)|^[a-z]:\/users\//i;
const ROOTS =
  /^(\/|\/\*|~[\w.-]*\/?\*?|\.|\.\/?\*+|\.\.(\/\.\.)*(\/\*)?|\*+|\.\*|\/(home|Users|root)\/?\*?|\/(home|Users)\/[^/]+\/?\*?|[a-z]:\/?\*?|\/(etc|usr|var|bin|sbin|lib|lib64|boot|opt|dev|proc|sys|tmp|var\/tmp)\/?\*?)$/i;
/** Where containers and cloud workspaces keep the one project that they are for. */
const WORKSPACES = /^\/(testbed|workspaces?|app|repo|repos|work|code|src|project|projects|github|builds?)\/[^/]/;

/** Built, downloaded or cached: a tool makes it again. */
const REGENERABLE = new RegExp(
  [
    'node_modules|bower_components|__pycache__|\\.pytest_cache|\\.mypy_cache|\\.ruff_cache|\\.hypothesis|\\.tox|\\.nox|\\.eggs|htmlcov',
    '\\.venv|venv|virtualenv|\\.cache|\\.parcel-cache|\\.turbo|\\.next|\\.nuxt|\\.output|\\.svelte-kit|\\.angular|\\.vite|\\.gradle|\\.terraform',
    'dist|build|_build|out|target|coverage|\\.coverage|\\.nyc_output|storybook-static|cmake-build-\\w+|DerivedData|Pods|obj|tmp|temp|\\.tmp|logs?',
    '.*\\.(pyc|pyo|o|obj|class|log|tmp|temp|bak|orig|rej|swp|egg-info|tsbuildinfo|gcda|gcno|profraw|coverage)|\\.DS_Store|Thumbs\\.db|.*~|npm-debug\\.log.*',
  ]
    .map((each) => `(?:${each})`)
    .join('|')
    .replace(/^/, '^(?:')
    .replace(/$/, ')$'),
);
/** Names that people and agents give to files for one moment. */
const SCRATCH =
  /^(?:(?:tmp|temp|scratch|repro(?:duc\w*)?|debug|check|verify|validate|inspect|try|patch|apply|fix|modify|update|edit|replace\w*|demo|sandbox|foo|bar|baz|mypkg|mydir)(?:[_.-].*|\d*(?:\.\w+)?)|test(?:[_-].*|\d*\.\w+|\d+)|.*(?:[_-](?:tmp|temp|repro|reproduction|debug|issue|bug|test|tests|demo|scratch)|repro\w*|issue\w*|debug\w*)(?:[_-]?v?\d+)?(?:\.\w+)?)$/i;
/** Kinds of files that a project keeps in version control. */
const SOURCE =
  /\.(?:[cm]?[jt]sx?|py|pyi|rb|go|rs|java|kt|kts|scala|c|h|cc|cpp|cxx|hh|hpp|cs|fs|php|swift|m|mm|pl|pm|lua|r|jl|ex|exs|erl|hs|ml|clj|dart|vue|svelte|html|css|scss|sass|less|md|rst|adoc|tex|json5?|ya?ml|toml|xml|proto|graphql|gradle|cmake|sh|bash|zsh|ps1|bat|feature|snap|po|pot|tmpl|j2)$/i;
/** Of those, text that people also keep for themselves, beside the project: notes, drafts, results. */
const PROSE = /\.(?:md|rst|adoc|tex|txt|json5?|ya?ml|toml|xml|html|csv|log|patch)$/i;
/** … unless it has a name or a folder that projects have. */
const PROJECT_PROSE =
  /(?:^|\/)(?:(?:docs?|tests?|spec|fixtures|examples?|\.github|locales?|i18n|templates?|src|lib|app|packages)\/|(?:readme|changelog|changes|contributing|license|package|tsconfig|composer|pyproject|cargo|pom|index)[\w.-]*$)/i;
/** Content that is worth more than its bytes and is seldom under version control. */
const PRECIOUS =
  /(?:^|\/)(?:\.env(?:\..*)?|\.netrc|\.npmrc|\.pypirc|id_(?:rsa|dsa|ecdsa|ed25519)[^/]*|credentials[^/]*|secrets?[^/]*|\.ssh|\.gnupg|\.aws|\.kube|\.git|\.svn|\.hg|[^/]*\.(?:pem|key|p12|pfx|jks|keystore|kdbx|gpg|db|sqlite3?|sql|dump|rdb|aof|tfstate|tfstate\.backup|csv|parquet|xlsx?|docx?|psd|mov|mp4))(?:\/|$)/i;
/** Folders and files of SQL that is part of the project, and not what a database was dumped to. */
const SQL_FOLDER =
  /(?:^|\/)(?:migrations?|migrate|schemas?|queries|procedures|views|models|seeds?|seeders|fixtures|ddl|src|tests?|initdb(?:\.d)?)\//i;
const SQL_NAME =
  /(?:^|\/)(?:schema|structure|seeds?|init|migration|tables|views|functions|queries|V\d+|\d{3,}[_-])[^/]*$/i;
const SQL_DUMP = /dump|backup|export|snapshot/i;
/** Precious, and never the output of a command that is run again. */
const IRREPLACEABLE =
  /(?:^|\/)(?:\.env(?:\..*)?|\.netrc|\.npmrc|\.pypirc|id_(?:rsa|dsa|ecdsa|ed25519)|credentials|\.git(?:\/.*)?|[^/]*\.(?:db|sqlite3?|kdbx|tfstate|tfstate\.backup))$/i;
/** Kept out of version control because a person writes it, for this machine or for themselves: settings, notes. */
const HANDMADE =
  /(?:^|\/)(?:[^/]*[._-])?(?:local|overrides?|private|personal)(?:[._-][^/]*)?$|(?:^|\/)(?:\.envrc|\.tool-versions|[^/]*\.code-workspace|(?:notes?|todos?|journal|scratchpad)(?:\.\w+)?|[^/]*\.(?:md|org|rst|adoc|tex|docx?|odt|ipynb))$|(?:^|\/)\.vscode\/[^/]+\.json$/i;
/** What programs keep in a home folder to be faster. */
const HOME_CACHE =
  /^(?:~|\/(?:home|Users)\/[^/]+|\/root)\/(?:\.cache|\.npm|\.cargo\/registry|\.gradle\/caches|Library\/Caches)\/[^/*]/;
/** Files whose lines run or decide later, without anyone typing them. */
const ACTS_LATER =
  /(?:^|\/)(?:\.(?:bashrc|bash_profile|bash_login|profile|zshrc|zshenv|zprofile|gitconfig|ssh\/[^/]+|git\/(?:hooks\/[^/]+|config)|husky\/[^/]+|github\/workflows\/[^/]+|gitlab-ci\.ya?ml|circleci\/[^/]+|vscode\/(?:settings|tasks|launch)\.json|claude\/[^/]+|codex\/[^/]+|gemini\/[^/]+|cursor\/[^/]+|mcp\.json|npmrc)|(?:CLAUDE|AGENTS|GEMINI)\.md|Jenkinsfile|crontab|authorized_keys)$/;

/** One spelling: forward slashes, no `.`, `..` resolved as far as it goes, no trailing slash. */
export function normalPath(path: string): string {
  const slashed = /^[a-z]:\\|^\\\\/i.test(path) ? path.replaceAll('\\', '/') : path;
  const absolute = slashed.startsWith('/');
  const parts: string[] = [];
  for (const part of slashed.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..' && !(parts.length === 1 && parts[0]?.startsWith('~')))
      parts.pop();
    else if (!absolute) parts.push(part);
  }
  const joined = parts.join('/');
  return absolute ? `/${joined}` : joined || '.';
}

export function joinPath(folder: string, path: string): string {
  if (/^([/~]|[a-z]:[\\/]|\\\\)/i.test(path)) return normalPath(path);
  return normalPath(`${folder}/${path}`);
}

/** `path` as `joinPath` gives it; `workspace`: the absolute folder that the action starts in, if told. */
export function placeOf(path: string, workspace: string | undefined): Place {
  if (path.includes('\uFFFC')) return 'unknown';
  if (NOTHING.test(path)) return 'nothing';
  const inner =
    workspace && path.startsWith(`${normalPath(workspace)}/`) ? path.slice(normalPath(workspace).length + 1) : path;
  if (ROOTS.test(inner) || inner === workspace) return 'root';
  if (TEMPORARY.test(inner)) return 'temporary';
  if (/^\/dev\//.test(inner)) return 'device';
  if (WORKSPACES.test(inner)) return 'inside';
  if (SYSTEM.test(inner)) return 'system';
  if (HOME.test(inner)) return 'home';
  return /^(\/|[a-z]:\/|\.\.(\/|$)|\\\\)/i.test(inner) ? 'outside' : 'inside';
}

/** Whether some part of the path is a folder or a file that tools make again. */
export function isRegenerable(path: string): boolean {
  return !isPrecious(path) && path.split('/').some((part) => REGENERABLE.test(part));
}

export function isScratch(path: string): boolean {
  return !isPrecious(path) && path.split('/').some((part) => SCRATCH.test(part));
}

export function isSource(path: string): boolean {
  return (SOURCE.test(path) || isSqlSource(path)) && !isPrecious(path);
}

/** A source file that is removed on its own: version control most likely has it. */
export function isKept(path: string): boolean {
  return isSource(path) && (!PROSE.test(path) || PROJECT_PROSE.test(path));
}

function isSqlSource(path: string): boolean {
  return /\.sql$/i.test(path) && !SQL_DUMP.test(path) && (SQL_FOLDER.test(path) || SQL_NAME.test(path));
}

export function isPrecious(path: string): boolean {
  return PRECIOUS.test(path) && !isSqlSource(path);
}

/** Of what git ignores, that nothing makes again. */
export function isHandmade(path: string): boolean {
  return isPrecious(path) || (HANDMADE.test(path) && !isRegenerable(path));
}

export function isIrreplaceable(path: string): boolean {
  return IRREPLACEABLE.test(path);
}

export function isCache(path: string): boolean {
  return (
    HOME_CACHE.test(path) || /(?:^|\/)(?:node_modules|__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache)$/.test(path)
  );
}

export function actsLater(path: string): boolean {
  return ACTS_LATER.test(path);
}
