/** Where applications run: platforms, clouds of virtual machines, edges, their databases and domains. */
import { readOptions } from '../../shell/options.ts';
import { copyScope, judged } from '../../shell/scope.ts';
import { sqlEffect } from '../../sql.ts';
import { namedVerb } from '../../toolWords.ts';
import type { ServiceFamily } from './family.ts';

export const HOSTING: ServiceFamily = {
  names:
    'doctl heroku fly flyctl railway render vercel netlify surge now firebase supabase amplify wrangler flarectl linode-cli hcloud scw ibmcloud oci openstack nova neutron glance cinder vultr-cli civo exo upctl eb dokku caprover coolify nixpacks gigalixir platform upsun pantheon terminus acquia deta zeet porter qovery northflank koyeb cloudctl kamal mrsk hatchbox scalingo clever clever-tools',
  read: 'open, env ls, domains ls, certs ls, dns ls, apps, regions, sizes, images, addons, releases, pg:info, pg, buildpacks, domains, keys, members, projects:list, functions:log, target, sites:list, apps:list, hosting:channel:list, ip, ips, machine list, machine status, volumes list, volumes show, secrets list, scale show, pages list, kv key get, kv key list, d1 list, r2 bucket list, deployments list, tail, deployment list, functions list, projects list, env list, env pull, dashboard, ps:report, ps:inspect, ps:wait',
  draft:
    'link, unlink, emulators:start, use, switch, functions serve, functions new, add, checkout, env add --help, env pull, pages dev, d1 execute --local, dashboard',
  deletes:
    'apps:destroy, projects:delete, functions:delete, hosting:disable, database:remove, firestore:delete, alias rm, env rm, env unset, dns rm, domains rm, certs rm, machine destroy, machine kill, volumes destroy, secrets unset, kv key delete, kv namespace delete, r2 object delete, r2 bucket delete, d1 delete, compute * delete, compute droplet delete, server delete, volume delete, stack delete, undeploy, sites:delete, uninstall, unpublish',
  deploys:
    '--prod|--production, deploy --prod, container:release, container:push, pipelines:promote, ps:restart, ps:scale, maintenance:on, releases:rollback, hosting:clone, functions deploy, pages deploy, pages publish, versions deploy, versions upload, workers deploy, launch, redeploy, machine run, machine update, scale count, scale memory, services update, apps create-deployment, apps update, app deploy, alias, alias set, certs issue, dns add, domains add, domains:add, domains:update',
  secrets:
    'secrets set, secret put, secret set, config:set, env add, env set, env push, vars set, tokens create, auth:token, keys:add, token create, keys rotate, secrets:set, functions:secrets:set, functions:config:set',
  judges: {
    // An operation of its API by name: https://cli.netlify.com/commands/api
    api: (call) => {
      const named = call.name === 'netlify' ? namedVerb(readOptions(call.args).operands[0]?.text ?? '') : undefined;
      if (!named) return undefined;
      const deploys = /deploy/i.test(call.args[0]?.text ?? '') && named.class === 'commit';
      return judged({ class: deploys ? 'deploy' : named.class, reason: `calls ${call.args[0]?.text ?? ''}` });
    },
    // `heroku run x`: in the app that is deployed. Source: https://devcenter.heroku.com/articles/one-off-dynos
    run: (call) => {
      if (call.name !== 'heroku') return undefined;
      const { operands } = readOptions(call.args, {
        values: new Set(['-a', '--app', '-s', '--size', '-r', '--remote', '-e', '--env']),
      });
      call.world.runText(
        operands.map((arg) => arg.text).join(' '),
        copyScope(call.scope, { remote: true, production: true, cwd: '.' }),
      );
      return judged({ class: 'draft', reason: 'runs a program in the app that is deployed' });
    },
    // Source: https://fly.io/docs/flyctl/ssh-console/
    ssh: (call) => {
      const text = readOptions(call.args, { values: new Set(['-a', '--app', '-C', '--command']) }).value(
        '-C',
        '--command',
      );
      if (text === undefined) return undefined;
      call.world.runText(text, copyScope(call.scope, { remote: true, production: true, cwd: '.' }));
      return judged({ class: 'draft', reason: 'runs a program in the app that is deployed' });
    },
    // Source: https://supabase.com/docs/reference/cli/supabase-db-push
    db: (call) => {
      const options = readOptions(call.args);
      const remote = call.name === 'supabase' && options.operands[0]?.text === 'push' && !options.has('--local');
      return remote && !options.has('--dry-run')
        ? judged({ class: 'deploy', reason: 'changes the tables of the project’s database' })
        : undefined;
    },
    d1: (call) => {
      const options = readOptions(call.args, { values: new Set(['--command', '--file']) });
      const effect = options.has('--local') ? undefined : sqlEffect(options.value('--command') ?? '');
      return effect && judged(effect);
    },
  },
};
