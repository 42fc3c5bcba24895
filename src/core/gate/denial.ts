/** What an agent is told when it may not: what, why, and what it can do instead. Pure. */
import type { VerdictPart } from '../risk/verdict.ts';

export type Refusal =
  | { readonly kind: 'developer'; readonly why?: string | undefined }
  | { readonly kind: 'unanswered'; readonly seconds: number }
  | { readonly kind: 'rule'; readonly rule: string; readonly because?: string | undefined }
  /** Marginal itself could not decide. */
  | { readonly kind: 'fault' }
  /** The window was closed while it asked; or whoever asked has gone, and nobody reads it. */
  | { readonly kind: 'gone' }
  /** What it does changed while the developer was asked. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'noCopy'; readonly sentence: string }
  /** What was decided can't be kept. */
  | { readonly kind: 'noRecord'; readonly sentence: string }
  | { readonly kind: 'people'; readonly sentence: string };

/** `reason`: what would be done, as a verdict says it, without its full stop. */
export function denial(refusal: Refusal, reason: string, parts: readonly VerdictPart[]): string {
  return [`Marginal did not let this happen: it ${reason}.`, because(refusal), insteadOf(parts)]
    .filter(Boolean)
    .join(' ');
}

function because(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'developer':
      return refusal.why
        ? `Your developer said no: ${sentence(refusal.why)} Do not try to reach the same in another way.`
        : 'Your developer said no. Do not try to reach the same in another way; go on without it, or ask them what they want instead.';
    case 'unanswered':
      return `Your developer was asked and did not answer within ${refusal.seconds} seconds, which counts as no. Go on with what needs no approval, or end your turn and ask them in the chat.`;
    case 'rule':
      return `It is forbidden by ${refusal.rule}${refusal.because === undefined ? '' : ` (${refusal.because})`}. Only your developer can change that rule; do not try to reach the same in another way.`;
    case 'fault':
      return 'It could not be judged. Try a simpler form of it, one step at a time, or ask your developer to do it.';
    case 'gone':
      return 'The window of VS Code that asked your developer was closed or loaded anew before they answered, which counts as no. Once it is open again, try again.';
    case 'changed':
      return 'Your developer agreed to something else: what it does has changed while they were asked, or can’t be told any more. Leave its files alone and try again, so that they are asked about what it does now.';
    case 'noCopy':
      return `No safety copy could be made first (${refusal.sentence.replace(/\.$/, '')}), and your developer did not agree to go on without one. Copy what would be lost to another folder yourself, or ask your developer.`;
    case 'noRecord':
      return `What was decided could not be recorded (${refusal.sentence.replace(/\.$/, '')}), and your developer did not agree to go on without a record. Leave it until that is mended, or ask your developer.`;
    case 'people':
      return `${sentence(refusal.sentence)} Leave it to your developer.`;
  }
}

const sentence = (text: string) => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);

/** By what the command is, in this order. */
const INSTEAD: readonly (readonly [RegExp, string])[] = [
  [/\bgit\b.*\breset\b.*--hard/, '“git stash -u” puts the changes aside where they can be got back.'],
  [/\bgit\b.*\bclean\b/, '“git clean -n” only lists the files; “git stash -u” puts them aside.'],
  [/\bgit\b.*\b(?:checkout|restore)\b/, '“git stash” puts the changes aside where they can be got back.'],
  [/\bgit\b.*\bpush\b.*(?:--force|\s-f\b|\s\+)/, 'Push to a new branch, which overwrites nothing.'],
  [/\bgit\b.*\bstash\b.*\b(?:drop|clear)\b/, 'Leave the stash; it costs nothing.'],
  [/\bgit\b.*\bbranch\b.*-D/, '“git branch -d” deletes only what is merged.'],
  [/\b(?:rm|rmdir|unlink|shred)\b/, 'Move the files to a folder outside the project (mv), where they can be got back.'],
  [/^\s*>|\b(?:tee|truncate)\b/, 'Write to a new file, or copy the old one first.'],
  [/\bterraform\b.*\b(?:apply|destroy)\b/, '“terraform plan” shows what it would do.'],
  [/\bkubectl\b.*\b(?:apply|delete|replace)\b/, '“--dry-run=server” or “kubectl diff” shows what it would do.'],
  [/\bnpm\b.*\bpublish\b/, '“npm publish --dry-run” shows what it would do.'],
];

function insteadOf(parts: readonly VerdictPart[]): string {
  for (const [command, advice] of INSTEAD) if (parts.some(({ text }) => command.test(text))) return advice;
  return '';
}
