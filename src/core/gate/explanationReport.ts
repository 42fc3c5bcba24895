/** What the gate thinks of an action, as a page to read. */
import { escapeMarkdown } from '../markdown.ts';
import { formatCredits } from '../money.ts';
import type { Action, ActionClass } from '../risk/action.ts';
import { losableText } from '../risk/losableText.ts';
import type { Verdict } from '../risk/verdict.ts';
import { counted } from '../wholeNumber.ts';
import { shownAction } from './actionText.ts';
import type { GateOutcome } from './applyPolicy.ts';

export interface Explanation {
  readonly verdict: Verdict;
  readonly outcome: GateOutcome;
  /** undefined: none, the class decided. */
  readonly rule?: string | undefined;
}

const MOST_PARTS = 30;
const MOST_CHARS = 4_000;

const OUTCOMES: Readonly<Record<GateOutcome, string>> = {
  pass: 'It **passes**: nobody is asked.',
  ask: '**You are asked** first.',
  twoPeople:
    '**Two people** are needed: another person signs it, or, where nobody is set up, you type the target’s name.',
  deny: 'It is **denied**.',
};

const CLASSES: Readonly<Record<ActionClass, string>> = {
  read: 'read: changes nothing',
  draft: 'draft: can be undone in a moment',
  commit: 'commit: can be undone with some work',
  irreversible: 'irreversible: what is lost can’t be got back',
  deploy: 'deploy or transfer: leaves this machine, or touches what others use',
};

export function explanationReport(action: Action, { verdict, outcome, rule }: Explanation): string {
  const { class: reach, reason, targets, expectedLossNanoCredits, parts, safetyCopy } = verdict;
  const lines = [
    '# What the gate would do',
    '',
    fenced(shownAction(action)),
    '',
    OUTCOMES[outcome],
    '',
    '| | |',
    '| --- | --- |',
    row('What it does', reason),
    row('Class', CLASSES[reach]),
    row('Acts on', targets.length === 0 ? 'nothing that it names' : targets.join(', ')),
    row('Expected loss', `${formatCredits(expectedLossNanoCredits)} credits (estimated from its class)`),
    row('Decided by', rule ?? 'its class'),
    ...(safetyCopy === undefined ? [] : [row('Copied before it runs', safetyCopy.map(losableText).join(', '))]),
  ];
  if (parts.length > 1) {
    lines.push(
      '',
      `## Its ${counted(parts.length, 'part')}`,
      '',
      '| part | class | asked | what it does |',
      '| --- | --- | --- | --- |',
    );
    for (const part of parts.slice(0, MOST_PARTS))
      lines.push(`| ${[part.text, part.class, part.ask ? 'yes' : 'no', part.reason].map(cell).join(' | ')} |`);
    if (parts.length > MOST_PARTS) lines.push('', `And ${counted(parts.length - MOST_PARTS, 'more part')}.`);
  }
  lines.push(
    '',
    'Nothing was run, asked or recorded. Files of this run and approvals given in it are not taken into account.',
  );
  return `${lines.join('\n')}\n`;
}

const row = (name: string, value: string) => `| ${name} | ${cell(value)} |`;
const cell = (text: string) => escapeMarkdown(text.slice(0, MOST_CHARS)) || ' ';

/** A fence longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text.slice(0, MOST_CHARS)}\n${fence}`;
}
