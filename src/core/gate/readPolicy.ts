/** Rules as people write them: in the setting `marginal.gate.rules`, and in a repository's `.marginal/policy.json`. */
import * as z from 'zod/mini';
import type { GatePolicy, GateRule } from './policy.ts';

const pattern = z.string().check(z.trim(), z.minLength(1), z.maxLength(500));

const ruleSchema = z.strictObject({
  decide: z.enum(['allow', 'ask', 'deny', 'twoPeople']),
  command: z.optional(pattern),
  path: z.optional(pattern),
  tool: z.optional(pattern),
  server: z.optional(pattern),
  class: z.optional(z.enum(['read', 'draft', 'commit', 'irreversible', 'deploy'])),
  agent: z.optional(pattern),
  because: z.optional(z.string().check(z.maxLength(300))),
});

/** More than anyone reads; each is tried for each part of an action. */
const MOST_RULES = 500;

export interface ReadRules {
  readonly policy: GatePolicy;
  /** One for each rule that was left out: where it stands and how to mend it. */
  readonly problems: readonly string[];
}

/** The rules that can be read; none loses another. `place`: where they stand, for the sentences. */
export function readGateRules(value: unknown, place: string): ReadRules {
  if (value === undefined || value === null) return { policy: { rules: [] }, problems: [] };
  if (!Array.isArray(value))
    return { policy: { rules: [] }, problems: [`${place}: write a list of rules, such as ${EXAMPLE}.`] };
  const problems: string[] = [];
  if (value.length > MOST_RULES) problems.push(`${place}: only the first ${MOST_RULES} rules are read.`);
  const rules = value.slice(0, MOST_RULES).flatMap((item: unknown, index): GateRule[] => {
    const read = ruleSchema.safeParse(item);
    if (read.success) return [definedOf(read.data)];
    problems.push(`${place}, rule ${index + 1}: ${remedy(item)}`);
    return [];
  });
  return { policy: { rules }, problems };
}

/** A repository's file: read as a whole or not at all. Undefined policy: it is broken, and `problem` says why. */
export function readPolicyFile(
  text: string,
): { readonly policy: GatePolicy } | { readonly policy?: undefined; readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'it is not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !('rules' in value))
    return { problem: `write { "rules": ${EXAMPLE} }` };
  const { policy, problems } = readGateRules(value.rules, 'rules');
  return problems[0] === undefined ? { policy } : { problem: problems[0].replace(/\.$/, '') };
}

/** What holds where a repository's own rules can't be read: everything but reading is asked about. */
export const UNREADABLE_POLICY: GatePolicy = {
  rules: [{ decide: 'ask', class: 'draft', because: '.marginal/policy.json can’t be read' }],
};

const EXAMPLE = '[{ "decide": "deny", "command": "git push --force" }]';
const NAMES = ['decide', 'command', 'path', 'tool', 'server', 'class', 'agent', 'because'];

function remedy(item: unknown): string {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return `write ${EXAMPLE.slice(1, -1)}.`;
  const unknown = Object.keys(item).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) return `${unknown.slice(0, 40)} is no condition; they are ${NAMES.slice(1).join(', ')}.`;
  const { decide, class: reach, because, ...patterns } = item as Record<string, unknown>;
  if (!ruleSchema.shape.decide.safeParse(decide).success) return 'decide is allow, ask, deny or twoPeople.';
  if (!ruleSchema.shape.class.safeParse(reach).success) return 'class is read, draft, commit, irreversible or deploy.';
  if (!ruleSchema.shape.because.safeParse(because).success) return 'because is a sentence of at most 300 characters.';
  const wrong = Object.keys(patterns).find((name) => !pattern.safeParse(patterns[name]).success);
  return `${wrong ?? 'each condition'} is a pattern, such as "git push **".`;
}

function definedOf(rule: z.infer<typeof ruleSchema>): GateRule {
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined)) as unknown as GateRule;
}
