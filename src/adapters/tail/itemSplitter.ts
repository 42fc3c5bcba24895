import { Buffer } from 'node:buffer';

export interface SplitItem {
  /** The member's name; undefined: the document is an array. */
  readonly name: string | undefined;
  /** Good until the next item is asked for. */
  readonly bytes: Buffer;
}

/**
 * Cuts a JSON document that comes in chunks into its items: the elements of the array that it is, or the members of the
 * object that it is, an array among them element by element. Only one item is ever held, so a document of any size takes
 * the memory of its largest item.
 */
export interface ItemSplitter {
  /** The items that end in this chunk; to be read to its end before the next chunk comes. */
  split(chunk: Buffer): Generator<SplitItem>;
  /** The document's last bracket has come, and nothing but white space after it. */
  isWhole(): boolean;
  /** Something that no JSON document has at that place: reading on is of no use. */
  isBroken(): boolean;
  /** Items that were passed over because they were longer than allowed. */
  dropped(): number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Longer names of members aren't of interest; the member still is. */
const MOST_NAME_BYTES = 256;

/** Where the scan stands. `value`: within an item, or before its first byte. */
type Place = 'start' | 'name' | 'colon' | 'value' | 'end';

/** `maxItemBytes`: a longer item is passed over, and no more than that is held. */
export function itemSplitter(maxItemBytes: number): ItemSplitter {
  let place: Place = 'start';
  let broken = false;
  let droppedItems = 0;
  /** Whether the document is an object, and whether the items come from an array that is a member of it. */
  let isObject = false;
  let inMember = false;
  let name: string | undefined;
  /** Brackets open within the item; in a string, and behind a backslash in it. */
  let depth = 0;
  let inString = false;
  let escaped = false;
  /** An item's bytes from chunks before this one. */
  let pieces: Buffer[] = [];
  let heldBytes = 0;
  /** The item, or name, has begun. */
  let begun = false;

  return {
    *split(chunk) {
      /** Where the item's bytes begin in this chunk; -1: it hasn't begun. */
      let from = begun ? 0 : -1;
      for (let at = 0; at < chunk.length && !broken; at += 1) {
        if (inString) {
          if (escaped) {
            escaped = false;
            continue;
          }
          // Most bytes are within strings: straight to the next quotation mark.
          const quote = chunk.indexOf(QUOTE, at);
          const end = quote < 0 ? chunk.length : quote;
          const isEscape = backslashesBefore(chunk, end, at) % 2 === 1;
          at = end;
          if (quote < 0) {
            escaped = isEscape;
          } else if (!isEscape) {
            inString = false;
            if (place === 'name') {
              name = nameIn(taken(chunk.subarray(from, at + 1), MOST_NAME_BYTES));
              from = -1;
              place = 'colon';
            }
          }
          continue;
        }
        const byte = chunk[at] as number;
        if (isSpace(byte)) continue;
        switch (place) {
          case 'start':
            if (isByteOrderMark(byte)) break;
            if (byte !== OPEN_ARRAY && byte !== OPEN_OBJECT) {
              broken = true;
              break;
            }
            isObject = byte === OPEN_OBJECT;
            place = isObject ? 'name' : 'value';
            break;
          case 'name':
            if (byte === QUOTE) {
              inString = true;
              begun = true;
              from = at;
            } else if (byte === CLOSE_OBJECT) place = 'end';
            else if (byte !== COMMA) broken = true;
            break;
          case 'colon':
            if (byte === COLON) place = 'value';
            else broken = true;
            break;
          case 'value': {
            if (depth === 0 && (byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT)) {
              if (begun) {
                const bytes = taken(chunk.subarray(from, at), maxItemBytes);
                from = -1;
                if (bytes) yield { name, bytes };
                else droppedItems += 1;
              }
              if (byte === CLOSE_ARRAY && inMember) {
                inMember = false;
                place = 'name';
              } else if (byte === COMMA) place = isObject && !inMember ? 'name' : 'value';
              else if (byte === (isObject ? CLOSE_OBJECT : CLOSE_ARRAY) && !inMember) place = 'end';
              else broken = true;
              break;
            }
            // A member that is an array: its elements are the items.
            if (!begun && isObject && !inMember && byte === OPEN_ARRAY) {
              inMember = true;
              break;
            }
            if (!begun) {
              begun = true;
              from = at;
            }
            if (byte === QUOTE) inString = true;
            else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth += 1;
            else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth -= 1;
            break;
          }
          case 'end':
            broken = true;
        }
      }
      if (begun && !broken) hold(chunk.subarray(Math.max(0, from)), place === 'name' ? MOST_NAME_BYTES : maxItemBytes);
    },
    isWhole: () => place === 'end' && !broken,
    isBroken: () => broken,
    dropped: () => droppedItems,
  };

  function hold(rest: Buffer, most: number): void {
    heldBytes += rest.length;
    // A copy: the chunk's memory is used again.
    if (heldBytes <= most) pieces.push(Buffer.from(rest));
    else pieces = [];
  }

  /** What was held together with its last part; undefined where it is longer than allowed. */
  function taken(last: Buffer, most: number): Buffer | undefined {
    const isTooLong = heldBytes + last.length > most;
    const whole = isTooLong ? undefined : pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
    pieces = [];
    heldBytes = 0;
    begun = false;
    return whole;
  }
}

/** How many backslashes stand in a row before a place, from `start` on. */
function backslashesBefore(chunk: Buffer, place: number, start: number): number {
  let at = place;
  while (at > start && chunk[at - 1] === BACKSLASH) at -= 1;
  return place - at;
}

/** `''` for one that can't be read. */
function nameIn(bytes: Buffer | undefined): string {
  try {
    return bytes ? String(JSON.parse(bytes.toString('utf8'))) : '';
  } catch {
    return '';
  }
}

/** White space of JSON; and NULs, which a crash of the machine leaves behind what was written. */
function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0;
}

function isByteOrderMark(byte: number): boolean {
  return byte === 0xef || byte === 0xbb || byte === 0xbf;
}
