import type { NanoCredits } from '../money.ts';
import type { ActionClass } from './action.ts';
import type { FactQuestion } from './facts.ts';

/** What the gate thinks of an action. */
export interface Verdict {
  readonly class: ActionClass;
  /** Whether a person is asked at default settings: always from `irreversible` on; a `commit` where it is to be confirmed. */
  readonly ask: boolean;
  /** What is acted on: paths, branches, resources, hosts, as the action names them. */
  readonly targets: readonly string[];
  /** One plain sentence, without its full stop, that names what is lost: "deletes build, which is not in version control". */
  readonly reason: string;
  /** P(harm) × magnitude (docs: economics, section 5). */
  readonly expectedLossNanoCredits: NanoCredits;
  /** One for each simple command, edit or call in the action, in order. */
  readonly parts: readonly VerdictPart[];
  /** What would be destroyed, and could be copied first. */
  readonly safetyCopy?: readonly Losable[];
}

/** Something that would be lost. A text: the path of a file or a folder, with all that is in it, or a shell's pattern. */
export type Losable = string | LosableOfGit;

/** What only git can name, of the repository that `folder` is in. */
export interface LosableOfGit {
  /** As the command names it: absolute, or from the action's folder. */
  readonly folder: string;
  /**
   * `changes`: of tracked files, staged or not. `commits`: those that the current branch is on. `stashes`: all of them.
   * `refs`: the branches and tags that `names` has in full (`refs/heads/x`).
   */
  readonly what: 'changes' | 'untracked' | 'ignored' | 'commits' | 'stashes' | 'refs';
  /** Of files: pathspecs; undefined: everywhere. */
  readonly names?: readonly string[];
}

export interface VerdictPart {
  /** Source text of this part. */
  readonly text: string;
  readonly class: ActionClass;
  readonly ask: boolean;
  readonly targets: readonly string[];
  readonly reason: string;
  readonly safetyCopy?: readonly Losable[];
  /** Set where the program is one that nothing is known of: it is asked about once for each workspace. */
  readonly unknownProgram?: string;
}

/** What `classify` returns. */
export interface Classification {
  /** What holds if nobody can answer the questions. */
  readonly verdict: Verdict;
  /** Facts that could change the verdict; empty: it stands. */
  readonly needs: readonly FactQuestion[];
}
