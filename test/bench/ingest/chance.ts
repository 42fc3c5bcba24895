/** Chance that is the same in every run, so that a generated home is the same everywhere. */
export interface Chance {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [from, to]. */
  between(from: number, to: number): number;
  /** Many small and a few large ones, as sizes of texts are: the middle one is `middle`, at most `most`. */
  skewed(middle: number, most: number): number;
  one<Item>(items: readonly Item[]): Item;
  hex(digits: number): string;
  uuid(): string;
}

/** mulberry32, by Tommy Ettinger (public domain). */
export function chance(seed: number): Chance {
  let state = seed >>> 0;

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  function hex(digits: number): string {
    let text = '';
    while (text.length < digits)
      text += Math.floor(next() * 65_536)
        .toString(16)
        .padStart(4, '0');
    return text.slice(0, digits);
  }

  return {
    next,
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    skewed(middle, most) {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return Math.min(most, Math.round(middle * Math.exp(1.2 * normal)));
    },
    one(items) {
      return items[Math.floor(next() * items.length)] as (typeof items)[number];
    },
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
  };
}
