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
  /** As `get` and `set`, of a key as its two halves, 32 bits each. */
  getHalves(first: number, second: number): number | undefined;
  setHalves(first: number, second: number, call: number): void;
  delete(key: NameKey): void;
  /** The keys of a call; slow, as they are searched for. */
  keysOf(call: number): readonly NameKey[];
  /** The keys whose first bits are those of `slice`, a number below `slices`, ascending, with their calls. `slices`: a power of two, from 2 on. */
  slice(slice: number, slices: number): readonly (readonly [NameKey, number])[];
}

const FIRST_PLACES = 1 << 10;
/** Beyond this share of the places that are taken, there are twice as many. */
const FULLEST = 0.8;
/** No call has this number: they are counted from 1. */
const FREE = 0;

export function keyMap(): KeyMap {
  let places = FIRST_PLACES;
  /** Of each key the first half, the second half, and its call. */
  let high = new Uint32Array(places);
  let low = new Uint32Array(places);
  let calls = new Int32Array(places);
  let size = 0;

  /** Where a key stands, or the free place where it would. A key is a hash, so that its last bits spread well. */
  function placeOf(first: number, second: number): number {
    let place = second & (places - 1);
    while (calls[place] !== FREE && (low[place] !== second || high[place] !== first))
      place = (place + 1) & (places - 1);
    return place;
  }

  function put(place: number, first: number, second: number, call: number): void {
    high[place] = first;
    low[place] = second;
    calls[place] = call;
  }

  function grow(): void {
    const [oldHigh, oldLow, oldCalls] = [high, low, calls];
    places *= 2;
    [high, low, calls] = [new Uint32Array(places), new Uint32Array(places), new Int32Array(places)];
    for (let place = 0; place < oldCalls.length; place += 1) {
      const call = oldCalls[place] as number;
      if (call === FREE) continue;
      const [first, second] = [oldHigh[place] as number, oldLow[place] as number];
      put(placeOf(first, second), first, second, call);
    }
    // At once: megabytes that the collector would come by for much later.
    for (const old of [oldHigh, oldLow, oldCalls]) old.buffer.transfer(0);
  }

  function keyAt(place: number): NameKey {
    return textOf(high[place] as number) + textOf(low[place] as number);
  }

  function getHalves(first: number, second: number): number | undefined {
    const call = calls[placeOf(first, second)] as number;
    return call === FREE ? undefined : call;
  }

  function setHalves(first: number, second: number, call: number): void {
    let place = placeOf(first, second);
    if (calls[place] === FREE) {
      size += 1;
      if (size > places * FULLEST) {
        grow();
        place = placeOf(first, second);
      }
    }
    put(place, first, second, call);
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
      let gap = placeOf(halfOf(key, 0), halfOf(key, 4));
      if (calls[gap] === FREE) return;
      size -= 1;
      // What stands behind it and would have liked this place, or one before it, moves up: a search ends at a free one.
      for (let place = (gap + 1) & (places - 1); calls[place] !== FREE; place = (place + 1) & (places - 1)) {
        const second = low[place] as number;
        const wished = second & (places - 1);
        if (((place - wished) & (places - 1)) < ((place - gap) & (places - 1))) continue;
        put(gap, high[place] as number, second, calls[place] as number);
        gap = place;
      }
      calls[gap] = FREE;
    },
    keysOf(call) {
      const keys: NameKey[] = [];
      for (let place = 0; place < places; place += 1) if (calls[place] === call) keys.push(keyAt(place));
      return keys;
    },
    slice(slice, slices) {
      const shift = 32 - Math.log2(slices);
      const found: (readonly [NameKey, number])[] = [];
      for (let place = 0; place < places; place += 1) {
        if (calls[place] === FREE || (high[place] as number) >>> shift !== slice) continue;
        found.push([keyAt(place), calls[place] as number]);
      }
      return found.sort(([a], [b]) => (a < b ? -1 : 1));
    },
  };
}

/** Four characters of a key as a number. */
function halfOf(key: NameKey, at: number): number {
  return (
    ((key.charCodeAt(at) << 24) |
      (key.charCodeAt(at + 1) << 16) |
      (key.charCodeAt(at + 2) << 8) |
      key.charCodeAt(at + 3)) >>>
    0
  );
}

function textOf(half: number): string {
  return String.fromCharCode(half >>> 24, (half >>> 16) & 0xff, (half >>> 8) & 0xff, half & 0xff);
}
