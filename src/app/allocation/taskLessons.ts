import { TASK_KINDS, TASK_SIZES, type TaskClass, type TaskLessons, taught } from '../../core/quality/taskClass.ts';
import type { Clock, Cursor } from '../../ports.ts';

type Right = Pick<TaskClass, 'kind' | 'size'>;

export interface TaskLessonsPorts {
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly cursor: (key: string) => Cursor | undefined;
  readonly keep: (events: readonly [], cursors: Readonly<Record<string, Cursor>>) => Promise<void>;
}

const KEY = 'task-lessons';
/** What other windows have learned is looked for so often: every list of runs asks. */
const KEPT_MS = 3_000;
/** Corrections that are remembered, the newest. */
const MOST_CORRECTIONS = 300;

interface Kept {
  readonly lessons: TaskLessons;
  /** By run. */
  readonly corrections: Readonly<Record<string, Right>>;
}

/** What the developer's corrections of task classes have taught, kept in the ledger so that all windows learn. */
export function taskLessons({ clock, cursor, keep }: TaskLessonsPorts) {
  let looked: { readonly at: number; readonly kept: Kept } | undefined;
  function read(): Kept {
    if (!looked || clock.elapsed() - looked.at >= KEPT_MS)
      looked = { at: clock.elapsed(), kept: readKept(cursor(KEY)) };
    return looked.kept;
  }
  return {
    known: (): TaskLessons => read().lessons,
    correctionOf: (runId: string): Right | undefined => read().corrections[runId],
    /** What was taught stays, since no run can be told from it. Rejects where it can't be kept. */
    async forget(runIds: ReadonlySet<string>): Promise<void> {
      looked = undefined;
      const { lessons, corrections } = read();
      const left = Object.entries(corrections).filter(([runId]) => !runIds.has(runId));
      if (left.length === Object.keys(corrections).length) return;
      const next: Kept = { lessons, corrections: Object.fromEntries(left) };
      await keep([], { [KEY]: next as unknown as Cursor });
      looked = { at: clock.elapsed(), kept: next };
    },
    /** Rejects where it can't be kept. */
    async correct(runId: string, right: Right, cues: readonly string[]): Promise<TaskLessons> {
      // Another window may have learned since.
      looked = undefined;
      const { lessons, corrections } = read();
      const next: Kept = {
        lessons: taught(lessons, cues, right),
        corrections: Object.fromEntries(
          [...Object.entries(corrections).filter(([id]) => id !== runId), [runId, right] as const].slice(
            -MOST_CORRECTIONS,
          ),
        ),
      };
      await keep([], { [KEY]: next as unknown as Cursor });
      looked = { at: clock.elapsed(), kept: next };
      return next.lessons;
    },
  };
}

function readKept(value: Cursor | undefined): Kept {
  const { lessons, corrections } = Object(value) as { lessons?: unknown; corrections?: unknown };
  return {
    lessons: Object.fromEntries(
      Object.entries(Object(lessons) as Record<string, unknown>).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
      ),
    ),
    corrections: Object.fromEntries(
      Object.entries(Object(corrections) as Record<string, unknown>).filter((entry): entry is [string, Right] =>
        isRight(entry[1]),
      ),
    ),
  };
}

function isRight(value: unknown): value is Right {
  const { kind, size } = Object(value) as { kind?: unknown; size?: unknown };
  return TASK_KINDS.some((known) => known === kind) && TASK_SIZES.some((known) => known === size);
}
