/** What the gate is made of; each part is a folder's or an adapter's, and each has its own tests. */

import type { GateSettings } from '../../core/gate/gateSettings.ts';
import type { GatePolicy } from '../../core/gate/policy.ts';
import type { GateChoice, GateQuestion } from '../../core/gate/question.ts';
import type { SecondPersonAbout } from '../../core/gate/twoPeople.ts';
import type { HookAnswer, HookCall } from '../../core/hooks/hookCall.ts';
import type { LedgerEvent } from '../../core/ledger/event.ts';
import type { NanoCredits } from '../../core/money.ts';
import type { Action } from '../../core/risk/action.ts';
import type { Losable, Verdict } from '../../core/risk/verdict.ts';
import type { Clock, ExplainedAction } from '../../ports.ts';

/** The gate: every hook, tool and participant asks it. Neither ever rejects. */
export interface Gate {
  /** `signal` aborts when whoever asked has gone: nothing is then asked any more, and it counts as no. */
  answer(call: HookCall, signal: AbortSignal): Promise<HookAnswer>;
  /** What is thought of an action, without asking anybody or recording it. */
  explain(action: Action): Promise<ExplainedAction>;
}

/** Where an action happens, as far as it matters to its facts. */
export interface ActionSituation {
  readonly cwd?: string;
  /** Absolute path; true: this very run created it. */
  readonly madeByRun: (path: string) => boolean;
  readonly knownProgram: (program: string) => boolean;
  /** Where the session began: its workspace, where none of the open folders is. */
  readonly sessionFolder?: string;
}

export interface GateParts {
  readonly clock: Clock;
  readonly settings: () => GateSettings;
  readonly newId: () => string;
  /** SHA-256, hexadecimal. */
  readonly digest: (text: string) => string;
  readonly judge: (action: Action, situation: ActionSituation) => Promise<Verdict>;
  /** What the repository around a folder asks for; never rejects: a broken file is told as a trouble and counts as `ask` for all but reads. */
  readonly repositoryPolicy: (cwd: string | undefined) => Promise<GatePolicy>;
  /** Puts a question to the developer in the window that it belongs to. undefined: no answer in time, or no window. */
  readonly ask: (question: GateQuestion, signal: AbortSignal) => Promise<GateChoice | undefined>;
  readonly brakes: Brakes;
  readonly suspicion: Suspicion;
  readonly copies: SafetyCopies;
  readonly people: SecondPerson;
  readonly places: GatePlaces;
  readonly programs: KnownPrograms;
  /** What a call's run is worth; undefined: nobody can tell, and the class alone decides what is asked about. */
  readonly worth: (call: HookCall) => Promise<RunWorth | undefined>;
  /** Never throws: what can't be kept is told as a trouble. */
  readonly record: (events: readonly LedgerEvent[]) => void;
  /** On disk when it returns; throws with a sentence where that can't be, and keeps none of them then. */
  readonly recordNow: (events: readonly LedgerEvent[]) => void;
  readonly log: (sentence: string) => void;
}

/** Quotes a prompt, caps what a run, a session, a day or a pool may spend, and stops a run that makes no progress. */
export interface Brakes {
  /** Never rejects, answers within a second: bookkeeping that fails lets the agent go on. */
  before(call: HookCall): Promise<Braking>;
  /** Told of every call once it is answered: what agents do is also what is learned of the run. */
  observe(call: HookCall, answer: HookAnswer): void;
  /** The developer lets a run go on. */
  release(call: HookCall, question: string): void;
}

export type Braking =
  | { readonly kind: 'go'; readonly note?: string }
  /** `id`: what `release` is called with if the developer agrees. */
  | { readonly kind: 'ask'; readonly id: string; readonly sentence: string }
  | { readonly kind: 'stop'; readonly sentence: string };

/** Text from tools that tries to give orders (docs/economics, section 9: defective tokens). */
export interface Suspicion {
  /** Looks at what a tool gave back; returns a sentence where it found something. */
  observe(call: HookCall): string | undefined;
  /** Of the call's session: what P(harm) is multiplied by, from 1, and why. */
  of(call: HookCall): { readonly factor: number; readonly sentence?: string };
}

/** Copies of what a confirmed action would destroy. */
export interface SafetyCopies {
  /** Before the action runs. Resolves to the copy's id; undefined: there was nothing to copy. Rejects with a sentence for the developer. */
  take(request: {
    readonly id: string;
    readonly paths: readonly Losable[];
    readonly cwd: string | undefined;
  }): Promise<string | undefined>;
}

/** The other person of a deployment. */
export interface SecondPerson {
  /** Notes who can sign in this repository now; called when a folder opens and when a session begins. Never rejects. */
  observe?(cwd: string): Promise<void>;
  /** Who can sign in this repository, and what they would sign, at least until `expires`; undefined: nobody is set up. Rejects with a sentence. */
  request(
    about: SecondPersonAbout,
  ): Promise<{ readonly request: string; readonly signers: readonly string[] } | undefined>;
  /** The principal that signed; rejects with a sentence: not a signer, the developer's own key, changed, expired, used before. */
  verify(request: string, signature: string, cwd: string | undefined): Promise<string>;
}

/** What is said of paths without asking git. Never rejects. */
export interface GatePlaces {
  /** undefined: it can't be told. */
  kindOf(path: string): Promise<'file' | 'other' | 'missing' | undefined>;
  /** With links resolved it lies in a folder that is open, or in the session's own; false: it doesn't, or nobody can tell. */
  inside(path: string, sessionFolder: string | undefined): Promise<boolean>;
}

/** Programs that nothing is known of and that the developer has allowed, by workspace. */
export interface KnownPrograms {
  knows(program: string, cwd: string | undefined): boolean;
  learn(programs: readonly string[], cwd: string | undefined): void;
}

export interface RunWorth {
  /** The price of risk, from 1. */
  readonly rho: number;
  /** What going on is worth to the run; undefined: unknown. */
  readonly gainNanoCredits?: NanoCredits;
  /** Number of the run's latest step, from 1. */
  readonly step?: number;
}
