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
  /** These win over all others: a dry run, help. */
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
  const dry = patterns(table.dry, 'read', 'only reads');
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
    if (asksHelp(call.args)) return judged({ class: 'read', reason: 'only shows help' });
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
    const rest = operands.slice(best?.words.filter((word) => word !== ANY).length ?? 0);
    const effect = effectOf(best, table, call, rest);
    return { effects: [effect], output: { from: 'program' } };
  };
}

/** What stands after `--` is no option. */
function asksHelp(args: readonly Arg[]): boolean {
  const end = args.findIndex((arg) => arg.text === '--');
  if ((end < 0 ? args : args.slice(0, end)).some((arg) => arg.text === '--help')) return true;
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
  const raised = table.remote && kind !== 'draft' && kind !== 'deploy' && namesProduction(call.args);
  if (raised) return { class: 'deploy', reason: `${does} in production${told}`, targets };
  return { class: kind, reason: `${does}${told}`, targets };
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
