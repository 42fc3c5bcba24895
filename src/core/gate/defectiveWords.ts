/** Finds the words that signs need, in one pass: a regular expression of so many words takes ten times as long. */
import { OTHER_SIGNS } from './defectiveLanguages.ts';
import { ENGLISH_SIGNS, type SignPattern } from './defectiveSigns.ts';

export const SIGNS: readonly SignPattern[] = [...ENGLISH_SIGNS, ...OTHER_SIGNS];

export interface FoundWord {
  readonly at: number;
  /** Numbers of the signs that need it. */
  readonly signs: readonly number[];
}

interface Word {
  readonly text: string;
  readonly signs: readonly number[];
}

const WORDS: readonly Word[] = [
  ...Map.groupBy(
    SIGNS.flatMap(({ needs }, index) => needs.map((text) => ({ text, index }))),
    ({ text }) => text,
  ),
].map(([text, of]) => ({ text, signs: [...new Set(of.map(({ index }) => index))] }));

const isPlain = ({ text }: Word) => text.length >= START && /^[ -~]+$/.test(text);
/** Letters by which a word is suspected. */
const START = 3;
const BUCKETS = 1 << 15;

/** Words in ASCII by the hash of their first letters; most buckets are empty. */
const BY_START: (readonly Word[])[] = Array.from({ length: BUCKETS }, () => []);
const STARTS = new Uint8Array(BUCKETS);
for (const word of WORDS.filter(isPlain)) {
  const bucket = bucketOf(word.text.charCodeAt(0), word.text.charCodeAt(1), word.text.charCodeAt(2));
  BY_START[bucket] = [...(BY_START[bucket] ?? []), word];
  STARTS[bucket] = 1;
}
const OTHERS = WORDS.filter((word) => !isPlain(word));

/** By character code: its lower case; 0 beyond ASCII, where no plain word is. */
const LOWER = Uint8Array.from({ length: 1 << 16 }, (_, code) =>
  code >= 128 ? 0 : code >= 65 && code <= 90 ? code + 32 : code,
);
/** By character code: whether base64 is written with it. */
const OF_BLOB = Uint8Array.from({ length: 1 << 16 }, (_, code) =>
  code < 128 && /[A-Za-z0-9+/]/.test(String.fromCharCode(code)) ? 1 : 0,
);
const LEAST_BLOB = 40;

export interface Scanned {
  readonly words: readonly FoundWord[];
  /** Where something stands that may be base64: from, and before. */
  readonly blobs: readonly (readonly [number, number])[];
}

export function scanned(text: string): Scanned {
  const words: FoundWord[] = [];
  const blobs: [number, number][] = [];
  let [first, second, run, hasOtherLetters] = [0, 0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const third = LOWER[code] as number;
    const bucket = bucketOf(first, second, third);
    if (STARTS[bucket] === 1) {
      const from = at + 1 - START;
      for (const word of BY_START[bucket] as readonly Word[])
        if (beginsAt(text, from, word.text)) words.push({ at: from, signs: word.signs });
    }
    if (OF_BLOB[code] === 1) run += 1;
    else {
      if (run >= LEAST_BLOB) blobs.push([at - run, at]);
      run = 0;
      // Typographic marks and pictures stand in most texts; they are in no word.
      if (code >= 0xc0 && (code < 0x2000 || (code >= 0x3000 && code < 0xd800))) hasOtherLetters = true;
    }
    first = second;
    second = third;
  }
  if (run >= LEAST_BLOB) blobs.push([text.length - run, text.length]);
  return { words: hasOtherLetters ? withOthers(words, text) : words, blobs };
}

function withOthers(words: readonly FoundWord[], text: string): readonly FoundWord[] {
  const found = [...words];
  const lower = text.toLowerCase();
  for (const { text: word, signs } of OTHERS) {
    for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1)) found.push({ at, signs });
  }
  return found.sort((a, b) => a.at - b.at);
}

function bucketOf(first: number, second: number, third: number): number {
  return ((first * 31 + second) * 31 + third) & (BUCKETS - 1);
}

function beginsAt(text: string, from: number, word: string): boolean {
  if (from < 0) return false;
  for (let index = 0; index < word.length; index += 1)
    if (LOWER[text.charCodeAt(from + index)] !== word.charCodeAt(index)) return false;
  return true;
}
