/**
 * Services that a program of their own speaks to, some 150. Their subcommands are worded alike (`deploy`, `apps:destroy`, `secrets set`),
 * so that one table of all families' patterns judges each: a word means the same whoever says it.
 */
import { type Patterns, type Program, program } from '../rule.ts';
import { ACCOUNTS } from './accounts.ts';
import { DATABASES } from './databases.ts';
import { DATA_WORK } from './dataWork.ts';
import type { ServiceFamily } from './family.ts';
import { FRAMEWORKS } from './frameworks.ts';
import { HOSTING } from './hosting.ts';

/** What any of them may say. */
const ANY: Omit<ServiceFamily, 'names'> = {
  read: '*:list, *:ls, *:show, *:info, *:get, *:status, *:describe, *:logs, *:currentVersion, * list|ls|get|show|info|describe|status|logs|log|inspect|view|history|tail|ps|retrieve|search, * * list|ls|get|show|info|describe|status|logs|view, list, ls, ps, info, status, logs, whoami, version, inspect, config get, help, docs, doctor, login --help, account get, config, check, checks, history, show, validate, info, pull, lookup, plan, format, auth:whoami, search, preview',
  draft:
    'login, logout, auth login, auth logout, auth init, init, new, create, dev, serve, server, s, start, build, test, local, run, start, stop, format, validate, fetch, import, status, run --local, preview, doctor, export, up --help, configure, upgrade --help, completion, setup',
  migrates: 'up, update, apply, build, run',
  deletes:
    '* delete|destroy|rm|remove|purge|reset|revoke|wipe|drop|clear|terminate|truncate|kill, * * delete|destroy|rm|remove|purge|reset|revoke|drop, delete, destroy, rm, remove, *:delete, *:destroy, *:remove, *:reset, *:unset, *:disable, *:kill, *:wipe, *:purge',
  deploys:
    '* deploy|publish|promote|release|rollback|scale|restart, deploy, publish, promote, release, push, *:deploy, *:promote, *:publish, *:restart, *:scale, up, upload',
  secrets: 'password create, rotate',
};

const FAMILIES = [HOSTING, DATABASES, FRAMEWORKS, DATA_WORK, ACCOUNTS];

export const SERVICES: readonly Program[] = [
  program({
    names: FAMILIES.map(({ names }) => names).join(' '),
    source: 'https://docs.digitalocean.com/reference/doctl/reference/',
    values:
      '-a --app -r --remote -t --token --project -p -e --env --environment --org --team -c --config --region --scope --cwd -o --output --format --database-url --url --schema --target --profile --service -s',
    remote: true,
    dry: '* --dry-run|--dryRun|--dry_run|--pretend, migrate --plan, deploy --dry, db push --dry-run',
    read: all('read'),
    draft: all('draft'),
    commit: {
      '*': 'changes something on a service',
      [all('migrates')]: 'changes the database’s tables or rows',
    },
    irreversible: {
      [all('deletes')]: 'deletes something on a service',
      [all('undoes')]: 'undoes or drops tables or rows of a database',
    },
    deploy: {
      [all('deploys')]: 'deploys, publishes or sends',
      [all('secrets')]: 'changes secrets or access of a service',
    },
    judges: Object.assign({}, ...FAMILIES.map(({ judges }) => judges)),
    otherwise: 'commit',
  }),
];

function all(what: Exclude<keyof ServiceFamily, 'names' | 'judges'>): Patterns {
  return [ANY, ...FAMILIES].flatMap((family) => family[what] ?? []).join(', ');
}
