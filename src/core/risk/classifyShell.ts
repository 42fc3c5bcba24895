/** A command line as an action: the verdict on all that it may run. */
import { type ActionClass, reachesFurther, type ShellAction, worse } from './action.ts';
import { expectedLoss } from './expectedLoss.ts';
import { type FactQuestion, type Facts, factKey } from './facts.ts';
import { evaluate, type Finding } from './shell/evaluate.ts';
import { judge } from './shell/judge.ts';
import type { Effect } from './shell/scope.ts';
import { windowsScript } from './shell/windows.ts';
import type { ShellParser } from './shellTree.ts';
import type { Classification, Verdict, VerdictPart } from './verdict.ts';

/** Parts that are told one by one; of more, the worst are. */
const MAX_PARTS = 200;

export function classifyShell(action: ShellAction, facts: Facts, parse: ShellParser): Classification {
  const needs = new Map<string, FactQuestion>();
  const ask = (question: FactQuestion) => {
    const key = factKey(question);
    const answer = facts.get(key);
    if (!answer) needs.set(key, question);
    return answer;
  };
  if (action.command.trim() === '') return { verdict: verdictOf([]), needs: [] };
  const dialect = action.shell ?? 'bash';
  const parseIt: ShellParser = (text) => (dialect === 'bash' ? parse(text, dialect) : windowsScript(text, dialect));
  const findings = evaluate(action.command, { parse: parseIt, judge, ask, cwd: action.cwd });
  return { verdict: verdictOf(findings), needs: [...needs.values()] };
}

function verdictOf(findings: readonly Finding[]): Verdict {
  let parts = findings.filter(({ effects }) => effects.length > 0).map(partOf);
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
  const copies = [...new Set(parts.flatMap((part) => part.safetyCopy ?? []))];
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
    ...(copies.length > 0 && { safetyCopy: copies }),
  };
}

function partOf({ text, effects }: Finding): VerdictPart {
  const worst = effects.reduce((so, effect) => (reachesFurther(effect.class, so.class) ? effect : so));
  const kind = effects.reduce<ActionClass>((so, effect) => worse(so, effect.class), 'read');
  const same = effects.filter((effect) => effect.class === kind);
  const reasons = [...new Set(same.map((effect) => effect.reason))];
  const copies = effects.flatMap((effect) => effect.safetyCopy ?? []);
  return {
    text,
    class: kind,
    ask: effects.some(asks),
    targets: [...new Set(same.flatMap((effect) => effect.targets ?? []))],
    reason:
      reasons.length > 3 ? `${reasons.slice(0, 2).join('; ')}; and ${reasons.length - 2} more` : reasons.join('; '),
    ...(copies.length > 0 && { safetyCopy: copies }),
    ...(worst.unknownProgram !== undefined && { unknownProgram: worst.unknownProgram }),
  };
}

function asks(effect: Effect): boolean {
  switch (effect.class) {
    case 'read':
    case 'draft':
      return false;
    case 'commit':
      return effect.ask ?? true;
    default:
      return true;
  }
}
