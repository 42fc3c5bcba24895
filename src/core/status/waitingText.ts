/** What the status bar says while the gate's questions wait for an answer. */
import type { GateQuestion } from '../gate/question.ts';
import { shortened, visibleLine } from '../gate/visibleText.ts';
import { agentLabel } from './labels.ts';

/** `◆ needs you: git push --force`, at most `most` characters. undefined: nothing waits. */
export function waitingText(
  waiting: readonly GateQuestion[],
  most: number,
): { readonly text: string; readonly accessibleLabel: string; readonly notice: string } | undefined {
  const [first] = waiting;
  if (!first) return undefined;
  const what = first.kind === 'spend' ? 'a spending limit' : visibleLine(first.action);
  const count = waiting.length > 1 ? ` (${waiting.length})` : '';
  const before = `◆ needs you${count}: `;
  const agent = visibleLine(agentLabel(first.agent));
  return {
    text: `${before}${cut(what, most - before.length)}`,
    accessibleLabel: `Marginal. ${agent} needs your answer: ${shortened(what, 120)}.`,
    notice: `${agent} waits for your answer in a dialog${waiting.length > 1 ? `, and ${waiting.length - 1} more ${waiting.length === 2 ? 'question' : 'questions'}` : ''}.`,
  };
}

function cut(text: string, most: number): string {
  const characters = [...text];
  return text.length <= most
    ? text
    : `${characters
        .slice(0, most - 1)
        .join('')
        .slice(0, most - 1)}…`;
}
