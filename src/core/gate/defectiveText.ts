/**
 * Text from tools that tries to give orders to the agent (docs/economics, section 9: defective tokens). Pure, linear in the
 * text, never throws: a text is looked at where a word stands that such orders need, and judged by the signs that stand
 * close together there.
 */
import type { SignKind } from './defectiveSigns.ts';
import { type FoundWord, SIGNS, scanned } from './defectiveWords.ts';

export interface DefectiveText {
  /** What was seen, the heaviest first. */
  readonly signs: readonly SignKind[];
  readonly score: number;
  /** Where it stands, in characters. */
  readonly at: number;
}

interface Hit {
  readonly kind: SignKind;
  readonly weight: number;
  readonly at: number;
  /** Number of the pattern; undefined: none. */
  readonly pattern?: number;
}

const ENOUGH = 2;
/** Signs speak together when they stand this close. */
const NEAR = 400;
/** What is looked at around a trigger. */
const AROUND = 320;
/** Beyond this a result is looked at from both ends. */
const MOST_CHARS = 400_000;
const MOST_BLOBS = 40;

/** undefined: nothing that gives orders. */
export function defectiveText(text: string): DefectiveText | undefined {
  const seen = text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS / 2)}\n${text.slice(-MOST_CHARS / 2)}` : text;
  const plain = plainText(seen);
  const { words, blobs } = scanned(plain);
  const hits = [...hiddenHits(seen), ...wordHits(plain, words), ...encodedHits(plain, blobs)];
  return worst([...hits, ...coveredHits(plain, hits)]);
}

/** Without what can't be seen, and with letters that only look different as what they are read as. */
function plainText(text: string): string {
  // Most results are ASCII: one pass finds that out.
  if (!/[^\n -~\t\r]/.test(text)) return text;
  return text.replace(INVISIBLE, '').replace(LOOKALIKE, (letter) => letter.normalize('NFKC'));
}

const INVISIBLE =
  /\u034f|\u200d|[\u00ad\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;
const LOOKALIKE = /[\uff01-\uff5e\u2460-\u24ff\u{1d400}-\u{1d7ff}]/gu;

function wordHits(text: string, words: readonly FoundWord[]): Hit[] {
  const hits: Hit[] = [];
  for (const { from, to, signs } of stretches(text, words)) {
    const part = text.slice(from, to);
    for (const index of [...signs, ...COMMON]) {
      const { kind, weight, pattern } = SIGNS[index] as (typeof SIGNS)[number];
      for (const match of part.matchAll(pattern)) hits.push({ kind, weight, at: from + match.index, pattern: index });
    }
  }
  return hits;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Numbers of the signs whose words stand in it. */
  readonly signs: ReadonlySet<number>;
}

/** What is asked for in most texts makes an order of what is nearly one, and no more. */
const COMMON_COUNTS = 0.5;
const COMMON = SIGNS.flatMap(({ needs }, index) => (needs.length === 0 ? [index] : []));

/** Around the words that signs need, where those signs together could be enough. */
function stretches(text: string, words: readonly FoundWord[]): readonly Stretch[] {
  const found: { from: number; to: number; signs: Set<number> }[] = [];
  for (const { at, signs } of words) {
    const last = found.at(-1);
    if (last && at - AROUND <= last.to) {
      last.to = Math.min(text.length, at + AROUND);
      for (const each of signs) last.signs.add(each);
    } else {
      const [from, to] = [Math.max(0, at - AROUND), Math.min(text.length, at + AROUND)];
      found.push({ from, to, signs: new Set(signs) });
    }
  }
  return found.filter(({ signs }) => scoreOf([...signs].map(hitOf)) >= ENOUGH - COMMON_COUNTS);
}

const hitOf = (index: number): Hit => ({
  kind: SIGNS[index]?.kind ?? 'command',
  weight: SIGNS[index]?.weight ?? 0,
  at: 0,
  pattern: index,
});

/** The heaviest stretch of signs that stand together; see weightOf. */
function worst(hits: readonly Hit[]): DefectiveText | undefined {
  const sorted = [...hits].sort((a, b) => a.at - b.at);
  let best: DefectiveText | undefined;
  let first = 0;
  const counted = new Map<SignKind, Hit[]>();
  for (const hit of sorted) {
    counted.set(hit.kind, [...(counted.get(hit.kind) ?? []), hit].slice(-MOST_OF_A_KIND));
    for (; (sorted[first]?.at ?? hit.at) < hit.at - NEAR; first += 1) {
      const gone = sorted[first];
      if (gone)
        counted.set(
          gone.kind,
          (counted.get(gone.kind) ?? []).filter((each) => each !== gone),
        );
    }
    const kinds = [...counted].flatMap(([kind, of]) => (of.length === 0 ? [] : [{ kind, weight: weightOf(of) }]));
    const common = kinds.reduce((sum, { kind, weight }) => sum + (isCommon(kind) ? weight : 0), 0);
    const score = kinds.reduce((sum, { weight }) => sum + weight, 0) - Math.max(0, common - COMMON_COUNTS);
    if (score < ENOUGH || score <= (best?.score ?? 0)) continue;
    const signs = kinds.sort((a, b) => b.weight - a.weight).map(({ kind }) => kind);
    best = { signs, score, at: sorted[first]?.at ?? hit.at };
  }
  return best;
}

const isCommon = (kind: SignKind) => kind === 'command' || kind === 'urgency';
const MOST_OF_A_KIND = 20;

function scoreOf(hits: readonly Hit[]): number {
  return [...Map.groupBy(hits, ({ kind }) => kind).values()].reduce((sum, of) => sum + weightOf(of), 0);
}

/** The heaviest counts; that the same is said in another way adds a little. */
function weightOf(hits: readonly Hit[]): number {
  const ways = new Set(hits.map(({ pattern }) => pattern)).size;
  const heaviest = Math.max(...hits.map(({ weight }) => weight));
  return heaviest < 1 ? heaviest : heaviest + (ways - 1) / 2;
}

const TAGS = /[\u{e0020}-\u{e007e}]{2,}\u{e007f}?/gu;
const FLAG = '\u{1f3f4}';
const SELECTORS = /[\u{e0100}-\u{e01ef}\ufe00-\ufe0e]{4,}/gu;
const ZERO_WIDTH_RUN = /(?:\u200d|[\u200b\u200c\u2060\ufeff]){8,}/g;
/** A letter, something that can't be seen, a letter, again and again: words that only a machine reads. */
const SPLIT_WORD = /(?:[a-z](?:\u200d|[\u200b\u200c\u2060\u00ad]) ?){4,}[a-z]/gi;
const TURNED = /[\u202d\u202e][^\n\u202c]{3,}/g;

/** Any of what is looked for below. */
const UNSEEN =
  /\u200d|[\ufe00-\ufe0e]|[\u00ad\u200b\u200c\u202d\u202e\u2060\ufeff\u{e0020}-\u{e007f}]|[\u{e0100}-\u{e01ef}]/u;

/** What a person doesn't see. */
function hiddenHits(text: string): Hit[] {
  if (!UNSEEN.test(text)) return [];
  const hits: Hit[] = [];
  const hide = (weight: number, pattern: RegExp, isHidden: (found: string, at: number) => boolean = () => true) => {
    for (const match of text.matchAll(pattern))
      if (isHidden(match[0], match.index)) hits.push({ kind: 'hidden', weight, at: match.index });
  };
  // The flags of England, Scotland and Wales are written with tags.
  hide(2, TAGS, (_, at) => text.slice(Math.max(0, at - 2), at) !== FLAG);
  hide(2, SELECTORS);
  hide(2, ZERO_WIDTH_RUN, (found) => new Set(found).size > 1);
  hide(2, SPLIT_WORD);
  hide(1, TURNED, (found) => /[a-z]{3}/i.test(found));
  return hits;
}

/** Orders that are written so that only a machine reads them. */
function encodedHits(text: string, blobs: readonly (readonly [number, number])[]): Hit[] {
  return blobs.slice(0, MOST_BLOBS).flatMap(([from, to]): Hit[] => {
    const said = decoded(text.slice(from, Math.min(to, from + MOST_BLOB)));
    if (said === undefined) return [];
    if (worst(wordHits(said, scanned(said).words))) return [{ kind: 'encoded', weight: 2, at: from }];
    return RUNS.test(said) ? [{ kind: 'danger', weight: 1, at: from }] : [];
  });
}

const RUNS = /\b(?:curl|wget|bash|rm -rf|powershell|eval)\b/;
/** A multiple of four. */
const MOST_BLOB = 4000;

/** undefined: it isn't readable text. */
function decoded(blob: string): string | undefined {
  const said = atob(blob.slice(0, blob.length - (blob.length % 4 === 1 ? 1 : 0)));
  return /^[\n\r\t -~]+$/.test(said) && said.includes(' ') ? said : undefined;
}

const OPENED = [
  '<!--',
  '[//]: #',
  'display:none',
  'display: none',
  'font-size:0',
  'font-size:1px',
  'color:white',
  'visibility:hidden',
];

/** What speaks to an agent where a reader of the page doesn't look. */
function coveredHits(text: string, hits: readonly Hit[]): Hit[] {
  return hits.flatMap((hit): Hit[] => {
    if (hit.kind !== 'address' && hit.kind !== 'duty' && hit.kind !== 'override') return [];
    const before = text.slice(Math.max(0, hit.at - 200), hit.at + 5);
    const opened = Math.max(...OPENED.map((start) => before.lastIndexOf(start)));
    const isCovered = opened >= 0 && !before.slice(opened).includes('-->');
    return isCovered ? [{ kind: 'covered', weight: 1, at: hit.at }] : [];
  });
}
