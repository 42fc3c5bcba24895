// The value of a recorded run's next step, from the functions that the extension calls, started from the shipped priors.
import { runMessages } from '../../src/core/quality/runMessages.ts';
import { runValuer } from '../../src/core/quality/runValue.ts';

type Line = { event?: string; id?: string; model?: string; value?: number; message?: unknown; success?: boolean };

/** Of a recorded run only what was handed in at its end counts: stopping earlier keeps nothing. */
const stopKeepsWork = false;

/** Ways to go on that the scorers have no name for. */
const UNNAMED: ReadonlySet<string> = new Set(['plan', 'retrieve', 'switch']);

export function decider(): (question: unknown) => unknown {
  const valuer = runValuer();
  let value = 0;
  const readers = new Map<string, ReturnType<typeof runMessages>>();
  const catchUp = (id: string) => {
    const step = readers.get(id)?.take();
    if (step) valuer.observeStep(id, step);
  };
  return (line) => {
    const { event, id = '', model, message, success, ...rest } = line as Line;
    if (event === 'start') value = rest.value ?? 0;
    if (event === 'begin') {
      readers.set(id, runMessages());
      valuer.begin(id, model);
    }
    if (event === 'message') {
      const task = readers.get(id)?.add(message);
      if (task) valuer.observeTask(id, task.taskChars);
    }
    if (event === 'end') {
      catchUp(id);
      valuer.observeEnd(id);
      // Replayed at one instant: no evidence has time to decay.
      if (success !== undefined) valuer.learnOutcome(id, success, 0);
      readers.delete(id);
    }
    if (event !== 'step') return undefined;
    catchUp(id);
    const said = valuer.runValue(id, { value, stopKeepsWork });
    if (!said) return undefined;
    const { pSuccess, stepCredits, remainingCredits, advice } = said;
    return { id, pSuccess, stepCredits, remainingCredits, advice: UNNAMED.has(advice) ? 'continue' : advice };
  };
}
