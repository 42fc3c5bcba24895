/** What the status bar says while the gate's questions wait for an answer. */
import type { GateQuestion } from '../gate/question.ts';
import { shortened, visibleLine } from '../gate/visibleText.ts';
import { agentLabel } from './labels.ts';

/**
 * `◆ needs you: git push --force`, at most `most` characters. undefined: nothing waits. `isBehind`: a dialog that nobody waits for
 * any more is still on the screen, and they come after it.
 */
export function waitingText(
  waiting: readonly GateQuestion[],
  most: number,
  isBehind = false,
): { readonly text: string; readonly accessibleLabel: string; readonly notice: string } | undefined {
  const [first] = waiting;
  if (!first) return undefined;
  const what = first.kind === 'spend' ? 'a spending limit' : visibleLine(first.action);
  const count = waiting.length > 1 ? ` (${waiting.length})` : '';
  const needs = `◆ needs you${count}: `;
  const more =
    waiting.length > 1 ? `, and ${waiting.length - 1} more ${waiting.length === 2 ? 'question' : 'questions'}` : '';
  const agent = visibleLine(agentLabel(first.agent));
  if (isBehind)
    return {
      text: cut(`${needs}close the old dialog`, most),
      accessibleLabel: `Marginal. ${agent} needs your answer: ${shortened(what, 120)}. Close the old dialog first.`,
      notice: `${agent} waits for your answer${more}: close the dialog that is open. Whoever asked in it was told no already.`,
    };
  return {
    text: `${needs}${cut(what, most - needs.length)}`,
    accessibleLabel: `Marginal. ${agent} needs your answer: ${shortened(what, 120)}.`,
    notice: `${agent} waits for your answer in a dialog${more}.`,
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
