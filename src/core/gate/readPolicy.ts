/**
 * Rules as people write them: in the setting `marginal.gate.rules`, and in a repository's `.marginal/policy.json`. Without a
 * schema, since settings are read while VS Code starts.
 */
import type { GatePolicy, GateRule } from './policy.ts';

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
    const read = readRule(item);
    if (typeof read !== 'string') return [read];
    problems.push(`${place}, rule ${index + 1}: ${read}`);
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
const PATTERNS = ['command', 'path', 'tool', 'server', 'agent'] as const;
const NAMES: readonly string[] = ['decide', 'command', 'path', 'tool', 'server', 'class', 'agent', 'because'];
const DECISIONS: readonly unknown[] = ['allow', 'ask', 'deny', 'twoPeople'] satisfies GateRule['decide'][];
const CLASSES: readonly unknown[] = ['read', 'draft', 'commit', 'irreversible', 'deploy'] satisfies GateRule['class'][];
const MOST_PATTERN_CHARS = 500;
const MOST_BECAUSE_CHARS = 300;

/** A rule, or a sentence that says how to mend it. */
function readRule(item: unknown): GateRule | string {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return `write ${EXAMPLE.slice(1, -1)}.`;
  const unknown = Object.keys(item).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) return `${unknown.slice(0, 40)} is no condition; they are ${NAMES.slice(1).join(', ')}.`;
  const written = item as Readonly<Record<string, unknown>>;
  const { decide, class: reach, because } = written;
  if (!DECISIONS.includes(decide)) return 'decide is allow, ask, deny or twoPeople.';
  if (reach !== undefined && !CLASSES.includes(reach)) return 'class is read, draft, commit, irreversible or deploy.';
  if (because !== undefined && !(typeof because === 'string' && because.length <= MOST_BECAUSE_CHARS))
    return `because is a sentence of at most ${MOST_BECAUSE_CHARS} characters.`;
  const wrong = PATTERNS.find((name) => written[name] !== undefined && !isPattern(written[name]));
  if (wrong !== undefined) return `${wrong} is a pattern, such as "git push **".`;
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined)) as unknown as GateRule;
}

function isPattern(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && value.length <= MOST_PATTERN_CHARS;
}
