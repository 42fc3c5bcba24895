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
  /** Paths whose content would be destroyed, and of which a copy could be taken first. */
  readonly safetyCopy?: readonly string[];
}

export interface VerdictPart {
  /** Source text of this part. */
  readonly text: string;
  readonly class: ActionClass;
  readonly ask: boolean;
  readonly targets: readonly string[];
  readonly reason: string;
  readonly safetyCopy?: readonly string[];
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
