/** Clouds and infrastructure as code. Verbs of an operation's name tell most; what differs is named. */

import { rowsEffect } from '../shell/code.ts';
import { readOptions } from '../shell/options.ts';
import { copyScope, judged } from '../shell/scope.ts';
import { sqlEffect } from '../sql.ts';
import { namedVerb } from '../toolWords.ts';
import { type Program, program } from './rule.ts';

const GONE = 'deletes resources in the cloud';
const CHANGED = 'changes resources in the cloud';
const LIVE = 'changes what runs in the cloud';
const KEYS = 'rotates or replaces secrets';
const AWS_READ =
  'describe-*|list-*|get-*|head-*|lookup-*|search-*|scan|query|batch-get-*|select-*|filter-*|estimate-*|simulate-*|validate-*|test-*|check-*|detect-*|view-*|preview-*|decode-*|verify-*|wait|help|ls|tail|start-query|stop-query|assume-role*|poll-*|receive-message|discover-*|resolve-*|summarize-*|count-*|compare-*|calculate-*|export-*|download-*|presign|transact-get-items|generate-credential-report|generate-data-set|parameter-store';

export const CLOUD: readonly Program[] = [
  program({
    names: 'aws awslocal aliyun',
    source: 'https://docs.aws.amazon.com/cli/latest/reference/',
    values: '--profile --region --output --query --endpoint-url --cli-input-json --bucket --key --ca-bundle',
    remote: true,
    dry: '* --dry-run|--dryrun, * --generate-cli-skeleton, * help --no-cli-pager, cloudformation deploy --no-execute-changeset',
    read: `* ${AWS_READ}, configure list|get|list-profiles, s3 ls, s3 presign, sts get-*, help, --version, logs tail, sso login, sso logout, ecr get-login, ecr get-login-password, cloudformation package, cloudformation validate-template, cloudformation estimate-template-cost, s3api get-object, ssm get-*, cognito-idp admin-get-user, history, bedrock-runtime converse --help, cloudwatch get-*, ce get-*, rds download-*, lambda invoke --dry-run`,
    draft:
      's3 cp, s3 sync, configure, configure set, configure sso, configure import, ecr-public get-login-password, eks update-kubeconfig, cloudformation create-change-set, codeartifact login',
    commit: {
      '* create-*|run-*|start-*|add-*|register-*|import-*|copy-*|tag-*|untag-*|enable-*|attach-*|associate-*|allocate-*|request-*|subscribe|send-command|put-metric-*|put-log-*|invoke|start|submit-*|upload-*|restore-*|accept-*|generate-*|join-*|label-*|mark-*|merge-*|open-*|post-*|provision-*|record-*|redrive-*|resume-*|retry-*|share-*|signal-*|synthesize-*|translate-*|unarchive-*|complete-*|initiate-*|batch-create-*|batch-put-*|purchase-*|confirm-*|exec|execute-command|start-session|converse|detect-*':
        CHANGED,
      's3 mb, s3 website, s3api create-bucket, s3api put-object-*': CHANGED,
    },
    irreversible: {
      '* delete-*|terminate-*|remove-*|destroy-*|purge-*|deregister-*|release-*|detach-*|disassociate-*|revoke-*|cancel-*|stop-*|reboot-*|batch-delete-*|abort-*|reset-*|reject-*|withdraw-*|unsubscribe|expire-*|clear-*|disable-*|schedule-key-deletion|force-*|admin-delete-*|admin-disable-*|rollback-*|failover-*|drop-*|empty-*|truncate-*|unregister-*|unassign-*|erase-*|wipe-*':
        GONE,
      's3 rm, s3 rb, s3 mv, s3 sync --delete': 'deletes objects of a bucket',
      's3api put-object, s3api put-bucket-lifecycle-configuration, s3api put-bucket-versioning':
        'overwrites or expires objects of a bucket',
      'dynamodb put-item, dynamodb update-item, dynamodb batch-write-item, dynamodb transact-write-items':
        'overwrites rows of a table',
    },
    deploy: {
      'cloudformation deploy, cloudformation create-stack, cloudformation update-stack, cloudformation execute-change-set, cloudformation delete-stack, cloudformation *-stack-set*|*-stack-instances, lambda update-function-*|publish-version|update-alias, ecs update-service|deploy|run-task, elasticbeanstalk *-environment, deploy create-deployment|push, amplify start-*|create-deployment, apprunner start-deployment|update-service, codepipeline start-pipeline-execution|put-approval-result, codebuild start-build, eks update-*, apigateway create-deployment|update-*, cloudfront create-invalidation|update-distribution, route53 change-resource-record-sets, autoscaling update-*|set-*, rds modify-*|promote-*, elbv2 modify-*, serverlessrepo *, sam deploy':
        LIVE,
      '* update-*|put-*|modify-*|set-*|replace-*|change-*|apply-*|deploy-*|promote-*|publish-*|switch-*|transfer-*|swap-*|authorize-*|upgrade-*|activate-*|deactivate-*|execute-*|increase-*|decrease-*':
        LIVE,
      'secretsmanager rotate-*|put-*|update-*, iam create-access-key|update-access-key|delete-access-key|create-login-profile|update-login-profile, kms rotate-*|*-key-rotation, ssm put-parameter, cognito-idp admin-set-user-password, iam put-*|attach-*|add-*':
        KEYS,
      'ses send-*, sesv2 send-*, sns publish, pinpoint send-*, sqs send-*, events put-events, iot-data publish, ses-v2 send-*, chime send-*':
        'sends messages',
    },
  }),
  program({
    names: 'gcloud gsutil bq',
    source: 'https://cloud.google.com/sdk/gcloud/reference',
    values:
      '--project --account --configuration --region --zone --format --filter --project_id --dataset_id --location -o -u -h',
    remote: true,
    dry: '* --dry-run|--dry_run, rsync -n, query --dry_run',
    read: '* log, * list|describe|get-*|read|show|lookup|help|info|print-*|ls-*|tail|search*|check-*|test-*|list-*|get|export, * * list|describe|get-*|read|show|search*|tail|list-*|export|print-*|test-*, * * * list|describe|get-*|show|list-*|export, info, version, help, topic, feedback, ls, cat, du, stat, hash, show, head, query, version, get-iam-policy, auth list, auth print-*, config get*|list, components list, projects list, mk --help, web get, signurl, defacl get, acl get, iam get, kms list, lifecycle get, versioning get, label get, notification list, cors get, perfdiag, mkdef, storage ls|cat|du, logging read, cheat-sheet, meta, survey, interactive, emulators',
    draft:
      'auth login, auth revoke, auth application-default login, auth configure-docker, auth activate-service-account, config set, config configurations activate, config configurations create, config unset, init, container clusters get-credentials, components update, components install, cp, rsync, storage cp, storage rsync, builds submit --no-source, compute ssh --dry-run, extract, docker, emulators *, source repos clone, app browse, app gen-config, * cancel',
    commit: {
      '* create|add-*|enable|start|import|submit|clone|resume|insert|attach-*, * * create|add-*|enable|start|import|submit|clone|resume|attach-*|call|run|copy|restore|snapshot|ssh|scp, * * * create|add-*|enable|start|import|restore, mb, mk, load, insert, partition, compute ssh, compute scp, functions call, sql connect, builds submit, tasks create-*, storage buckets create, compose, setmeta, notification create':
        CHANGED,
    },
    irreversible: {
      '* delete|remove-*|destroy|reset|stop|disable|detach-*|purge|clear-*|abandon-*|unlink|revoke|undelete --purge|delete-*|failover|suspend|drain, * * delete|remove-*|destroy|reset|stop|disable|detach-*|purge|clear-*|abandon-*|unlink|revoke|delete-*|failover|suspend|drain|cancel|truncate-*, * * * delete|remove-*|destroy|disable|stop|reset|purge|revoke':
        GONE,
      'rm, rb, mv, rsync -d, storage rm, storage mv, storage rsync --delete-unmatched-destination-objects, storage buckets delete, storage objects delete, lifecycle set, versioning set, truncate, rewrite, load --replace, query --replace, undelete, mk -f|--force':
        'deletes or replaces what is stored in the cloud',
    },
    deploy: {
      'app deploy, run deploy, functions deploy, deployment-manager *, builds triggers run, run services update|replace|update-traffic, app services set-traffic, app versions migrate|start|stop, endpoints services deploy, deploy releases create|promote|rollback|abandon, deploy rollouts approve|reject|advance, deploy targets rollback, deploy *, infra-manager *, run jobs execute|deploy, beta run deploy, ai endpoints deploy-model':
        LIVE,
      '* update|set-*|patch|deploy|promote*|replace*|migrate|rollback|apply|upgrade|rolling-action|move|resize|edit|publish, * * update|set-*|patch|deploy|promote*|replace*|migrate|rollback|apply|upgrade|rolling-action|move|resize|edit|publish|execute, * * * update|set-*|patch|deploy|replace|publish|apply|promote*, update, iam ch|set, acl ch|set, defacl ch|set, web set, set-iam-policy, add-iam-policy-binding, remove-iam-policy-binding, cp --public':
        LIVE,
      'secrets versions add, iam service-accounts keys create|delete|upload, kms keys versions *, sql users set-password, secrets create|delete, projects delete, projects add-iam-policy-binding|remove-iam-policy-binding|set-iam-policy':
        KEYS,
    },
    judges: {
      query: (call) => {
        const text = readOptions(call.args, { values: new Set(['--project_id', '--location', '--destination_table']) })
          .operands[0]?.text;
        if (text === undefined) return undefined;
        call.world.runArgs([{ text: 'psql' }, { text: '-c' }, { text }], copyScope(call.scope, { remote: true }));
        return { effects: [] };
      },
      compute: (call) => {
        if (call.args[0]?.text !== 'ssh') return undefined;
        const text = readOptions(call.args, { values: new Set(['--command', '--zone', '--project']) }).value(
          '--command',
        );
        if (text === undefined) return undefined;
        call.world.runText(text, copyScope(call.scope, { remote: true }));
        return judged({ class: 'draft', reason: 'works on another machine' });
      },
    },
  }),
  program({
    names: 'az azd',
    source: 'https://learn.microsoft.com/cli/azure/reference-index',
    values: '-g --resource-group -n --name --subscription -o --output --query -l --location --ids',
    remote: true,
    dry: '* --dry-run, deployment * what-if, deployment * validate, * --what-if',
    read: '* list|show|list-*|show-*|get-*|check-*|exists|validate|query|download|search|wait|tail|export|url|peek|browse|what-if, * * list|show|list-*|show-*|get-*|check-*|exists|download|search|wait|tail|export|peek|generate-sas|url, * * * list|show|list-*|show-*|get-*|exists|download|wait, version, find, help, interactive, feedback, account list|show|list-locations|get-access-token, config get, graph query, rest, show, template list, env list, env get-values, monitor, self-test, --version, account clear --help',
    draft:
      'login, logout, account set, config set, configure, aks get-credentials, acr login, extension add, extension update, upgrade, init, env select, env new, env set, auth login, package, bicep *, cache, account clear, aks install-cli, functionapp init, devops configure, devops login, repos pr checkout, pipeline, hooks',
    commit: {
      '* create|add|start|import|enable|assign|invoke-*|upload|copy|restore|set-policy|attach|run|link|register|restart|resume|open-*, * * create|add|start|import|enable|upload|copy|restore|assign|attach|run|link|register|restart|upload-batch|send|queue, * * * create|add|upload|import|start|restore, vm run-command invoke, extension remove, monitor':
        CHANGED,
    },
    irreversible: {
      '* delete|remove|purge|stop|deallocate|disable|reset*|detach|revoke|failover|delete-*|clear|cancel|unlink|unregister|reimage|redeploy|delete-batch|destroy|abandon, * * delete|remove|purge|stop|disable|reset*|detach|revoke|failover|delete-*|clear|cancel|unlink|delete-batch|abandon, * * * delete|remove|purge|clear|stop|revoke|delete-*, group delete, down, storage blob sync, storage blob delete-batch, keyvault secret delete|purge':
        GONE,
    },
    deploy: {
      'webapp up, webapp deploy, webapp deployment *, functionapp deploy, functionapp deployment *, deployment * create, deployment group create, deployment sub create, deploy, provision, up, containerapp up|update, staticwebapp *, stack * create, aks upgrade|update|scale, webapp restart|update|config, pipelines run, network dns record-set *, network private-dns record-set *, acr build, acr import, spring app deploy, repos pr update':
        LIVE,
      '* update|set|deploy|publish|swap|upgrade|scale|resize|move|apply|sync|replace|promote|regenerate*|renew*, * * update|set|deploy|publish|swap|upgrade|scale|resize|move|sync|replace|renew*|regenerate*|rotate*|create-or-update, * * * update|set|swap|sync|renew|regenerate|rotate':
        LIVE,
      'keyvault secret set, keyvault key rotate|create, ad sp credential reset, ad app credential reset, storage account keys renew, role assignment create|delete, ad sp create-for-rbac, ad user create|delete|update, keyvault set-policy':
        KEYS,
    },
  }),
  program({
    names: 'terraform tofu terragrunt cdktf atmos',
    source: 'https://developer.hashicorp.com/terraform/cli/commands',
    longDash: true,
    dry: 'apply --dry-run, run-all plan',
    read: 'plan, show, validate, output, version, providers, graph, state list, state show, state pull, workspace list, workspace show, console, fmt -check|-diff, get, help, metadata, modules, test, -version, --version, render-json, output-module-groups, hclfmt, synth, diff, list, terragrunt-info, graph-dependencies, validate-inputs, run-all validate, run-all output, hclvalidate, query, stacks validate, run-all init, find, dag',
    draft:
      'init, fmt, workspace new, workspace select, providers lock, providers mirror, login, logout, plan -out, convert, scaffold, catalog, aws-provider-patch',
    commit: {
      'import, refresh, untaint, state replace-provider, 0.13upgrade': 'changes the state of the infrastructure',
    },
    irreversible: {
      'state rm, state mv, state push, taint, force-unlock, workspace delete, apply -refresh-only':
        'changes the state, so that Terraform forgets or makes again what it has made',
    },
    deploy: {
      'apply, apply-all, run-all apply, run apply, deploy, up, run --all apply, stack run apply':
        'applies infrastructure',
      'destroy, destroy-all, run-all destroy, run destroy, apply -destroy, apply --destroy, run --all destroy':
        'destroys infrastructure',
    },
    otherwise: 'commit',
  }),
  program({
    names:
      'pulumi cdk serverless sls sam copilot sst chalice zappa up ansible-galaxy ansible-vault ansible-console salt-call puppet chef-client chef knife bolt fab capistrano cap bosh cf juju nixops colmena deploy-rs terramate env0 spacelift waypoint architect arc earthly dagger concourse ',
    source: 'https://www.pulumi.com/docs/iac/cli/commands/',
    values:
      '-s --stack -C --cwd -i --inventory -m --module-name -a --args -e --extra-vars -u --user --profile --region --stage --app --env -c --context --limit -l',
    remote: true,
    dry: '* --check|-C|--syntax-check|--list-tasks|--list-hosts|--list-tags, up --dry-run, deploy --dry-run|--noop|--dryrun, deploy --no-execute, apply --noop, test=True, agent --noop',
    read: 'collection list, collection verify, role list, role info, preview, stack ls, stack, stack output, stack export, stack graph, stack history, config, config get, whoami, about, version, logs, console, plugin ls, state unprotect --help, import --help, list, ls, synth, synthesize, diff, doctor, docs, metadata, context, acknowledge, info, print, package, invoke local, local invoke, local, validate, show, view, describe, search, --version, -V, inventory, ansible-doc, ansible-config, status, models, apps, app, services, env ls, task ls, pipeline ls, svc ls, svc logs, job ls, job logs, svc status, storage ls, facts, resource, module list, config print, cert list, targets, orgs, spaces, routes, buildpacks, events, env, query, policy ls, schema, package get-schema, refresh --preview-only, login --help, watch, plan',
    draft:
      'new, init, login, logout, stack init, stack select, stack rename, stack tag, config set, config set-all, config rm, plugin install, install, build, create, view, encrypt, encrypt_string, decrypt, edit, collection install, role install, role init, collection init, collection build, bootstrap --show-template, generate, dev, offline, start, test, doc, parser validate, module generate, apply --noop, lookup, run-local, stack change-secrets-provider',
    commit: {
      'import, plugin rm, state unprotect, state protect, state upgrade, stack import, module install, module uninstall, cert sign, plugin, vault edit, rekey, role remove, collection publish --help, *':
        'changes machines or infrastructure',
    },
    irreversible: {
      'stack rm, state delete, cancel, state move, state rename, state edit, cert clean, node delete, rollback, context --clear, client delete, data bag delete':
        'deletes the state of infrastructure',
    },
    deploy: {
      'destroy, remove, down, teardown, delete, rm, env delete, app delete, svc delete, undeploy, gc, remove-*, destroy-*, delete-*':
        'destroys infrastructure',
      'up, update, deploy, refresh, apply, publish, bootstrap, sync, promote, release, svc deploy, env deploy, job deploy, env init, svc init, watch --sync, rollout, agent, push, restage, restart, scale, run-command, deploy *, secrets set, secret set, encrypt --rotate, map-route':
        'applies infrastructure',
      'rotate, secrets rotate': KEYS,
    },
    judges: {},
  }),
  program({
    names: 'ansible-playbook ansible-pull',
    source: 'https://docs.ansible.com/ansible/latest/cli/ansible-playbook.html',
    values:
      '-i --inventory -e --extra-vars -u --user -t --tags -l --limit --skip-tags -f --forks --vault-password-file --start-at-task',
    dry: '--check|-C|--syntax-check|--list-tasks|--list-hosts|--list-tags',
    deploy: { '*': 'applies infrastructure' },
    otherwise: 'deploy',
  }),
  program({
    names:
      'doctl heroku fly flyctl railway render vercel netlify surge now firebase supabase amplify wrangler cloudflared flarectl linode-cli hcloud scw ibmcloud oci openstack nova neutron glance cinder vultr-cli civo exo upctl eb pscale turso neonctl neon planetscale convex appwrite expo eas fastlane shopify wp drush magento hasura prisma sequelize sequelize-cli knex typeorm alembic flyway dbmate goose migrate atlas sqitch drizzle-kit rails artisan symfony craft directus strapi meteor ionic cordova react-native capacitor dokku caprover coolify nixpacks gigalixir platform upsun pantheon terminus acquia deta zeet porter qovery northflank koyeb cloudctl kamal mrsk hatchbox scalingo clever clever-tools stripe twilio sentry-cli datadog-ci newrelic circleci travis buildkite-agent drone woodpecker-cli codecov doppler infisical auth0 okta clerk launchdarkly ldcli algolia contentful sanity ngrok localtunnel lt expose bore tailscale zrok zapier slack lambdalabs modal replicate runpodctl kaggle wandb dvc mlflow comet neptune roboflow sky sagemaker databricks snow dbt sqlmesh airflow astro prefect dagster meltano fivetran singer soda great_expectations',
    source: 'https://docs.digitalocean.com/reference/doctl/reference/',
    values:
      '-a --app -r --remote -t --token --project -p -e --env --environment --org --team -c --config --region --scope --cwd -o --output --format --database-url --url --schema --target --profile --service -s',
    remote: true,
    dry: '* --dry-run|--dryRun|--dry_run|--pretend, migrate --plan, deploy --dry, db push --dry-run',
    read: '*:list, *:ls, *:show, *:info, *:get, *:status, *:describe, *:logs, *:currentVersion, * list|ls|get|show|info|describe|status|logs|log|inspect|view|history|tail|ps|retrieve|search, * * list|ls|get|show|info|describe|status|logs|view, list, ls, ps, info, status, logs, whoami, version, open, inspect, env ls, domains ls, certs ls, dns ls, config get, apps, regions, sizes, images, help, diff, docs, doctor, login --help, account get, addons, config, releases, pg:info, pg, buildpacks, domains, keys, members, projects:list, functions:log, target, sites:list, apps:list, hosting:channel:list, check, checks, ip, ips, machine list, machine status, volumes list, volumes show, secrets list, scale show, pages list, kv key get, kv key list, d1 list, r2 bucket list, deployments list, tail, deployment list, migration list, db diff, db dump, gen types, inspect db, functions list, projects list, history, current, heads, branches, show, validate, info, dbt list, compile, parse, docs generate, debug, source freshness, dags list, tasks list, tasks states-for-dag-run, runs list, env list, env pull, pull, downloads, competitions list, datasets list, kernels list, models list, scan-cache, cache ls, repo info, download, collections, routes, stats, about, notes, middleware, initializers, runner --help, time:zones, console, dbconsole, whereami, ping, netcheck, metrics, events, listen, trigger --help, samples, lookup, plan, metrics show, plots show, params show, dag, data status, remote list, lint, format, migrate status, migrate diff, migrate:status, db:migrate:status, db:version, route:list, make:*, list:*, dashboard, snyk, monitor, explain, ps:report, ps:inspect, ps:wait, auth:whoami, teams, orgs, search, preview, clusters list, jobs list, workspace list, fs ls, fs cat',
    draft:
      'migrate dev --create-only, login, logout, auth login, auth logout, auth init, link, unlink, init, new, create, generate, g, dev, serve, server, s, start, build, test, emulators:start, use, switch, local, run, console, c, db start, start, stop, functions serve, functions new, migration new, migrations create, migrate make, migrate:make, migration:generate, migration:create, revision, db pull, introspect, generate:*, format, validate, studio, add, checkout, repro, fetch, import, status, exp run, metrics diff, stage add, run --local, deps, seed --help, clean, docs serve, types, codegen, preview, prepare, prebuild, doctor, env add --help, env pull, pages dev, d1 execute --local, ephemeral, test:*, spec, export, kernels init, kernels output, datasets init, datasets download, competitions download, kernels pull, kernels status, tunnel, http, tcp, share, bundle, assets:precompile, assets:clean, tmp:clear, log:clear, cache:clear, optimize, route:cache, config:cache, config:clear, view:clear, clear-compiled, key:generate, storage:link, tinker, make, up --help, configure, dashboard, platform add, plugin add, plugin list, emulate, run-android, run-ios, run:*, ios, android, sync, copy, webhooks, upgrade --help, completion, setup, console:*, tool:*',
    commit: {
      '*': 'changes something on a service',
      'migrate, upgrade, db migrate, db:migrate, migrate dev, migrate up, db seed, db:seed, migrate:latest, migrate:up, migration:run, db:create, stamp, up, seed, seed:run, seed --env, update, apply, dags trigger, tasks run, dbt run, snapshot, build, run, db init, db upgrade':
        'changes the database’s tables or rows',
    },
    irreversible: {
      'sync --clean|--clean-force, * delete|destroy|rm|remove|purge|reset|revoke|wipe|drop|clear|terminate|truncate|kill, * * delete|destroy|rm|remove|purge|reset|revoke|drop, delete, destroy, rm, remove, apps:destroy, *:delete, *:destroy, *:remove, *:reset, *:unset, *:disable, *:kill, *:rollback, *:wipe, projects:delete, functions:delete, hosting:disable, database:remove, firestore:delete, *:purge, alias rm, env rm, env unset, dns rm, domains rm, certs rm, machine destroy, machine kill, volumes destroy, secrets unset, kv key delete, kv namespace delete, r2 object delete, r2 bucket delete, d1 delete, compute * delete, compute droplet delete, server delete, volume delete, stack delete, undeploy, sites:delete, api delete*, uninstall, gc, unpublish, repo delete, repo-files delete, datasets delete, clusters delete, fs rm, runs submit --help, branch delete, password delete':
        'deletes something on a service',
      '*:down, *:rollback, *:undo, *:redo, *:rollback:*, schema clean, downgrade, rollback, migrate reset, db:drop, db:setup, db:schema:load, db:structure:load, db:reset, db:rollback, db:migrate:reset, db:purge, db:truncate_all, migrate:fresh, migrate:refresh, migrate:reset, migrate:rollback, db:wipe, migration:revert, schema:drop, db push --force-reset|--accept-data-loss, db reset, migrate down, down, clean, dropAll, drop, undo, repair, db downgrade, db drop, revert, flush, migrate:down, migrate:undo, db:migrate:undo*, schema drop, redo, full-refresh, run --full-refresh, build --full-refresh, doctrine:*:drop, pg:reset, pg:copy, pg:promote, undo:*, repo:reset, sql:drop, site-empty, db query, db reset --force, db:*:drop, search-replace, plugin delete, migrate resolve':
        'undoes or drops tables or rows of a database',
    },
    deploy: {
      '* deploy|publish|promote|release|rollback|scale|restart, deploy, publish, promote, release, push, --prod|--production, deploy --prod, *:deploy, *:promote, *:publish, *:restart, *:scale, container:release, container:push, pipelines:promote, ps:restart, ps:scale, maintenance:on, releases:rollback, hosting:clone, functions deploy, db push --linked, pages deploy, pages publish, versions deploy, versions upload, triggers deploy, workers deploy, submit, build --auto-submit, update --branch, launch, up, redeploy, machine run, machine update, scale count, scale memory, services update, apps create-deployment, apps update, migrate deploy, theme push, app deploy, alias, alias set, certs issue, dns add, domains add, rollback, upload, kernels push, datasets create, datasets version, competitions submit, upload-large-folder, repo create, serve --public, funnel, payments create, payment_links create, payment_intents create|confirm|capture, charges create|capture, invoices pay|send|finalize_invoice, refunds create, payouts create, transfers create, api:*messages:create, api:*calls:create, api:*faxes:create, domains:add, domains:update, chat send, messages send, post, trigger':
        'deploys, publishes or sends',
      'secrets set, secret put, secret set, config:set, env add, env set, env push, vars set, tokens create, auth:token, keys:add, token create, password create, keys rotate, secrets:set, functions:secrets:set, functions:config:set, rotate, apikeys create, authtoken, access grant, access:add':
        'changes secrets or access of a service',
    },
    judges: {
      // `rails runner 'code'`, `artisan tinker --execute=code`.
      runner: (call) => {
        const [code] = readOptions(call.args, { values: new Set(['-e', '--environment']) }).operands;
        if (call.name !== 'rails' || !code || /^[\w./-]+\.rb$/.test(code.text)) return undefined;
        call.world.runArgs([{ text: 'ruby' }, { text: '-e' }, code], call.scope);
        const rows = rowsEffect(code.text);
        return { effects: rows ? [rows] : [], output: { from: 'program' } };
      },
      tinker: (call) => {
        const code = readOptions(call.args).value('--execute');
        if (code === undefined) return undefined;
        call.world.runArgs([{ text: 'php' }, { text: '-r' }, { text: code }], call.scope);
        const rows = rowsEffect(code);
        return { effects: rows ? [rows] : [], output: { from: 'program' } };
      },
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
    otherwise: 'commit',
  }),
];
