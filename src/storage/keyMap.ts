/**
 * Calls by the keys of their names, in flat arrays: as a Map of texts they would take several times the memory, and the
 * time of the collector, which copies each text twice and then looks at it again and again.
 */

/** A name as the ledger knows it: the first 64 bits of its hash, a character for each byte. */
export type NameKey = string;

export interface KeyMap {
  readonly size: number;
  get(key: NameKey): number | undefined;
  set(key: NameKey, call: number): void;
  /** As `get` and `set`, of a key as its two halves, 32 bits each, signed. */
  getHalves(first: number, second: number): number | undefined;
  setHalves(first: number, second: number, call: number): void;
  delete(key: NameKey): void;
  /** The keys of a call; slow, as they are searched for. */
  keysOf(call: number): readonly NameKey[];
  /** The keys whose first bits are those of `slice`, a number below `slices`, ascending, with their calls. `slices`: a power of two, from 2 on. */
  slice(slice: number, slices: number): readonly (readonly [NameKey, number])[];
}

const FIRST_BITS = 10;
/** Beyond this share of the places that are taken, there are twice as many. */
const FULLEST = 0.8;
/** No call has this number: they are counted from 1. */
const FREE = 0;

/** In each place: a key's first half, its second half, its call. Side by side, as a search needs all three. */
const STRIDE = 3;

export function keyMap(): KeyMap {
  let bits = FIRST_BITS;
  let places = new Int32Array((1 << bits) * STRIDE);
  let size = 0;

  /** Where a key would stand if nothing else did. A key is a hash, so its first bits spread well; by them, neighbours of the table are neighbours here. */
  function wishOf(first: number): number {
    return first >>> (32 - bits);
  }

  function after(place: number): number {
    return (place + 1) & ((1 << bits) - 1);
  }

  /** The index in `places` of where a key stands, or of the free place where it would. */
  function indexOf(first: number, second: number): number {
    let index = wishOf(first) * STRIDE;
    while (places[index + 2] !== FREE && (places[index] !== first || places[index + 1] !== second)) {
      index += STRIDE;
      if (index === places.length) index = 0;
    }
    return index;
  }

  function put(index: number, first: number, second: number, call: number): void {
    places[index] = first;
    places[index + 1] = second;
    places[index + 2] = call;
  }

  function grow(): void {
    const old = places;
    bits += 1;
    places = new Int32Array(old.length * 2);
    for (let index = 0; index < old.length; index += STRIDE) {
      const call = old[index + 2] as number;
      if (call === FREE) continue;
      const [first, second] = [old[index] as number, old[index + 1] as number];
      put(indexOf(first, second), first, second, call);
    }
    // At once: megabytes that the collector would come by for much later.
    old.buffer.transfer(0);
  }

  function keyAt(index: number): NameKey {
    return textOf(places[index] as number) + textOf(places[index + 1] as number);
  }

  function getHalves(first: number, second: number): number | undefined {
    const call = places[indexOf(first, second) + 2] as number;
    return call === FREE ? undefined : call;
  }

  function setHalves(first: number, second: number, call: number): void {
    let index = indexOf(first, second);
    if (places[index + 2] === FREE) {
      size += 1;
      if (size > (1 << bits) * FULLEST) {
        grow();
        index = indexOf(first, second);
      }
    }
    put(index, first, second, call);
  }

  return {
    get size() {
      return size;
    },
    getHalves,
    setHalves,
    get: (key) => getHalves(halfOf(key, 0), halfOf(key, 4)),
    set: (key, call) => setHalves(halfOf(key, 0), halfOf(key, 4), call),
    delete(key) {
      let gap = indexOf(halfOf(key, 0), halfOf(key, 4)) / STRIDE;
      if (places[gap * STRIDE + 2] === FREE) return;
      size -= 1;
      // What stands behind it and would have liked this place, or one before it, moves up: a search ends at a free one.
      const mask = (1 << bits) - 1;
      for (let place = after(gap); places[place * STRIDE + 2] !== FREE; place = after(place)) {
        const first = places[place * STRIDE] as number;
        if (((place - wishOf(first)) & mask) < ((place - gap) & mask)) continue;
        places.copyWithin(gap * STRIDE, place * STRIDE, (place + 1) * STRIDE);
        gap = place;
      }
      places[gap * STRIDE + 2] = FREE;
    },
    keysOf(call) {
      const keys: NameKey[] = [];
      for (let index = 0; index < places.length; index += STRIDE) {
        if (places[index + 2] === call) keys.push(keyAt(index));
      }
      return keys;
    },
    slice(slice, slices) {
      const shift = 32 - Math.log2(slices);
      const found: (readonly [NameKey, number])[] = [];
      // From where its first key may stand, to the first free place behind where its last one may.
      const [from, end] = [wishOf(slice << shift), wishOf(((slice + 1) << shift) - 1)];
      for (let place = from, left = 1 << bits; left > 0; left -= 1, place = after(place)) {
        const index = place * STRIDE;
        const call = places[index + 2] as number;
        if (call === FREE) {
          if (((place - from) & ((1 << bits) - 1)) >= end - from) break;
        } else if ((places[index] as number) >>> shift === slice) found.push([keyAt(index), call]);
      }
      return found.sort(([a], [b]) => (a < b ? -1 : 1));
    },
  };
}

/** Four characters of a key as a number. */
function halfOf(key: NameKey, at: number): number {
  return (
    (key.charCodeAt(at) << 24) | (key.charCodeAt(at + 1) << 16) | (key.charCodeAt(at + 2) << 8) | key.charCodeAt(at + 3)
  );
}

function textOf(half: number): string {
  return String.fromCharCode(half >>> 24, (half >>> 16) & 0xff, (half >>> 8) & 0xff, half & 0xff);
}
