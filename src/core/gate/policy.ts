import type { ActionClass } from '../risk/action.ts';

/** Rules of a person or a repository on what agents may do. */
export interface GatePolicy {
  readonly rules: readonly GateRule[];
}

/**
 * The developer's own rules are read in their order: the first that fits a part of an action decides it. `allow` lowers only
 * what they would be asked about, and what can't be undone only where the rule names it by command, path or a server's tool.
 * Of a repository's rules the strictest that fits counts, whatever the order, and `allow` means nothing. Of several policies
 * the strictest answer counts.
 */
export interface GateRule {
  readonly decide: 'allow' | 'ask' | 'deny' | 'twoPeople';
  /**
   * Each that is given must fit. A pattern: `*` within a path's part or a word, `**` over several. Of a command the pattern's
   * words are its first ones, but for `allow`, which wants all of them; a path without a root is looked for at any depth, but
   * for `allow`, which takes it from the agent's folder.
   */
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
