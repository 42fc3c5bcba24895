/** The verdict on an action from those on its parts. */
import { NANO_PER_CREDIT, type NanoCredits } from '../money.ts';
import { type ActionClass, reachesFurther, worse } from './action.ts';
import type { Verdict, VerdictPart } from './verdict.ts';

/** What one harm costs, in credits, and how likely it is, by class (docs: economics, section 5). */
export type Harm = Readonly<Record<ActionClass, { readonly chance: number; readonly credits: number }>>;

/** A setting; these are what it starts from: an hour's work lost, a day's for what others see. */
export const DEFAULT_HARM: Harm = {
  read: { chance: 0, credits: 0 },
  draft: { chance: 0.001, credits: 500 },
  commit: { chance: 0.01, credits: 2_000 },
  irreversible: { chance: 0.05, credits: 10_000 },
  deploy: { chance: 0.05, credits: 80_000 },
};

/** A list's class is its worst part's, and so are its reason and its question. */
export function verdictOf(parts: readonly VerdictPart[], harm: Harm = DEFAULT_HARM): Verdict {
  const [first] = parts;
  if (!first) {
    return { class: 'read', ask: false, targets: [], reason: 'does nothing', expectedLossNanoCredits: 0, parts };
  }
  const worst = parts.reduce((a, b) =>
    reachesFurther(b.class, a.class) || (b.class === a.class && b.ask && !a.ask) ? b : a,
  );
  const copies = [...new Set(parts.flatMap(({ safetyCopy = [] }) => safetyCopy))];
  return {
    class: parts.map((part) => part.class).reduce(worse),
    ask: parts.some(({ ask }) => ask),
    targets: [...new Set(parts.flatMap(({ targets }) => targets))],
    reason: worst.reason,
    expectedLossNanoCredits: parts.reduce((sum, part) => sum + lossOf(part, harm), 0),
    parts,
    ...(copies.length > 0 && { safetyCopy: copies }),
  };
}

/** P(harm) × magnitude. */
function lossOf(part: VerdictPart, harm: Harm): NanoCredits {
  const { chance, credits } = harm[part.class];
  return Math.round(chance * credits * NANO_PER_CREDIT);
}
