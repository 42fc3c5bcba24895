/** Which commits a person is asked about: expected loss at the price of risk against what going on is worth to the run. */
import type { NanoCredits } from '../money.ts';
import type { AskedCommits } from './applyPolicy.ts';

export interface CommitStakes {
  readonly expectedLossNanoCredits: NanoCredits;
  /** ρ, from 1. */
  readonly rho: number;
  /** Suspicion multiplies P(harm), from 1. */
  readonly factor: number;
  /** undefined: unknown; then the class alone decides. */
  readonly gainNanoCredits?: NanoCredits | undefined;
  /** What the developer has said of this run's actions. */
  readonly answers: { readonly approved: number; readonly denied: number };
}

/** A run is trusted once so many of its actions were approved and none denied. */
const TRUSTED_AFTER = 3;

/**
 * While nothing is suspicious and nobody can tell what the run is worth, what the core says. A run that is trusted isn't asked
 * about commits that are worth their risk; where risk is dear, commits that aren't worth it are asked about though the core
 * wouldn't; one that has read orders in somebody's text is asked about every commit.
 */
export function askedCommits({
  expectedLossNanoCredits,
  rho,
  factor,
  gainNanoCredits,
  answers,
}: CommitStakes): AskedCommits {
  if (factor > 1) return 'all';
  if (gainNanoCredits === undefined) return 'named';
  const worthIt = expectedLossNanoCredits * Math.max(1, rho) < gainNanoCredits;
  if (worthIt) return answers.denied === 0 && answers.approved >= TRUSTED_AFTER ? 'unknown' : 'named';
  return rho > 1 ? 'all' : 'named';
}
