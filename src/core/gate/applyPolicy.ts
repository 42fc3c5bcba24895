/** What follows from a verdict and from the rules of the developer and of the repository. Pure. */
import { type Action, reachesFurther } from '../risk/action.ts';
import { agentTool } from '../risk/agentTools.ts';
import { losablePaths } from '../risk/losablePaths.ts';
import type { Verdict, VerdictPart } from '../risk/verdict.ts';
import { movesFolder } from './movesFolder.ts';
import type { GatePolicy, GateRule } from './policy.ts';
import { ruleInWords } from './ruleInWords.ts';
import { matchesCommand, matchesName, matchesPath, namesSomething } from './rulePattern.ts';

export type GateOutcome = 'pass' | 'ask' | 'twoPeople' | 'deny';

const STRICTER: readonly GateOutcome[] = ['pass', 'ask', 'twoPeople', 'deny'];

export function stricter(a: GateOutcome, b: GateOutcome): GateOutcome {
  return STRICTER.indexOf(a) >= STRICTER.indexOf(b) ? a : b;
}

/** Which commits a person is asked about: those that the core names, every one, or only programs that nothing is known of. */
export type AskedCommits = 'named' | 'all' | 'unknown';

export interface PolicyQuestion {
  readonly action: Action;
  readonly verdict: Verdict;
  /** The tool that the agent calls, by its own name for it. */
  readonly tool?: string | undefined;
  readonly agent?: string | undefined;
  readonly commits?: AskedCommits;
}

export interface GatePolicies {
  readonly own: GatePolicy;
  readonly repositories: readonly GatePolicy[];
}

export interface Ruling {
  readonly outcome: GateOutcome;
  /** The rule that decided, in words; undefined: none, the class did. */
  readonly rule?: string;
  readonly because?: string;
  /** The parts that a person is to be asked about; empty where none is. */
  readonly asked: readonly VerdictPart[];
  /** The developer's own rules have let pass what they would have been asked about. */
  readonly lowered: boolean;
}

export function applyPolicy(question: PolicyQuestion, { own, repositories }: GatePolicies): Ruling {
  const { verdict, commits = 'named' } = question;
  let decided: Omit<Ruling, 'asked' | 'lowered'> = { outcome: 'pass' };
  let lowering: GateRule | undefined;
  const asked: VerdictPart[] = [];
  for (const part of partsOf(verdict)) {
    const base = byClass(part, commits);
    const allowed = own.rules.find((rule) => fits(rule, part, question));
    let held: { readonly outcome: GateOutcome; readonly rule?: GateRule; readonly whose?: string } = { outcome: base };
    if (allowed?.decide === 'allow') {
      if (base === 'ask' && mayLower(allowed, part, question)) {
        held = { outcome: 'pass' };
        lowering ??= allowed;
      }
    } else if (allowed && stricter(allowed.decide, base) !== base)
      held = { outcome: allowed.decide, rule: allowed, whose: 'your rule' };
    for (const rule of repositories.flatMap(({ rules }) => rules)) {
      if (rule.decide === 'allow' || stricter(held.outcome, rule.decide) === held.outcome) continue;
      if (fits(rule, part, question)) held = { outcome: rule.decide, rule, whose: 'the repository’s rule' };
    }
    if (held.outcome !== 'pass') asked.push(part);
    if (stricter(decided.outcome, held.outcome) === decided.outcome) continue;
    decided = {
      outcome: held.outcome,
      ...(held.rule && { rule: `${held.whose}: ${ruleInWords(held.rule)}` }),
      ...(held.rule?.because !== undefined && { because: held.rule.because }),
    };
  }
  const lowered = lowering !== undefined && decided.outcome === 'pass';
  return {
    ...decided,
    ...(lowered && lowering && { rule: `your rule: ${ruleInWords(lowering)}` }),
    asked,
    lowered,
  };
}

/** An action that has no parts does what its verdict says as a whole. */
function partsOf(verdict: Verdict): readonly VerdictPart[] {
  const { class: reach, ask, targets, reason, parts } = verdict;
  const worst = parts.some((part) => !reachesFurther(reach, part.class)) && (!ask || parts.some((part) => part.ask));
  return worst ? parts : [...parts, { text: '', class: reach, ask, targets, reason }];
}

function byClass(part: VerdictPart, commits: AskedCommits): GateOutcome {
  switch (part.class) {
    case 'deploy':
      return 'twoPeople';
    case 'irreversible':
      return 'ask';
    case 'commit': {
      if (commits === 'all') return 'ask';
      return part.ask && (commits === 'named' || part.unknownProgram !== undefined) ? 'ask' : 'pass';
    }
    default:
      return part.ask ? 'ask' : 'pass';
  }
}

function fits(rule: GateRule, part: VerdictPart, question: PolicyQuestion): boolean {
  const { action, agent } = question;
  const allows = rule.decide === 'allow';
  if (rule.class !== undefined && reachesFurther(rule.class, part.class)) return false;
  if (rule.agent !== undefined && !(agent !== undefined && matchesName(rule.agent, agent))) return false;
  if (rule.server !== undefined) {
    const server = action.kind === 'tool' ? action.server : undefined;
    if (server === undefined || !matchesName(rule.server, server)) return false;
  }
  if (rule.tool !== undefined) {
    const { tool: pattern } = rule;
    if (!toolsOf(question).some((name) => matchesName(pattern, name))) return false;
  }
  if (rule.command !== undefined) {
    if (!runsCommands(action)) return false;
    const texts = allows || action.kind !== 'shell' ? [part.text] : [part.text, action.command];
    const { command: pattern } = rule;
    if (!texts.some((text) => matchesCommand(pattern, text, allows))) return false;
  }
  if (rule.path !== undefined) {
    const { path: pattern } = rule;
    const paths = pathsOf(action, part);
    const one = (path: string) => matchesPath(pattern, path, action.cwd, allows);
    if (!(allows ? paths.length > 0 && paths.every(one) : paths.some(one))) return false;
  }
  return true;
}

/** What can't be undone is lowered only where it is named, and where it happens is told. */
function mayLower(rule: GateRule, part: VerdictPart, question: PolicyQuestion): boolean {
  if (part.class === 'commit' || !reachesFurther(part.class, 'draft')) return true;
  if (part.class === 'deploy') return false;
  const { action } = question;
  if (action.kind === 'shell' && movesFolder(action.command)) return false;
  const own = action.kind === 'tool' && agentTool(action) === undefined;
  return [rule.command, rule.path, own ? rule.tool : undefined].some(
    (pattern) => pattern !== undefined && namesSomething(pattern),
  );
}

function toolsOf({ action, tool }: PolicyQuestion): readonly string[] {
  return [...(tool === undefined ? [] : [tool]), ...(action.kind === 'tool' ? [action.name] : [])];
}

function pathsOf(action: Action, part: VerdictPart): readonly string[] {
  return action.kind === 'edit' ? [action.path] : [...part.targets, ...losablePaths(part.safetyCopy ?? [])];
}

function runsCommands(action: Action): boolean {
  if (action.kind !== 'tool') return action.kind === 'shell';
  const meaning = agentTool(action);
  return meaning?.kind === 'actions' && meaning.actions.some(({ kind }) => kind === 'shell');
}
