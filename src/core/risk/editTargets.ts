/** Files that act later, without anyone typing what is in them, or that are worth more than their bytes: by their path. */
import type { ActionClass } from './action.ts';

export type EditTargetKind =
  | 'shellProfile'
  | 'gitHook'
  | 'gitConfig'
  | 'gitData'
  | 'ci'
  | 'editor'
  | 'guard'
  | 'agent'
  | 'lock'
  | 'installer'
  | 'packageScripts'
  | 'makefile'
  | 'secret'
  | 'ssh'
  | 'access'
  | 'service'
  | 'network'
  | 'system'
  | 'infrastructure'
  | 'test';

export interface EditTarget {
  readonly kind: EditTargetKind;
  /** The least that changing it is. */
  readonly class: ActionClass;
  /** The rest of a sentence that begins with "changes X". */
  readonly why: string;
}

interface TargetRule extends EditTarget {
  readonly match: RegExp;
  readonly unless?: RegExp;
  /** Means something only in a home folder or the system's own: a copy of it in a project is a file like others. */
  readonly placed?: boolean;
}

/** Home folders and what belongs to the system. */
const PLACED = /^(?:~|\/(?:home|Users)\/[^/]+\/|\/root\/|\/etc\/|\/var\/|\/usr\/|\/lib\/|\/Library\/|[a-z]:\/)/i;

/** What an agent writes for itself to remember. */
const NOTES =
  /(?:^|\/)\.(?:claude|codex|gemini|copilot|cursor|qwen)\/(?:plans?|todos|projects|tmp|sessions|session-state|history|memory|memories|scratchpad|worktrees)\//;

const TARGETS: readonly TargetRule[] = [
  {
    kind: 'access',
    class: 'irreversible',
    why: 'which decides who may log in to this machine or act as its administrator',
    match:
      /^\/etc\/(?:sudoers(?:\.d\/.*)?|passwd|shadow|group|gshadow|pam\.d\/.*|security\/.*|ld\.so\.preload)$|(?:^|\/)\.ssh\/authorized_keys2?$/,
  },
  {
    kind: 'ssh',
    class: 'commit',
    why: 'which decides how this machine and others log in to each other',
    match: /(?:^|\/)\.ssh\/(?:config|known_hosts|rc|environment|config\.d\/.*)$|^\/etc\/ssh\//,
  },
  {
    kind: 'shellProfile',
    class: 'commit',
    why: 'which runs in every new shell',
    placed: true,
    match:
      /(?:^|\/)\.(?:bashrc|bash_profile|bash_login|bash_logout|bash_aliases|profile|zshrc|zshenv|zprofile|zlogin|zlogout|kshrc|cshrc|tcshrc|login|inputrc|xprofile|xinitrc|xsessionrc|pam_environment)$|\/fish\/(?:config\.fish|conf\.d\/.*|functions\/.*)$|\/nushell\/(?:config|env)\.nu$|\/(?:Windows)?PowerShell\/(?:.*_)?profile\.ps1$|\/powershell\/(?:.*_)?profile\.ps1$|^\/etc\/(?:profile(?:\.d\/.*)?|bash\.bashrc|bashrc|zsh\/.*|zshrc|environment|fish\/.*)$|\/environment\.d\/.*\.conf$/i,
  },
  {
    kind: 'service',
    class: 'commit',
    why: 'which starts by itself, at a time or when the machine does',
    placed: true,
    match:
      /^\/etc\/(?:cron[^/]*(?:\/.*)?|anacrontab|systemd\/.*|init\.d\/.*|rc\.local|xdg\/autostart\/.*)$|^\/var\/spool\/cron\/|^\/(?:usr\/)?lib\/systemd\/|\/\.config\/(?:systemd\/user|autostart)\/|^~\/\.config\/(?:systemd\/user|autostart)\/|\/Library\/Launch(?:Agents|Daemons)\/|\/Start Menu\/Programs\/Startup\//i,
  },
  {
    kind: 'network',
    class: 'commit',
    why: 'which decides where names and connections of this machine lead',
    match:
      /^\/etc\/(?:hosts(?:\.allow|\.deny)?|resolv\.conf|nsswitch\.conf|network\/.*|netplan\/.*|NetworkManager\/.*|iptables\/.*|nftables\.conf|ufw\/.*|apt\/.*)$|^[a-z]:\/windows\/system32\/drivers\/etc\//i,
  },
  {
    kind: 'system',
    class: 'irreversible',
    why: 'which belongs to the system',
    match:
      /^\/(?:boot|proc|sys|dev|bin|sbin|lib|lib32|lib64|System)\/|^\/etc\/(?:fstab|crypttab|default\/grub|grub\.d\/.*|sysctl\.conf|sysctl\.d\/.*|modprobe\.d\/.*)$|^\/usr\/(?:bin|sbin|lib|lib64)\/|^[a-z]:\/windows\//i,
    unless: /^\/dev\/(?:null|stdout|stderr|tty|shm\/.*)$/,
  },
  {
    kind: 'guard',
    class: 'irreversible',
    why: 'which decides what agents may do without being asked',
    match:
      /(?:^|\/)\.marginal(?:\/|$)|(?:^|\/)\.?allowed[_-]?signers(?:\.\w+)?$|\/globalStorage\/marginal\.marginal\/|\/extensions\/marginal\.marginal|\/s?bin\/(?:git|ssh-keygen)(?:\.exe|\.cmd)?$|\/(?:Code|Code - Insiders|VSCodium|Cursor)\/User\/(?:profiles\/[^/]+\/)?settings\.json$|\/\.(?:vscode|cursor)-server(?:-insiders)?\/data\/Machine\/settings\.json$|(?:^|\/)\.claude\/(?:settings(?:\.local)?\.json|hooks(?:\/.*|\.json)?)$|(?:^|\/)\.claude\.json$|(?:^|\/)\.codex\/(?:config\.toml|hooks\.json|hooks\/.*|rules\/.*|requirements\.toml)$|(?:^|\/)\.(?:gemini|qwen)\/(?:settings\.json|hooks\/.*|policies\/.*|trustedFolders\.json)$|(?:^|\/)\.cursor\/(?:hooks\.json|hooks\/.*|cli(?:-config)?\.json|sandbox\.json|permissions\.json)$|(?:^|\/)\.github\/(?:hooks\/.*|copilot\/settings(?:\.local)?\.json)$|(?:^|\/)\.copilot\/(?:hooks\/.*|settings\.json|config\.json|permissions-config\.json)$|(?:^|\/)\.clinerules\/hooks\/|\/Cline\/(?:Rules\/)?Hooks\/|(?:^|\/)claude-code\/managed-settings(?:\.d\/.*|\.json)$/i,
  },
  {
    kind: 'agent',
    class: 'commit',
    why: 'which tells agents what to do in every later session',
    unless: NOTES,
    match:
      /(?:^|\/)(?:CLAUDE(?:\.local)?|AGENTS?(?:\.override)?|GEMINI|QWEN|CONVENTIONS)\.md$|(?:^|\/)\.(?:claude|cursor|codex|gemini|qwen|copilot|windsurf|roo|kilocode|continue|opencode|kiro|amazonq|junie|trae|augment|goose|agents|clinerules)\/|(?:^|\/)\.(?:cursorrules|windsurfrules|clinerules|roorules|roomodes|goosehints|rules|mcp\.json|aider\.conf\.ya?ml|cursorignore|geminiignore)$|(?:^|\/)\.github\/(?:copilot-instructions\.md|(?:instructions|prompts|agents|chatmodes|skills)\/.*)$|(?:^|\/)(?:\.vscode\/mcp|mcp_config|mcp_settings|mcp|cline_mcp_settings|claude_desktop_config|mcp-config|chatLanguageModels|opencode)\.jsonc?$|(?:^|\/)opencode\/(?:agent|command|plugin)s?\//i,
  },
  {
    kind: 'gitHook',
    class: 'commit',
    why: 'which runs at every git command that it is named for',
    match:
      /(?:^|\/)(?:\.git\/hooks|\.husky|\.githooks|git-hooks)\/(?!.*\.sample$)|(?:^|\/)(?:\.?lefthook(?:-local)?\.(?:ya?ml|toml|json)|\.pre-commit-config\.ya?ml|\.huskyrc(?:\.\w+)?|\.simple-git-hooks\.\w+|\.overcommit\.yml)$/i,
  },
  {
    kind: 'gitConfig',
    class: 'commit',
    why: 'which decides which programs git runs and where it pushes',
    match:
      /(?:^|\/)(?:\.git\/(?:config(?:\.worktree)?|info\/(?:attributes|exclude))|\.gitconfig|\.gitmodules)$|\/git\/config$|^\/etc\/gitconfig$/i,
  },
  {
    kind: 'gitData',
    class: 'irreversible',
    why: 'which is git’s own record of the history',
    match: /(?:^|\/)\.(?:git|hg|svn)\/(?!(?:COMMIT_EDITMSG|MERGE_MSG|TAG_EDITMSG|SQUASH_MSG|description)$)/i,
  },
  {
    kind: 'ci',
    class: 'commit',
    why: 'which runs on the build server with its secrets',
    match:
      /(?:^|\/)\.(?:github|gitea|forgejo)\/(?:workflows|actions)\/|(?:^|\/)(?:\.gitlab-ci(?:\.\w+)?\.ya?ml|\.gitlab\/ci\/.*|Jenkinsfile(?:\.\w+)?|azure-pipelines(?:[.-]\w+)?\.ya?ml|\.azure-pipelines\/.*|\.travis\.yml|\.drone\.ya?ml|\.woodpecker(?:\.ya?ml|\/.*)|bitbucket-pipelines\.yml|\.?appveyor\.yml|cloudbuild\.ya?ml|buildspec\.ya?ml|\.circleci\/.*|\.buildkite\/.*|\.semaphore\/.*|\.teamcity\/.*|\.tekton\/.*|codemagic\.ya?ml|\.cirrus\.yml|wercker\.yml|action\.ya?ml|\.releaserc(?:\.\w+)?|\.goreleaser\.ya?ml)$|(?:^|\/)(?:\.github\/|docs\/)?CODEOWNERS$|(?:^|\/)\.github\/(?:dependabot\.ya?ml|settings\.ya?ml)$/,
  },
  {
    kind: 'editor',
    class: 'commit',
    why: 'which the editor obeys when the folder is open',
    match:
      /(?:^|\/)\.vscode\/(?:settings|tasks|launch|extensions)\.json$|\.code-workspace$|(?:^|\/)\.devcontainer(?:\/.*|\.json)$|(?:^|\/)\.idea\/(?:runConfigurations\/.*|workspace\.xml|externalDependencies\.xml)$|(?:^|\/)\.(?:zed\/(?:settings|tasks|debug)\.json|exrc|nvimrc|nvim\.lua|vimrc|emacs|dir-locals\.el|envrc)$|\/(?:Code|Code - Insiders|VSCodium|Cursor)\/User\/(?:.*\/)?(?:settings|tasks|keybindings|mcp)\.json$/i,
  },
  {
    kind: 'lock',
    class: 'commit',
    why: 'which decides which packages are installed',
    match:
      /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock|Cargo\.lock|poetry\.lock|Pipfile\.lock|uv\.lock|pdm\.lock|pylock(?:\.\w+)?\.toml|conda-lock\.yml|Gemfile\.lock|composer\.lock|go\.sum|flake\.lock|packages\.lock\.json|mix\.lock|pubspec\.lock|Podfile\.lock|Package\.resolved|gradle\.lockfile|verification-metadata\.xml|\.terraform\.lock\.hcl|Chart\.lock|stack\.yaml\.lock|cabal\.project\.freeze|rebar\.lock|Cartfile\.resolved|MODULE\.bazel\.lock)$/,
  },
  {
    kind: 'installer',
    class: 'commit',
    why: 'which decides where packages come from and what runs when they are installed',
    match:
      /(?:^|\/)(?:\.npmrc|\.yarnrc(?:\.ya?ml)?|\.pnpmfile\.[cm]?js|bunfig\.toml|\.cargo\/config(?:\.toml)?|\.?pip\/pip\.conf|pip\.conf|pip\.ini|\.pypirc|\.gemrc|\.bundle\/config|NuGet\.config|\.m2\/settings\.xml|\.gradle\/(?:init\.gradle(?:\.kts)?|init\.d\/.*|gradle\.properties)|\.condarc|node_modules\/\.bin\/[^/]+|\.?venv\/(?:bin|Scripts)\/[^/]+|usercustomize\.py|sitecustomize\.py)$/i,
  },
  {
    kind: 'packageScripts',
    class: 'draft',
    why: '',
    match: /(?:^|\/)(?:package\.json|composer\.json|deno\.jsonc?)$/,
    unless: /(?:^|\/)node_modules\//,
  },
  {
    kind: 'makefile',
    class: 'draft',
    why: '',
    match:
      /(?:^|\/)(?:GNUm|[Mm])akefile(?:\.\w+)?$|\.mk$|(?:^|\/)(?:[Jj]ustfile|\.justfile|[Tt]askfile\.ya?ml|Rakefile|noxfile\.py|tasks\.py|Procfile)$/,
  },
  {
    kind: 'infrastructure',
    class: 'irreversible',
    why: 'which is the only record of what was built from it',
    match: /\.tfstate(?:\.backup)?$|(?:^|\/)\.pulumi\/stacks\//,
  },
  {
    kind: 'secret',
    class: 'commit',
    why: 'which holds secrets',
    match:
      /(?:^|\/)(?:\.env(?:\.[\w.-]+)?|[\w-]+\.env|\.netrc|_netrc|\.git-credentials|\.pgpass|\.my\.cnf|\.htpasswd|\.vault-token|\.dockercfg|id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?|credentials(?:\.(?:json|ya?ml|toml|csv|xml))?|secrets?\.(?:json|ya?ml|toml|env|py|js|ts)|master\.key|service-?account[\w.-]*\.json|[\w.-]*\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk|asc|gpg))$|(?:^|\/)\.(?:aws|azure|gnupg|kube|password-store)\/|(?:^|\/)\.config\/(?:gcloud|gh|hub|op)(?:\/|$)|(?:^|\/)\.docker\/config\.json$/i,
    unless: /\.(?:example|sample|template|dist|defaults?|schema)(?:\.\w+)?$|(?:^|\/)\.env\.vault$/i,
  },
  {
    kind: 'test',
    class: 'draft',
    why: '',
    match:
      /(?:^|\/)(?:tests?|__tests__|specs?|e2e|cypress|testing|testdata)\/.*\.\w+$|(?:^|\/)(?:test_[^/]+|[^/]+_(?:test|spec|tests)|[^/]+[.-](?:test|spec|tests|e2e|cy)|conftest)\.[^/.]+$|(?:^|\/)[^/]*(?:Test|Tests|Spec|IT)\.(?:java|kt|scala|cs|swift|groovy|php)$/,
    unless:
      /(?:^|\/)(?:fixtures|testdata|snapshots|__snapshots__|mocks?|__mocks__|helpers?)\/|\.(?:snap|md|txt|json|ya?ml|csv|png|svg|html)$/i,
  },
];

/** `path` as `joinPath` gives it. Undefined: a file like others. */
export function editTarget(path: string): EditTarget | undefined {
  const rule = TARGETS.find(
    ({ match, unless, placed }) => match.test(path) && !unless?.test(path) && (!placed || PLACED.test(path)),
  );
  return rule && { kind: rule.kind, class: rule.class, why: rule.why };
}

/** Notes that an agent keeps for itself, in its own folder. */
export function isAgentsNote(path: string): boolean {
  return NOTES.test(path);
}
