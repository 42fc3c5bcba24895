/** The verdict on an action from those on its parts. */
import { reachesFurther } from './action.ts';
import { expectedLoss } from './expectedLoss.ts';
import type { Verdict, VerdictPart } from './verdict.ts';

/** Parts that are told one by one; of more, the worst are. */
const MAX_PARTS = 200;

/** A list's class is its worst part's, and so are its reason and its question. */
export function verdictOf(all: readonly VerdictPart[]): Verdict {
  let parts = all;
  if (parts.length > MAX_PARTS) {
    parts = [...parts]
      .sort((a, b) => (a.class === b.class ? 0 : reachesFurther(a.class, b.class) ? -1 : 1))
      .slice(0, MAX_PARTS);
  }
  const worst = parts.reduce<VerdictPart | undefined>(
    (so, part) =>
      !so || reachesFurther(part.class, so.class) || (part.class === so.class && part.ask && !so.ask) ? part : so,
    undefined,
  );
  const grave = parts.filter((part) => part.class === worst?.class && part.ask === worst.ask);
  const reasons = [...new Set(grave.map((part) => part.reason))];
  const copies = parts.flatMap((part) => part.safetyCopy ?? []);
  const different = new Map(copies.map((copy) => [JSON.stringify(copy), copy]));
  return {
    class: worst?.class ?? 'read',
    ask: parts.some((part) => part.ask),
    targets: [...new Set(grave.flatMap((part) => part.targets))],
    reason:
      reasons.length > 2
        ? `${reasons.slice(0, 2).join('; ')}; and ${reasons.length - 2} more`
        : reasons.join('; ') || 'does nothing',
    expectedLossNanoCredits: expectedLoss(parts.map((part) => part.class)),
    parts,
    ...(copies.length > 0 && { safetyCopy: [...different.values()] }),
  };
}
