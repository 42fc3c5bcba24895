/** What is observed around runs, before anything is concluded from it. Files are salted hashes; there is no text in it. */
import type { PromptSketch } from './promptSketch.ts';

interface Base {
  /** Epoch ms. */
  readonly at: number;
}

/** A run of the developer's asked for something. */
export interface AskedSignal extends Base {
  readonly kind: 'asked';
  readonly runId: string;
  readonly folder: string;
  /** undefined: the prompt isn't known, or is too short to be compared. */
  readonly sketch?: PromptSketch | undefined;
}

/** A run changed a file. */
export interface EditedSignal extends Base {
  readonly kind: 'edited';
  readonly runId: string;
  readonly folder: string;
  readonly file: number;
  /** The file is part of what checks the work; see isTestFile. */
  readonly isTest: boolean;
  /** Lines that tell something, before and after; undefined: not known. */
  readonly added?: number | undefined;
  readonly removed?: number | undefined;
}

/** The developer typed in a folder. */
export interface TypedSignal extends Base {
  readonly kind: 'typed';
  readonly folder: string;
}

/** A test or a build ended. */
export interface CheckSignal extends Base {
  readonly kind: 'check';
  /** Epoch ms; edits after it weren't checked. */
  readonly startedAt: number;
  readonly folder: string;
  /** The same for the same command in the same folder. */
  readonly key: number;
  readonly check: 'test' | 'build' | 'lint';
  readonly passed: boolean;
  /** An agent ran it: that is no label. */
  readonly byAgent: boolean;
}

/** Of a run's edited lines, how many are there. */
export interface Remains {
  readonly runId: string;
  readonly kept: number;
  readonly of: number;
  readonly files: number;
}

/** A commit that holds files which runs had edited. */
export interface CommittedSignal extends Base {
  readonly kind: 'committed';
  readonly key: number;
  readonly byAgent: boolean;
  readonly works: readonly Remains[];
}

/** A look at a run's edited lines, some minutes after its last edit. */
export interface SurvivalSignal extends Base, Remains {
  readonly kind: 'survival';
  readonly minutes: 5 | 30 | 120;
}

/** The developer took a run's edits back, by undo or otherwise (git, `Discard`). */
export interface TakenBackSignal extends Base, Remains {
  readonly kind: 'undone' | 'reverted';
}

export interface VoteSignal extends Base {
  readonly kind: 'vote';
  readonly runId: string;
  readonly up: boolean;
}

/** The developer stopped a run before it was done. */
export interface CancelledSignal extends Base {
  readonly kind: 'cancelled';
  readonly runId: string;
  readonly folder: string;
}

/** Time goes by. */
export interface TickSignal extends Base {
  readonly kind: 'tick';
}

export type OutcomeSignal =
  | AskedSignal
  | EditedSignal
  | TypedSignal
  | CheckSignal
  | CommittedSignal
  | SurvivalSignal
  | TakenBackSignal
  | VoteSignal
  | CancelledSignal
  | TickSignal;
