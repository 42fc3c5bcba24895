import type { NanoCredits } from '../money.ts';
import type { ActionClass } from '../risk/action.ts';

/** What the gate asks the developer, as plain data: the worker sends it, a window shows it. */
export type GateQuestion = ActionQuestion | SpendQuestion;

interface QuestionBase {
  readonly id: string;
  /** Agent id, as in the ledger. */
  readonly agent: string;
  readonly sessionId?: string;
  readonly subagentId?: string;
  /** Number of the run's step, from 1; undefined: nobody told. */
  readonly step?: number;
  readonly folder?: string;
  /** Epoch ms after which an answer comes too late: it counts as no. */
  readonly deadline: number;
}

/** May this action be taken? */
export interface ActionQuestion extends QuestionBase {
  readonly kind: 'action';
  /** Exactly what would be done: the command, the edited path, the tool with its input. Shown, never stored. */
  readonly action: string;
  readonly class: ActionClass;
  readonly targets: readonly string[];
  readonly reason: string;
  readonly expectedLossNanoCredits: NanoCredits;
  /** What going on is worth to the run; undefined: unknown. */
  readonly expectedGainNanoCredits?: NanoCredits;
  /** What "this kind" would allow for the rest of the run, in words: "git commit in this folder". undefined: only once. */
  readonly kindLabel?: string;
  /** Set for deploy and transfer. */
  readonly people?: PeopleNeeded;
  /** Why it is looked at more closely than usual: a page that gave orders, say. */
  readonly suspicion?: string;
  /** What was wrong with the answer that this very question had before, as a sentence. */
  readonly note?: string;
}

/** How a deployment is allowed. */
export type PeopleNeeded =
  /** Another person signs `request`; see core/gate/twoPeople. */
  | { readonly kind: 'two'; readonly request: string; readonly signers: readonly string[] }
  /** No second person is set up: the one who is there types this name. */
  | { readonly kind: 'one'; readonly typed: string };

/** May this be spent? */
export interface SpendQuestion extends QuestionBase {
  readonly kind: 'spend';
  /** One or two sentences: what it is expected to cost, and which limit it goes over. */
  readonly sentence: string;
}

/** What the developer says. */
export type GateChoice =
  | { readonly kind: 'once' }
  /** This kind of action for the rest of the run. */
  | { readonly kind: 'kind' }
  /** `why`: told to the agent. */
  | { readonly kind: 'deny'; readonly why?: string }
  /** The name that was typed, for `people.kind === 'one'`. */
  | { readonly kind: 'typed'; readonly text: string }
  /** An armoured SSH signature of `request`, for `people.kind === 'two'`. */
  | { readonly kind: 'signed'; readonly signature: string };
