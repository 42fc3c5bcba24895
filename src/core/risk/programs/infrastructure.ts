/** Infrastructure as code: what is applied changes what runs. */
import { type Program, program } from './rule.ts';

export const INFRASTRUCTURE: readonly Program[] = [
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
      'rotate, secrets rotate': 'rotates or replaces secrets',
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
];
