import type { ImportStatus } from '../../ports.ts';

type Problem = ImportStatus['problems'][number];

/** What went wrong while importing, as sentences with how often and the path of one example. */
export interface Problems {
  /** Counts each pair of sentence and path once, however often it is tried again. */
  once(sentence: string, path: string): void;
  add(sentence: string, path: string, times?: number): void;
  list(): readonly Problem[];
}

export const DENIED_FILE = "An agent's log can't be read: allow your account to read it.";
export const UNREADABLE = "An agent's log could not be read and will be tried again.";

/** Paths to remember in `once`; beyond, they may be counted again. */
const REMEMBERED = 1_000;

export function problemCounter(): Problems {
  const counts = new Map<string, { count: number; readonly example: string }>();
  const seen = new Set<string>();

  function add(sentence: string, path: string, times = 1): void {
    const known = counts.get(sentence);
    if (known) known.count += times;
    else counts.set(sentence, { count: times, example: path });
  }

  return {
    add,
    once(sentence, path) {
      const key = `${sentence}\0${path}`;
      if (seen.has(key)) return;
      if (seen.size >= REMEMBERED) seen.clear();
      seen.add(key);
      add(sentence, path);
    },
    list: () => [...counts].map(([sentence, { count, example }]) => ({ sentence, count, example })),
  };
}

/** The error's code, as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
