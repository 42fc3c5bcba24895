/** What kind of task other agents' runs were for, as their prompts told it to a hook; no word of a prompt is kept. */
import {
  TASK_KINDS,
  type TaskClass,
  type TaskKind,
  type TaskLessons,
  taskClass,
} from '../../core/quality/taskClass.ts';
import type { Cursor } from '../../ports.ts';

export interface RunKindsPorts {
  readonly cursor: (key: string) => Cursor | undefined;
  /** Rejects where it can't be kept. */
  readonly keep: (cursors: Readonly<Record<string, Cursor>>) => Promise<void>;
  /** What corrections have taught. */
  readonly lessons: () => TaskLessons;
  /** The class that the developer gave a run; undefined: none. */
  readonly correctionOf: (runId: string) => Pick<TaskClass, 'kind'> | undefined;
}

export interface RunKinds {
  /** What a prompt asks for; undefined: it doesn't say so clearly enough. Throws a LedgerError. */
  read(prompt: string): TaskKind | undefined;
  /** undefined: its prompt wasn't heard, or wasn't clear. Throws a LedgerError. */
  of(runId: string): TaskKind | undefined;
  /** Keeps it for all windows, as far as the ledger can be written. */
  note(runId: string, kind: TaskKind): void;
  /** Rejects where that can't be kept. */
  forget(runIds: ReadonlySet<string>): Promise<void>;
}

const KEY = 'run-kinds';
/** The newest: as many as a month's quotes rest on. */
const MOST_RUNS = 600;
/** A class that is likelier than all others together, and by some. */
const SURE_FROM = 0.6;

export function createRunKinds({ cursor, keep, lessons, correctionOf }: RunKindsPorts): RunKinds {
  /** Read when it is first needed; undefined: another window may have changed it since. */
  let known: ReadonlyMap<string, TaskKind> | undefined;
  /** On their way to the ledger. */
  const noted = new Map<string, TaskKind>();
  const read = () => {
    known ??= readKept(cursor(KEY));
    return known;
  };

  async function change(next: ReadonlyMap<string, TaskKind>): Promise<void> {
    await keep({ [KEY]: Object.fromEntries([...next].slice(-MOST_RUNS)) });
    known = undefined;
  }

  return {
    read(prompt) {
      const { kind, sureness } = taskClass(prompt, lessons());
      return sureness >= SURE_FROM ? kind : undefined;
    },
    of: (runId) => correctionOf(runId)?.kind ?? noted.get(runId) ?? read().get(runId),
    note(runId, kind) {
      known = undefined;
      noted.set(runId, kind);
      change(new Map([...read(), ...noted]))
        .catch(() => {
          // Told by the ledger's writer; quotes are only rougher without it.
        })
        .finally(() => noted.delete(runId));
    },
    async forget(runIds) {
      known = undefined;
      for (const runId of runIds) noted.delete(runId);
      const left = new Map([...read()].filter(([runId]) => !runIds.has(runId)));
      if (left.size < read().size) await change(left);
    },
  };
}

function readKept(value: Cursor | undefined): ReadonlyMap<string, TaskKind> {
  return new Map(
    Object.entries(Object(value) as Record<string, unknown>).flatMap(([runId, told]) => {
      const kind = TASK_KINDS.find((each) => each === told);
      return kind === undefined ? [] : [[runId, kind] as const];
    }),
  );
}
