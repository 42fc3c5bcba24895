/** What programs mean, as data: patterns of subcommands and options, by class. */
import type { ActionClass } from '../action.ts';
import { names, readOptions } from '../shell/options.ts';
import { type Arg, type Call, type Effect, isKnown, type Judge, type Judged, judged } from '../shell/scope.ts';

/**
 * Patterns, apart by commas: words of the subcommand (`*` stands for any letters), then options that must be given, alternatives
 * by `|`: `compose down -v|--volumes`. The pattern with the most words and options wins, of equal ones the worse class. `*` alone
 * is any use.
 */
export type Patterns = string;
/** What is done, as the rest of a sentence, by pattern. */
type Sayings = Readonly<Record<Patterns, string>>;

export interface ProgramTable {
  /** Names of programs that this holds for. */
  readonly names: string;
  /** The program's own documentation. */
  readonly source: string;
  /** Options whose value is the next word. */
  readonly values?: string;
  /** `-name` is one option (terraform, java, find). */
  readonly longDash?: boolean;
  /** Acts on other machines: naming production there is deploying. */
  readonly remote?: boolean;
  /**
   * A dry run wins over all others. What only shows (`-l`, `status`) stands here too: it wins over what is confirmed, but never over
   * a word or an option that can't be undone (`btrfs subvolume delete -c`).
   */
  readonly dry?: Patterns;
  readonly read?: Patterns;
  readonly draft?: Patterns;
  readonly commit?: Sayings;
  readonly irreversible?: Sayings;
  readonly deploy?: Sayings;
  /** Use that no pattern fits. Default: a commit that is confirmed. */
  readonly otherwise?: ActionClass;
  /** Of an interpreter: the words that are subcommands and not scripts. */
  readonly subcommands?: readonly string[];
  /** Subcommands that need more than a pattern; undefined: the patterns decide. */
  readonly judges?: Readonly<Record<string, (call: Call) => Judged | undefined>>;
}

interface Pattern {
  readonly words: readonly (string | RegExp)[];
  readonly options: readonly (readonly string[])[];
  readonly weight: number;
  readonly class: ActionClass;
  readonly does: string;
}

export interface Program {
  readonly table: ProgramTable;
  readonly judge: Judge;
}

const RANK: Readonly<Record<ActionClass, number>> = { read: 0, draft: 1, commit: 2, irreversible: 3, deploy: 4 };

export function program(table: ProgramTable): Program {
  let made: ((call: Call) => Judged) | undefined;
  return {
    table,
    judge: (call) => {
      made ??= compile(table);
      return made(call);
    },
  };
}

function compile(table: ProgramTable): (call: Call) => Judged {
  const values = new Set(words(table.values ?? ''));
  const shown = patterns(table.dry, 'read', 'only shows what it would do');
  const dry = shown.filter(isDryRun);
  const shows = shown.filter((each) => !isDryRun(each));
  const all = [
    ...patterns(table.read, 'read', 'only reads'),
    ...patterns(table.draft, 'draft', 'changes only what can be made again'),
    ...(['commit', 'irreversible', 'deploy'] as const).flatMap((each) =>
      Object.entries(table[each] ?? {}).flatMap(([pattern, does]) => patterns(pattern, each, does)),
    ),
  ];
  const byFirst = new Map<string, Pattern[]>();
  const anywhere: Pattern[] = [];
  for (const each of all) {
    const [first] = each.words;
    if (typeof first !== 'string') anywhere.push(each);
    else byFirst.set(first, [...(byFirst.get(first) ?? []), each]);
  }
  return (call) => {
    const style = { values, ...(table.longDash && { longDash: true }) };
    const options = readOptions(call.args, style);
    const { operands } = options;
    if (asksHelp(call.args, call.name)) return judged({ class: 'read', reason: 'only shows help' });
    const fits = ({ words: wanted, options: needed }: Pattern) =>
      wanted.every((word, at) => matches(word, operands[at]?.text)) &&
      needed.every((one) => options.has(...one) || one.some((each) => options.given.has(each)));
    const [first] = operands;
    const special = first && table.judges?.[first.text];
    if (dry.some(fits)) return judged({ class: 'read', reason: 'only shows what it would do' });
    if (special) {
      const own = special({ ...call, args: call.args.slice(call.args.indexOf(first) + 1) });
      if (own) return own;
    }
    // A subcommand that isn't known could be the worst that the program has.
    if (
      first &&
      !isKnown(first) &&
      first.text.startsWith('\uFFFC') &&
      byFirst.size > 0 &&
      (table.irreversible || table.deploy)
    ) {
      return judged({
        class: 'irreversible',
        reason: `runs ${call.name} with a subcommand that isn’t known before it runs`,
      });
    }
    let best: Pattern | undefined;
    for (const each of [...((first && byFirst.get(first.text)) ?? []), ...anywhere]) {
      if (!fits(each)) continue;
      if (!best || each.weight > best.weight || (each.weight === best.weight && RANK[each.class] > RANK[best.class]))
        best = each;
    }
    // `railway variables`, `mount`: what is named alone is shown.
    if (best?.class === 'commit' && isVague(best) && !call.stdin) {
      const noun = table.remote && operands.length === 1 && /^[a-z]{3,}s$/.test(first?.text ?? '');
      if (call.args.length === 0 || (noun && !CHANGES.test(first?.text ?? '')))
        return judged({ class: 'read', reason: 'only shows what there is' });
    }
    if ((best === undefined || isVague(best)) && !isGrave(best?.class) && readsInside(operands))
      return judged({ class: 'read', reason: 'only shows what there is' });
    const shown = shows.filter(fits).sort((a, b) => b.weight - a.weight)[0];
    if (shown && (best === undefined || shown.weight > best.weight || isVague(best) || !isGrave(best.class)))
      return judged({ class: 'read', reason: 'only shows what it would do' });
    const verb = isGrave(best?.class) ? undefined : unforeseen(best, table, operands);
    const words = best?.words.filter((word) => word !== ANY).length ?? 0;
    const effect = effectOf(verb ?? best, table, call, operands.slice(verb ? verb.words.length : words));
    return { effects: [effect], output: { from: 'program' } };
  };
}

function isDryRun({ words: wanted, options }: Pattern): boolean {
  if (options.length === 0) return false;
  return (
    wanted.some((word) => word !== ANY) ||
    options
      .flat()
      .some(
        (name) =>
          name === '-n' ||
          /^--?[\w-]*(?:dry|simulat|no-?act|no-?op|whatif|what-if|plan|pretend|check|test)/i.test(name),
      )
  );
}

function isGrave(kind: ActionClass | undefined): boolean {
  return kind === 'irreversible' || kind === 'deploy';
}

/** Fits any use. */
function isVague({ words: wanted, options }: Pattern): boolean {
  return options.length === 0 && wanted.every((word) => word === ANY);
}

/** `netsh interface portproxy show`, `ykman oath accounts list`: things, and then that they are shown. */
function readsInside(operands: readonly Arg[]): boolean {
  for (const { text } of operands.slice(0, 4)) {
    if (/^(?:list|ls|show|status|info|describe|view|history|help|search|find)$/.test(text)) return true;
    if (!/^[a-z][a-z-]*$/.test(text) || CHANGES.test(text) || graveVerb([{ text }])) return false;
  }
  return false;
}

/** A verb that no pattern foresaw: `oci compute instance terminate`, `hcloud server rebuild`, `releases finalize`. */
function unforeseen(best: Pattern | undefined, table: ProgramTable, operands: readonly Arg[]): Pattern | undefined {
  const vague = best === undefined || isVague(best);
  if (vague ? table.otherwise === 'read' || table.otherwise === 'draft' || best?.class === 'read' : !table.remote)
    return undefined;
  const from = best?.words.filter((word) => word !== ANY).length ?? 0;
  if (operands.slice(0, from).some((arg) => READS.test(arg.text))) return undefined;
  const found = graveVerb(operands.slice(0, 4), from) ?? changingVerb(best, operands, from);
  return (
    found && { words: Array(found.at + 1).fill(ANY), options: [], weight: 0, class: found.class, does: found.does }
  );
}

/** `releases finalize`, `deploys create`: a thing that a table reads by its name alone, and then what is done with it. */
function changingVerb(best: Pattern | undefined, operands: readonly Arg[], from: number) {
  const [thing, verb] = [operands[from - 1]?.text ?? operands[0]?.text ?? '', operands[Math.max(from, 1)]?.text ?? ''];
  if (!CHANGES.test(verb) || CHANGES.test(thing)) return undefined;
  const at = Math.max(from, 1);
  if (/^(?:deploys?|deployments?|releases?|rollouts?|submissions?)$/.test(thing))
    return { class: 'deploy', does: `does ${thing} ${verb}`, at } as const;
  if (/^(?:pipelines?|workflows?)$/.test(thing) && /^(?:run|start|trigger|submit|execute)$/.test(verb))
    return { class: 'deploy', does: `starts what a pipeline does`, at } as const;
  return best && isVague(best) ? undefined : ({ class: 'commit', does: `does ${thing} ${verb}`, at } as const);
}

const CHANGES =
  /^(?:create|add|update|edit|set|put|patch|apply|start|run|trigger|submit|execute|finalize|import|restore|enable|attach|upload|move|rename|assign|invite|upgrade|resize|scale|restart|rotate|sync|migrate)$/;
const READS =
  /^(?:get|list|ls|show|describe|view|search|find|read|help|explain|logs?|inspect|status|diff|plan|can-i|history|info|grep)$/;
const DELETES =
  /^(?:delete|destroy|terminate|purge|drop|wipe|erase|rebuild|reset|revoke|truncate|flush|nuke|undeploy|unpublish|unregister|deregister|decommission|teardown|obliterate|reimage|remove|rm|del|kill|revert)$/;
const RELEASES = /^(?:deploy|redeploy|publish|promote|refund|payout|rollout|rolling|failover)$/;

/**
 * A word among the subcommand's that says itself what is done: `delete`, `drop-all`, `db:drop`. Only the first or last part of a
 * word is its verb. A word that reads ends the search: what follows is what it looks for.
 */
export function graveVerb(
  operands: readonly Arg[],
  from = 0,
): { readonly class: ActionClass; readonly does: string; readonly at: number } | undefined {
  for (const [at, { text }] of operands.entries()) {
    if (READS.test(text) || !/^[a-z][a-z:_-]*$/i.test(text)) return undefined;
    if (at < from) continue;
    const parts = text
      .replace(/([a-z])([A-Z])/g, '$1-$2')
      .toLowerCase()
      .split(/[:_-]/);
    for (const part of new Set([parts[0], parts.at(-1)])) {
      if (part === undefined || READS.test(parts.at(-1) ?? '')) continue;
      if (DELETES.test(part)) return { class: 'irreversible', does: `does ${text}, by its name for good`, at };
      if (RELEASES.test(part)) return { class: 'deploy', does: `does ${text}, by its name for others too`, at };
    }
  }
  return undefined;
}

/** What stands after `--` is no option. */
function asksHelp(args: readonly Arg[], name: string): boolean {
  const end = args.findIndex((arg) => arg.text === '--');
  if ((end < 0 ? args : args.slice(0, end)).some((arg) => arg.text === '--help')) return true;
  // `aws s3 rm help` is a page of the manual.
  if (
    name === 'aws' &&
    args.length > 1 &&
    args.length <= 4 &&
    args.at(-1)?.text === 'help' &&
    args.every((arg) => /^[a-z\d-]+$/.test(arg.text))
  )
    return true;
  return args.length === 1 && /^(-h|-\?|-V|--version|-version|-help|help|version)$/.test(args[0]?.text ?? '');
}

const ANY = /^/;

function effectOf(best: Pattern | undefined, table: ProgramTable, call: Call, rest: readonly Arg[]): Effect {
  const targets = names(rest).slice(0, 8);
  const kind = best?.class ?? table.otherwise ?? (call.args.length === 0 ? 'read' : 'commit');
  if (kind === 'read') return { class: 'read', reason: 'only reads', targets };
  const does =
    best?.does ??
    (kind === 'draft'
      ? 'changes only what can be made again'
      : `runs ${call.name} ${names(call.args).slice(0, 2).join(' ')}`);
  const told =
    targets.length > 0 && (kind === 'irreversible' || kind === 'deploy' || kind === 'commit')
      ? `: ${targets.slice(0, 3).join(' ')}`
      : '';
  const raised =
    table.remote && kind !== 'draft' && kind !== 'deploy' && (namesProduction(call.args) || inProduction(call));
  if (raised) return { class: 'deploy', reason: `${does} in production${told}`, targets };
  return { class: kind, reason: `${does}${told}`, targets };
}

/** `RAILS_ENV=production rails db:migrate`, `export AWS_PROFILE=prod`. */
function inProduction({ scope }: Call): boolean {
  for (const [name, value] of scope.variables)
    if (/(?:^|_)(?:ENV|ENVIRONMENT|STAGE|PROFILE|CONTEXT|CLUSTER|SETTINGS_MODULE)$/.test(name) && value !== undefined)
      if (namesProduction([{ text: value }])) return true;
  return false;
}

/** Words that name production: `--context prod`, `db-prod-1`, `/production/`. */
export function namesProduction(args: readonly Arg[]): boolean {
  return args.some(
    (arg) =>
      /(?:^|[^a-z])(?:prod|prd|production|live)(?:[^a-z]|$)/i.test(arg.text) &&
      !/non-?prod|pre-?prod|--only=prod|--prod(uction)?$/i.test(arg.text),
  );
}

function matches(word: string | RegExp, text: string | undefined): boolean {
  if (typeof word !== 'string') return word === ANY || (text !== undefined && word.test(text));
  return word === text;
}

function patterns(text: Patterns | undefined, kind: ActionClass, does: string): Pattern[] {
  return (text ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map((each) => {
      const tokens = each.split(/\s+/);
      const options = tokens.filter((token) => token.startsWith('-')).map((token) => token.split('|'));
      const wanted = tokens.filter((token) => !token.startsWith('-')).map(wordOf);
      const exact = wanted.filter((word) => typeof word === 'string').length;
      const any = wanted.filter((word) => word === ANY).length;
      const wild = wanted.length - exact - any;
      return {
        words: wanted,
        options,
        weight: exact * 2 + wild * 1.9 + any * 0.9 + options.length * 2,
        class: kind,
        does,
      };
    });
}

function wordOf(token: string): string | RegExp {
  if (token === '*') return ANY;
  if (!/[*|]/.test(token)) return token;
  return new RegExp(`^(?:${token.replace(/[.+^${}()[\]\\?]/g, '\\$&').replaceAll('*', '.*')})$`);
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
