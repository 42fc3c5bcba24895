const LONGEST = 240;
/** What looks like a key or a token: long, unbroken, with a digit. */
const SECRET = /\b(?=[\w-]*\d)[\w-]{20,}|\b(sk|pk|key|gsk|xai)-[\w*.-]+|Bearer\s+\S+/gi;
/** A run this long that is in the request too is a quote of it. */
const QUOTE = 32;
const STEP = 8;

/**
 * A vendor's own words on an error, fit to be shown: short, on one line, without keys, and dropped where they quote the
 * request, since an error must not carry text of a prompt.
 *
 * @param sent the body of the request
 * @param keep names that may stay although the request holds them (the model's)
 */
export function cleanVendorWords(
  words: string | undefined,
  sent: string,
  secrets: readonly (string | undefined)[],
  keep: readonly (string | undefined)[] = [],
): string | undefined {
  let text = (words ?? '').replace(/\s+/g, ' ').trim();
  for (const secret of secrets) if (secret) text = text.replaceAll(secret, '…');
  const placeholders = keep.filter((name) => name !== undefined && name !== '');
  for (const [index, name] of placeholders.entries()) text = text.replaceAll(name ?? '', `\u0001${index}\u0002`);
  text = text.replace(SECRET, '…');
  if (text === '' || /^\s*</.test(text) || quotes(text, sent)) return undefined;
  for (const [index, name] of placeholders.entries()) text = text.replaceAll(`\u0001${index}\u0002`, name ?? '');
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return short.replace(/[.\s]+$/, '');
}

/** A common run of QUOTE characters holds one of QUOTE − STEP that starts at a multiple of STEP. */
function quotes(text: string, sent: string): boolean {
  const length = QUOTE - STEP;
  for (let start = 0; start + length <= text.length; start += STEP) {
    const run = JSON.stringify(text.slice(start, start + length)).slice(1, -1);
    if (sent.includes(run)) return true;
  }
  return false;
}
