/** What a tool does by the words of its name and the shape of its input. */
import type { ActionClass } from './action.ts';

/** Verbs by class, each as it stands in names of tools; the furthest that a name has decides. */
const VERBS: readonly (readonly [ActionClass, string])[] = [
  [
    'deploy',
    'deploy redeploy publish unpublish release promote rollout provision send resend email mail sms tweet post broadcast notify message dm reply forward pay payout charge refund transfer withdraw purchase buy sell order trade swap stake mint donate tip bid wire invoice capture disburse rotate failover cutover dial',
  ],
  [
    'irreversible',
    'delete del remove rm drop destroy purge truncate wipe clear erase reset revoke kill terminate shutdown reboot restart cancel overwrite rollback revert uninstall detach flush restore merge force discard empty unlink prune evict deprovision decommission disconnect expire factory drain',
  ],
  [
    'commit',
    'create add update edit set write insert put patch upsert comment assign unassign label move rename upload import install commit branch fork enable start stop pause resume subscribe unsubscribe invite join leave click type fill press drag select hover evaluate execute exec run invoke apply save register link unlink attach copy clone push sync append replace modify change grant close reopen archive unarchive lock unlock open approve reject submit request review star follow react mark pin tag build trigger scale alter grant configure connect login authenticate store record generate convert emulate resize toggle mute complete finish make new share transition format disable deactivate suspend ban block schedule launch dispatch cordon uncordon taint',
  ],
  [
    'read',
    'get list read search find query fetch describe show view lookup count check inspect status explain summarize summarise analyze analyse browse navigate goto screenshot snapshot validate verify resolve diff history log logs ping whoami preview estimate plan lint think compare calculate compute translate detect retrieve scan monitor watch wait test info help select peek tail head download export stat tree exists match suggest recommend complete ask context docs documentation recall me current console network hover tabs sequential reasoning back zoom schema schemas indexes stats metrics esql',
  ],
];

const CLASS_OF: ReadonlyMap<string, ActionClass> = new Map(
  VERBS.toReversed().flatMap(([reach, verbs]) => verbs.split(' ').map((verb) => [verb, reach] as const)),
);
/** Only the first words are verbs: `get_order`, `list_messages`, `create_release` name things after them. */
const READING = new Set([
  'get',
  'list',
  'read',
  'search',
  'find',
  'query',
  'fetch',
  'describe',
  'show',
  'view',
  'lookup',
  'count',
  'check',
  'inspect',
  'retrieve',
  'browse',
  'download',
  'export',
  'preview',
  'estimate',
  'validate',
  'verify',
  'compare',
  'explain',
  'summarize',
  'analyze',
  'scan',
  'monitor',
  'watch',
  'help',
  'ask',
  'resolve',
  'is',
  'has',
  'can',
]);
/** Verbs that are names of things as often: they count where nothing else in the name does. */
const THINGS = new Set([
  'message',
  'email',
  'mail',
  'sms',
  'order',
  'post',
  'release',
  'invoice',
  'charge',
  'refund',
  'transfer',
  'reply',
  'request',
  'label',
  'branch',
  'commit',
  'fork',
  'tag',
  'build',
  'comment',
  'record',
  'link',
  'copy',
  'star',
  'share',
  'pin',
  'test',
  'log',
  'store',
  'lock',
  'trigger',
  'review',
  'block',
  'purchase',
  'trade',
  'tip',
  'bid',
  'wire',
  'tweet',
  'broadcast',
  'schedule',
  'query',
  'plan',
  'history',
  'status',
  'help',
  'docs',
  'documentation',
  'context',
  'network',
  'console',
  'tabs',
  'diff',
  'tree',
  'test',
  'format',
  'factory',
  'sequential',
  'reasoning',
  'current',
  'back',
  'mark',
  'app',
  'export',
  'import',
  'dm',
  'exec',
  'resume',
  'schema',
  'schemas',
  'indexes',
  'stats',
  'metrics',
]);
/** Things that are worse to touch than the verb says: `create_payment`, `add_release`. */
const GRAVE =
  /^(?:payments?|payouts?|refunds?|charges?|transfers?|releases?|deployments?|invoices?|emails?|mails?|messages?|sms|tweets?|orders?|transactions?|purchases?|broadcasts?|newsletters?|campaigns?)$/;
const DRAFTS = /^(?:drafts?|templates?)$/;

/** Words of a name: `deleteUser`, `delete_user`, `API-delete-user` -> `delete`, `user`. */
export function nameWords(name: string): readonly string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z\d]+/)
    .map((word) => word.toLowerCase())
    .filter(Boolean);
}

export interface NamedVerb {
  readonly verb: string;
  readonly class: ActionClass;
}

/** Undefined: none of its words is a verb that is known. `server`: a name that some tools begin with. */
export function namedVerb(name: string, server?: string): NamedVerb | undefined {
  const prefix = new Set(server === undefined ? [] : nameWords(server));
  const all = nameWords(name);
  const words = all.filter(
    (word, index) =>
      !(index < all.length - 1 && (prefix.has(word) || word === 'api' || word === 'mcp' || word === 'browser')),
  );
  const [first] = words;
  if (first !== undefined && READING.has(first)) {
    // `get_or_create`, `find_and_delete`: a second verb after a joint counts.
    const joint = words.findIndex((word) => word === 'and' || word === 'or' || word === 'then');
    const second = joint >= 0 ? namedVerb(words.slice(joint + 1).join('_')) : undefined;
    return second && second.class !== 'read' ? second : { verb: first, class: 'read' };
  }
  const verbs = words.filter((word) => CLASS_OF.has(word));
  const sure = verbs.filter((word) => !THINGS.has(word));
  for (const word of sure.length > 0 ? sure : verbs) {
    const reach = CLASS_OF.get(word);
    if (reach === undefined) continue;
    const thing = words.slice(words.indexOf(word) + 1);
    if (
      reach === 'commit' &&
      thing.some((each) => GRAVE.test(each)) &&
      !thing.some((each) => DRAFTS.test(each) || each === 'sql') &&
      /^(?:create|add|new|make|submit|execute|trigger|start|run|open|approve|push|request)$/.test(word)
    ) {
      return { verb: word, class: 'deploy' };
    }
    if (reach === 'deploy' && thing.some((each) => DRAFTS.test(each))) return { verb: word, class: 'commit' };
    return { verb: word, class: reach };
  }
  return undefined;
}

const PRODUCTION = /(?:^|[^a-z])(?:prod|prd|production|live)(?:$|[^a-z])/i;
/** Fields that say where something is done. */
const WHERE =
  /^(?:env|environment|stage|target|cluster|namespace|context|workspace|project|project_?id|database|db|branch|base|host|account|tenant|deployment|instance|region|site|app|service|resource|name|channel|url|connection|connection_?string|profile)s?$/i;

/** What in the input names production; undefined: nothing. */
export function namesProduction(input: unknown, depth = 0): string | undefined {
  if (typeof input !== 'object' || input === null || depth > 4) return undefined;
  for (const [name, value] of Object.entries(input).slice(0, 100)) {
    if (typeof value === 'string' && WHERE.test(name) && value.length <= 200 && PRODUCTION.test(value)) return value;
    const inner = namesProduction(value, depth + 1);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** What the call is about, as its input names it: at most three short values. */
export function inputTargets(input: unknown): readonly string[] {
  if (typeof input !== 'object' || input === null) return [];
  const wanted =
    /^(?:id|ids|name|names|path|paths|uri|url|to|recipients?|channel|title|repo|repository|owner|branch|table|database|bucket|key|resource|namespace|environment|env|target|project|issue_?number|pull_?number|instance|service|user|account|amount|index|collection)$|(?:_id|Id|_name|Name|_path|Path)$/;
  return Object.entries(input)
    .filter(
      ([name, value]) =>
        wanted.test(name) && (typeof value === 'string' || typeof value === 'number') && `${value}`.length <= 120,
    )
    .slice(0, 3)
    .map(([, value]) => `${value}`);
}
