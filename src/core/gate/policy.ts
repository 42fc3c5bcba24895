import type { ActionClass } from '../risk/action.ts';

/** Rules of a person or a repository on what agents may do. */
export interface GatePolicy {
  readonly rules: readonly GateRule[];
}

/** The first rule that fits a part of an action decides it; of several policies, the strictest answer does. */
export interface GateRule {
  readonly then: 'allow' | 'ask' | 'deny' | 'twoPeople';
  /** Each that is given must fit. A pattern: `*` within a path's part or a word, `**` over several. */
  readonly command?: string;
  readonly path?: string;
  readonly tool?: string;
  readonly server?: string;
  /** This class or one that reaches further. */
  readonly class?: ActionClass;
  readonly agent?: string;
  /** Said to the developer and the agent. */
  readonly because?: string;
}
