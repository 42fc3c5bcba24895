import type { GateRule } from './policy.ts';

const CONDITIONS = ['command', 'path', 'tool', 'server', 'class', 'agent'] as const;
const DECIDE: Readonly<Record<GateRule['decide'], string>> = {
  allow: 'allow',
  ask: 'ask about',
  deny: 'deny',
  twoPeople: 'two people for',
};

/** “deny command rm **”, “ask about everything”, without a full stop. */
export function ruleInWords(rule: GateRule): string {
  const conditions = CONDITIONS.flatMap((name) => {
    const value = rule[name];
    if (value === undefined) return [];
    return [name === 'class' ? `class ${value} and further` : `${name} ${value}`];
  });
  return `${DECIDE[rule.decide]} ${conditions.join(', ') || 'everything'}`;
}
