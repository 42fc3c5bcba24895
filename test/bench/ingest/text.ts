import type { Chance } from './chance.ts';

/** Texts as agents' logs hold them: code, listings and prose, some of it about usage and assistants. */
export interface Texts {
  /** About so many characters. */
  text(length: number): string;
  /** Letters and digits without an end, as what is encrypted looks. */
  opaque(length: number): string;
}

const LINES = [
  '     1→import { readFile } from "node:fs/promises";',
  '    12→  const total = items.reduce((sum, item) => sum + item.price * item.quantity, 0);',
  'src/cart.ts:41:  if (!response.ok) throw new Error(`The server said no`);',
  '✓ adds up what is in the cart (3 ms)',
  'drwxr-xr-x  5 dev dev  4096 Oct 14 09:12 node_modules',
  'The tests fail since the rounding happens before the discount; it has to be the other way round.',
  '\tfor (const [name, value] of Object.entries(settings)) {',
  "fatal: pathspec 'src\\checkout.ts' did not match any files",
  '+    return { type: "assistant", usage: response.usage, tokens: count(message) };',
  '{"status":"ok","data":{"id":4711,"name":"Größe XL","tags":["new","sale"]}}',
  'I read the file first, then change the function and run the tests again.',
  '<div class="row"><span>Sum</span><b>{{ total | currency }}</b></div>',
  'npm warn deprecated glob@7.2.3: Glob versions prior to v9 are no longer supported',
  '',
];

export function texts(chance: Chance): Texts {
  const pool = pageOf(400_000, () => `${chance.one(LINES)}\n`);
  const letters = pageOf(400_000, () => Buffer.from(chance.hex(64), 'hex').toString('base64'));
  const cut = (from: string) => (length: number) => {
    const start = chance.between(0, from.length - 1);
    return from.slice(start, start + length) + from.slice(0, Math.max(0, start + length - from.length));
  };
  return { text: cut(pool), opaque: cut(letters) };
}

function pageOf(length: number, piece: () => string): string {
  let page = '';
  while (page.length < length) page += piece();
  return page;
}
