/** PowerShell and cmd, without a parser of their own: what is plain is read as words, the rest is told as unreadable. */
import type { ShellDialect } from '../action.ts';
import type { ShellNode, ShellScript, ShellWord } from '../shellTree.ts';
import { copyScope, HARMLESS, hidden, type Judge, judged, UNKNOWN } from './scope.ts';

/** Text that a simple reading can't follow: blocks, expansions, calls, escapes. */
const DEEP: Readonly<Record<'powershell' | 'cmd', RegExp>> = {
  powershell:
    /[`{}]|\$\(|\[[\w.]+\]::|&\s*[('"$]|-(?:e|en|enc|encodedcommand)\s|\.\s*\(|<#|\b(?:iex|invoke-expression)\b/i,
  cmd: /[%^!]|\bfor\b|\bif\b|\bgoto\b|\bcall\b/i,
};

/** Undefined: it can't be read so simply. */
export function windowsScript(text: string, dialect: Exclude<ShellDialect, 'bash'>): ShellScript | undefined {
  if (DEEP[dialect].test(text) || (text.match(/"/g)?.length ?? 0) % 2 === 1) return undefined;
  const statements = split(text, dialect).flatMap((piece) => commandOf(piece));
  return { statements };
}

/** Cuts at separators that aren't in quotes. */
function split(text: string, dialect: 'powershell' | 'cmd'): string[] {
  const quotes = dialect === 'cmd' ? /"[^"]*"/g : /"[^"]*"|'[^']*'/g;
  const kept: string[] = [];
  const marked = text.replace(quotes, (quoted) => `\uE001${kept.push(quoted) - 1}\uE002`);
  return marked
    .split(/&&|\|\||[;\n&|]/)
    .map((piece) => piece.replace(/\uE001(\d+)\uE002/g, (_, at: string) => kept[Number(at)] ?? ''))
    .filter((piece) => piece.trim() !== '' && !piece.trim().startsWith('#') && !/^\s*rem\b/i.test(piece));
}

function commandOf(piece: string): ShellNode[] {
  const words = [...piece.matchAll(/(?:"[^"]*"|'[^']*'|>>|>|[^\s"'>]+)+/g)].map(([word]) => wordOf(word));
  const redirects = words.flatMap(({ text }, at) => {
    const target = words[at + 1];
    return target && (text === '>' || text === '>>') ? [{ operator: text, target } as const] : [];
  });
  const plain = words.filter(({ text }, at) => !/^>>?$/.test(text) && !/^>>?$/.test(words[at - 1]?.text ?? ''));
  // `$x = …` sets a variable to what follows.
  const own = /^\$\w+$/.test(plain[0]?.text ?? '') && plain[1]?.text === '=' ? plain.slice(2) : plain;
  return own.length === 0 ? [] : [{ kind: 'command', assignments: [], words: own, redirects, text: piece.trim() }];
}

function wordOf(word: string): ShellWord {
  const value = word.replace(/^(['"])(.*)\1$/s, '$2');
  const unknown = /\$[\w:]+/.test(value) && !word.startsWith("'");
  return { text: word, parts: [{ kind: 'literal', value: unknown ? value.replace(/\$[\w:]+/g, UNKNOWN) : value }] };
}

/** `powershell -Command …`, `cmd /c …`. Source: https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_pwsh */
export function windowsShell(dialect: 'powershell' | 'cmd'): Judge {
  return ({ args, scope, world, stdin }) => {
    if (args.some((arg) => /^-(e|en|enc|encodedcommand)$/i.test(arg.text))) {
      return judged(hidden('runs a text that is encoded'));
    }
    const at = args.findIndex((arg) => /^(-c|-command|\/c|\/k)$/i.test(arg.text));
    const file = args.findIndex((arg) => /^(-f|-file)$/i.test(arg.text));
    if (file >= 0 || (at < 0 && /\.(ps1|bat|cmd)$/i.test(args.at(-1)?.text ?? ''))) {
      const target = (file >= 0 ? args[file + 1] : args.at(-1))?.text ?? '';
      return judged({ class: 'commit', reason: `runs ${target}, whose text wasn’t read`, targets: [target] });
    }
    const text = args
      .slice(at + 1)
      .filter((arg) => at >= 0 || !arg.text.startsWith('-'))
      .map((arg) => arg.text)
      .join(' ');
    if (text === '') return stdin ? judged(hidden('runs what another program writes')) : HARMLESS;
    const script = windowsScript(text, dialect);
    if (!script) return judged(hidden(`runs ${dialect === 'cmd' ? 'cmd' : 'PowerShell'} text that can’t be read here`));
    const inner = copyScope(scope, { depth: scope.depth + 1 });
    for (const node of script.statements) {
      if (node.kind !== 'command') continue;
      world.runArgs(
        node.words.map(({ parts }) => ({
          text: parts.map((part) => (part.kind === 'literal' ? part.value : UNKNOWN)).join(''),
        })),
        inner,
      );
    }
    return { effects: [] };
  };
}

/** PowerShell's eval. */
export const invoked: Judge = () => judged(hidden('runs a text as PowerShell'));

/** `Start-Process prog args`. */
export const started: Judge = ({ args, scope, world }) => {
  const rest = args.filter((arg) => !/^-(filepath|argumentlist|wait|nonewwindow|verb|passthru)$/i.test(arg.text));
  if (rest.length > 0) world.runArgs(rest, copyScope(scope, { depth: scope.depth + 1 }));
  return { effects: [] };
};
