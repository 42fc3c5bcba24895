/**
 * The price of privacy (docs/economics, section 6): credits for each request that goes to the cloud, by folder, and infinite
 * where code must not leave. A model that a local server passes on to a cloud is not local.
 */
import { NANO_PER_CREDIT, type NanoCredits } from '../money.ts';
import { matchesPattern } from './pathPattern.ts';

export interface PrivacyPrice {
  /** A folder or file, or a glob; see {@link matchesPattern}. */
  readonly pattern: string;
  readonly nanoCredits: NanoCredits | 'never';
}

/** What a request may tell: the window's folders, and the files that it names. Absolute paths. */
export interface RequestPlaces {
  readonly folders: readonly string[];
  readonly files: readonly string[];
  /** For `~`; undefined: not known. */
  readonly home: string | undefined;
}

/** The dearest of the prices for a request's places; undefined: none is set for them. */
export function privacyPrice(prices: readonly PrivacyPrice[], places: RequestPlaces): PrivacyPrice | undefined {
  return prices
    .filter(({ pattern }) => isAt(pattern, places))
    .reduce<PrivacyPrice | undefined>(
      (dearest, each) => (dearest && amount(dearest) >= amount(each) ? dearest : each),
      undefined,
    );
}

/** Whether any place of a request is what a pattern names. */
export function isAt(pattern: string, { folders, files, home }: RequestPlaces): boolean {
  return [...folders, ...files].some((path) => matchesPattern(pattern, path, home));
}

const amount = ({ nanoCredits }: PrivacyPrice) => (nanoCredits === 'never' ? Number.POSITIVE_INFINITY : nanoCredits);

const MOST_CREDITS = 1_000_000;

/** The prices of the setting `marginal.privacy`, and a sentence for each entry that was left out. */
export function readPrivacy(value: unknown): {
  readonly prices: readonly PrivacyPrice[];
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  if (value === undefined || value === null) return { prices: [], problems };
  if (typeof value !== 'object' || Array.isArray(value))
    return {
      prices: [],
      problems: ['marginal.privacy: write folders with their price, such as { "~/clients": "never" }.'],
    };
  const prices = Object.entries(value).flatMap(([pattern, price]): PrivacyPrice[] => {
    if (pattern.trim() === '') problems.push('marginal.privacy: name the folder of each price.');
    else if (price === 'never') return [{ pattern, nanoCredits: 'never' }];
    else if (typeof price === 'number' && price >= 0 && price <= MOST_CREDITS)
      return [{ pattern, nanoCredits: Math.round(price * NANO_PER_CREDIT) }];
    // What was meant to be kept in stays in, whatever was written wrong.
    else {
      problems.push(
        `marginal.privacy, ${pattern}: write credits per request from 0 on, or "never"; until then it is never.`,
      );
      return [{ pattern, nanoCredits: 'never' }];
    }
    return [];
  });
  return { prices, problems };
}
