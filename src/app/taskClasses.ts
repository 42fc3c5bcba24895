/** What kind of task each prompt asks for, with what corrections have taught; no word of a prompt is kept. */
import type { TaskShown } from '../core/allocate/outlook.ts';
import { type TaskClass, type TaskLessons, taskClass, taskFeatures } from '../core/quality/taskClass.ts';
import type { WorkerApi } from '../ports.ts';

export interface ReadTask {
  readonly task: TaskShown;
  /** Names of what it was read from. */
  readonly cues: readonly string[];
}

export interface TaskClasses {
  /** `runId`: whose prompt it is, so that it can be corrected. */
  read(prompt: string, runId?: string): ReadTask;
  /** Rejects with a sentence where it can't be kept. */
  correct(runId: string, right: Pick<TaskClass, 'kind' | 'size'>): Promise<void>;
  /** Asks the worker what was learned in earlier sessions. Never rejects. */
  refresh(): Promise<void>;
}

const MOST_RUNS = 200;

export function createTaskClasses(worker: Pick<WorkerApi, 'taskLessons' | 'correctTask'>): TaskClasses {
  const cuesOf = new Map<string, readonly string[]>();
  let lessons: TaskLessons = {};
  let asked: Promise<void> | undefined;

  return {
    read(prompt, runId) {
      const cues = taskFeatures(prompt);
      if (runId !== undefined) keep(cuesOf, runId, cues);
      return { task: taskClass(prompt, lessons), cues };
    },
    async correct(runId, right) {
      lessons = await worker.correctTask(runId, right, cuesOf.get(runId));
    },
    refresh() {
      asked ??= worker.taskLessons().then(
        (learned) => {
          lessons = learned;
        },
        () => {
          asked = undefined; // Without the worker classes are as the prior has them; asked again next time.
        },
      );
      return asked;
    },
  };
}

function keep<Value>(all: Map<string, Value>, key: string, value: Value): void {
  all.set(key, value);
  const [oldest] = all.keys();
  if (all.size > MOST_RUNS && oldest !== undefined) all.delete(oldest);
}
