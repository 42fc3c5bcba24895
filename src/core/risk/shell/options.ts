/** Splits arguments into options and operands, as getopt does. */
import { type Arg, isKnown } from './scope.ts';

export interface Options {
  /** Name with its dashes to its value; undefined: none, or the next word wasn't known to be one. */
  readonly given: ReadonlyMap<string, string | undefined>;
  readonly operands: readonly Arg[];
  /** True for any of these names. A long one may be given shortened, as getopt allows. */
  has(...names: readonly string[]): boolean;
  value(...names: readonly string[]): string | undefined;
}

export interface OptionStyle {
  /** Options whose value is the next word. */
  readonly values?: ReadonlySet<string>;
  /** `-name` is one option and not a cluster of letters. */
  readonly longDash?: boolean;
  /** Options end at the first operand. */
  readonly stopAtOperand?: boolean;
}

const NONE: ReadonlySet<string> = new Set();

export function readOptions(
  args: readonly Arg[],
  { values = NONE, longDash, stopAtOperand }: OptionStyle = {},
): Options {
  const given = new Map<string, string | undefined>();
  const operands: Arg[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    if (!arg) break;
    const { text } = arg;
    if (text === '--') {
      operands.push(...args.slice(at + 1));
      break;
    }
    if (!text.startsWith('-') || text === '-') {
      operands.push(arg);
      if (!stopAtOperand) continue;
      operands.push(...args.slice(at + 1));
      break;
    }
    const equals = text.indexOf('=');
    if (text.startsWith('--') || longDash) {
      const name = equals > 0 ? text.slice(0, equals) : text;
      if (equals > 0) given.set(name, text.slice(equals + 1));
      else if (values.has(name)) given.set(name, args[++at]?.text);
      else if (!given.has(name)) given.set(name, undefined);
      continue;
    }
    for (let letter = 1; letter < text.length; letter++) {
      const name = `-${text[letter]}`;
      if (!values.has(name)) {
        if (!given.has(name)) given.set(name, undefined);
        continue;
      }
      const rest = text.slice(letter + 1);
      given.set(name, rest === '' ? args[++at]?.text : rest.replace(/^=/, ''));
      break;
    }
    // The whole word too: `-auto-approve`, `-1`.
    if (text.length > 2 && !given.has(text)) given.set(text, undefined);
  }
  const find = (name: string) => {
    if (given.has(name)) return name;
    if (!name.startsWith('--')) return undefined;
    for (const one of given.keys()) if (one.length > 4 && one.startsWith('--') && name.startsWith(one)) return one;
    return undefined;
  };
  return {
    given,
    operands,
    has: (...names) => names.some((name) => find(name) !== undefined),
    value: (...names) => {
      for (const name of names) {
        const one = find(name);
        if (one !== undefined && given.get(one) !== undefined) return given.get(one);
      }
      return undefined;
    },
  };
}

/** The operands as they are told to a person. */
export function names(args: readonly Arg[]): string[] {
  return args.map((arg) => (isKnown(arg) ? arg.text : 'a name that isn’t known yet'));
}
