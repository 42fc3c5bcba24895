/** A command line as an action: the verdict on all that it may run. */
import { type ActionClass, reachesFurther, type ShellAction, worse } from './action.ts';
import { type FactQuestion, type Facts, factKey } from './facts.ts';
import { evaluate, type Finding } from './shell/evaluate.ts';
import { judge } from './shell/judge.ts';
import { readPowerShell } from './shell/powershell/read.ts';
import type { Effect } from './shell/scope.ts';
import { readCmd } from './shell/windows.ts';
import type { ShellParser } from './shellTree.ts';
import type { Classification, VerdictPart } from './verdict.ts';
import { verdictOf } from './verdictOf.ts';

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
  const findings = evaluate(action.command, { parse: parser(parse), judge, ask, cwd: action.cwd, dialect });
  const parts = findings.filter(({ effects }) => effects.length > 0).map(partOf);
  return { verdict: verdictOf(parts), needs: [...needs.values()] };
}

/** Bash through the parser that was given; PowerShell and cmd by what is here. */
function parser(bash: ShellParser): ShellParser {
  return (text, dialect) => {
    switch (dialect) {
      case 'bash':
        return bash(text, dialect);
      case 'powershell':
        return readPowerShell(text);
      case 'cmd':
        return readCmd(text);
    }
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
