/** Questions on their way to this worker's window, and their answers. */
import type { GateChoice, GateQuestion } from '../core/gate/question.ts';
import type { Clock, WorkerNotice } from '../ports.ts';

export interface GateQuestions {
  /** undefined: no answer in time, or nobody waits for it any more. */
  ask(question: GateQuestion, signal: AbortSignal): Promise<GateChoice | undefined>;
  /** false: it comes too late. */
  answer(questionId: string, choice: GateChoice): boolean;
  dispose(): void;
}

export function gateQuestions(clock: Pick<Clock, 'now'>, notify: (notice: WorkerNotice) => void): GateQuestions {
  const waiting = new Map<string, (choice: GateChoice | undefined) => void>();
  return {
    ask(question, signal) {
      if (signal.aborted) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        const end = (choice: GateChoice | undefined) => {
          if (!waiting.delete(question.id)) return;
          clearTimeout(timer);
          signal.removeEventListener('abort', giveUp);
          if (choice === undefined) notify({ kind: 'gateQuestionOver', questionId: question.id });
          resolve(choice);
        };
        const giveUp = () => end(undefined);
        const timer = setTimeout(giveUp, Math.max(0, question.deadline - clock.now()));
        waiting.set(question.id, end);
        signal.addEventListener('abort', giveUp, { once: true });
        notify({ kind: 'gateQuestion', question });
      });
    },
    answer(questionId, choice) {
      const end = waiting.get(questionId);
      end?.(choice);
      return end !== undefined;
    },
    dispose() {
      for (const end of waiting.values()) end(undefined);
    },
  };
}
