/**
 * What another person is asked to sign before something is deployed or sent: a text for a chat or a mail. What is signed is its
 * one canonical form, so a copy that was quoted, wrapped or prettified on its way can still be read, and one that says anything
 * else has another form and no valid signature.
 */
import { visibleLine, visibleText } from './visibleText.ts';

/** What is to be signed. */
export interface SecondPersonAbout {
  readonly action: string;
  readonly digest: string;
  readonly targets: readonly string[];
  readonly cwd: string | undefined;
  /** Epoch ms. */
  readonly expires: number;
  readonly agent?: string;
  /** When the run began, epoch ms: who became a signer since doesn't count. undefined: when Marginal started. */
  readonly since?: number;
}

/** Of `ssh-keygen -Y`: a signature for anything else (a commit, say) doesn't count here. */
export const NAMESPACE = 'marginal-gate';

export interface TwoPeopleRequest {
  /** Who asks, in words: "Ada Lovelace <ada@example.test>, on laptop". */
  readonly from: string;
  /** Agent id, as in the ledger. */
  readonly agent: string;
  /** Where its remote is, without a password, or the folder's name. */
  readonly repository: string;
  /** Exactly what would be done. */
  readonly action: string;
  readonly targets: readonly string[];
  /** SHA-256 of the action, hexadecimal. */
  readonly digest: string;
  /** Random, hexadecimal: no two requests are the same. */
  readonly nonce: string;
  /** Epoch ms, whole seconds. */
  readonly expires: number;
}

const BEGIN = '-----BEGIN MARGINAL REQUEST-----';
const END = '-----END MARGINAL REQUEST-----';
const TITLE = 'One more person is asked to allow this, once. Version 1.';
const LABELS = {
  from: 'Asked by:',
  agent: 'For the agent:',
  repository: 'In the repository:',
  action: 'It would do this:',
  targets: 'It would reach:',
  digest: 'SHA-256 of the action:',
  nonce: 'Number of the request:',
  expires: 'Open until:',
} as const;
type Field = keyof typeof LABELS;
const FIELDS = Object.keys(LABELS) as readonly Field[];

/** With "| " before them lines stay below what mail programs wrap at, quoted once or twice. */
const WIDTH = 66;
/** Of a longer action the beginning is shown; its digest is of all of it. */
const MOST_CHARS = 6_000;
const MOST_TARGETS = 40;
/** A pasted text longer than this is no request. */
const MOST_PASTED = 200_000;

/** The canonical form, from its begin line to its end line, with a line break at its end. */
export function writeRequest(request: TwoPeopleRequest): string {
  const lines = FIELDS.flatMap((field) => [LABELS[field], ...valueLines(writtenValue(request, field))]);
  return `${[BEGIN, TITLE, ...lines, END].join('\n')}\n`;
}

/** What is sent to the other person: the request, and how to sign it with Marginal and without. */
export function requestMessage(request: TwoPeopleRequest): string {
  return `${writeRequest(request)}
To allow it, copy all of this, run "Marginal: Sign a Request…" in VS Code,
and send back what it copies. Without Marginal, save the lines from BEGIN
to END as request.txt, run
  ssh-keygen -Y sign -n ${NAMESPACE} -f ~/.ssh/id_ed25519 request.txt
and send back what request.txt.sig then holds.
`;
}

/** What of an action is asked about: all of it, unless it is too long to be read. */
export function shownAction(action: string): string {
  if (action.length <= MOST_CHARS) return action;
  return `${action.slice(0, MOST_CHARS)}\n(${action.length - MOST_CHARS} more characters are not shown here; the SHA-256 below is of all of them)`;
}

export function shownTargets(targets: readonly string[]): readonly string[] {
  const more = targets.length - MOST_TARGETS;
  return more <= 0 ? targets : [...targets.slice(0, MOST_TARGETS), `and ${more} more`];
}

/**
 * Finds a request in what somebody pasted. Undefined: there is none, or it is damaged. Never throws. What it gives has the
 * canonical form that the text had when it was written, or another if the text says something else now.
 */
export function readRequest(pasted: string): TwoPeopleRequest | undefined {
  if (pasted.length > MOST_PASTED) return undefined;
  const values = valuesIn(pasted);
  if (!values) return undefined;
  const text = (field: Field) => unescaped(values[field]);
  const [from, agent, repository, action] = [text('from'), text('agent'), text('repository'), text('action')];
  const targets = values.targets.split('\n').map(unescaped);
  const expires = Date.parse(values.expires);
  if (from === undefined || agent === undefined || repository === undefined || action === undefined) return undefined;
  if (!targets.every((target) => target !== undefined)) return undefined;
  if (!/^[0-9a-f]{64}$/.test(values.digest) || !/^[0-9a-f]{32}$/.test(values.nonce)) return undefined;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(values.expires) || Number.isNaN(expires)) return undefined;
  const { digest, nonce } = values;
  return {
    from,
    agent,
    repository,
    action,
    targets: targets.length === 1 && targets[0] === '' ? [] : targets,
    digest,
    nonce,
    expires,
  };
}

/** The bytes that may have been signed: people's editors end lines in their own ways, and it means the same. */
export function signedForms(request: TwoPeopleRequest): readonly string[] {
  const text = writeRequest(request);
  const windows = text.replaceAll('\n', '\r\n');
  return [text, text.slice(0, -1), windows, windows.slice(0, -2)];
}

/** What the other person would sign, in plain words and in the order in which it matters. */
export function requestInWords(request: TwoPeopleRequest, at: number): string {
  const minutes = Math.round((request.expires - at) / 60_000);
  const left = minutes < 1 ? 'less than a minute' : minutes === 1 ? 'one minute' : `${minutes} minutes`;
  return [
    `${visibleLine(request.from)} asks you to allow this, once:`,
    '',
    visibleText(request.action),
    '',
    `It reaches: ${request.targets.length === 0 ? 'nothing that it names' : request.targets.map((target) => visibleLine(target)).join(', ')}.`,
    `In ${visibleLine(request.repository)}, by the agent ${visibleLine(request.agent)}.`,
    `The request is open for ${left} more.`,
  ].join('\n');
}

/** The armoured signature in what somebody pasted, as ssh-keygen reads it. Undefined: there is none. */
export function readSignature(pasted: string): string | undefined {
  if (pasted.length > MOST_PASTED) return undefined;
  const plain = plainLines(pasted).join('\n');
  const [, body] =
    /-{2,}\s*BEGIN SSH SIGNATURE\s*-{2,}([A-Za-z0-9+/=\s]+?)-{2,}\s*END SSH SIGNATURE\s*-{2,}/.exec(plain) ?? [];
  const base64 = body?.replace(/\s/g, '');
  if (!base64) return undefined;
  return ['-----BEGIN SSH SIGNATURE-----', ...pieces(base64, 70), '-----END SSH SIGNATURE-----', ''].join('\n');
}

/** What can't be seen, turns the text around it, or is changed by mail and chat programs: marks that are put together, typographic quotes and dashes. */
const ALTERED = /[\\\p{C}\p{M}\p{Zl}\p{Zp}‘’‚‛“”„‟–—―…]|(?! )\p{Zs}/gu;

function writtenValue(request: TwoPeopleRequest, field: Field): string {
  switch (field) {
    case 'targets':
      return request.targets.map((target) => escaped(target).replaceAll('\n', '\\u{a}')).join('\n');
    case 'expires':
      return new Date(request.expires).toISOString().replace(/\.\d+Z$/, 'Z');
    default:
      return escaped(request[field]);
  }
}

/** Each line in pieces; all but its last end in a backslash, so that no space at an end is lost. */
function valueLines(value: string): string[] {
  return value.split('\n').flatMap((line) => {
    const cut = pieces(line.replace(/ $/, '\\u{20}'), WIDTH);
    return cut.map((piece, at) => (at < cut.length - 1 ? `| ${piece}\\` : `| ${piece}`.trimEnd()));
  });
}

/** No piece ends within an escape: a backslash at its end always means that the line goes on. */
function pieces(line: string, width: number): string[] {
  const units = line.match(/\\\\|\\u\{[0-9a-f]+\}|[\s\S]/gu) ?? [];
  const found: string[] = [];
  let piece = '';
  for (const unit of units) {
    if (piece.length + unit.length >= width) {
      found.push(piece);
      piece = '';
    }
    piece += unit;
  }
  return [...found, piece];
}

function escaped(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(ALTERED, (character) => {
      if (character === '\n') return character;
      return character === '\\' ? '\\\\' : `\\u{${character.codePointAt(0)?.toString(16)}}`;
    });
}

/** Undefined: it isn't what `escaped` writes. */
function unescaped(text: string): string | undefined {
  if (/\\(?!\\|u\{[0-9a-f]{1,6}\})/.test(text.replaceAll('\\\\', ''))) return undefined;
  let wrong = false;
  const read = text.replace(/\\\\|\\u\{([0-9a-f]+)\}/g, (_, hex: string | undefined) => {
    if (hex === undefined) return '\\';
    const code = Number.parseInt(hex, 16);
    if (code > 0x10ffff) wrong = true;
    return wrong ? '' : String.fromCodePoint(code);
  });
  return wrong ? undefined : read;
}

/** Lines without quote marks, code fences, bullets of mail programs and prettified characters. */
function plainLines(pasted: string): string[] {
  return pasted
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]/g, '')
    .replace(/[“”„‟]/g, '"')
    .replace(/[‘’‚‛]/g, "'")
    .replace(/[—―]/g, '--')
    .replace(/–/g, '-')
    .replace(/…/g, '...')
    .replace(/(?! )\p{Zs}/gu, ' ')
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.replace(/^(?:\s*>)*\s*/, '').trimEnd());
}

function valuesIn(pasted: string): Readonly<Record<Field, string>> | undefined {
  const lines = plainLines(pasted);
  const begin = lines.findIndex((line) => /^-{2,}\s*BEGIN MARGINAL REQUEST\s*-{2,}$/.test(line));
  const length = lines.slice(begin).findIndex((line) => /^-{2,}\s*END MARGINAL REQUEST\s*-{2,}$/.test(line));
  if (begin < 0 || length < 0) return undefined;
  const rows: string[] = [];
  for (const line of lines.slice(begin + 1, begin + length)) {
    if (line === '') continue;
    // What a mail program wrapped is put back behind what it was cut from.
    const isLabel = FIELDS.some((field) => LABELS[field] === line);
    if (isLabel || line.startsWith('|') || rows.length === 0) rows.push(line);
    else rows.push(`${rows.pop()} ${line}`);
  }
  if (rows.shift() !== TITLE) return undefined;
  const values: Partial<Record<Field, string>> = {};
  for (const field of FIELDS) {
    if (rows.shift() !== LABELS[field]) return undefined;
    const value: string[] = [];
    while (rows[0]?.startsWith('|')) value.push((rows.shift() ?? '').replace(/^\| ?/, ''));
    if (value.length === 0) return undefined;
    values[field] = joined(value);
  }
  return rows.length === 0 ? (values as Record<Field, string>) : undefined;
}

function joined(rows: readonly string[]): string {
  return rows.reduce((so, row, at) => {
    if (at === 0) return row;
    const backslashes = /\\*$/.exec(so)?.[0].length ?? 0;
    return backslashes % 2 === 1 ? `${so.slice(0, -1)}${row}` : `${so}\n${row}`;
  });
}
