/** Containers and Kubernetes. */

import { names, readOptions } from '../shell/options.ts';
import { type Call, copyScope, type Judged, judged } from '../shell/scope.ts';
import { namesProduction, type Program, program } from './rule.ts';

const DOCKER_GLOBAL =
  '-H --host -c --context --config -l --log-level -f --file -p --project-name --profile --env-file --project-directory -n --namespace --connection --url';
const RUN_VALUES = new Set(
  '-a -c -e -h -l -m -p -u -v -w -t --name --network --net --entrypoint --env --env-file --volume --mount --publish --user --workdir --hostname --label --platform --restart --cpus --memory --gpus --device --add-host --cap-add --cap-drop --security-opt --ulimit --pull --log-driver --log-opt --ip --link --dns --tmpfs --shm-size --pid --ipc --userns --volumes-from --group-add --health-cmd --expose --index -n --namespace --container --context --kubeconfig --cluster --image --port --overrides'
    .split(' ')
    .filter((each) => each !== '-t'),
);

/** `docker exec NAME cmd`, `docker run IMAGE cmd`: what runs inside counts, on files that aren't these. */
function inside(call: Call, args: readonly Call['args'][number][], does: string, skip = 1): Judged {
  const options = readOptions(args, { values: RUN_VALUES, stopAtOperand: true });
  const [target, ...command] = options.operands.slice(skip - 1);
  const mounts = mountedRoot(args);
  const production = namesProduction(call.args);
  const entry = options.value('--entrypoint');
  if (command[0]?.text === '--') command.shift();
  const inner = copyScope(call.scope, {
    remote: true,
    depth: call.scope.depth + 1,
    production: call.scope.production || production,
    cwd: '.',
  });
  const rest = entry === undefined ? command : [{ text: entry }, ...command];
  if (rest.length > 0) call.world.runArgs(rest, inner, call.stdin);
  const told = names(target ? [target] : []);
  if (mounts !== undefined && options.given.size > 0) {
    return judged({
      class: 'irreversible',
      reason: `${does} ${told[0] ?? ''} with ${mounts} of this machine in it`,
      targets: told,
    });
  }
  if (options.has('--privileged'))
    return judged({
      class: 'commit',
      reason: `${does} ${told[0] ?? ''} with all rights on this machine`,
      targets: told,
    });
  return judged({ class: 'draft', reason: `${does} ${told[0] ?? ''}`.trim(), targets: told });
}

/** A mount of the whole file system, or of the daemon's socket, undoes the container's walls. */
function mountedRoot(args: readonly Call['args'][number][]): string | undefined {
  for (const { text } of args) {
    const source =
      /^(?:-v|--volume=)?(\/|~|\/etc|\/home|\/usr|\/var|\$HOME|\/var\/run\/docker\.sock)?:/.exec(text)?.[1] ??
      /source=(\/|\/etc|\/home)(?:,|$)/.exec(text)?.[1];
    if (source !== undefined && !/docker\.sock/.test(source) && !/:ro\b/.test(text) && text.includes(':/'))
      return source === '/' ? 'the whole file system' : source;
  }
  return undefined;
}

const DOCKER = {
  source: 'https://docs.docker.com/reference/cli/docker/',
  values: DOCKER_GLOBAL,
  dry: 'compose --dry-run',
  read: 'ps, images, inspect, logs, version, info, top, stats, port, diff, events, history, search, container ls, container list, container ps, container inspect, container logs, container top, container stats, container port, container diff, image ls, image list, image inspect, image history, volume ls, volume list, volume inspect, network ls, network list, network inspect, system df, system info, system events, compose ps, compose logs, compose config, compose ls, compose images, compose top, compose port, compose version, compose events, compose convert, compose stats, compose volumes, context ls, context show, context inspect, context list, manifest inspect, buildx ls, buildx du, buildx inspect, buildx imagetools inspect, buildx version, plugin ls, plugin inspect, node ls, node inspect, node ps, service ls, service inspect, service ps, service logs, stack ls, stack ps, stack services, stack config, secret ls, secret inspect, config ls, config inspect, swarm ca, swarm unlock-key, swarm join-token, scout, sbom, trust inspect, pod ps, pod inspect, pod ls, pod logs, machine ls, machine list, machine inspect, machine info, wait, healthcheck, debug, init, completion, unshare, generate, mount, container wait, builder du, checkpoint ls, export, image save, save, events, help, system dial-stdio, desktop status, model list, model ls, mcp',
  draft:
    'build, buildx build, buildx bake, compose build, builder build, image build, pull, image pull, compose pull, create, container create, start, container start, restart, container restart, pause, unpause, container pause, container unpause, compose create, compose start, compose restart, compose pause, compose unpause, compose up, compose watch, compose wait, attach, container attach, compose attach, tag, image tag, import, load, image load, image import, commit, container commit, cp, container cp, compose cp, rename, container rename, network create, network connect, network disconnect, volume create, buildx create, buildx use, context create, context use, context update, context export, compose run, stop, container stop, compose stop, compose down, pod create, pod start, pod stop, machine start, machine stop, machine init, machine ssh, play kube, kube play, kube generate, update, container update, resize, image prune, builder prune, buildx prune, image rm, rmi, image remove, image untag, network rm, network remove, network prune, untag, buildx rm, buildx stop, compose scale, up, down, logout, desktop, model run, model pull',
  commit: {
    login: 'stores credentials for a registry',
    'swarm init, swarm join, swarm update, swarm unlock, plugin install, plugin enable, plugin disable, plugin set, plugin upgrade, plugin create, context import':
      'changes the daemon’s setup',
    'compose exec, secret create, config create, trust key, trust sign, trust signer': 'changes the daemon’s setup',
    'context rm, plugin rm, machine set, checkpoint create, builder prune --all|-a, image prune --all|-a, kube down, buildx prune --all|-a':
      'removes what takes long to make again',
  },
  irreversible: {
    'rm, container rm, container remove, compose rm, pod rm, container prune, pod prune':
      'removes containers with what is stored only in them',
    'volume rm, volume remove, volume prune, compose down -v|--volumes, down -v|--volumes, rm -v|--volumes, compose rm -v':
      'deletes volumes with all their data',
    'system prune, system reset': 'deletes all stopped containers, networks and images that are not in use',
    'compose down --rmi': 'deletes the images',
    'machine rm, machine reset, checkpoint rm, pod kill': 'deletes a machine or checkpoint with its data',
    'swarm leave, node rm, node demote': 'takes a node out of the swarm',
    'kill, container kill, compose kill': 'ends a container at once, with what it hasn’t saved',
    'secret rm, config rm, trust revoke': 'deletes a secret or settings that can’t be read back',
    'stack rm, stack remove, stack down, service rm, service remove': 'stops and removes services for all who use them',
  },
  deploy: {
    'push, image push, compose push, manifest push, compose publish, trust sign --push, plugin push, buildx build --push, build --push, buildx imagetools create, model push':
      'publishes an image',
    'stack deploy, stack up, service create, service update, service scale, service rollback, node update, node promote':
      'changes what runs on the swarm',
    'secret rotate, swarm ca --rotate, swarm join-token --rotate, swarm unlock-key --rotate': 'rotates secrets',
  },
  judges: {
    exec: (call: Call) => inside(call, call.args, 'runs a program in'),
    run: (call: Call) => inside(call, call.args, 'starts a container of'),
    container: (call: Call) =>
      call.args[0]?.text === 'exec' || call.args[0]?.text === 'run'
        ? inside(call, call.args.slice(1), 'runs a program in')
        : undefined,
    compose: (call: Call) => {
      const options = readOptions(call.args, { values: new Set(DOCKER_GLOBAL.split(' ')), stopAtOperand: true });
      const [verb, ...rest] = options.operands;
      return verb?.text === 'exec' || verb?.text === 'run' ? inside(call, rest, 'runs a program in') : undefined;
    },
    machine: (call: Call) => (call.args[0]?.text === 'ssh' ? inside(call, call.args.slice(1), 'works on') : undefined),
    shell: (call: Call) => inside(call, call.args, 'opens a shell in'),
    bash: (call: Call) => inside(call, call.args, 'opens a shell in'),
  },
} as const;

const KUBE_VALUES =
  '-n --namespace --context --kubeconfig --cluster --user -l --selector -f --filename -o --output -c --container --as --token -s --server -k --kustomize --field-selector --replicas --image --type --port --for --timeout --since --tail --field-manager -p --patch --overrides --from-literal --from-file --request-timeout -v';

export const CONTAINERS: readonly Program[] = [
  program({ names: 'docker podman nerdctl', ...DOCKER }),
  program({
    names: 'docker-compose podman-compose lima limactl colima',
    source: 'https://docs.docker.com/reference/cli/docker/compose/',
    values: '-f --file -p --project-name --profile --env-file --project-directory',
    read: 'ps, logs, config, images, top, port, version, events, ls, list, status, info, show-ssh, template',
    draft: 'build, pull, up, start, restart, stop, create, pause, unpause, down, run, cp, copy, edit, ssh, shell',
    commit: { 'kill, scale': 'changes what runs', 'protect, unprotect, disk': 'changes a machine' },
    irreversible: {
      'down -v|--volumes, rm -v, down --rmi': 'deletes volumes with all their data',
      'rm, delete, prune, factory-reset, remove': 'removes containers with what is stored only in them',
    },
    deploy: { push: 'publishes an image' },
    judges: {
      exec: (call) => inside(call, call.args, 'runs a program in'),
      run: (call) => inside(call, call.args, 'runs a program in'),
      shell: (call) => inside(call, call.args, 'works in'),
    },
  }),
  program({
    names: 'kubectl k oc microk8s.kubectl kubecolor k3s.kubectl',
    source: 'https://kubernetes.io/docs/reference/kubectl/generated/',
    values: KUBE_VALUES,
    remote: true,
    dry: 'apply --dry-run, delete --dry-run, create --dry-run, run --dry-run, * --dry-run',
    read: 'get, describe, logs, explain, top, api-resources, api-versions, version, cluster-info, diff, auth can-i, auth whoami, config view, config get-contexts, config current-context, config get-clusters, config get-users, rollout status, rollout history, options, completion, kustomize, wait, events, plugin list, whoami, projects, status, project, alpha, krew list, krew search, krew info, port-forward, proxy, debug, attach, adm top, adm inspect, adm must-gather, convert, help, neat, tree, ctx, ns, stern, view-secret',
    draft:
      'config use-context, config set-context, config rename-context, config set, config set-cluster, cp, krew update, create --dry-run, login, logout',
    commit: {
      'create, expose, run, label, annotate, autoscale, config set-credentials, config delete-context, config delete-cluster, config delete-user, config unset, certificate approve, certificate deny, krew install, krew upgrade, krew uninstall, new-project, new-app, new-build, start-build, import-image, tag, adm':
        'changes the cluster',
      'uncordon, cordon, taint': 'changes which nodes take work',
    },
    irreversible: {
      'delete, adm prune, delete --all, project delete': 'deletes resources of the cluster',
      drain: 'takes work off a node',
      'replace --force, apply --prune, replace': 'replaces resources of the cluster',
    },
    deploy: {
      'create -f|--filename, apply, patch, edit, set, set image, set env, set resources, scale, rollout restart, rollout undo, rollout pause, rollout resume, rollout latest, rollout cancel, autoscale --max, rollback, deploy, process':
        'changes what runs on the cluster',
    },
    judges: {
      exec: (call) => inside(call, call.args, 'runs a program in'),
      rsh: (call) => inside(call, call.args, 'works in'),
      run: (call) => {
        const at = call.args.findIndex((arg) => arg.text === '--');
        if (at >= 0) call.world.runArgs(call.args.slice(at + 1), copyScope(call.scope, { remote: true }));
        return undefined;
      },
    },
  }),
  program({
    names: 'helm helmfile helm3 helmsman',
    source: 'https://helm.sh/docs/helm/',
    values: '-n --namespace --kube-context --kubeconfig -f --values --set --version -e --environment -l --selector -o',
    remote: true,
    dry: 'install --dry-run, upgrade --dry-run, uninstall --dry-run, * --dry-run',
    read: 'list, ls, status, get, history, show, inspect, search, template, lint, version, env, repo list, dependency list, dep list, verify, plugin list, diff, test, build, write-values, print-env, completion, registry, cache info',
    draft:
      'create, package, pull, fetch, dependency update, dependency build, dep update, dep up, dep build, repo add, repo update, repo index, init, deps, repos',
    commit: {
      'repo remove, plugin install, plugin uninstall, plugin update, registry login, registry logout, cache cleanup':
        'changes the settings of helm',
    },
    irreversible: { 'uninstall, delete, del, un, destroy': 'deletes a release with all its resources' },
    deploy: {
      'install, upgrade, rollback, apply, sync, charts': 'changes what runs on the cluster',
      'push, cm-push': 'publishes a chart',
    },
  }),
  program({
    names:
      'minikube kind k3d k3s k0s microk8s kubeadm kops eksctl talosctl vcluster cluster crc rke rke2 kubespray k9s kubectx kubens kubie krew kustomize telepresence argocd flux fluxctl velero istioctl linkerd cilium cmctl kubeseal kubebuilder operator-sdk tkn knative kn crossplane okteto devcontainer devpod coder daytona gitpod loft rancher nomad consul boundary waypoint ctr crictl buildah lxc incus apptainer singularity toolbox distrobox multipass orb vagrant virsh virt-install qm pct pvesh pveum VBoxManage vboxmanage vmrun utmctl quickemu prlctl qemu-img',
    source: 'https://kubernetes.io/docs/reference/tools/',
    values: '-n --namespace --context --kubeconfig -f --file -o --output -p --profile --name --project',
    remote: true,
    dry: '* --dry-run, * --diff, * -dry-run',
    read: 'list, ls, get, status, version, info, logs, log, describe, show, inspect, config view, profile list, addons list, image ls, ip, service list, ssh-key, docker-env, node list, cluster list, dashboard, get *, describe *, diagnose, render, build, diff, verify, completion, history, app list, app get, app diff, app logs, app history, app manifests, cluster get, repo list, proj list, account get-user-info, check, stats, tree, events, export, trace, x, analyze, proxy-status, proxy-config, validate, catalog, members, kv get, kv list, kv export, read, operator raft list-peers, operator members, secrets list, auth list, policy list, policy read, token lookup, path-help, audit list, node status, job status, alloc status, alloc logs, job inspect, job plan, job history, job validate, server members, eval status, images, image list, ps, tags, manifest, digest, blob, catalog, config, layers, snapshots, snapshot list, domifaddr, dominfo, domstate, net-list, pool-list, vol-list, dumpxml, list *, showvminfo, guestproperty, global-status, port, ssh-config, box list, box outdated, plugin list, snapshot-list, plan, fmt, console, ctx, ns, monitor, convert, containers list, containers ls, images ls, tasks ls, task ls, namespaces ls, content ls, file list, file show, network list, network show, profile show, storage list, cluster health, health, dashboard, etcd status, memory, dmesg, view, sif list, cache list, remote list, oci, find, resource list, help, nodes, pods, schema',
    draft:
      'start, stop, create, new, init, up, halt, suspend, resume, reload, ssh, exec, run, shell, pull, cp, copy, push --dry-run, from, bud, mount, umount, tag, load, image load, image build, image pull, tunnel, addons enable, addons disable, use-context, set, edit, dev, debug, sync --dry-run, attach, console, provision, box add, box update, snapshot, snapshot save, snapshot-create, snapshot create, clone, import, pack, cache, enter, build, package, launch, restart, pause, unpause, pullrequest, mutate, append, rebase, flatten, export, install --dry-run, login, logout, context, repo add, kubeconfig, kubeconfig get, create --dry-run, add, autostart, reset --dry-run, convert, resize --dry-run, snapshot -l, prompt, encrypt, decrypt, connect, intercept, leave, quit, port-forward, net-start, startvm, dehydrate, hydrate, transfer',
    commit: {
      'install, upgrade, config set, config edit, edit config, bootstrap, join, token create, write, kv put, put, auth enable, auth disable, secrets enable, secrets disable, policy write, unseal, setup, migrate, define, attach-disk, setvcpus, setmem, register, modifyvm, controlvm, storageattach, createvm, set *, create *, enable, disable, patch, label, taint, node update, drain, cordon, uncordon, apply *, restore, backup, backup create, restore create, annotate, network create, net-define, pool-define':
        'changes machines or a cluster',
    },
    irreversible: {
      'delete, rm, remove, destroy, purge, reset, uninstall, teardown, undefine, unregistervm, clean, prune, nuke, delete *, rm *, remove *, destroy *, * delete, * rm, * remove, * destroy, vol-delete, pool-delete, net-destroy, net-undefine, snapshot-delete, snapshot-revert, snapshot revert, snapshot restore, snapshot rollback, snapshot delete, box remove, box prune, kv delete, kv destroy, kv metadata delete, lease revoke, token revoke, auth revoke, operator seal, seal, stop -purge, job stop, alloc stop, system gc, delsnapshot, rollback, backup delete, down, wipe, image rm, images rm, namespaces rm, deleteSnapshot, snapshot pop':
        'deletes machines, clusters or what is stored in them',
    },
    deploy: {
      'push, deploy, app sync, app set, app create, app rollback, app terminate-op, sync, rollout, promote, app patch, job run, job dispatch, job promote, job revert, release, upgrade cluster, update, update cluster, rolling-update, reconcile, create cluster, create source, create kustomization, scale, scale nodegroup, upgrade *, deployment promote, publish, copy --all, ship':
        'changes what runs on a cluster',
      'rekey, operator rekey, operator generate-root, rotate, operator rotate-keys, write sys/rotate, token renew':
        'rotates secrets',
    },
    judges: {
      ssh: (call) => inside(call, call.args, 'works in'),
      exec: (call) => inside(call, call.args, 'works in'),
      shell: (call) => inside(call, call.args, 'works in'),
      run: (call) =>
        ['apptainer', 'singularity', 'toolbox', 'distrobox', 'ctr'].includes(call.name)
          ? inside(call, call.args, 'works in')
          : undefined,
    },
  }),
];
