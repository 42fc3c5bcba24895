import type { Patterns, ProgramTable } from '../rule.ts';

/** Services whose programs are alike: their names, and the patterns that came with them. All families share all patterns. */
export interface ServiceFamily {
  readonly names: string;
  readonly read?: Patterns;
  readonly draft?: Patterns;
  /** Changes tables or rows of a database. */
  readonly migrates?: Patterns;
  readonly deletes?: Patterns;
  /** Undoes or drops tables or rows of a database. */
  readonly undoes?: Patterns;
  /** Deploys, publishes or sends. */
  readonly deploys?: Patterns;
  /** Changes secrets or access. */
  readonly secrets?: Patterns;
  readonly judges?: ProgramTable['judges'];
}
