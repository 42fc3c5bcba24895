/** cmd, without a parser of its own: what is plain is read as words, the rest is refused. PowerShell and cmd as programs. */
import type { ShellNode, ShellScript, ShellWord, ShellWordPart } from '../shellTree.ts';
import { copyScope, HARMLESS, hidden, type Judge, judged, UNKNOWN } from './scope.ts';

/** Text that a simple reading can't follow: escapes, delayed expansion, loops, calls. */
const DEEP = /[\^!]|\b(?:for|if|goto|call)\b|^\s*:|%%?~?\w+%?(?=\\?\*)/i;

/** Undefined: it can't be read so simply. */
export function readCmd(text: string): ShellScript | undefined {
  if (DEEP.test(text) || (text.match(/"/g)?.length ?? 0) % 2 === 1) return undefined;
  return { statements: split(text).flatMap((piece) => commandOf(piece)) };
}

/** Cuts at separators that aren't in quotes. */
function split(text: string): string[] {
  const kept: string[] = [];
  const marked = text.replace(/"[^"]*"/g, (quoted) => `\uE001${kept.push(quoted) - 1}\uE002`);
  return marked
    .split(/&&|\|\||(?<!>)&|[\n|()]/)
    .map((piece) => piece.replace(/\uE001(\d+)\uE002/g, (_, at: string) => kept[Number(at)] ?? '').trim())
    .filter((piece) => piece !== '' && !/^(?:rem\b|::)/i.test(piece));
}

function commandOf(piece: string): ShellNode[] {
  const words = [...piece.replace(/^@/, '').matchAll(/(?:\d?>>|\d?>(?:&\d)?|<|(?:"[^"]*"|[^\s"<>])+)/g)].map(([word]) =>
    wordOf(word),
  );
  const redirects = words.flatMap(({ text }, at) => {
    const target = words[at + 1];
    if (!target || !/^\d?>>?$/.test(text)) return [];
    const operator = text.endsWith('>>') ? ('>>' as const) : ('>' as const);
    return [{ operator, target: /^nul$/i.test(target.text) ? wordOf('/dev/null') : target }];
  });
  const own = words.filter(
    ({ text }, at) => !/^\d?>(?:>|&\d)?$|^<$/.test(text) && !/^(?:\d?>>?|<)$/.test(words[at - 1]?.text ?? ''),
  );
  return own.length === 0 && redirects.length === 0
    ? []
    : [{ kind: 'command', assignments: [], words: own, redirects, text: piece }];
}

function wordOf(word: string): ShellWord {
  const parts: ShellWordPart[] = word
    .replaceAll('"', '')
    .split(/(%[\w()]+%|[*?])/)
    .filter((part) => part !== '')
    .map((part) => {
      if (part === '*' || part === '?') return { kind: 'glob', text: part };
      if (/^%.+%$/.test(part)) {
        const name = part.slice(1, -1).toUpperCase();
        const known = { USERPROFILE: 'HOME', CD: 'PWD' }[name] ?? name;
        return { kind: 'variable', name: known, quoted: true, operands: [], text: part };
      }
      return { kind: 'literal', value: part.replaceAll('\\', '/') };
    });
  return { text: word, parts: parts.length > 0 ? parts : [{ kind: 'literal', value: '' }] };
}

/** `powershell -Command …`, `cmd /c …`. Source: https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_pwsh */
export function windowsShell(dialect: 'powershell' | 'cmd'): Judge {
  return ({ args, scope, world, stdin }) => {
    const inner = copyScope(scope, { depth: scope.depth + 1 });
    const encoded = args.findIndex((arg) => /^[-/–—]e(?:c|n\w*)?$/i.test(arg.text));
    if (dialect === 'powershell' && encoded >= 0) {
      const text = decoded(args[encoded + 1]?.text ?? '');
      if (text === undefined) return judged(hidden('runs a text that is encoded'));
      return { effects: [], output: world.runText(text, inner, stdin, dialect) ?? { from: 'program' } };
    }
    const at = args.findIndex((arg) => /^(?:[-/–—]c(?:o\w*)?|\/[ckr])$/i.test(arg.text));
    const file = args.findIndex((arg) => /^[-/–—]f(?:i\w*)?$/i.test(arg.text));
    const script =
      file >= 0 ? args[file + 1] : at < 0 ? args.find(({ text }) => /\.(?:ps1|bat|cmd)$/i.test(text)) : undefined;
    if (script && (at < 0 || file < at)) return windowsFile(script.text, { scope, world });
    const text = args
      .slice(at + 1)
      .filter((arg) => at >= 0 || !/^[-/]/.test(arg.text))
      .map((arg) => arg.text)
      .join(' ');
    if (text === '' || text === '-') return stdin ? judged(hidden('runs what another program writes')) : HARMLESS;
    return { effects: [], output: world.runText(text, inner, stdin, dialect) ?? { from: 'program' } };
  };
}

/** A script of PowerShell or cmd: judged by its text, where that is to be had. */
export function windowsFile(path: string, { scope, world }: Pick<Parameters<Judge>[0], 'scope' | 'world'>) {
  const file = path.replaceAll('\\', '/');
  const cwd = scope.cwd === '.' ? world.cwd : undefined;
  const known = path.includes(UNKNOWN) || (scope.cwd !== '.' && !/^(?:[a-z]:)?\//i.test(file));
  const answer = known ? undefined : world.ask({ kind: 'script', path: file, ...(cwd !== undefined && { cwd }) });
  if (answer?.kind !== 'text' || answer.text === undefined)
    return judged({ class: 'commit', reason: `runs ${path}, whose text wasn’t read`, targets: [path] });
  const dialect = /\.ps1$/i.test(file) ? 'powershell' : 'cmd';
  world.runText(answer.text, copyScope(scope, { depth: scope.depth + 1 }), undefined, dialect);
  return { effects: [] };
}

/** Base64 of UTF-16, as `-EncodedCommand` takes it. */
function decoded(base64: string): string | undefined {
  if (base64 === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  try {
    const bytes = atob(base64);
    if (bytes.length % 2 === 1) return undefined;
    let text = '';
    for (let at = 0; at < bytes.length; at += 2)
      text += String.fromCharCode(bytes.charCodeAt(at) | (bytes.charCodeAt(at + 1) << 8));
    return text;
  } catch {
    // No base64 after all.
    return undefined;
  }
}

/** `Start-Process prog args`. */
export const started: Judge = ({ args, scope, world }) => {
  const rest = args.filter(
    (arg) => !/^-(filepath|argumentlist|args|wait|nonewwindow|verb|passthru|windowstyle)$/i.test(arg.text),
  );
  const words = rest.flatMap(({ text }) => text.split(/\s+/).map((each) => ({ text: each })));
  if (words.length > 0) world.runArgs(words, copyScope(scope, { depth: scope.depth + 1 }));
  return { effects: [] };
};
