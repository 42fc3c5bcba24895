import { NANO_PER_CREDIT, type NanoCredits } from '../money.ts';

/** A cap that would have stopped exactly one of what was seen. */
export interface CapSuggestion<Of> {
  readonly nanoCredits: NanoCredits;
  /** What it would have stopped. */
  readonly stopped: Of;
}

/** Below it a cap stops work rather than accidents. */
const LEAST_CREDITS = 10;

/**
 * The roundest cap that the dearest of some runs (or days) goes over and no other does; undefined: there is no such, or too
 * little was seen to tell what is usual.
 */
export function suggestCap<Of extends { readonly nanoCredits: NanoCredits }>(
  seen: readonly Of[],
): CapSuggestion<Of> | undefined {
  const [dearest, next] = [...seen].sort((a, b) => b.nanoCredits - a.nanoCredits);
  if (!dearest || !next) return undefined;
  const credits = roundBetween(
    Math.max(next.nanoCredits / NANO_PER_CREDIT, LEAST_CREDITS - 1),
    dearest.nanoCredits / NANO_PER_CREDIT,
  );
  return credits === undefined ? undefined : { nanoCredits: credits * NANO_PER_CREDIT, stopped: dearest };
}

/** The roundest whole number above `low` and below `high`, the highest of equally round ones: it leaves most room. */
function roundBetween(low: number, high: number): number | undefined {
  for (let unit = 10 ** Math.floor(Math.log10(high)); unit >= 1; unit /= 10) {
    for (const step of [unit, unit / 2]) {
      if (step < 1) continue;
      const candidate = (Math.ceil(high / step) - 1) * step;
      if (candidate > low) return candidate;
    }
  }
  return undefined;
}
