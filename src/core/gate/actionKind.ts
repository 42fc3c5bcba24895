/** The kind that an action is of: what an approval "for this run" reaches, and no further. Pure. */
import { type Action, type ActionClass, reachesFurther } from '../risk/action.ts';
import { agentTool } from '../risk/agentTools.ts';
import { losablePaths } from '../risk/losablePaths.ts';
import { joinPath } from '../risk/place.ts';
import type { VerdictPart } from '../risk/verdict.ts';
import { movesFolder } from './movesFolder.ts';

export interface ApprovedKind {
  /** The program with its subcommand, a file, a server's tool. */
  readonly name: string;
  readonly class: ActionClass;
  /** Absolute. */
  readonly folder: string;
}

export interface KindsOfAction {
  /** One for each part that is asked about. */
  readonly kinds: readonly ApprovedKind[];
  /** Absolute: each must lie in the workspace, links resolved, for the kind to hold. */
  readonly paths: readonly string[];
  /** "git commit in this folder". */
  readonly label: string;
}

/** Programs whose first words are commands of their own; of those with two, both count. */
const ONE_WORD = new Set(
  'git npm pnpm yarn bun npx pip pip3 uv poetry cargo go brew apt apt-get dnf hg svn dotnet mvn gradle composer bundle gem rustup systemctl make terraform'.split(
    ' ',
  ),
);
const TWO_WORDS = new Set('docker podman gh glab kubectl helm aws gcloud az'.split(' '));
/** What they do is in their arguments: no kind of its own. */
const ANYTHING = new Set(
  'sh bash zsh dash fish ksh sudo doas su env xargs find parallel eval exec command nohup time timeout nice watch strace python python3 node perl ruby php deno lua osascript powershell pwsh cmd ssh tmux screen awk sed tee dd curl wget nc socat'.split(
    ' ',
  ),
);
const REMOTE = /^[a-z][\w+.-]+:|^[^/\s]*@|^\\\\|^\/\/|[\uFFFC$`*?[\]{}]/i;

/** Undefined: it can only be approved by itself. `asked`: the parts that a person is asked about. */
export function kindsOf(
  action: Action,
  asked: readonly VerdictPart[],
  folder: string | undefined,
): KindsOfAction | undefined {
  const at = action.cwd ?? folder;
  if (at === undefined || asked.length === 0 || asked.some((part) => part.class === 'deploy')) return undefined;
  switch (action.kind) {
    case 'edit': {
      // This very file, and no more than a commit: what decides what agents are allowed is asked about each time.
      if (asked.some((part) => reachesFurther(part.class, 'commit'))) return undefined;
      const path = joinPath(at, action.path);
      const kinds = asked.map((part) => ({ name: `edit ${path}`, class: part.class, folder: at }));
      return { kinds, paths: [path], label: `changes to ${action.path}` };
    }
    case 'tool': {
      if (agentTool(action) !== undefined || asked.some((part) => reachesFurther(part.class, 'commit')))
        return undefined;
      const name = action.server === undefined ? action.name : `${action.server}/${action.name}`;
      return {
        kinds: asked.map((part) => ({ name: `tool ${name}`, class: part.class, folder: at })),
        paths: [at],
        label: `calls of ${name}`,
      };
    }
    case 'shell': {
      // What a variable or another command's output stands for is another thing the next time.
      if ((action.shell ?? 'bash') !== 'bash' || movesFolder(action.command) || /[$`]/.test(action.command))
        return undefined;
      const names = asked.map(({ text }) => programOf(text));
      const targets = asked.flatMap((part) => [...part.targets, ...losablePaths(part.safetyCopy ?? [])]);
      if (names.some((name) => name === undefined) || targets.some((target) => REMOTE.test(target))) return undefined;
      const kinds = asked.map((part, index) => ({ name: names[index] ?? '', class: part.class, folder: at }));
      return {
        kinds,
        paths: [at, ...new Set(targets.map((target) => joinPath(at, target)))],
        label: `${[...new Set(names)].join(' and ')} in this folder`,
      };
    }
  }
}

/** An approved kind never covers a further class, another program, or another folder than its own and what is below. */
export function coversKind(approved: ApprovedKind, wanted: ApprovedKind): boolean {
  return (
    approved.name === wanted.name &&
    !reachesFurther(wanted.class, approved.class) &&
    (wanted.folder === approved.folder || wanted.folder.startsWith(`${approved.folder.replace(/\/$/, '')}/`))
  );
}

/** The program with its subcommand, where the words say it plainly. */
function programOf(text: string): string | undefined {
  const [program = '', ...rest] = text.trim().split(/\s+/);
  if (!/^[a-z0-9][\w.+-]*$/i.test(program) || ANYTHING.has(program) || /[$`\\]/.test(text)) return undefined;
  const count = TWO_WORDS.has(program) ? 2 : ONE_WORD.has(program) ? 1 : 0;
  const words = rest.slice(0, count);
  if (words.length < count || words.some((word) => !/^[a-z][\w:-]*$/i.test(word))) return undefined;
  if (program === 'git' && words[0] === 'push') {
    // Where to is what a person agrees to.
    const remote = rest.slice(1).find((word) => !word.startsWith('-'));
    if (rest.some((word) => /^(?:-o|--push-option|--receive-pack|--exec|--repo)/.test(word))) return undefined;
    return ['git push', ...(remote === undefined ? [] : [remote])].join(' ');
  }
  return [program, ...words].join(' ');
}
