/** What programs that only print or decode write, where their input is in the line itself. */

import { readOptions } from './options.ts';
import { type Arg, type Call, type Data, UNKNOWN } from './scope.ts';

/** Longer texts aren't decoded. */
const MAX_CHARS = 100_000;

export function printed(program: 'echo' | 'printf', args: readonly Arg[]): Data {
  let rest = args.map((arg) => arg.text);
  if (program === 'printf') {
    if (rest[0] === '--') rest = rest.slice(1);
    const [format = '', ...values] = rest;
    return { text: formatted(unescaped(format), values), from: 'line' };
  }
  let escapes = false;
  let newline = '\n';
  while (rest[0] !== undefined && /^-[neE]+$/.test(rest[0])) {
    if (rest[0].includes('e')) escapes = true;
    if (rest[0].includes('n')) newline = '';
    rest = rest.slice(1);
  }
  const text = rest.join(' ');
  return { text: `${escapes ? unescaped(text) : text}${newline}`, from: 'line' };
}

function formatted(format: string, values: readonly string[]): string {
  const slots = [...format.matchAll(/%[-+ #0]*\d*(?:\.\d+)?[sbdiuqxXofeEgGc]/g)].length;
  let text = '';
  let at = 0;
  do {
    text += format.replace(/%%|%[-+ #0]*\d*(?:\.\d+)?([sbdiuqxXofeEgGc])/g, (slot, kind) => {
      if (slot === '%%') return '%';
      const value = values[at++] ?? '';
      return kind === 'b' ? unescaped(value) : value;
    });
  } while (slots > 0 && at < values.length && text.length < MAX_CHARS);
  return text;
}

function unescaped(text: string): string {
  const plain: Readonly<Record<string, string>> = {
    n: '\n',
    t: '\t',
    r: '\r',
    a: '',
    b: '',
    f: '',
    v: '',
    '\\': '\\',
    e: '',
    '"': '"',
    "'": "'",
  };
  return text.replace(
    /\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|0?[0-7]{1,3}|[\s\S])/g,
    (whole, code: string) => {
      const [first = ''] = code;
      if (first === 'x' || first === 'u' || first === 'U') {
        const point = Number.parseInt(code.slice(1), 16);
        return Number.isNaN(point) || point > 0x10ffff ? whole : String.fromCodePoint(point);
      }
      if (/[0-7]/.test(first)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
      return plain[first] ?? whole;
    },
  );
}

/** Decoders of what comes in. What they can't decode here is told to come from a decoder. */
export function decoded({ name, args, stdin }: Call): Data {
  const options = readOptions(args, {
    values: new Set(['-w', '-i', '-o', '-in', '-out']),
    longDash: name === 'openssl',
  });
  const fromPipe =
    options.operands.filter((arg) => arg.text !== '-' && arg.text !== 'enc' && arg.text !== 'base64').length ===
    (name === 'tr' ? options.operands.length : 0);
  const text = fromPipe && stdin?.text !== undefined && stdin.text.length < MAX_CHARS ? stdin.text : undefined;
  if (text?.includes(UNKNOWN)) return { from: 'decoder' };
  switch (name) {
    case 'rev':
      return text === undefined
        ? { from: 'decoder' }
        : {
            text: text
              .split('\n')
              .map((line) => [...line].reverse().join(''))
              .join('\n'),
            from: 'line',
          };
    case 'tr': {
      const [from, to] = options.operands.map((arg) => set(arg.text));
      if (text === undefined || from === undefined)
        return { from: stdin?.from === 'download' ? 'download' : 'decoder' };
      if (options.has('-d')) return { text: [...text].filter((char) => !from.includes(char)).join(''), from: 'line' };
      if (to === undefined) return { from: 'decoder' };
      return {
        text: [...text]
          .map((char) => (from.includes(char) ? (to[Math.min(from.indexOf(char), to.length - 1)] ?? char) : char))
          .join(''),
        from: 'line',
      };
    }
    case 'xxd': {
      if (!options.has('-r')) return { from: 'program' };
      const hex = text?.replace(/\s+/g, '');
      return hex !== undefined && options.has('-p', '-ps') && /^([0-9a-f]{2})*$/i.test(hex)
        ? { text: bytes(hex.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? []), from: 'line' }
        : { from: 'decoder' };
    }
    case 'base64':
    case 'openssl': {
      if (!options.has('-d', '-D', '--decode', '-decode')) return { from: 'program' };
      const plain = text === undefined ? undefined : fromBase64(text);
      return plain === undefined ? { from: 'decoder' } : { text: plain, from: 'line' };
    }
    default:
      return { from: 'decoder' };
  }
}

function fromBase64(text: string): string | undefined {
  const clean = text.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(clean)) return undefined;
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const values: number[] = [];
  let bits = 0;
  let count = 0;
  for (const char of clean.replace(/=+$/, '')) {
    bits = ((bits << 6) | alphabet.indexOf(char)) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    values.push((bits >> count) & 0xff);
  }
  return bytes(values);
}

/** Commands are ASCII; other bytes only have to stay different from them. */
function bytes(values: readonly number[]): string {
  return values.map((value) => String.fromCharCode(value)).join('');
}

/** A set of `tr`: ranges and classes that are used to hide text. */
function set(text: string): string | undefined {
  const classes = unescaped(text)
    .replaceAll('[:lower:]', 'a-z')
    .replaceAll('[:upper:]', 'A-Z')
    .replaceAll('[:space:]', ' \t\n\r')
    .replaceAll('[:digit:]', '0-9');
  if (classes.includes('[:')) return undefined;
  return classes.replace(/(.)-(.)/g, (_, from: string, to: string) => {
    const [low, high] = [from.charCodeAt(0), to.charCodeAt(0)];
    return high < low || high - low > 255
      ? ''
      : String.fromCharCode(...Array.from({ length: high - low + 1 }, (_each, index) => low + index));
  });
}
