/** What the gate says of an action by its words alone: the decider looks at no file, so no fact is known. */
import { parseShell } from '../../src/adapters/shellParser.ts';
import { NANO_PER_CREDIT } from '../../src/core/money.ts';
import type { Action } from '../../src/core/risk/action.ts';
import { classify } from '../../src/core/risk/classify.ts';
import { NO_FACTS } from '../../src/core/risk/facts.ts';

interface Question {
  readonly id: string | number;
  readonly command?: string;
  readonly cwd?: string;
  readonly edit?: { readonly path: string; readonly before?: string; readonly after?: string };
  readonly tool?: {
    readonly server?: string;
    readonly name: string;
    readonly annotations?: object;
    readonly input: unknown;
  };
}

export function decider(): (question: unknown) => unknown {
  return (line) => {
    const question = line as Question;
    const { verdict } = classify(actionOf(question), NO_FACTS, parseShell);
    const { class: kind, ask, reason, expectedLossNanoCredits } = verdict;
    return {
      id: question.id,
      class: kind,
      ask,
      reason,
      expectedLossCredits: expectedLossNanoCredits / NANO_PER_CREDIT,
    };
  };
}

function actionOf({ command, cwd, edit, tool }: Question): Action {
  const where = cwd === undefined ? {} : { cwd };
  if (edit) return { kind: 'edit', ...edit, ...where };
  if (tool) return { kind: 'tool', ...tool, ...where };
  return { kind: 'shell', command: command ?? '', ...where };
}
