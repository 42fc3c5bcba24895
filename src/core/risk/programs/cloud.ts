/** Clouds. Verbs of an operation's name tell most; what differs is named. */
import { readOptions } from '../shell/options.ts';
import { copyScope, judged } from '../shell/scope.ts';
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
];
