import { taskValue, type ValueSettings } from '../allocate/taskValue.ts';
import { formatCredits, type NanoCredits } from '../money.ts';
import { TASK_KINDS, TASK_SIZES, type TaskKind, type TaskSize } from '../quality/taskClass.ts';
import { markdownTable } from './markdownTable.ts';

export interface ValueShown {
  readonly settings: ValueSettings;
  /** The class of the last task that went through Marginal; undefined: there was none. */
  readonly task: { readonly kind: string; readonly size: string | undefined } | undefined;
  /** Named for this chat; undefined: nothing was. */
  readonly statedNanoCredits: NanoCredits | undefined;
}

/** What tasks are taken to be worth, and why, as Markdown. */
export function valueText({ settings, task, statedNanoCredits }: ValueShown): string {
  const { hourlyRateDollars, minutesSaved } = settings;
  const table = markdownTable(
    [{ title: 'Task' }, { title: 'Minutes saved', align: 'right' }, { title: 'Worth, cr', align: 'right' }],
    TASK_KINDS.map((kind) => [
      kind === task?.kind ? `${kind} ← the last one` : kind,
      (minutesSaved[kind] ?? minutesSaved.other ?? 0).toLocaleString('en-US'),
      formatCredits(taskValue(kind, settings)),
    ]),
  );
  return [
    statedNanoCredits === undefined
      ? `A task is worth the minutes that it saves × ${hourlyRateDollars.toLocaleString('en-US')} US$ an hour (1 cr = US$0.01).`
      : `This chat’s tasks are worth **${formatCredits(statedNanoCredits)} cr** each, as you said. Others are worth the minutes that they save × ${hourlyRateDollars.toLocaleString('en-US')} US$ an hour.`,
    table,
    `${lastTask(task)} ${HOW}`,
  ].join('\n\n');
}

function lastTask(task: ValueShown['task']): string {
  if (!task) return 'No task went through Marginal yet.';
  const isKnown = (TASK_KINDS as readonly string[]).includes(task.kind);
  const size = (TASK_SIZES as readonly string[]).includes(task.size ?? '') ? `, ${task.size}` : '';
  return isKnown ? `The last task was taken for **${task.kind}${size}**.` : 'The class of the last task is not known.';
}

const HOW =
  'Wrong? `/value fix complex` puts it right and teaches. `/value 300` names what this chat’s tasks are worth. The minutes and the rate are settings: `marginal.value`.';

export function statedText(nanoCredits: NanoCredits): string {
  return `A task of this chat is worth **${formatCredits(nanoCredits)} cr** (US$${(nanoCredits / 1e11).toFixed(2)}), and so is one of the next chat that asks a Marginal model. \`/value reset\` takes that back.`;
}

export const RESET_TEXT = 'Tasks are again worth the minutes that they save × your hourly rate.';

export function correctedText(right: { readonly kind: TaskKind; readonly size: TaskSize }, worth: NanoCredits): string {
  return `Noted: the last task was **${right.kind}, ${right.size}**, worth ${formatCredits(worth)} cr. Prompts like it will rather be taken for that.`;
}

export const UNCLEAR_VALUE_TEXT = `Write credits (\`/value 300\`), the class of the last task (\`/value fix complex\`; ${TASK_KINDS.join(', ')}; ${TASK_SIZES.join(', ')}), \`/value reset\`, or nothing to see what is taken now.`;
