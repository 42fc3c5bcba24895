/** The gate in this window: its questions, its decisions, its drill. Each is loaded when it is first needed. */
import type { GateQuestion } from '../core/gate/question.ts';
import type { Clock, GateApi, WorkerNotice } from '../ports.ts';
import type { GateNotice, GateQuestions } from './gateQuestions.ts';

export interface GateSurfaceParts {
  readonly clock: Clock;
  readonly newId: () => string;
  readonly worker: Pick<GateApi, 'answerGate' | 'gateDecisions' | 'undoGate' | 'gateCopy'>;
  /** Told of all questions that wait, whenever one begins or ends to; `isBehind`: a dialog that is over is still before them. */
  readonly onWaiting: (questions: readonly GateQuestion[], isBehind: boolean) => void;
  readonly log: (sentence: string) => void;
}

export interface GateSurface {
  /** The worker tells something; what isn't the gate's is passed over. */
  notice(notice: WorkerNotice): void;
  /** A made-up question, to see what one looks like. */
  drill(): Promise<void>;
  /** What was decided, with its safety copies. */
  showDecisions(): Promise<void>;
}

export function followGate({ clock, newId, worker, onWaiting, log }: GateSurfaceParts): GateSurface {
  let loaded: ReturnType<typeof load> | undefined;
  async function load() {
    const [{ gateQuestions }, drill] = await Promise.all([import('./gateQuestions.ts'), import('./gateDrill.ts')]);
    const drills = drill.createDrills(clock, (...parameters) => worker.answerGate(...parameters));
    const questions: GateQuestions = gateQuestions({ clock, answer: drills.answer, onWaiting, log });
    return {
      questions,
      ask: () => drill.gateDrill({ clock, newId, notice: (notice) => questions.notice(notice), drills }),
    };
  }
  const loadOnce = () => {
    loaded ??= load();
    return loaded;
  };

  async function pass(notice: GateNotice): Promise<void> {
    const { questions } = await loadOnce();
    questions.notice(notice);
  }

  return {
    notice(notice) {
      // Before the first question none can be over.
      if (notice.kind === 'gateQuestion' || (notice.kind === 'gateQuestionOver' && loaded))
        // Without an answer the gate takes it for no when its time is over.
        pass(notice).catch((error: Error) => log(`The gate's question could not be shown: ${error.message}`));
    },
    drill: async () => (await loadOnce()).ask(),
    async showDecisions() {
      const { showDecisions } = await import('./gateDecisions.ts');
      await showDecisions({ clock, worker });
    },
  };
}
